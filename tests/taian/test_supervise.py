"""The supervisor's configuration, what refuses to start, and what a killed platform leaves behind."""

import os
import socket
import subprocess
import sys

import pytest

from taian import airflow_config, services, supervise
from taian.bench.place import free_ports
from taian.errors import ProblemError
from taian.leftovers import kill_all, kill_service, listeners, owned
from taian.settings import Settings

LISTEN = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print('ready', flush=True); time.sleep(60)"


def a_home(tmp_path, **more):
    return Settings(home=tmp_path / "home", **more)


def start(home, service, *command):
    environment = {**os.environ, "TAIAN_HOME": str(home), "TAIAN_SERVICE": service}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_every_service_restarts_by_itself_and_writes_to_its_own_log(tmp_path):
    s = a_home(tmp_path)
    text = supervise.supervisor_config(s)
    for service in services.services(s):
        assert f"[program:{service.name}]" in text
        assert f"stdout_logfile={s.home}/log/{service.name}.log" in text
    assert text.count("autorestart=true") == len(services.services(s))


@pytest.mark.parametrize(
    "changed",
    [
        {"mail_operator": "other@taian.invalid"},
        {"SMTP_PASSWORD": "other"},
        {"jdbc_urls": {"tax": "jdbc:sqlite:other"}},
        {"spark_memory": "4g"},
    ],
)
def test_a_changed_setting_changes_what_the_supervisor_runs(tmp_path, changed):
    before = {"SMTP_PASSWORD": "first", "jdbc_urls": {"tax": "jdbc:sqlite:first"}}
    text = supervise.supervisor_config(a_home(tmp_path, **before))
    assert supervise.supervisor_config(a_home(tmp_path, **before | changed)) != text
    assert "first" not in text


def test_a_variable_of_airflows_own_changes_what_the_supervisor_runs(tmp_path, monkeypatch):
    text = supervise.supervisor_config(a_home(tmp_path))
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "7")
    assert supervise.supervisor_config(a_home(tmp_path)) != text


def test_deliveries_and_another_shell_change_nothing_about_what_the_supervisor_runs(tmp_path, monkeypatch):
    s = a_home(tmp_path)
    text = supervise.supervisor_config(s)
    s.landing.mkdir(parents=True)
    with (s.landing / "residents.csv").open("wb") as file:
        file.truncate(services.SMALL_LANDING)
    monkeypatch.setenv("SSH_TTY", "/dev/pts/7")
    monkeypatch.setenv("TAIAN_SERVICE", "airflow-scheduler")
    assert supervise.supervisor_config(a_home(tmp_path)) == text


def test_a_running_platform_is_left_alone_until_a_setting_changes(tmp_path, monkeypatch):
    s, done = a_home(tmp_path), []
    supervise.run_folder(s).mkdir(parents=True)
    (supervise.run_folder(s) / "supervisord.conf").write_text(supervise.supervisor_config(s), encoding="utf-8")
    for name in ("_wake_failed", "down", "_prepare", "_start", "_wait"):
        monkeypatch.setattr(supervise, name, lambda *_, name=name: done.append(name))
    monkeypatch.setattr(supervise, "supervisor_process", lambda _: object())
    supervise.up(s, print, print)
    supervise.up(a_home(tmp_path, mail_operator="other@taian.invalid"), print, print)
    assert done == ["_wake_failed", "_wait", "down", "_prepare", "_start", "_wait"]


def test_a_cluster_and_a_mail_server_of_ones_own_are_not_started_here(tmp_path):
    s = a_home(tmp_path, SPARK_REMOTE="sc://cluster:15002", SMTP_HOST="mail.taian.invalid", SMTP_PORT=25)
    assert {service.name for service in services.services(s)}.isdisjoint({"spark-connect", "mail"})


def test_spark_listens_on_loopback_only(tmp_path):
    command = " ".join(services.spark_command(a_home(tmp_path)))
    for setting in ("spark.connect.grpc.binding.address", "spark.driver.bindAddress", "spark.driver.host"):
        assert f"{setting}=127.0.0.1" in command
    assert "spark.ui.enabled=false" in command


def test_a_small_city_compiles_lightly_a_large_one_thoroughly_and_a_setting_decides_for_itself(tmp_path):
    s = a_home(tmp_path)
    assert "TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m" in services.java_options_of(s)
    s.landing.mkdir(parents=True)
    with (s.landing / "residents.csv").open("wb") as file:
        file.truncate(services.SMALL_LANDING)
    assert "TieredStopAtLevel" not in services.java_options_of(s)
    assert services.java_options_of(a_home(tmp_path, spark_java_options="-Xint")) == "-Xint"
    assert services.java_options_of(a_home(tmp_path, spark_java_options="")) == services.java_options_of(s)


