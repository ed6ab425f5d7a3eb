"""预警: the board, one warning with its picture and causes, and who may take which step."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from dash import dcc
from page_text import words as every_word
from warned import CAUSES, SENTENCE, drop, late_source, open_warnings

from alerts import past as past_store
from alerts import warnings as store
from alerts.cases import WARNINGS
from dashboards import permissions, warned
from dashboards.pages import lessons_card, overview, warning, warning_words, warnings, warnings_card
from dashboards.pages.warning_panel import FIELDS, warning_panel
from dashboards.router import body_of
from dashboards.serving import Serving, Snapshot, open_snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from taian.access.roles import Reader, Role
from taian.clock import SHANGHAI
from taian.settings import Settings

NUMBER = "YJ-2018-0001"
TUESDAY = dt.datetime(2018, 7, 3, 9, 0, tzinfo=SHANGHAI)


def words(node: object) -> str:
    """All text of a page, any space as one."""
    return " ".join(every_word(node).split())


def reader(*roles: Role) -> Reader:
    return Reader("wang", "王芳", frozenset(roles))


@pytest.fixture
def city(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a published night and two warnings, looked at two working days later."""
    config = Settings(home=tmp_path)
    shutil.copytree(published, config.serving)
    for module in (warnings, warning, warnings_card, lessons_card):
        monkeypatch.setattr(module, "settings", lambda: config)
    for module in (warnings, warnings_card, store, past_store):
        monkeypatch.setattr(module, "delivery_moment", lambda _home: TUESDAY)
    monkeypatch.setattr("dashboards.pages.warning_panel.delivery_moment", lambda _home: TUESDAY)
    open_warnings(config)
    return config


def snapshot_of(config: Settings, *roles: Role) -> Snapshot:
    return open_snapshot(config.serving, sight_of(reader(*roles)))


def shown(config: Settings, *roles: Role, **params: str) -> str:
    return words(warnings.render(snapshot_of(config, *roles), View("/warnings", params)))


def take(config: Settings, action: str, *roles: Role, seen: int | None = None, **fields: str) -> str:
    return warned.take(config, NUMBER, action, reader(*roles), fields, seen)


def panel(config: Settings, *roles: Role) -> str:
    return str(warning_panel(config, NUMBER, permissions.warning_steps(reader(*roles))).to_plotly_json())


def test_the_board_tells_where_each_warning_waits_for_whom_and_which_are_overdue(city: Settings) -> None:
    text = shown(city, "analyst")
    assert "在办 2" in text and "逾期 1" in text and "橙色 1" in text
    assert "待研判 2" in text and "值班员 · 2018-07-02 11:00" in text
    assert text.index("泰安市 · 增值税开票销售额") < text.index("泰安市 · 空气质量"), "the overdue stands first"
    assert "逾期 1 个工作日" in text
    assert "空气质量" not in shown(city, "analyst", late="1").partition("清单")[2]
    assert "没有符合条件的预警" in shown(city, "analyst", level="red")
    assert SENTENCE in shown(city, "auditor", state="open", area="370900", detector="drop")


def test_the_review_tells_what_ended_warnings_taught(city: Settings) -> None:
    assert "还没有解除或归档的预警" in shown(city, "leader", tab="review")
    for action in ("assess", "dismiss", "lift"):
        assert take(city, action, "analyst", why="计量表更换") == ""
    text = shown(city, "auditor", tab="review")
    assert "骤降 1 0 1 0 0.0%" in text and "结论太少，还分不清" in text
    assert "排除" in text and "计量表更换 王芳（wang）" in text


