"""异议 on the page 考核: who is offered what, what the server refuses whatever the page offered, what the log keeps."""

import shutil
from pathlib import Path

import pytest
from page_text import words as every_word

from alerts import audit, objections
from alerts.objections import Said
from dashboards.objections import NOT_YOURS, take
from dashboards.pages import plan
from dashboards.serving import Snapshot, open_snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from taian.access.roles import Reader
from taian.settings import Settings

POLICE = Reader("wu", "吴刚", frozenset({"owner"}), frozenset({"gonganju"}))
SCHOOLS = Reader("su", "苏敏", frozenset({"owner"}), frozenset({"jiaoyuju"}))
COUNTY = Reader("sun", "孙丽", frozenset({"owner"}), frozenset({"370902"}))
LEADER = Reader("wang", "王芳", frozenset({"leader"}))
AUDITOR = Reader("zhao", "赵平", frozenset({"auditor"}))
TRIAL = Reader("all", "试用", frozenset({"owner", "leader"}))


@pytest.fixture
def city(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    config = Settings(home=tmp_path)
    shutil.copytree(published, config.serving)
    monkeypatch.setattr("dashboards.pages.objection_panel.settings", lambda: config)
    return config


def snapshot_of(config: Settings, reader: Reader) -> Snapshot:
    return open_snapshot(config.serving, sight_of(reader))


def page(config: Settings, reader: Reader, **params: str) -> str:
    view = View("/plan", {"tab": "evaluation", **params})
    return " ".join(every_word(plan.render(snapshot_of(config, reader), view)).split())


def say(config: Settings, reader: Reader, key: str, **fields: str) -> str:
    given = {"why": "上云率漏计一个系统", "document": "泰公函〔2018〕2号", **fields}
    return take(config, snapshot_of(config, reader), key, reader, given)


def test_a_department_objects_and_the_leading_group_decides_and_both_stay_visible(city: Settings) -> None:
    assert "确认提出异议（公安局，2018 年）" in page(city, POLICE)
    assert say(city, POLICE, "object/gonganju/2018") == ""
    assert "确认提出异议" not in page(city, POLICE), "it waits for the decision"
    assert "异议成立" not in page(city, POLICE), "who objects does not decide"
    assert "确认异议不成立（公安局，2018 年）" in page(city, LEADER)
    decided = say(city, LEADER, "reject/gonganju/2018", why="台账未列", document="纪要〔2018〕1号")
    assert decided == ""
    for reader in (POLICE, LEADER, AUDITOR):
        text = page(city, reader)
        assert "2018 公安局 提出异议 上云率漏计一个系统 泰公函〔2018〕2号 吴刚（wu）" in text
        assert "异议不成立 台账未列 纪要〔2018〕1号 王芳（wang）" in text
    lines = audit.of_action(city, objections.ACTION)
    assert [(line.actor, line.role) for line in lines] == [("吴刚（wu）", "owner"), ("王芳（wang）", "leader")]
    assert audit.verify(city).broken == ""


def test_nobody_objects_for_another_department_or_decides_in_its_place(city: Settings) -> None:
    assert say(city, SCHOOLS, "object/gonganju/2018") == NOT_YOURS
    assert say(city, LEADER, "object/gonganju/2018") == NOT_YOURS
    assert say(city, COUNTY, "object/370902/2018") == NOT_YOURS, "counties are not evaluated"
    assert say(city, POLICE, "object/gonganju/2017").startswith("现在考核的是 2018 年")
    assert say(city, POLICE, "object/gonganju/2018") == ""
    for reader in (POLICE, SCHOOLS, AUDITOR):
        assert say(city, reader, "accept/gonganju/2018") == NOT_YOURS
    for key in ("", "accept", "close/gonganju/2018", "object//"):
        assert say(city, POLICE, key) == NOT_YOURS
    assert "漏计" not in page(city, SCHOOLS), "another department's objection is not its to see"
    assert [each.what for each in objections.history(city)] == ["object"]


def test_what_is_missing_or_comes_second_is_said_in_a_sentence(city: Settings) -> None:
    assert say(city, POLICE, "object/gonganju/2018", document=" ").startswith("2018 年考核的异议和裁定必须写明文件")
    assert say(city, POLICE, "object/gonganju/2018", why="长" * 500).startswith("姓名、名称至多")
    assert say(city, POLICE, "object/gonganju/2018") == ""
    assert "还没有裁定" in say(city, POLICE, "object/gonganju/2018")
    assert say(city, LEADER, "accept/gonganju/2018") == ""
    assert "没有待裁定的异议" in say(city, LEADER, "reject/gonganju/2018"), "who comes second is told"


def test_what_was_said_by_command_waits_on_the_page_whatever_its_year(city: Settings) -> None:
    objections.say(city, Said("jiaoyuju", 2017, "object", "漏计", "泰教函〔2018〕1号", "周"))
    assert "确认异议成立（教育局，2017 年）" in page(city, LEADER)
    assert say(city, LEADER, "accept/jiaoyuju/2017") == ""
    assert "2017 教育局 异议成立" in page(city, SCHOOLS)


def test_who_answers_for_everybody_is_asked_for_the_department_it_chose(
    city: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.pages.objection_panel.MOST_OWN", 2)
    assert "确认提出异议" not in page(city, TRIAL)
    own = page(city, TRIAL, department="jiaoyuju")
    assert "确认提出异议（教育局，2018 年）" in own and "确认提出异议（公安局" not in own
