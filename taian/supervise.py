"""Starting, watching and stopping the processes of the platform through supervisord (supervisord.org).

supervisord restarts what dies and keeps its output in files. It may be killed too: what it leaves behind is recognised
by its environment (taian.leftovers) and ended before the next start.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

import psutil
from pydantic import SecretStr
from supervisor.xmlrpc import SupervisorTransport

from taian import airflow_config, prerequisites
from taian.errors import ProblemError
from taian.files import private_folder, write_private
from taian.leftovers import kill_all
from taian.prerequisites import MissingError
from taian.services import BIN, Service, base_environment, services
from taian.settings import Settings

START_SECONDS = 240.0
"""A cold start on two cores takes 40 s; the rest is patience with a busy machine."""
STOP_SECONDS = 90.0
LONGEST_SOCKET_PATH = 100
"""The kernel's limit for the name of a Unix socket, less supervisord's own suffix."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class State:
    """One service as seen now: what supervisord says, and whether it answers."""

    service: Service
    process: str
    pid: int | None
    uptime_seconds: int | None
    healthy: bool


def run_folder(s: Settings) -> Path:
    """Configuration, socket and process number of supervisord."""
    return s.home / "run"


def log_folder(s: Settings) -> Path:
    """Output of every service."""
    return s.home / "log"


