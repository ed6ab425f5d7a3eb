"""Scratch installations of a benchmark: homes, ports and an engine of their own, nothing shared with the real one."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from taian import health
from taian.airflow_config import reachable
from taian.errors import ProblemError
from taian.files import private_folder
from taian.leftovers import kill, owned
from taian.services import base_environment, installation, spark_command, spark_environment
from taian.settings import settings

START_SECONDS = 180.0
PORTS = ("TAIAN_WEB_PORT", "TAIAN_AIRFLOW_PORT", "TAIAN_SPARK_PORT", "TAIAN_MAIL_PORT", "TAIAN_MAIL_PAGE_PORT")
UNSET = (
    "TAIAN_KILL_AT",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "SMTP_STARTTLS",
    "SMTP_PORT",
)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def use_home(home: Path) -> None:
    """Let this process work in ``home`` from now on; tables, journal and alerts of the one before stay behind."""
    os.environ["TAIAN_HOME"] = str(private_folder(home))
    settings.cache_clear()


@contextmanager
def own_place(home: Path) -> Iterator[None]:
    """Work in ``home`` on ports of one's own: no mail of the benchmark reaches anybody, no database outside is read.

    Nothing listens on the mail port, so that digests are written and stay in the outbox.
    """
    before = dict(os.environ)
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ |= dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    os.environ |= {"TAIAN_HOST": "127.0.0.1", "SMTP_HOST": "127.0.0.1", "TAIAN_JDBC_URLS": "{}"}
    # Empty, not absent: taian.toml must not name them either.
    os.environ |= {"TAIAN_AIRFLOW_DB": "", "TAIAN_NIGHT_AT": ""}
    try:
        use_home(home)
        yield
    finally:
        os.environ.clear()
        os.environ |= before
        settings.cache_clear()


@contextmanager
def scratch_place(home: Path) -> Iterator[Path]:
    """A folder below ``home`` that is empty and the place of this process (own_place) meanwhile, and gone at the end;
    what else lies in ``home``, as cities made before, stays.
    """
    scratch = private_folder(home) / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        with own_place(scratch):
            yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def own_engine() -> Iterator[None]:
    """A Spark Connect server of this benchmark alone, as the platform starts it, gone at the end."""
    # Processes of Spark refuse an address of Connect beside a master of their own.
    os.environ.pop("SPARK_REMOTE", None)
    settings.cache_clear()
    s = installation()
    folder, log = private_folder(s.home / "spark"), private_folder(s.home / "log") / "spark-connect.log"
    private_folder(folder / "local")
    environment = {**base_environment(s), **spark_environment(s), "TAIAN_SERVICE": "spark-connect"}
    with log.open("ab") as out:
        process = subprocess.Popen(
            spark_command(s), env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        wait_for(process, reachable(s.host), s.spark_port, log)
        os.environ["SPARK_REMOTE"] = f"sc://{reachable(s.host)}:{s.spark_port}"
        settings.cache_clear()
        yield
    finally:
        _forget_session()
        # Workers of a cluster that find it in their environment load the client's classes, and can read no task.
        os.environ.pop("SPARK_REMOTE", None)
        settings.cache_clear()
        kill([each.process for each in owned(s.home) if each.service == "spark-connect"])
        process.wait()


def _forget_session() -> None:
    from jobs.session import spark

    if spark.cache_info().currsize:
        spark().stop()
        spark.cache_clear()


def wait_for(process: "subprocess.Popen[bytes]", host: str, port: int, log: Path) -> None:
    """Wait until a process of Spark listens there. Raises ProblemError when it ends before, or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not health.connects(host, port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ProblemError(f"Spark did not come up for the benchmark: read the end of {log}.")
        time.sleep(0.2)
