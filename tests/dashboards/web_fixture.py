"""The application as a real process, and a witness of what a reader of its pages would not see."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sign_in import cookies_of, make_account

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
SESSIONS: dict[str, dict[str, str]] = {}
"""Address of a site to the cookies of a reader with every role."""


@dataclass
class Site:
    """The application as a process of its own."""

    url: str
    home: Path

    @property
    def serving(self) -> Path:
        return self.home / "serving"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                if json.load(answer)["ok"]:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            _give_it_a_moment(process)
    raise RuntimeError(f"the web application did not answer on {url}")


def _give_it_a_moment(process: subprocess.Popen[bytes]) -> None:
    """Give the process a tenth of a second, or less when it ends."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.1)


def run_site(home: Path) -> Iterator[Site]:
    """The application on a free port until the test is over."""
    port = _free_port()
    make_account(home)
    environment = {**os.environ, "TAIAN_HOME": str(home), "TAIAN_WEB_PORT": str(port), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "dashboards"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, process)
        SESSIONS[url] = cookies_of(url)
        yield Site(url, home)
    finally:
        process.terminate()
        process.wait(timeout=20)


@dataclass
class Witness:
    """What a page did that nobody sees: console errors, requests to other hosts, answers that failed."""

    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Any, url: str) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("request", lambda request: self._request(request.url, url))
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text}")

    def _request(self, asked: str, url: str) -> None:
        if not asked.startswith((f"{url}/", "data:", "blob:")):
            self.complaints.append(f"another host: {asked}")

    def _response(self, answer: Any) -> None:
        if answer.status >= 400:
            self.complaints.append(f"{answer.status} {answer.url}")
