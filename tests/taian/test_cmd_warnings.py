"""``taian warnings`` on the command line."""

import json

import duckdb
import pytest
from warned import open_warnings, signal_rows

from alerts.cap import mistakes
from taian import cli
from taian.settings import settings


def test_a_message_for_other_offices_is_written_for_this_user_alone(home, tmp_path, capsys):
    open_warnings(settings())
    out = tmp_path / "warning.xml"
    assert cli.run(["warnings", "cap", "YJ-2018-0001", "--out", str(out)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert mistakes(out.read_text(encoding="utf-8")) == []


def test_a_message_that_cannot_be_written_is_one_sentence(home, tmp_path, capsys):
    open_warnings(settings())
    assert cli.run(["warnings", "cap", "YJ-2018-0001", "--out", str(tmp_path / "no" / "warning.xml")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.fixture
def published(home):
    """The signals of a night, a water outage of the past among them."""
    serving = settings().serving
    serving.mkdir(parents=True)
    signals = signal_rows()
    with duckdb.connect(str(serving / "signals.duckdb")) as connection:
        connection.register("rows", signals)
        connection.execute("CREATE TABLE topic_warning__signal AS SELECT * FROM rows")
    pointer = {"business_date": "2018-06-29", "tables": {"topic_warning__signal": {"file": "signals.duckdb"}}}
    (serving / "CURRENT.json").write_text(json.dumps(pointer), encoding="utf-8")


def test_a_signal_of_the_past_is_listed_and_opened_once(published, capsys):
    assert cli.run(["warnings", "past", "--json"]) == 0
    (outage,) = (row for row in json.loads(capsys.readouterr().out) if row["area"] == "泰山区")
    assert (outage["since"], outage["until"], outage["inside"]) == ("2018-05-14", "2018-05-18", "上高街道、徐家楼街道")
    given = ["warnings", "record", outage["id"], "--why", "复盘停水", "--who", "王芳"]
    assert cli.run(given) == 0
    assert "【补立】泰山区 · 供水诉求（日）: 待研判" in capsys.readouterr().out
    assert cli.run(given) == 2
    assert "由王芳立；请直接办理" in capsys.readouterr().err


def test_without_a_night_there_is_no_past_and_that_is_one_sentence(home, capsys):
    for given in (["past"], ["record", "s1", "--why", "复盘"]):
        assert cli.run(["warnings", *given]) == 2
        assert "请先运行一夜" in capsys.readouterr().err
