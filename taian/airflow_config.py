"""Airflow's own configuration, written before each start: loopback, no examples, tuned for a small machine.

The reasons for each number are measured in docs/decisions/0002-orchestration.md.
"""

import configparser
import hashlib
import ipaddress
import json
import secrets
import subprocess
import sys
from base64 import urlsafe_b64encode
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from taian.errors import ProblemError
from taian.files import private_folder, write_private
from taian.settings import ROOT, Settings

LOCAL_SETTINGS = '''"""Written by the platform: Airflow imports this in every process."""

import os

if os.environ.get("TAIAN_SERVICE") == "airflow-scheduler":
    # Tasks are forks of the scheduler: what it has imported costs them nothing, and great_expectations takes seconds.
    import taian.preload  # noqa: F401
'''


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a listener at ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def airflow_home(settings: Settings) -> Path:
    """Where Airflow keeps its database, logs and secrets."""
    return settings.home / "airflow"


def airflow_url(settings: Settings) -> str:
    """Address of the API server, as seen from this machine."""
    return f"http://{reachable(settings.host)}:{settings.airflow_port}"


def reachable(host: str) -> str:
    """The address to connect to for a listener at ``host``: an any-address listens on loopback too."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def database(settings: Settings) -> str:
    """SQLAlchemy address of Airflow's database."""
    if settings.airflow_db:
        return settings.airflow_db.get_secret_value()
    return f"sqlite:///{airflow_home(settings) / 'airflow.db'}"


def database_options(settings: Settings) -> dict[str, str]:
    """Both of Airflow's addresses: for PostgreSQL its asynchronous half would look for asyncpg; psycopg is both."""
    address = database(settings)
    return {"sql_alchemy_conn": address} | ({"sql_alchemy_conn_async": address} if settings.airflow_db else {})


def make_secrets(home: Path) -> dict[str, str]:
    """Keys of this installation, made once and kept in a file that only this user may read."""
    path = home / "secrets.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    made = {
        "fernet_key": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "secret_key": secrets.token_urlsafe(48),
        "jwt_secret": secrets.token_urlsafe(48),
    }
    write_private(path, json.dumps(made))
    return made


def options(settings: Settings, keys: dict[str, str]) -> dict[str, dict[str, str]]:
    """Everything that differs from Airflow's defaults, section by section."""
    home = airflow_home(settings)
    local = is_loopback(settings.host)
    parallel = str(settings.parallel_tasks)
    return {
        "core": {
            "dags_folder": str(ROOT / "dags"),
            "plugins_folder": str(home / "plugins"),
            "executor": "taian.executor.OneFateExecutor",
            "mp_start_method": "fork",
            "parallelism": parallel,
            "max_active_tasks_per_dag": parallel,
            "max_active_runs_per_dag": "1",
            "load_examples": "False",
            "dags_are_paused_at_creation": "False",
            "default_timezone": "Asia/Shanghai",
            "hostname_callable": "socket.gethostname",
            "fernet_key": keys["fernet_key"],
            "simple_auth_manager_all_admins": str(local),
            "simple_auth_manager_users": "admin:admin,operator:op,viewer:viewer",
            "simple_auth_manager_passwords_file": str(home / "passwords.json"),
            "execution_api_server_url": f"{airflow_url(settings)}/execution/",
        },
        "database": database_options(settings),
        "logging": {
            "base_log_folder": str(home / "logs"),
            "dag_processor_child_process_log_directory": str(home / "logs" / "dag_processor"),
            "file_task_handler_new_folder_permissions": "0o700",
            "file_task_handler_new_file_permissions": "0o600",
            "colored_console_log": "False",
        },
        "api": {
            "host": settings.host,
            "port": str(settings.airflow_port),
            "base_url": airflow_url(settings),
            "secret_key": keys["secret_key"],
            "workers": "1",
        },
        "api_auth": {"jwt_secret": keys["jwt_secret"], "jwt_issuer": "taian"},
        "workers": {"min_heartbeat_interval": "1", "execution_api_timeout": "30"},
        "scheduler": {
            "scheduler_heartbeat_sec": "2",
            "scheduler_health_check_threshold": "30",
            "orphaned_tasks_check_interval": "15",
            "task_instance_heartbeat_timeout": "60",
            "task_instance_heartbeat_timeout_detection_interval": "5",
        },
        "dag_processor": {
            "parsing_processes": "1",
            "min_file_process_interval": "60",
            "dag_file_processor_timeout": "120",
            "dag_bundle_storage_path": str(home / "bundles"),
        },
    }


def render(sections: dict[str, dict[str, str]]) -> str:
    """The text of airflow.cfg."""
    parser = configparser.RawConfigParser()
    parser.read_dict(
        {name: {key: value.replace("%", "%%") for key, value in s.items()} for name, s in sections.items()}
    )
    text = StringIO()
    parser.write(text)
    return text.getvalue()


def write_config(settings: Settings) -> None:
    """Write airflow.cfg and what belongs beside it into Airflow's home."""
    home = private_folder(airflow_home(settings))
    for folder in ("config", "plugins", "logs", "bundles"):
        private_folder(home / folder)
    write_private(home / "airflow.cfg", render(options(settings, make_secrets(home))))
    write_private(home / "config" / "airflow_local_settings.py", LOCAL_SETTINGS)


def _migration_mark(settings: Settings) -> str:
    """Names the Airflow and the database that were brought together."""
    address = hashlib.sha256(database(settings).encode()).hexdigest()
    return f"{version('apache-airflow')} {address}"


def is_migrated(settings: Settings) -> bool:
    """Whether Airflow's database was already brought to this version."""
    home = airflow_home(settings)
    stamp = home / "database.stamp"
    if not settings.airflow_db and not (home / "airflow.db").exists():
        return False
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _migration_mark(settings)


def migrate(settings: Settings, environment: dict[str, str], log: Path) -> None:
    """Bring Airflow's database to this version. Raises ProblemError, which names the log, when Airflow could not."""
    command = [str(Path(sys.prefix) / "bin" / "airflow"), "db", "migrate"]
    with log.open("ab") as output:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, umask=0o077, check=False
        )
    if done.returncode:
        raise ProblemError(f"Airflow's database could not be prepared: read the end of {log} and run taian up again.")
    write_private(airflow_home(settings) / "database.stamp", _migration_mark(settings))
