"""Named moments at which a test may kill the process, to prove that the same command again ends in the same tables.

``TAIAN_KILL_AT=dwd.after:resident`` kills (SIGKILL) once at that moment; the marker file keeps the next run alive.
``TAIAN_KILL_PID`` names another victim than this process: the engine's JVM.
"""

import os
import signal
from pathlib import Path

from taian.settings import settings


def here(name: str) -> None:
    """Die here when this moment is the one asked for and was not used before."""
    if os.environ.get("TAIAN_KILL_AT") != name:
        return
    marker = settings().home / "run" / f"killed-{name.replace(':', '-')}"
    if not Path(marker).exists():
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        os.kill(int(os.environ.get("TAIAN_KILL_PID") or os.getpid()), signal.SIGKILL)
