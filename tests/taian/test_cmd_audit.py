"""``taian audit`` on the command line: 0 whole, 1 broken with the line named, 2 nothing to verify."""

import json

import pytest
from sqlalchemy import text

from alerts import audit
from alerts.store import open_store
from taian import cli
from taian.settings import settings


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


def written(*names):
    return [audit.record(settings(), actor=name, role="auditor", action="sign_in", object_=name) for name in names]


def test_a_whole_log_is_said_so_with_its_head(capsys):
    first, last = written("甲", "乙")
    assert cli.run(["audit", "verify"]) == 0
    assert capsys.readouterr().out == f"审计日志完整：共 2 条，末条摘要 {last}；案件的经过与日志一致\n"
    assert cli.run(["audit", "verify", "--head", first.upper()]) == 0
    capsys.readouterr()
    assert cli.run(["audit", "list", "--object", "乙", "--json"]) == 0
    assert [row["hash"] for row in json.loads(capsys.readouterr().out)] == [last]


def test_the_first_broken_line_is_named_in_one_sentence_with_exit_code_1(capsys):
    written("甲", "乙", "丙")
    with open_store(settings()).writing() as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("UPDATE audit_entry SET actor = '丁' WHERE sequence > 1"))
    assert cli.run(["audit", "verify"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("审计日志第 2 条") and said.count("\n") == 1


def test_what_cannot_be_verified_is_exit_code_2_and_a_log_that_is_gone_is_broken(home, capsys):
    assert cli.run(["audit", "verify"]) == 2
    assert "alerts.db is not there" in capsys.readouterr().err
    assert cli.run(["audit", "verify", "--head", "0" * 64]) == 1
    assert cli.run(["audit", "verify", "--head", "xyz"]) == 2
    home.mkdir(exist_ok=True)
    (home / "alerts.db").write_bytes(b"not a database" * 100)
    assert cli.run(["audit", "verify"]) == 2
    assert "cannot be read" in capsys.readouterr().err