def settings_digest(s: Settings) -> str:
    """A digest of what the services read when they start: every setting, the JDK, and Airflow's own variables.

    Nothing that changes by itself stands in it: neither the size of landing, nor the rest of a shell's environment.
    """
    values = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in ((name, getattr(s, name)) for name in type(s).model_fields)
    }
    java = None if s.spark_remote else prerequisites.find_java()
    airflow = {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW__")}
    text = json.dumps([values, java, airflow], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def supervisor_config(s: Settings) -> str:
    """supervisord's configuration for this installation; its first line changes with the settings."""
    run, log = run_folder(s), log_folder(s)
    lines = [
        f"; settings {settings_digest(s)}",
        "[unix_http_server]",
        f"file={run / 'supervisor.sock'}",
        "chmod=0700",
        "[supervisord]",
        f"logfile={log / 'supervisord.log'}",
        f"pidfile={run / 'supervisord.pid'}",
        f"childlogdir={log}",
        "logfile_maxbytes=5MB",
        "logfile_backups=2",
        "umask=077",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    ]
    for priority, service in enumerate(services(s), start=1):
        lines += [
            f"[program:{service.name}]",
            f"command={shlex.join([sys.executable, '-m', 'taian.services', service.name])}",
            f"priority={priority * 10}",
            "startsecs=3",
            "startretries=10",
            "autorestart=true",
            "stopasgroup=true",
            "killasgroup=true",
            "stopwaitsecs=15",
            "redirect_stderr=true",
            f"stdout_logfile={log / (service.name + '.log')}",
            "stdout_logfile_maxbytes=10MB",
            "stdout_logfile_backups=3",
        ]
    return "\n".join(line.replace("%", "%%") for line in lines) + "\n"


def supervisor_process(s: Settings) -> psutil.Process | None:
    """The living supervisord of this installation, None when there is none."""
    try:
        pid = int((run_folder(s) / "supervisord.pid").read_text(encoding="ascii"))
        process = psutil.Process(pid)
        ours = process.environ().get("TAIAN_HOME") == str(s.home) and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, psutil.Error):
        return None
    return process if ours else None


def _remote(s: Settings) -> Any:
    transport = SupervisorTransport(None, None, f"unix://{run_folder(s) / 'supervisor.sock'}")
    return ServerProxy("http://127.0.0.1", transport=transport).supervisor


def _process_states(s: Settings) -> dict[str, dict[str, Any]]:
    """What supervisord says of each program; empty when it does not answer."""
    if supervisor_process(s) is None:
        return {}
    try:
        return {info["name"]: info for info in _remote(s).getAllProcessInfo()}
    except (OSError, Fault):
        return {}


def states(s: Settings) -> list[State]:
    """Every service as it is now."""
    known, found = _process_states(s), []
    for service in services(s):
        info = known.get(service.name)
        alive = info is not None and info["statename"] == "RUNNING"
        found.append(
            State(
                service=service,
                process=str(info["statename"]).lower() if info else "stopped",
                pid=int(info["pid"]) if info and alive else None,
                uptime_seconds=int(info["now"] - info["start"]) if info and alive else None,
                healthy=alive and service.ready(),
            )
        )
    return found


def _prepare(s: Settings, tell: Tell) -> None:
    """Everything that must hold before the first process starts."""
    try:
        if s.spark_remote is None:
            prerequisites.java_home()
        prerequisites.check_disk(s.home, 1)
        ports = {setting: port for service in services(s) for setting, port in service.ports.items()}
        _refuse_double(ports)
        prerequisites.check_ports(s.host, ports)
    except MissingError as missing:
        raise ProblemError(str(missing)) from missing
    if len(str(run_folder(s))) > LONGEST_SOCKET_PATH - len("/supervisor.sock"):
        raise ProblemError(f"TAIAN_HOME {s.home} is too long a path for a Unix socket: choose one below 80 characters.")
    for scratch in (s.home / "tmp", s.home / "spark" / "local"):
        shutil.rmtree(scratch, ignore_errors=True)  # what killed processes could not tidy up
    for folder in (s.home, run_folder(s), log_folder(s), s.home / "spark" / "local"):
        private_folder(folder)
    airflow_config.write_config(s)
    if not airflow_config.is_migrated(s):
        tell("Preparing Airflow's database")
        airflow_config.migrate(s, base_environment(s), log_folder(s) / "airflow-migrate.log")


def _refuse_double(ports: dict[str, int]) -> None:
    """Two services on one port would take turns to fail."""
    by_port: dict[int, str] = {}
    for setting, port in ports.items():
        if port in by_port:
            raise MissingError(f"{by_port[port]} and {setting} are both {port}: give one of them another port.")
        by_port[port] = setting


def _start(s: Settings) -> None:
    """Start supervisord on the configuration just written."""
    config = run_folder(s) / "supervisord.conf"
    write_private(config, supervisor_config(s))
    environment = {**base_environment(s), "TAIAN_SERVICE": "supervisor"}
    done = subprocess.run(
        [str(BIN / "supervisord"), "-c", str(config)],
        env=environment,
        cwd=run_folder(s),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ProblemError(f"The supervisor did not start ({reason}): read {log_folder(s) / 'supervisord.log'}.")


def _wake_failed(s: Settings) -> None:
    """Start again what supervisord had given up on."""
    for name, info in _process_states(s).items():
        if info["statename"] in ("FATAL", "STOPPED", "EXITED"):
            try:
                _remote(s).startProcess(name, False)
            except Fault:
                continue


def up(s: Settings, tell: Tell, arrived: Callable[[State], None]) -> None:
    """Start what does not run and wait until every service answers; ``arrived`` is told of each that does.

    Raises ProblemError when a prerequisite is missing or a service does not come up.
    """
    config = run_folder(s) / "supervisord.conf"
    running = supervisor_process(s) is not None
    if running and config.exists() and config.read_text(encoding="utf-8") == supervisor_config(s):
        _wake_failed(s)
    else:
        if running:
            tell("The settings changed: stopping the platform first")
            down(s)
        elif left := kill_all(s.home):
            tell(f"Ended {left} processes that a killed platform had left behind")
        _prepare(s, tell)
        _start(s)
    _wait(s, arrived)


def _wait(s: Settings, arrived: Callable[[State], None]) -> None:
    """Wait until every service is healthy. Raises ProblemError naming the one that is not, and its log."""
    deadline, seen = time.monotonic() + START_SECONDS, set[str]()
    while True:
        current = states(s)
        for state in current:
            if state.healthy and state.service.name not in seen:
                seen.add(state.service.name)
                arrived(state)
        missing = [state for state in current if not state.healthy]
        if not missing:
            return
        broken = [state for state in missing if state.process == "fatal"]
        if broken or time.monotonic() > deadline:
            worst = (broken or missing)[0].service
            log = log_folder(s) / f"{worst.name}.log"
            raise ProblemError(f"{worst.title} did not come up: read the end of {log}, then run taian up again.")
        time.sleep(1.0)


def down(s: Settings) -> int:
    """Stop every process of this installation; returns how many a killed supervisor had left and were ended here."""
    process = supervisor_process(s)
    if process is not None:
        try:
            _remote(s).shutdown()
        except (OSError, Fault):
            process.terminate()
        try:
            process.wait(timeout=STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
    return kill_all(s.home)
