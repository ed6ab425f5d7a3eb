"""督办 on the pages: who is offered which step, and what the server refuses whatever the page offered."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from page_text import words as every_word
from pdf_text import text_of
from supervised import supervise

from alerts import duties as store
from alerts.cases import DUTIES
from dashboards import duties, papers, permissions
from dashboards.pages import plan, plan_bulletin, plan_task
from dashboards.pages.duties_card import duties_card
from dashboards.pages.duty_panel import FIELDS, duty_panel
from dashboards.pages.step_form import Typed
from dashboards.serving import Snapshot, open_snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from taian.access.roles import Reader
from taian.clock import SHANGHAI
from taian.settings import Settings

OFFICE = Reader("li", "李华", frozenset({"owner"}), frozenset({"zfbgs"}))
POLICE = Reader("wu", "吴刚", frozenset({"owner"}), frozenset({"gonganju"}))
SCHOOLS = Reader("su", "苏敏", frozenset({"owner"}), frozenset({"jiaoyuju"}))
LEADER = Reader("wang", "王芳", frozenset({"leader"}))
AUDITOR = Reader("zhao", "赵平", frozenset({"auditor"}))


@pytest.fixture
def city(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a published night and two supervised tasks, one of them measured."""
    config = Settings(home=tmp_path)
    shutil.copytree(published, config.serving)
    now = dt.datetime(2018, 6, 29, 16, 0, tzinfo=SHANGHAI)
    for module in ("alerts.duties", "alerts.casebook"):
        monkeypatch.setattr(f"{module}.delivery_moment", lambda _home: now)
    for name in ("pages.plan_task", "pages.duties_card", "pages.plan_bulletin"):
        monkeypatch.setattr(f"dashboards.{name}.settings", lambda: config)
    supervise(config, now)
    return config


def snapshot_of(config: Settings, reader: Reader) -> Snapshot:
    return open_snapshot(config.serving, sight_of(reader))


def page(config: Settings, reader: Reader, task: str) -> str:
    node = plan_task.render(snapshot_of(config, reader), View(f"/plan/{task}"))
    return " ".join(every_word(node).split())


def take(config: Settings, reader: Reader, action: str, task: str = "16-1", **fields: str) -> str:
    return duties.take(config, task, action, reader, {"why": "理由", "document": "文件", **fields}, None)


def test_two_roles_walk_the_way_of_a_task_and_the_log_has_their_names(city: Settings) -> None:
    assert "逾期 123 个工作日" in page(city, OFFICE, "16-1")
    assert "确认申请延期" in page(city, OFFICE, "16-1")
    assert "必须写明 2018-06-29 以后的日期" in take(city, OFFICE, "ask")
    assert take(city, OFFICE, "ask", on="2018-09-30") == ""
    assert "申请延期至 2018-09-30" in page(city, LEADER, "16-1")
    assert take(city, LEADER, "grant") == ""
    assert "方案时限 2017-12-31，经批准延期" in page(city, AUDITOR, "16-1")
    assert "没有由您办理的步骤" in page(city, AUDITOR, "16-1")
    (_, events) = store.show_duty(city, "16-1") or (None, [])
    assert [event.who for event in events[-2:]] == ["李华（li）", "王芳（wang）"]
    assert events[-2].why.startswith("市政府办公室：申请延期至")


def test_a_department_answers_for_its_own_tasks_and_decides_on_none(city: Settings) -> None:
    assert take(city, OFFICE, "grant", on="2018-09-30") == duties.NOT_YOURS
    assert take(city, LEADER, "prove") == duties.NOT_YOURS
    assert take(city, AUDITOR, "reply") == duties.NOT_YOURS
    assert take(city, POLICE, "reply") == duties.NOT_YOURS, "the task does not bind it"
    assert "不归您负责" in page(city, POLICE, "16-1")
    assert take(city, POLICE, "ask", "03-2", on="2018-09-30") == duties.NOT_YOURS, "it cooperates, and does not lead"
    assert take(city, OFFICE, "prove", "03-2") == duties.NOT_YOURS, "a measure tells that it is done"
    assert take(city, POLICE, "reply", "03-2") == duties.NOT_YOURS, "it does not answer in the lead's place"
    assert take(city, POLICE, "assist", "03-2") == ""
    told = page(city, LEADER, "03-2")
    assert "公安局：理由（文件）" in told and "配合部门答复" in told
    assert "等牵头部门答复" in told, "the lead has still to answer"


