"""The parsed files of a deployment, and a real PostgreSQL for the part that needs one."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def compose():
    """docker-compose.yml as written, with its ${…} in place."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def ours(compose):
    """The services that run this project's code, by name."""
    return {name: service for name, service in compose["services"].items() if "build" in service}


def postgres_programs():
    """Folder of initdb and postgres."""
    found = shutil.which("initdb")
    return Path(found).parent if found else max(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(scope="module")
def postgres():
    """Address of an empty database on 127.0.0.1; the server ends with the tests of the module."""
    programs = postgres_programs()
    # PostgreSQL refuses to run as root, and its own user may not enter pytest's folders.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="taian-postgres-"))
    if user:
        shutil.chown(folder, user)
    data, secret = folder / "data", folder / "password"
    secret.write_text("geheim2018", encoding="ascii")
    secret.chmod(0o644)
    made = [programs / "initdb", "-D", data, "-U", "airflow", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
    subprocess.run([*made, "--no-sync"], user=user, check=True, capture_output=True, cwd=folder)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = ["-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", folder, "-c", "fsync=off"]
    server = subprocess.Popen(
        [programs / "postgres", *options], user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    address = f"airflow:geheim2018@127.0.0.1:{port}"
    try:
        # The server says so on its error stream once it takes connections.
        for line in server.stderr:
            if b"ready to accept connections" in line:
                break
        with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE airflow")
        yield f"postgresql+psycopg://{address}/airflow"
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)
        shutil.rmtree(folder)
