"""Finding and ending processes of one installation, also those whose parent was killed.

A process belongs to an installation when its environment names the home (TAIAN_HOME) and the service (TAIAN_SERVICE);
children inherit both, so that a killed scheduler's tasks are found though they were given to init.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Owned:
    """A process of this installation and the service it belongs to."""

    service: str
    process: psutil.Process


@dataclass(frozen=True)
class Listener:
    """A listening TCP socket of this installation."""

    service: str
    pid: int
    address: str
    port: int


def owned(home: Path) -> Iterator[Owned]:
    """Every living process of the installation at ``home``."""
    for process in psutil.process_iter():
        try:
            environment = process.environ()
        except (psutil.Error, OSError):
            continue
        service = environment.get("TAIAN_SERVICE")
        if service and environment.get("TAIAN_HOME") == str(home) and process.pid != os.getpid():
            yield Owned(service, process)


def kill(processes: list[psutil.Process]) -> None:
    """End processes: asked first, then forced."""
    for process in processes:
        try:
            process.terminate()
        except psutil.NoSuchProcess:
            continue
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)
    for process in alive:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(alive, timeout=PATIENCE_SECONDS)


def kill_service(home: Path, service: str) -> None:
    """End what is left of one service at once: its state is safe to lose, and its successor waits."""
    left = [each.process for each in owned(home) if each.service == service]
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(left, timeout=PATIENCE_SECONDS)


def kill_all(home: Path) -> int:
    """End every process of the installation; returns how many there were."""
    left = [each.process for each in owned(home)]
    kill(left)
    return len(left)


def listeners(home: Path) -> list[Listener]:
    """All TCP sockets on which the installation listens."""
    found: list[Listener] = []
    for each in owned(home):
        try:
            connections = each.process.net_connections(kind="tcp")
        except psutil.Error:
            continue
        found += [
            Listener(each.service, each.process.pid, connection.laddr.ip, connection.laddr.port)
            for connection in connections
            if connection.status == psutil.CONN_LISTEN
        ]
    return sorted(set(found), key=lambda listener: (listener.port, listener.pid))