def test_state_and_scratch_stay_inside_the_home(tmp_path):
    s = a_home(tmp_path)
    environment = services.base_environment(s)
    assert environment["TMPDIR"].startswith(str(s.home))
    assert environment["AIRFLOW_HOME"].startswith(str(s.home))
    assert f"java.io.tmpdir={s.home}" in " ".join(services.spark_command(s))


def test_a_taken_port_refuses_to_start_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        names = ("airflow_port", "spark_port", "mail_port", "mail_page_port")
        # A platform that runs beside the tests has the usual ones.
        others = dict(zip(names, free_ports(len(names)), strict=True))
        s = a_home(tmp_path, web_port=taken.getsockname()[1], **others)
        with pytest.raises(ProblemError, match=r"is taken by another program.*TAIAN_WEB_PORT"):
            supervise.up(s, print, print)
    assert not (s.home / "run" / "supervisord.pid").exists()


def test_two_services_on_one_port_are_refused(tmp_path):
    with pytest.raises(ProblemError, match="TAIAN_AIRFLOW_PORT and TAIAN_WEB_PORT are both 18911"):
        supervise.up(a_home(tmp_path, web_port=18911, airflow_port=18911), print, print)


def test_the_tasks_of_a_killed_scheduler_are_found_though_they_belong_to_nobody(tmp_path):
    orphan_maker = (
        "import subprocess; print(subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL).pid, flush=True)"
    )
    with start(tmp_path, "airflow-scheduler", sys.executable, "-c", orphan_maker) as parent:
        orphan = int(parent.stdout.readline())
    assert [each.process.pid for each in owned(tmp_path)] == [orphan]
    kill_service(tmp_path, "airflow-scheduler")
    assert list(owned(tmp_path)) == []


def test_only_this_installation_is_ended(tmp_path):
    mine = start(tmp_path / "mine", "web", "sleep", "60")
    other = start(tmp_path / "other", "web", "sleep", "60")
    try:
        assert kill_all(tmp_path / "mine") == 1
        assert mine.poll() is not None
        assert other.poll() is None
    finally:
        for process in (mine, other):
            process.kill()
            process.communicate()


def test_listening_sockets_are_listed_with_their_service(tmp_path):
    process = start(tmp_path, "web", sys.executable, "-c", LISTEN)
    try:
        process.stdout.readline()
        found = listeners(tmp_path)
    finally:
        process.kill()
        process.communicate()
    assert [(each.service, each.pid, each.address) for each in found] == [("web", process.pid, "127.0.0.1")]


def test_a_stale_process_number_is_not_taken_for_a_running_supervisor(tmp_path):
    s = a_home(tmp_path)
    (s.home / "run").mkdir(parents=True)
    (s.home / "run" / "supervisord.pid").write_text(str(os.getpid()), encoding="ascii")
    assert supervise.supervisor_process(s) is None


def test_airflow_asks_nobody_for_a_password_on_loopback_and_everybody_elsewhere(tmp_path):
    keys = {"fernet_key": "f", "secret_key": "s", "jwt_secret": "j"}
    local = airflow_config.options(a_home(tmp_path), keys)
    public = airflow_config.options(a_home(tmp_path, host="0.0.0.0"), keys)
    assert local["core"]["simple_auth_manager_all_admins"] == "True"
    assert public["core"]["simple_auth_manager_all_admins"] == "False"
    assert local["api"]["host"] == "127.0.0.1"
    assert local["core"]["load_examples"] == "False"


def test_airflows_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    s = a_home(tmp_path)
    airflow_config.write_config(s)
    first = (s.home / "airflow" / "airflow.cfg").read_text(encoding="utf-8")
    airflow_config.write_config(s)
    assert (s.home / "airflow" / "airflow.cfg").read_text(encoding="utf-8") == first
    for name in ("airflow.cfg", "secrets.json"):
        assert (s.home / "airflow" / name).stat().st_mode & 0o777 == 0o600
    assert s.home.stat().st_mode & 0o777 == 0o700


def test_a_percent_sign_in_the_database_address_survives_airflows_interpolation(tmp_path):
    import configparser

    own = a_home(tmp_path, airflow_db="postgresql+psycopg://taian:p%40ss@127.0.0.1/airflow")
    keys = {"fernet_key": "f", "secret_key": "s", "jwt_secret": "j"}
    parser = configparser.ConfigParser()
    parser.read_string(airflow_config.render(airflow_config.options(own, keys)))
    for half in ("sql_alchemy_conn", "sql_alchemy_conn_async"):
        assert parser["database"][half] == "postgresql+psycopg://taian:p%40ss@127.0.0.1/airflow"


def test_without_a_database_of_its_own_airflow_has_a_file_in_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIAN_AIRFLOW_DB", "")
    s = a_home(tmp_path)
    assert airflow_config.database_options(s) == {"sql_alchemy_conn": f"sqlite:///{s.home}/airflow/airflow.db"}