def test_without_warnings_the_page_says_why(city: Settings, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city.alerts_db.unlink()
    assert "这一夜有 2 条当期信号，1 个来源没有数据" in shown(city, "leader")
    pointer = json.loads((city.serving / "CURRENT.json").read_text(encoding="utf-8"))
    del pointer["tables"]["topic_warning__signal"]
    (city.serving / "CURRENT.json").write_text(json.dumps(pointer), encoding="utf-8")
    assert "没有信号表不等于没有问题" in shown(city, "leader")
    city.alerts_db.write_bytes(b"not a database" * 100)
    assert "预警库读不到" in shown(city, "leader")


def test_a_warning_shows_what_was_expected_and_parts_that_are_the_whole_deviation(city: Settings) -> None:
    page = warning.render(snapshot_of(city, "analyst"), View(f"/warnings/{NUMBER}"))
    text = words(page)
    assert SENTENCE in text
    assert "92.0 亿元 至 108.0 亿元" in text
    assert "过去 24 期中 23 期落在正常范围内" in text
    assert "泰山区 77.5% −31.0 亿元" in text
    assert "合计 −40.0 亿元" in text, "the parts and the remainder are actual less expected"
    assert sum(one["deviation"] for one in CAUSES) == drop().actual - drop().expected
    assert "泰山区 工业用电量：骤降" in text
    (figure,) = [part.figure for part in page._traverse() if isinstance(part, dcc.Graph)]
    assert {"正常范围", "预测范围（80%）", "预期", "实际", "本次异常"} <= {
        trace.get("name") for trace in figure["data"]
    }
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["数据截止 2018-06"]
    silent = words(warning.render(snapshot_of(city, "auditor"), View("/warnings/YJ-2018-0002")))
    assert "来源没有到，没有可画的数" in silent
    assert "按期" not in silent.partition("看到什么")[2].partition("预期与实际")[0], "what did not come is not on time"
    assert "没有编号为 YJ-1 的预警" in words(warning.render(snapshot_of(city, "leader"), View("/warnings/YJ-1")))


def test_each_role_is_offered_its_steps_and_the_server_refuses_the_others(city: Settings) -> None:
    assert "'action': 'assess'" in panel(city, "analyst")
    assert "'action': 'assess'" not in panel(city, "leader")
    assert "这一步不由您的角色办理" in panel(city, "operator")
    assert take(city, "assess", "leader", why="x") == warned.NOT_YOURS
    assert take(city, "delete", "analyst") == warned.NOT_YOURS
    assert take(city, "assess", "analyst", why="停产<script>alert(1)</script>") == ""
    assert take(city, "publish", "analyst") == warned.NOT_YOURS
    assert "'action': 'publish'" in panel(city, "leader")
    assert take(city, "publish", "leader") == ""
    case, events = store.show_warning(city, NUMBER)
    assert (case.state, events[-1].who) == ("published", "王芳（wang）")
    assert "停产<script>" in panel(city, "auditor"), "the note is text; the browser is given no HTML"
    assert "待研判 " in panel(city, "auditor"), "how long each stage took"


def test_who_comes_second_is_told_and_a_bad_step_is_one_sentence(city: Settings) -> None:
    _, events = store.show_warning(city, NUMBER)
    assert take(city, "assess", "analyst", seen=events[-1].id, why="停产") == ""
    assert "已由王芳（wang）研判" in take(city, "lift", "analyst", seen=events[-1].id, why="恢复")
    assert "必须说明理由" in take(city, "lift", "analyst")
    assert "“下周”不是日期" in take(city, "silence", "analyst", on="下周", why="检修")
    assert "不能签收" in take(city, "sign", "analyst")


def test_every_step_of_a_warning_belongs_to_a_role_and_has_its_form() -> None:
    actions = {action for _, action in WARNINGS}
    assert actions == set(permissions.WARNING_STEPS) == set(FIELDS)
    assert set(warning_words.NEXT) == {state for state, _ in WARNINGS} - {"closed"}


def test_the_first_page_has_the_open_warnings_for_those_who_follow_them(city: Settings, monkeypatch) -> None:
    text = words(overview.render(snapshot_of(city, "leader"), View()))
    assert "逾期 1 件 · 橙色 1 · 蓝色 1" in text
    assert "全部 2 件" in text
    assert "全部 2 件" not in words(overview.render(snapshot_of(city, "inspector"), View()))


def test_the_page_of_a_warning_is_made_anew_each_time(city: Settings) -> None:
    sight = sight_of(reader("analyst"))
    source = Serving(city.serving)
    before = words(body_of(source, View(f"/warnings/{NUMBER}"), sight)[0])
    take(city, "assess", "analyst", why="停产")
    assert "待发布" not in before
    assert "待发布" in words(body_of(source, View(f"/warnings/{NUMBER}"), sight)[0])
    assert late_source().detector in warning_words.DETECTORS


def past(config: Settings, *roles: Role, **params: str) -> str:
    return shown(config, *roles, tab="past", **params)


def test_past_signals_are_listed_one_row_an_episode_under_the_filters(city: Settings) -> None:
    night = snapshot_of(city, "leader")

    def listed(**params: str) -> str:
        return words(warnings.render(night, View("/warnings", {"tab": "past", **params})))

    text = listed()
    assert "以往信号 2 段" in text
    assert text.index("泰山区 · 供水诉求（日）") < text.index("泰安市 · 一般公共预算收入"), "the last first"
    assert "含上高街道、徐家楼街道" in text and "2018-05-14 至 2018-05-18 5 期有信号" in text
    assert "54 件，约为预期的 54 倍" in text
    assert "数据存疑，不立" in text
    assert "泰安市 · 增值税开票销售额" not in text.partition("以往信号 2 段")[2], "what lasts is the night's"
    for name, value in (("level", "red"), ("area", "370902"), ("number", "hotline_water_daily")):
        assert "以往信号 1 段" in listed(**{name: value})
    assert "没有符合条件的以往信号" in listed(level="blue")


def test_an_episode_is_opened_by_the_duty_officer_and_by_nobody_else(city: Settings) -> None:
    signal = episode_of(city)
    page = past(city, "analyst", signal=signal)
    assert "泰山区供水诉求（日）（2018-05-14）突增" in page and "确认补立预警" in page
    assert "补立由值班员（分析员）办理" in past(city, "leader", signal=signal)
    for role in ("leader", "operator", "auditor"):
        assert warned.record(city, signal, reader(role), "复盘") == ("", warned.NOT_YOURS)
        assert not permissions.may_call(reader(role), "past-panel.children")
    assert "必须说明理由" in warned.record(city, signal, reader("analyst"), "")[1]
    number, said = warned.record(city, signal, reader("analyst"), "复盘<b>停水</b>")
    assert (number, said) == ("YJ-2018-0003", "")
    assert "已有预警 YJ-2018-0003，由王芳（wang）立" in warned.record(city, signal, reader("analyst"), "再立")[1]
    assert "没有编号为 s99 的以往信号" in warned.record(city, "s99", reader("analyst"), "复盘")[1]
    assert "没有编号为 s99 的以往信号" in past(city, "analyst", signal="s99")
    assert f"这段信号已有预警 {number}" in past(city, "analyst", signal=signal)
    assert number in past(city, "auditor")


def episode_of(config: Settings) -> str:
    (one,) = (one for one in warned.past_of(snapshot_of(config, "analyst")) if one.fact.area_code == "370902")
    return one.id


def test_what_was_opened_afterwards_is_marked_and_counted_apart(city: Settings, monkeypatch) -> None:
    number, _ = warned.record(city, episode_of(city), reader("analyst"), "复盘停水")
    board = shown(city, "leader")
    assert "在办 2" in board and "补立 1" in board and "红色 0" in board
    assert "【补立】泰山区 · 供水诉求（日）" in shown(city, "leader", past="1").partition("清单")[2]
    assert "增值税" not in shown(city, "leader", past="1").partition("清单")[2]
    page = words(warning.render(snapshot_of(city, "analyst"), View(f"/warnings/{number}")))
    assert "补立预警，供复盘、演练，不是新的警情" in page and "没有期限，不自动解除" in page
    form = warning_panel(city, number, permissions.warning_steps(reader("analyst")))
    assert "'action': 'silence'" not in str(form.to_plotly_json())
    for action in ("assess", "lift"):
        case, events = store.show_warning(city, number)
        assert warned.take(city, case.id, action, reader("analyst"), {"why": "抢修完成"}, events[-1].id) == ""
    text = shown(city, "leader", tab="review")
    assert "补立，不计" in text and "抢修完成" in text and "哪种信号靠得住" not in text
    for action in ("assess", "dismiss", "lift"):
        assert take(city, action, "analyst", why="计量表更换") == ""
    text = shown(city, "leader", tab="review")
    assert "骤降 1 0 1 0" in text and "突增 1" not in text
    assert "补立的 1 件不在内" in text
