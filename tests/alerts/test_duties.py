"""督办: what a night reminds of once, what departments and the leading group do, and who is told of it by mail."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from alerts import audit, casebook, duties, planreports
from alerts.cases import CaseError, Step
from alerts.night import DutyFact
from alerts.notify import record_night
from alerts.store import Mail, open_store
from taian.clock import SHANGHAI
from taian.settings import Settings

DUE = dt.date(2018, 6, 29)
"""A Friday."""


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The business clock; it stands at noon of a day, at first long before the deadline."""

    def stand(day: dt.date) -> None:
        for module in ("duties", "notify", "casebook", "planreports"):
            at = dt.datetime.combine(day, dt.time(12), tzinfo=SHANGHAI)
            monkeypatch.setattr(f"alerts.{module}.delivery_moment", lambda _home, at=at: at)

    stand(dt.date(2018, 6, 1))
    return stand


def task(**more: Any) -> DutyFact:
    usual: dict[str, Any] = {
        "task": "20-1", "title": "建成统计数据共享平台", "due_on": DUE, "lead": "tongjiju", "lead_name": "市统计局",
        "state": "not_started", "evidence": "尚无进展的证据",
    }  # fmt: skip
    return DutyFact(**{**usual, **more})


def night(city: Settings, facts: Any, day: dt.date, *tasks: DutyFact) -> None:
    record_night(city, facts.night(date=day, duties=tasks or (task(),)))


def do(city: Settings, action: Any, **more: Any) -> casebook.CaseView:
    given: dict[str, Any] = {"why": "理由", "document": "泰统字〔2018〕9号", **more}
    return duties.act(city, "20-1", Step(action, "王芳", **given))


def history(city: Settings) -> list[str]:
    found = duties.show_duty(city, "20-1")
    return [event.what for event in found[1]] if found else []


def mails(city: Settings, who: str) -> list[tuple[str, str, str]]:
    with open_store(city).reading() as session:
        rows = session.scalars(select(Mail).where(Mail.recipient == f"{who}@taian.invalid").order_by(Mail.id))
        return [(f"{mail.business_date:%m-%d}", mail.subject, mail.text) for mail in rows if "督办" in mail.subject]


def test_a_task_is_reminded_of_before_on_and_after_its_day_and_then_goes_to_the_leading_group_each_once(city, facts):
    for day in ("06-14", "06-15", "06-20", "06-29", "07-01", "07-02", "07-12", "07-13", "07-16"):
        for _ in range(2):
            night(city, facts, dt.date.fromisoformat(f"2018-{day}"))
    # Ten working days before the 29th is the 14th, as the 18th was a holiday; the first of July was a Sunday.
    assert history(city) == ["opened", "reminded", "due", "overdue", "raised"]
    assert [day for day, _, _ in mails(city, "tongjiju")] == ["06-14", "06-29", "07-02", "07-13"]
    assert [subject[-17:] for _, subject, _ in mails(city, "zhuanxiangxiaozu")] == ["督办上报 1 项，待批延期 0 项"]
    ((_, _, text), *_) = mails(city, "tongjiju")
    assert "DB-2018-0001" in text and "/plan/20-1" in text
    assert "建成统计数据共享平台" not in text and "尚无进展" not in text
    assert audit.verify(city).broken == ""


def test_who_works_on_a_task_under_anothers_lead_is_told_of_its_day_once_and_in_one_letter(city, facts, clock):
    ours = task(obliged=("370902", "gonganju", "tongjiju"))
    theirs = task(task="22-1", title="另一项", lead="gonganju", lead_name="市公安局", obliged=("gonganju",))
    for day in ("06-14", "06-15", "06-29"):
        for _ in range(2):
            night(city, facts, dt.date.fromisoformat(f"2018-{day}"), ours, theirs)
    letters = mails(city, "gonganju")
    assert [(day, "配合督办 1 项" in subject) for day, subject, _ in letters] == [("06-14", True), ("06-29", True)]
    text = letters[0][2].replace(" ", "")
    assert "DB-2018-0001" in text and "牵头：市统计局" in text and "DB-2018-0002" in text and "/plan/20-1" in text
    assert "建成统计数据共享平台" not in text and "尚无进展" not in text
    assert [day for day, _, _ in mails(city, "370902")] == ["06-14", "06-29"], "a county is bound as well"
    assert "泰山区政府" in mails(city, "370902")[0][2]
    assert not any("配合" in text for _, _, text in mails(city, "tongjiju")), "who leads is told that it leads"
    clock(DUE)
    do(city, "reply", to="市统计局")
    night(city, facts, dt.date(2018, 6, 30), ours, theirs)
    assert mails(city, "tongjiju")[-1][0] == "06-30"
    assert len(mails(city, "gonganju")) == 2, "an answer is between lead and leading group"