def test_the_card_of_the_plan_counts_what_the_reader_may_see(city: Settings) -> None:
    text = every_word(plan.render(snapshot_of(city, LEADER), View("/plan")))
    assert "DB-2018-0001" in text and "DB-2018-0002" in text
    own = every_word(plan.render(snapshot_of(city, POLICE), View("/plan")))
    assert "DB-2018-0002" in own and "DB-2018-0001" not in own
    assert "没有在督办的任务" in every_word(plan.render(snapshot_of(city, SCHOOLS), View("/plan")))


def test_each_count_of_duties_leads_to_those_that_it_counts(city: Settings) -> None:
    take(city, OFFICE, "ask", on="2018-09-30")
    seen = snapshot_of(city, LEADER)
    node = str(plan.render(seen, View("/plan")).to_plotly_json())
    assert "/plan?duty=asked" in node and "/plan?duty=open" in node and "duty=closed" not in node

    def listed(kind: str) -> str:
        return every_word(duties_card(seen, View("/plan", {"duty": kind})))

    assert "DB-2018-0001" in listed("asked") and "DB-2018-0002" not in listed("asked")
    assert "DB-2018-0002" in listed("open") and "DB-2018-0001" not in listed("open")
    assert "在办 2 件" in listed("closed"), "nothing is counted there: what stands is listed"


def test_the_monthly_report_names_who_lags_what_was_extended_and_what_was_answered(city: Settings) -> None:
    take(city, OFFICE, "ask", on="2018-09-30")
    take(city, LEADER, "grant")
    take(city, POLICE, "assist", "03-2")

    def report(reader: Reader, month: str) -> str:
        node = plan_bulletin.render(snapshot_of(city, reader), View("/plan/bulletin", {"month": month}))
        return " ".join(every_word(node).split())

    text = report(LEADER, "2018-06")
    assert "2018年6月到期 1 项；新立督办 2 件，提醒 0 次，逾期上报专项小组 2 件；部门答复 1 次，申请延期 1 次" in text
    assert "16-1 对接省平台 市政府办公室 2018-06-29 同意延期：由 2017-12-31 延期至 2018-09-30：理由" in text
    assert "已完成 0 项，逾期 1 项，待举证 1 项" in text
    assert "下月没有到期的任务" in text
    assert "本月没有部门答复" in report(LEADER, "2018-05")
    assert "16-1" not in report(POLICE, "2018-06")
    file = plan_bulletin.bulletin_of(snapshot_of(city, LEADER), View("", {"month": "2018-06"}), "王芳（wang）")
    assert (
        "答复",
        "03-2 清理",
        "市政府办公室",
        "2018-06-29",
        "配合部门答复：公安局：理由（文件）",
    ) in file.rows
    assert file.xlsx()[:2] == b"PK"
    paper = papers.bulletin_sheet(snapshot_of(city, POLICE), View(params={"month": "2018-06"}))
    assert paper.name == "plan-bulletin-2018-06"
    own = text_of(paper.pdf())
    assert "2018年6月督办通报" in own and "四、答复任务 牵头部门 日期 说明03-2 清理 市政府办公室" in own
    assert "16-1" not in own, "another department's"


def test_a_report_on_a_past_month_says_what_was_known_then_and_an_earlier_one_that_nothing_was_kept(
    city: Settings,
) -> None:
    def report(month: str) -> str:
        node = plan_bulletin.render(snapshot_of(city, LEADER), View("/plan/bulletin", {"month": month}))
        return " ".join(every_word(node).split())

    may, april = report("2018-05"), report("2018-04")
    assert "截至 2018年5月31日" in may and "已到期 2 项。按证据判定：待举证 1 项，进行中 1 项，已完成 1 项" in may
    assert "08-2 上云比例不低于70% 市政府办公室 2018-06-30 进行中：2018-05-15的依据" in may, "today it is at risk"
    assert "任务状态是 2018-05-31 的夜间批次判定的" in may
    assert "自 2018-05-15 起才保存" in april and "截至 2018年6月30日" in april and "有风险 1 项" in april
    assert "状态的变化（2）" in page(city, LEADER, "16-1") and "2018-05-15 已完成" in page(city, LEADER, "16-1")


def test_every_step_of_a_duty_belongs_to_a_role_and_has_its_form() -> None:
    assert {action for _, action in DUTIES} == set(permissions.DUTY_STEPS) == set(FIELDS)


def test_what_was_typed_for_a_refused_step_stands_there_again(city: Settings) -> None:
    typed = Typed("ask", {"why": "光缆施工未完成", "on": "2018-02-30"})
    panel = str(duty_panel(city, "16-1", sight_of(OFFICE), "日期不对。", "", typed).to_plotly_json())
    assert "光缆施工未完成" in panel and "2018-02-30" in panel
    fresh = str(duty_panel(city, "16-1", sight_of(OFFICE), "", "ask").to_plotly_json())
    assert "光缆施工未完成" not in fresh
