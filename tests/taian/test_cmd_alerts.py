"""Cases on the command line: listed, shown, acknowledged, given to somebody, closed."""

import datetime as dt
import json

import duckdb
import pytest

from alerts.night import DeliveryFact, Night
from alerts.notify import record_night
from taian import cli
from taian.settings import settings


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A home with one case of a held batch; its number."""
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    held = DeliveryFact(
        resource="resident",
        title="户籍人口基本信息",
        provider="gonganju",
        provider_name="公安局",
        period="2018-06-30",
        batch="resident-2018-06-30-01",
        state="held",
        code="W002",
        code_title="行数异常",
    )
    record_night(settings(), Night(run_id="n", business_date=dt.date(2018, 6, 30), state="success", deliveries=(held,)))
    yield "PC-2018-0001"
    settings.cache_clear()


def rows(capsys, *arguments):
    assert cli.run(["alerts", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_case_is_listed_by_its_state_kind_and_readers(case, capsys):
    assert [row["id"] for row in rows(capsys, "list", "--state", "open", "--audience", "owner:gonganju")] == [case]
    assert rows(capsys, "list", "--state", "closed") == []
    assert rows(capsys, "list", "--kind", "night") == []


def test_a_case_goes_its_way_and_keeps_who_did_what_and_why(case, capsys):
    assert cli.run(["alerts", "ack", case, "--who", "王芳"]) == 0
    assert cli.run(["alerts", "assign", case, "--to", "李华", "--who", "王芳"]) == 0
    assert cli.run(["alerts", "close", case, "--why", "已更正", "--who", "李华"]) == 0
    assert "已办结" in capsys.readouterr().out
    [found] = rows(capsys, "show", case)
    assert (found["state"], found["assignee"]) == ("closed", "李华")
    assert [(each["what"], each["who"]) for each in found["history"]] == [
        ("opened", "平台"),
        ("acknowledge", "王芳"),
        ("assign", "王芳"),
        ("close", "李华"),
    ]
    assert found["history"][-1]["why"] == "已更正"
    assert cli.run(["alerts", "reopen", case, "--why", "又有新证据", "--who", "王芳"]) == 0
    assert "待受理" in capsys.readouterr().out


def test_without_a_name_the_user_of_the_system_did_it(case, capsys, monkeypatch):
    monkeypatch.setattr("taian.commands.alerts.os_user", lambda: "yunwei")
    assert cli.run(["alerts", "ack", case]) == 0
    capsys.readouterr()
    assert rows(capsys, "show", case)[0]["history"][-1]["who"] == "yunwei"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "XS-1"], "没有编号为 XS-1 的案件、预警或督办"),
        (["ack", "XS-1"], "没有编号为 XS-1 的案件、预警或督办"),
        (["close", "PC-2018-0001", "--why", " "], "案件 PC-2018-0001 办结时必须说明理由"),
        (["close", "PC-2018-0001"], "Missing option '--why'"),
    ],
)
def test_a_step_a_case_does_not_allow_is_one_sentence(case, capsys, arguments, sentence):
    assert cli.run(["alerts", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1


def said(capsys, *arguments):
    assert cli.run(["alerts", *arguments, "--who", "王芳"]) == 0
    return capsys.readouterr().out.strip()


def test_a_lead_by_hand_is_worked_to_its_end(case, capsys):
    opened = said(capsys, "open", "--name", "某厂", "--county", "岱岳区", "--what", "来信反映虚报")
    number = opened.split()[0]
    assert opened == f"{number} 岱岳区 · 手工线索: 待受理"
    assert "核查中 (李华, 期限 2099-01-05)" in said(capsys, "assign", number, "--to", "李华", "--due", "2099-01-05")
    assert cli.run(["alerts", "confirm", number, "--why", "x"]) == 2
    assert "不能认定属实" in capsys.readouterr().err
    said(capsys, "hear", number, "--text", "有合同", "--on", "2018-07-01")
    said(capsys, "confirm", number, "--why", "合同不符")
    assert "已移送 (监督局)" in said(capsys, "transfer", number, "--to", "监督局")
    said(capsys, "close", number, "--why", "已移送")
    [found] = rows(capsys, "list", "--kind", "hand")
    assert (found["state"], found["verdict"], found["handed_to"]) == ("closed", "confirmed", "监督局")
    assert rows(capsys, "list", "--late") == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["take", "f1"], "读不到夜间发布的检查结果"),
        (["draw", "--count", "3"], "读不到夜间发布的检查结果"),
        (["draw", "--check", "CJ-1"], "没有编号为 CJ-1 的抽取"),
        (["draw"], "Say how many units with --count"),
        (["open", "--name", " ", "--what", "x"], "手工线索必须写明单位名称和线索内容"),
        (["assign", "PC-2018-0001", "--to", "李华", "--due", "明天"], "'明天' is not a day"),
    ],
)
def test_what_cannot_be_opened_or_dated_is_one_sentence(case, capsys, arguments, sentence):
    assert cli.run(["alerts", *arguments]) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_a_draw_is_made_listed_made_again_and_judged(case, capsys):
    serving = settings().serving
    serving.mkdir()
    with duckdb.connect(str(serving / "u.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE topic_authenticity__unit AS SELECT 'U' || n AS unit, '第' || n || '厂' AS unit_name, "
            "'宁阳县' AS county_name, '化工' AS industry_name, 0 AS findings FROM range(5) AS r(n)"
        )
    pointer = {"business_date": "2018-06-30", "tables": {"topic_authenticity__unit": {"file": "u.duckdb"}}}
    (serving / "CURRENT.json").write_text(json.dumps(pointer))
    drawn = said(capsys, "draw", "--count", "2", "--seed", "7", "--by", "county", "--inspector", "李华")
    assert "抽样种子 7，5 家中抽取 2 家" in drawn and drawn.count("李华") == 2
    [listed] = rows(capsys, "draws")
    assert (listed["seed"], listed["wanted"], listed["stratified_by"], listed["who"]) == ("7", 2, "county", "王芳")
    assert cli.run(["alerts", "draw", "--check", listed["id"]]) == 0
    assert "名单与审计日志和案件一致" in capsys.readouterr().out
    assert rows(capsys, "missed") == [
        {"drawn": 2, "confirmed": 0, "dismissed": 0, "frame": 5, "miss_rate": None, "low": None, "high": None}
    ]