def test_an_extension_is_asked_for_and_decided_and_its_day_is_the_one_that_counts(city, facts, clock):
    night(city, facts, DUE)
    clock(DUE)
    with pytest.raises(CaseError, match="必须写明 2018-06-29 以后的日期"):
        do(city, "ask", on=DUE)
    with pytest.raises(CaseError, match=r"督办 DB-2018-0001 当前为.*，不能同意延期；可以：答复进展"):
        do(city, "grant")
    do(city, "ask", on=dt.date(2018, 7, 31))
    night(city, facts, dt.date(2018, 7, 20))
    assert "overdue" not in history(city), "what waits for the leading group is not reminded of"
    assert "申请延期" in mails(city, "zhuanxiangxiaozu")[-1][2]
    clock(dt.date(2018, 7, 20))
    granted = do(city, "grant")
    assert (granted.due_on, granted.strength) == (dt.date(2018, 7, 31), "soon")
    night(city, facts, dt.date(2018, 7, 21))
    assert "本次：同意延期" in mails(city, "tongjiju")[-1][2].replace("  ", "")
    for day in (30, 31):
        night(city, facts, dt.date(2018, 7, day))
    assert history(city)[-3:] == ["reminded", "told", "due"]


def test_a_reported_task_is_closed_by_the_night_and_may_be_sent_back(city, facts):
    night(city, facts, DUE)
    with pytest.raises(CaseError, match="必须写明文件"):
        do(city, "prove", document=" ")
    do(city, "prove", to="市统计局")
    assert (planreports.standing(city)["20-1"].state, planreports.standing(city)["20-1"].document) == (
        "done",
        "泰统字〔2018〕9号",
    )
    night(city, facts, dt.date(2018, 7, 2), task(state="done", evidence="王芳报告"))
    assert duties.list_duties(city)[0].state == "closed"
    do(city, "return", why="平台尚未验收")
    assert planreports.standing(city)["20-1"].state == "under_way"
    night(city, facts, dt.date(2018, 7, 3))
    assert history(city)[-2:] == ["overdue", "told"]
    assert audit.verify(city).broken == ""


def test_what_a_cooperating_department_says_is_told_and_answers_for_nobody_else(city, facts):
    night(city, facts, DUE)
    do(city, "assist", to="市公安局", why="本局系统清单已报送")
    (standing,) = duties.list_duties(city)
    assert (standing.state, planreports.standing(city)) == ("open", {})
    night(city, facts, dt.date(2018, 7, 2))
    told = mails(city, "tongjiju")[-1][2].replace(" ", "")
    assert "本次：配合部门答复" in told
    assert "overdue" in history(city), "the lead is still asked"


def test_what_a_measure_tells_is_not_reported_as_done(city, facts):
    night(city, facts, DUE, task(is_measured=True))
    with pytest.raises(CaseError, match="由指标说明"):
        do(city, "prove")
    do(city, "reply")
    assert planreports.standing(city) == {}


def test_who_comes_second_is_told_and_a_duty_is_no_case_of_the_inspectors(city, facts):
    night(city, facts, DUE, task(), task(task="37-1", lead="", lead_name="市编办"))
    seen = duties.show_duty(city, "20-1")[1][-1].id
    do(city, "reply", seen=seen)
    with pytest.raises(CaseError, match="督办 DB-2018-0001 在您打开之后已由王芳答复进展"):
        do(city, "ask", on=dt.date(2018, 8, 1), seen=seen)
    with pytest.raises(CaseError, match="请用 taian plan 办理"):
        casebook.act(city, "DB-2018-0001", Step("close", "王芳", "x"))
    with pytest.raises(CaseError, match="没有在督办"):
        duties.act(city, "99-9", Step("reply", "王芳", "x"))
    assert "请代为通知" in mails(city, "zhuanxiangxiaozu")[0][2]
