"""The web application as a process of its own over the results of another home, and readers who ask it as Dash does."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil

from taian.access import accounts
from taian.access.roles import ROLES
from taian.access.sessions import open_session
from taian.access.store import open_accounts
from taian.clock import SAMPLE_MARK
from taian.errors import ProblemError
from taian.settings import ROOT, Settings

ACCOUNT = "bench"
CALLBACKS = "/_dash-update-component"
PATIENCE = 300.0
Body = dict[str, Any]


@contextmanager
def scratch_home(home: Path) -> Iterator[Settings]:
    """A home with the results of ``home`` and an account of the benchmark, which has every role; ``home`` stays as it
    is. ProblemError when no night was published there.
    """
    if not (home / "serving" / "CURRENT.json").exists():
        raise ProblemError(f"{home} has no published night (serving/CURRENT.json); run `taian nightly` or give --home.")
    with TemporaryDirectory(prefix="taian-bench-web-") as name:
        scratch = Path(name)
        for part in ("serving", SAMPLE_MARK):
            (scratch / part).symlink_to((home / part).resolve(), target_is_directory=True)
        for part in ("alerts.db", "pseudonym.key"):
            if (home / part).exists():
                shutil.copy2(home / part, scratch / part)
        config = Settings(home=scratch, web_port=_free_port())
        with open_accounts(config).writing() as session:
            roles = [role for role in ROLES if role != "owner"]
            accounts.add(session, ACCOUNT, "Benchmark", roles, (), secrets.token_urlsafe(24), must_change=False)
        yield config


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(config: Settings) -> Iterator[psutil.Process]:
    """The application as the platform starts it (gunicorn), until the block ends."""
    given = {"TAIAN_HOME": str(config.home), "TAIAN_WEB_PORT": str(config.web_port), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "dashboards"], cwd=ROOT, env={**os.environ, **given})
    try:
        _wait(config, process)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(config: Settings, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url_of(config)}/healthz", timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise ProblemError(f"The web application did not answer on {url_of(config)}; see the lines above.")


def url_of(config: Settings) -> str:
    """Its address."""
    return f"http://127.0.0.1:{config.web_port}"


def cookies_of(config: Settings) -> dict[str, str]:
    """A session of its own for the benchmark's account, as the sign-in opens one."""
    number, token = open_session(config, ACCOUNT)
    return {"taian-session": number, "_csrf_token": token}


def reader(config: Settings) -> httpx.Client:
    """Somebody who is signed in and takes packed answers, as browsers do."""
    cookies = cookies_of(config)
    headers = {"X-CSRFToken": cookies["_csrf_token"], "Accept-Encoding": "gzip"}
    return httpx.Client(base_url=url_of(config), cookies=cookies, headers=headers, timeout=PATIENCE)


def memory(process: psutil.Process) -> float:
    """MiB of the application and its workers; pages that they share count once (proportional set size)."""
    every = [process, *process.children(recursive=True)]
    return float(sum(each.memory_full_info().pss for each in every)) / (1 << 20)


def call(client: httpx.Client, body: Body) -> httpx.Response:
    """One callback; ProblemError when it is refused."""
    answer = client.post(CALLBACKS, content=json.dumps(body), headers={"Content-Type": "application/json"})
    if answer.status_code not in (200, 204):
        raise ProblemError(f"{body['output']} answered {answer.status_code}: {answer.text[:200]}")
    return answer
