"""deploy/prepare.py and deploy/healthy.py, run as the containers run them."""

import datetime as dt
import os
import socket
import stat
import subprocess
import sys

import psycopg

from alerts.letter import Letter, Part
from alerts.outbox import enqueue
from alerts.store import Mail, store_at
from taian.settings import ROOT

LETTER = Letter("2018-06-30", (Part("夜间批次：一切正常", "运维人员", "没有需要处理的事项。"),))


def environment(home, **more):
    """What docker-compose.yml gives: this project's variables only, nothing from the machine's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TAIAN_", "AIRFLOW_", "SMTP_"))}
    own = {
        "TAIAN_HOME": str(home),
        "TAIAN_HOST": "127.0.0.1",
        "PYTHONPATH": os.environ.get("PYTHONPATH") or str(ROOT),
        "PYTHONSAFEPATH": "1",
    }
    return {**kept, **own, **more}


def run(script, *arguments, home, **more):
    command = [sys.executable, str(ROOT / "deploy" / script), *arguments]
    return subprocess.run(
        command, env=environment(home, **more), cwd=home.parent, capture_output=True, text=True, check=False
    )


QUESTION = """
import asyncio
import airflow.settings as airflow
import sqlalchemy as sa

async def ask():
    async with airflow.AsyncSession() as session:
        print("answer", await session.scalar(sa.text("SELECT 1 + 2")))
    await airflow.async_engine.dispose()

airflow.initialize()
asyncio.run(ask())
"""


def ask_asynchronously(home):
    """As Airflow's API server asks; its own driver asyncpg is not among the locked packages."""
    compose = {"AIRFLOW_HOME": str(home / "airflow")}
    return subprocess.run(
        [sys.executable, "-c", QUESTION], env=environment(home, **compose), capture_output=True, text=True, check=False
    )


def test_airflows_tables_are_made_in_postgresql_and_only_once(tmp_path, postgres):
    home = tmp_path / "state"
    database = {"TAIAN_AIRFLOW_DB": postgres}
    first = run("prepare.py", home=home, **database)
    assert (first.returncode, first.stderr) == (0, "")
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        tables = {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert {"dag_run", "task_instance", "deadline"} <= tables
    configuration = home / "airflow" / "airflow.cfg"
    assert postgres in configuration.read_text(encoding="utf-8")
    assert stat.S_IMODE(configuration.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not (home / "airflow" / "airflow.db").exists()

    answer = ask_asynchronously(home)
    assert answer.stdout.splitlines()[-1:] == ["answer 3"], answer.stderr

    log = home / "log" / "airflow-migrate.log"
    size = log.stat().st_size
    again = run("prepare.py", home=home, **database)
    assert again.returncode == 0
    assert log.stat().st_size == size


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"postgresql+psycopg://airflow:x@127.0.0.1:{port}/airflow"
    done = run("prepare.py", home=tmp_path / "state", TAIAN_AIRFLOW_DB=address)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Airflow's database could not be prepared" in done.stderr


def test_a_service_that_does_not_answer_is_not_healthy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert run("healthy.py", "spark-connect", home=tmp_path, TAIAN_SPARK_PORT=str(port)).returncode == 1


def test_a_service_that_answers_is_healthy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert run("healthy.py", "spark-connect", home=tmp_path, TAIAN_SPARK_PORT=str(port)).returncode == 0


def put_mail(home, due):
    store = store_at(f"sqlite:///{home / 'alerts.db'}")
    with store.writing() as session:
        enqueue(session, "yunwei@taian.invalid", "operator", dt.date(2018, 6, 30), "facts", LETTER)
        session.query(Mail).update({"next_try_at": due})


def test_the_sender_is_healthy_without_an_outbox_and_with_mail_that_is_due_now(tmp_path):
    assert run("healthy.py", "alerts-sender", home=tmp_path).returncode == 0
    put_mail(tmp_path, dt.datetime.now(dt.UTC))
    assert run("healthy.py", "alerts-sender", home=tmp_path).returncode == 0


def test_a_mail_that_nobody_tries_makes_the_sender_ill(tmp_path):
    put_mail(tmp_path, dt.datetime.now(dt.UTC) - dt.timedelta(minutes=11))
    assert run("healthy.py", "alerts-sender", home=tmp_path).returncode == 1
