import datetime
import shutil
from pathlib import Path
from typing import Any

import pytest

from alerts.casebook import Casebook
from alerts.night import FindingFact, Night
from alerts.store import open_store, utc_now
from dashboards import cases
from dashboards.pages.case import case_panel
from dashboards.pages.cases import case_list, drawn
from dashboards.pages.precision_card import _missed
from dashboards.view import View
from taian.settings import Settings


def test_without_a_store_there_are_no_states_and_none_is_made(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    assert cases.finding_states(config) == {}
    assert not config.alerts_db.exists()


def test_a_store_that_cannot_be_read_is_told_from_a_store_without_cases(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    config.alerts_db.write_bytes(b"not a database" * 100)
    assert cases.finding_states(config) is None
    assert cases.closed_subjects(config) is None


@pytest.fixture
def store(tmp_path: Path) -> Settings:
    """A store with one strong finding's case."""
    config = Settings(home=tmp_path)
    fact = FindingFact(finding_id="f1", family="identity", test="t", strength="strong", message="某厂不平衡")
    with open_store(config).writing() as session:
        Casebook(session, utc_now()).record(Night(
            run_id="r", business_date=datetime.date(2018, 6, 30), state="success", findings=(fact,)
        ), {})  # fmt: skip
    return config


NUMBER = "XS-2018-0001"
FINDING = "finding:f1"


def take(store: Settings, action: str, seen: int | None = None, who: str = "李华", **fields: str) -> str:
    return cases.step(store, NUMBER, action, who, fields, seen)


def test_a_finding_has_the_state_of_its_case_in_words(store: Settings) -> None:
    assert cases.finding_states(store) == {"f1": "待受理"}
    take(store, "acknowledge")
    assert cases.finding_states(store) == {"f1": "已受理"}
    assert cases.closed_subjects(store) == set()
    take(store, "dismiss", why="并购")
    take(store, "close", why="归档")
    assert cases.closed_subjects(store) == {"f1"}


def test_a_step_is_taken_under_a_name_that_says_where_it_came_from(store: Settings) -> None:
    assert take(store, "acknowledge", who=" 李华 ") == ""
    found = cases.case_of(store, FINDING)
    assert found is not None
    case, events = found
    assert case.state == "acknowledged"
    assert events[-1].who == "李华"


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("acknowledge", {"who": "  "}, "请先填写经办人的姓名。"),
        ("delete", {}, "没有这样的步骤。"),
        ("assign", {}, "案件 XS-2018-0001 分派时必须写明承办人；请填写后再试。"),
        ("assign", {"to": "王五", "on": "下周"}, "“下周”不是日期；请写成 2018-06-30 的样子。"),
        ("reopen", {"why": "x"}, "案件 XS-2018-0001 当前为待受理，不能重新打开；可以：受理、分派、排除。"),
        ("dismiss", {}, "案件 XS-2018-0001 排除时必须说明理由；请填写后再试。"),
        ("dismiss", {"why": "长" * 401}, "姓名、名称至多 40 个字，理由和内容至多 400 个字；请缩短后再试。"),
        ("acknowledge", {"seen": 99}, "案件 XS-2018-0001 在您打开之后已由平台立案；请看过最新的经过再办理。"),
    ],
)
def test_a_step_that_cannot_be_is_one_sentence_and_leaves_no_trace(
    store: Settings, action: str, fields: dict[str, Any], said: str
) -> None:
    assert take(store, action, **fields) == said
    found = cases.case_of(store, NUMBER)
    assert found is not None
    assert len(found[1]) == 1


def test_a_closed_case_is_told_by_what_it_is_about(store: Settings) -> None:
    take(store, "dismiss", why="企业已更正")
    assert cases.closed_subjects(store) == set()
    take(store, "close", why="企业已更正")
    assert cases.closed_subjects(store) == {"f1"}


