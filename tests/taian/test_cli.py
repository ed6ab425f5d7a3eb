"""The command line: one sentence on bad input, exit codes 0, 1, 2, help with an example everywhere."""

import datetime as dt
import json

import pytest
import typer

from taian import cli
from taian.settings import Settings, settings


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


def commands(command, path=()):
    """Every command and every group of commands, with the words that call it."""
    for name, found in sorted(getattr(command, "commands", {}).items()):
        if getattr(found, "commands", None):
            yield (*path, name)
            yield from commands(found, (*path, name))
        else:
            yield (*path, name)


ALL = list(commands(typer.main.get_command(cli.app)))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nightly", "--date", "30.06.2018"], "--date '30.06.2018' is not a day: write it like 2018-06-30."),
        (["nightly", "--date", "9018-06-30", "--resource", "moon"], "--date 9018-06-30 lies in the future: today is "),
        (["nightly"], "Missing option '--date': see taian --help."),
        (["fly"], "No such command 'fly': see taian --help."),
        (["city", "make", "--scale", "7"], "--scale 7 is outside 0 to 1"),
        (["nightly", "--date", "2018-06-30", "--resource", "moon"], "--resource 'moon' is not in the catalogue"),
        (["deliver", "gone.csv", "--resource", "resident", "--period", "2018-06"], "gone.csv is not a file"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(arguments, sentence, capsys):
    assert cli.run(arguments) == 2
    said = capsys.readouterr()
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_setting_that_is_not_usable_is_named(monkeypatch, capsys):
    monkeypatch.setenv("TAIAN_WEB_PORT", "eighty")
    settings.cache_clear()
    assert cli.run(["status"]) == 2
    assert capsys.readouterr().err.startswith("The setting TAIAN_WEB_PORT is not usable")


def test_a_fault_leaves_its_traceback_in_the_log_and_one_sentence_on_the_screen(monkeypatch, capsys, home):
    def broken(*_, **__):
        raise RuntimeError("the moon\nis down")

    monkeypatch.setattr("taian.commands.platform.states", broken)
    assert cli.run(["status"]) == 2
    assert capsys.readouterr().err.startswith("RuntimeError: the moon is down (a fault of the platform")
    assert "Traceback" in (home / "log" / "taian.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(path, capsys):
    assert cli.run([*path, "--help"]) == 0
    assert "Example: taian" in capsys.readouterr().out.replace("│", "")


def test_a_platform_that_does_not_run_is_reported_as_such_with_exit_code_1(capsys):
    assert cli.run(["status", "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert {
        "spark-connect",
        "airflow-api",
        "airflow-scheduler",
        "airflow-dag-processor",
        "mail",
        "alerts-sender",
        "web",
    } == {row["service"] for row in rows}
    assert {row["process"] for row in rows} == {"stopped"}


@pytest.fixture
def settings_file(tmp_path, monkeypatch):
    """Write a taian.toml for this installation."""
    path = tmp_path / "taian.toml"
    monkeypatch.setitem(Settings.model_config, "toml_file", path)

    def write(text):
        path.write_text(text, encoding="utf-8")
        settings.cache_clear()

    return write


def test_every_setting_can_stand_in_the_file_and_the_environment_wins(settings_file, monkeypatch, capsys):
    monkeypatch.setenv("TAIAN_PARALLEL_TASKS", "5")
    settings_file(
        'night_at = "02:00"\nairflow_db = "postgresql+psycopg://a:b@127.0.0.1/c"\n'
        'parallel_tasks = 2\nsmtp_host = "mail"\n'
    )
    assert cli.run(["settings", "--json"]) == 0
    found = {row["setting"]: row["value"] for row in json.loads(capsys.readouterr().out)}
    expected = {
        "TAIAN_NIGHT_AT": "02:00:00",
        "TAIAN_AIRFLOW_DB": "(set)",
        "TAIAN_PARALLEL_TASKS": "5",
        "SMTP_HOST": "mail",
    }
    assert {name: found[name] for name in expected} == expected


def test_an_empty_variable_is_one_that_is_not_set(settings_file, monkeypatch):
    names = [field.validation_alias or f"TAIAN_{name.upper()}" for name, field in Settings.model_fields.items()]
    for name in names:
        monkeypatch.setenv(name, "")
    settings_file('night_at = "02:00"\nsmtp_port = 25\n')
    found = settings()
    assert (found.night_at, found.smtp_port) == (dt.time(2), 25)
    assert (found.web_port, found.spark_remote, found.spark_java_options) == (8050, None, None)


def test_a_variable_that_is_no_json_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("TAIAN_JDBC_URLS", "{")
    settings.cache_clear()
    assert cli.run(["settings"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("The setting TAIAN_JDBC_URLS is not usable: it is not valid JSON")
    assert said.count("\n") == 1


def test_a_settings_file_that_is_no_text_is_one_sentence(settings_file, tmp_path, capsys):
    settings_file("")
    (tmp_path / "taian.toml").write_bytes('mail_from = "泰安"'.encode("gb18030"))
    assert cli.run(["settings"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("taian.toml is not UTF-8 (")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("webport = 1", "taian.toml has the key 'webport', which is no setting: taian settings lists them all."),
        ("[mail]\nport = 1", "taian.toml has the key 'mail', which is no setting: taian settings lists them all."),
        ("web_port = [", "taian.toml cannot be read (Invalid value (at end of document)): mend it"),
        ('web_port = "a"', "The setting TAIAN_WEB_PORT is not usable"),
        ('smtp_port = "a"', "The setting SMTP_PORT is not usable"),
        ('night_at = "late"', "The setting TAIAN_NIGHT_AT is not usable"),
    ],
)
def test_a_wrong_settings_file_is_one_sentence(settings_file, capsys, text, sentence):
    settings_file(text)
    assert cli.run(["settings"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1


def test_settings_lists_every_setting_and_shows_no_secret(monkeypatch, capsys):
    monkeypatch.setenv("TAIAN_AIRFLOW_DB", "postgresql+psycopg://taian:hidden@127.0.0.1/airflow")
    settings.cache_clear()
    assert cli.run(["settings", "--json"]) == 0
    out = capsys.readouterr().out
    found = {row["setting"]: row["value"] for row in json.loads(out)}
    assert found["TAIAN_WEB_PORT"] == str(settings().web_port)
    assert found["TAIAN_AIRFLOW_DB"] == "(set)"
    assert "hidden" not in out


def test_down_without_a_platform_is_no_mistake(capsys):
    assert cli.run(["down"]) == 0
    assert "stopped" in capsys.readouterr().err
