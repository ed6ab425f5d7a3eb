"""``python -m dashboards``: the web application under gunicorn, on the address of the settings."""

import sys
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from dashboards.app import create_app
from dashboards.guard import NotLocalError
from taian.settings import settings

MEMORY = "/dev/shm"


class Web(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our options and no command line of its own."""

    def __init__(self, application: Flask, options: dict[str, Any]) -> None:
        self.options, self.application = options, application
        super().__init__()

    def load_config(self) -> None:
        """Our options instead of a file."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """What to serve."""
        return self.application


def main() -> int:
    """Serve until told to stop; 2 and one sentence when the address is not this machine's."""
    config = settings()
    try:
        application = create_app(config).server
    except NotLocalError as error:
        print(error, file=sys.stderr)
        return 2
    options = {
        "bind": f"{config.host}:{config.web_port}",
        "worker_class": "gthread",
        # Making pages is Python: one worker would leave every core but one idle. What is loaded is shared by both.
        "workers": 2,
        "threads": 4,
        "timeout": 60,
        "proc_name": "taian-web",
        "loglevel": "warning",
        # No management socket and no heartbeat file on disk: nothing is written, nothing else listens.
        "control_socket_disable": True,
        "worker_tmp_dir": MEMORY if Path(MEMORY).is_dir() else None,
    }
    Web(application, options).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