def test_a_finding_without_a_case_can_be_made_a_lead(store: Settings, published: Path) -> None:
    shutil.copytree(published, store.serving)
    assert "列为线索" in shown(store, "finding:f0059bun")
    assert cases.step(store, "finding:f0059bun", "take", "李华", {"why": "实地看到停产"}, None) == ""
    found = cases.case_of(store, "finding:f0059bun")
    assert found is not None
    assert (found[0].state, found[0].strength, found[1][0].who) == ("open", "weak", "李华")
    assert found[0].finding is not None
    assert "没有编号为 f999 的疑点" in cases.step(store, "finding:f999", "take", "李华", {}, None)


def test_a_lead_by_hand_is_opened_or_refused_in_one_sentence(store: Settings) -> None:
    number, said = cases.open_by_hand(store, "李华", {"name": "某厂", "what": "来信"})
    assert (number[:3], said) == ("SG-", "")
    assert cases.open_by_hand(store, "李华", {"name": "某厂"})[1].startswith("手工线索必须写明")
    assert cases.open_by_hand(store, "", {"name": "某厂", "what": "来信"})[1] == "请先填写经办人的姓名。"
    listed = str(case_list(store, View("/cases", {"kind": "hand"})))
    assert number in listed and NUMBER not in listed


def test_a_long_list_of_cases_goes_on_on_its_next_page(store: Settings) -> None:
    numbers = [cases.open_by_hand(store, "李华", {"name": f"厂{i}", "what": "来信"})[0] for i in range(27)]
    first, second = (str(case_list(store, View("/cases", {"kind": "hand", "page": page}))) for page in "12")
    assert [number in first for number in numbers].count(True) == 25
    assert all((number in first) != (number in second) for number in numbers)
    assert "第 26–27 行，共 27 行" in second


def test_units_are_drawn_from_the_page_or_it_says_why_not(store: Settings, published: Path) -> None:
    assert cases.draw_units(store, "李华", {"count": "2"})[2].startswith("读不到夜间发布的检查结果")
    shutil.copytree(published, store.serving)
    for fields, said in (
        ({"count": "二"}, "请填写抽取几家"),
        ({"count": "99"}, "抽取范围内有 20 家单位，不能抽 99 家"),
    ):
        assert cases.draw_units(store, "李华", fields)[2].startswith(said)
    number, opened, said = cases.draw_units(
        store, "李华", {"count": "6", "seed": "7", "by": "county", "inspectors": "甲、乙"}
    )
    assert (number.partition("（")[2], said, len(opened)) == ("抽样种子 7，20 家中抽取）", "", 6)
    assert {case.assignee for case in opened} == {"甲", "乙"}
    assert opened[0].id in str(drawn(number, opened, said))
    assert "抽查 6 家，已有结论 0 家" in str(_missed(cases.missed(store)).to_plotly_json())
    for step in ({"action": "hear", "why": "有账"}, {"action": "confirm", "why": "账实不符"}):
        assert cases.step(store, opened[0].id, step["action"], "李华", step, None) == ""
    assert "估计 100.0% 其实不实，95% 区间 2.5%—100.0%" in str(_missed(cases.missed(store)).to_plotly_json())


def shown(store: Settings, identity: str, **more: str) -> str:
    return str(case_panel(store, identity, **more).to_plotly_json())


def test_a_store_that_cannot_be_read_is_said_where_the_case_would_be(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    config.alerts_db.write_bytes(b"not a database" * 100)
    assert "案件库读不到" in shown(config, FINDING)
    assert "没有记录" in take(config, "close", why="x")


def test_what_became_of_a_step_is_announced_where_the_reader_goes_on(store: Settings) -> None:
    done, refused = case_panel(store, NUMBER, done="assign"), case_panel(store, NUMBER, said="请先填写经办人的姓名。")
    assert "已记录：分派。" in str(done.to_plotly_json())
    assert "role='status'" in str(done.to_plotly_json())
    assert "role='alert'" in str(refused.to_plotly_json())
    assert "case-answer" not in shown(store, NUMBER)


def test_the_panel_offers_the_steps_that_the_state_allows(store: Settings) -> None:
    take(store, "dismiss", why="企业已更正")
    said = shown(store, FINDING)
    assert f"'action': 'reopen', 'case': '{NUMBER}'" in said
    assert "'action': 'assign'" not in said
    assert "企业已更正" in said
