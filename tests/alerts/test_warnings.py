"""The life of a warning: what a night does to it, and what people do."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from alerts import audit, cap, casebook, verdicts, warnings
from alerts.cases import CaseError, Step
from alerts.deadlines import after_hours
from alerts.lessons import by_detector, lessons_of
from alerts.night import WarningFact, WarningNight
from alerts.notify import record_night
from alerts.store import Case, Mail, open_store
from taian.clock import SHANGHAI
from taian.settings import Settings

NIGHT = dt.date(2018, 6, 29)
WAY = [
    ("assess", "assessed"), ("publish", "published"), ("sign", "signed"), ("dispatch", "dispatched"),
    ("feedback", "answered"), ("review", "reviewed"), ("lift", "lifted"), ("archive", "closed"), ("reopen", "open"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def friday(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """The business clock; it stands at Friday, half past four in the afternoon, until it is set."""

    def stand(at: dt.datetime) -> None:
        for module in (warnings, casebook):
            monkeypatch.setattr(module, "delivery_moment", lambda _home: at)
        monkeypatch.setattr("alerts.notify.delivery_moment", lambda _home: at)

    stand(dt.datetime(2018, 6, 29, 16, 30, tzinfo=SHANGHAI))
    return stand


def fact(**more: Any) -> WarningFact:
    usual: dict[str, Any] = {
        "indicator": "vat_sales", "title": "增值税开票销售额", "area_code": "370902", "area_name": "泰山区",
        "parent_code": "370900", "period": "2018-06", "detector": "drop", "actual": 50.0, "expected": 100.0,
        "severity": 0.7, "level": "orange", "sentence": "骤降：比预期低 50%", "owner": "国税局",
    }  # fmt: skip
    return WarningFact(**{**usual, **more})


def record(city: Settings, facts: Any, *signals: WarningFact, date: dt.date = NIGHT, **more: Any) -> None:
    seen: dict[str, Any] = {"quiet": {}, "most": 5, "periods": 3, **more}
    record_night(city, facts.night(date=date, warnings=WarningNight(signals=signals, **seen)))


def only(city: Settings) -> casebook.CaseView:
    (found,) = warnings.list_warnings(city)
    return found


def do(city: Settings, number: str, action: Any, **more: Any) -> casebook.CaseView:
    given: dict[str, Any] = {"why": "理由", "to": "国税局" if action == "dispatch" else "", **more}
    return warnings.act(city, number, Step(action, "王芳", **given))


def test_a_warning_goes_its_whole_way_and_the_log_tells_of_every_step(city, facts):
    record(city, facts, fact())
    number = only(city).id
    assert number == "YJ-2018-0001"
    for action, state in WAY:
        assert do(city, number, action).state == state
    _, events = warnings.show_warning(city, number)
    assert [event.what for event in events] == ["opened", *(action for action, _ in WAY)]
    assert audit.verify(city).broken == ""


def test_what_the_table_does_not_allow_is_refused_with_what_it_does(city, facts):
    record(city, facts, fact())
    with pytest.raises(CaseError, match=r"预警 YJ-2018-0001 当前为待研判，不能签收；可以：研判"):
        do(city, only(city).id, "sign")
    with pytest.raises(CaseError, match="请用 taian warnings 办理"):
        casebook.act(city, only(city).id, Step("lift", "王芳", "理由"))


def test_who_comes_second_is_told(city, facts):
    record(city, facts, fact())
    _, events = warnings.show_warning(city, only(city).id)
    do(city, only(city).id, "assess", seen=events[-1].id)
    with pytest.raises(CaseError, match="已由王芳研判"):
        do(city, only(city).id, "lift", seen=events[-1].id)


def test_one_warning_an_episode_that_gets_worse_and_is_lifted_after_enough_quiet_periods(city, facts):
    record(city, facts, fact(level="yellow"))
    record(city, facts, fact(period="2018-07", level="red"), date=dt.date(2018, 7, 31))
    assert only(city).strength == "red"
    record(city, facts, date=dt.date(2018, 8, 31), quiet={("vat_sales", "370902"): 2})
    assert only(city).state == "open"
    record(city, facts, date=dt.date(2018, 9, 30), quiet={("vat_sales", "370902"): 3})
    assert only(city).state == "lifted"
    record(city, facts, fact(period="2018-12"), date=dt.date(2018, 12, 31))
    assert [case.state for case in warnings.list_warnings(city)] == ["open", "lifted"]


def test_corrected_data_lift_a_warning_with_a_note(city, facts):
    record(city, facts, fact())
    record(city, facts, date=dt.date(2018, 6, 30))
    _, events = warnings.show_warning(city, only(city).id)
    assert (events[-1].what, events[-1].why) == ("lift", "数据更正后 2018-06 不再异常，自动解除")
    record(city, facts, fact(), date=dt.date(2018, 7, 1))
    assert only(city).state == "lifted"


def test_few_are_opened_a_parts_warning_is_its_wholes_and_doubted_data_open_none(city, facts):
    whole = fact(area_code="370900", area_name="泰安市", parent_code="")
    record(city, facts, whole, fact(), fact(area_code="370911", parent_code="", level="blue"), most=1)
    assert only(city).unit == "370900"
    record(city, facts, whole, fact(indicator="fiscal_revenue", is_held=True), date=dt.date(2018, 6, 30))
    assert len(warnings.list_warnings(city)) == 1


def test_ended_warnings_teach_how_early_and_how_often_right_each_signal_was(city, facts, friday):
    record(
        city, facts, fact(), fact(indicator="penalties", detector="surge"), fact(indicator="water", detector="no_data")
    )
    assert [one.ended for one in by_detector(lessons_of(city))] == [], "what stands teaches nothing yet"
    numbers = {case.family: case.id for case in warnings.list_warnings(city)}
    friday(dt.datetime(2018, 7, 4, 9, 0, tzinfo=SHANGHAI))
    with pytest.raises(CaseError, match="不能认定属实"):
        do(city, numbers["vat_sales"], "confirm")
    for action in ("assess", "confirm", "lift"):
        do(city, numbers["vat_sales"], action, why="三家企业停产" if action == "confirm" else "恢复生产")
    record(city, facts, date=dt.date(2018, 7, 5))
    found = {one.id: one for one in lessons_of(city)}
    vat = found[numbers["vat_sales"]]
    assert (vat.verdict, vat.lag, vat.lead, vat.learned, vat.who) == ("confirmed", -1, 5, "恢复生产", "王芳")
    corrected = found[numbers["penalties"]]
    assert (corrected.verdict, corrected.lead) == ("dismissed", None), "data that were corrected dismiss by themselves"
    assert found[numbers["water"]].verdict == "confirmed", "a source that came late was late"
    records = by_detector(list(found.values()))
    assert [(one.detector, one.precision.share) for one in records] == [("drop", 1.0), ("no_data", 1.0), ("surge", 0.0)]
    assert {one.worth for one in records} == {"结论太少，还分不清"}
    assert audit.verify(city).broken == ""
    assert verdicts.standing(city, dt.date(2018, 7, 5)) == verdicts.Standing(), "an area is no unit that fabricates"
    do(city, vat.id, "reopen")
    assert vat.id not in {one.id for one in lessons_of(city)}
    assert audit.verify(city).broken == ""


def test_a_silence_has_an_end(city, facts):
    record(city, facts, fact())
    with pytest.raises(CaseError, match="截止日期"):
        do(city, only(city).id, "silence")
    do(city, only(city).id, "silence", on=dt.date(2018, 7, 31))
    do(city, only(city).id, "lift")
    record(city, facts, fact(period="2018-07"), date=dt.date(2018, 7, 31))
    assert only(city).state == "lifted"
    record(city, facts, fact(period="2018-08"), date=dt.date(2018, 8, 31))
    assert len(warnings.list_warnings(city)) == 2


def test_a_deadline_is_counted_in_working_hours_and_told_once_when_it_has_passed(city, facts, friday):
    record(city, facts, fact(level="red"))
    # One hour of Friday is left, the other is Monday's.
    assert only(city).due_at == dt.datetime(2018, 7, 2, 9, 30, tzinfo=SHANGHAI)
    friday(dt.datetime(2018, 7, 2, 23, 0, tzinfo=SHANGHAI))
    for _ in range(2):
        record(city, facts, fact(level="red"), date=dt.date(2018, 7, 2))
    _, events = warnings.show_warning(city, only(city).id)
    assert [event.what for event in events] == ["opened", "overdue"]


def test_working_hours_leave_out_holidays_and_take_in_worked_saturdays():
    # 2018-04-08 was a Sunday that offices worked after Tomb Sweeping Day.
    saturday = dt.datetime(2018, 4, 7, 10, 0, tzinfo=SHANGHAI)
    assert after_hours(saturday, 4) == dt.datetime(2018, 4, 8, 14, 30, tzinfo=SHANGHAI)


def test_its_level_is_raised_and_lowered_within_the_four(city, facts):
    record(city, facts, fact())
    assert do(city, only(city).id, "escalate").strength == "red"
    with pytest.raises(CaseError, match="不能再升级"):
        do(city, only(city).id, "escalate")
    assert do(city, only(city).id, "lower").strength == "orange"


def test_the_duty_officer_gets_numbers_and_no_sentence(city, facts):
    record(city, facts, fact())
    with open_store(city).reading() as session:
        mail = session.scalar(select(Mail).where(Mail.recipient == city.mail_duty))
        assert session.scalar(select(Case.id)) in mail.text
    assert "预警新增 1 件" in mail.subject
    assert "骤降" not in mail.text


def test_the_cap_message_is_valid_and_says_that_it_is_an_exercise(city, facts):
    record(city, facts, fact())
    text = cap.message(*warnings.show_warning(city, only(city).id))
    assert cap.mistakes(text) == []
    assert "<status>Draft</status>" in text, "nobody has approved it yet"
    assert "<scope>Restricted</scope>" in text
    assert "Alert" in text
    for action in ("assess", "publish"):
        do(city, only(city).id, action)
    approved = cap.message(*warnings.show_warning(city, only(city).id))
    assert cap.mistakes(approved) == []
    assert "<status>Exercise</status>" in approved and "<msgType>Update</msgType>" in approved
    do(city, only(city).id, "lift")
    over = cap.message(*warnings.show_warning(city, only(city).id))
    assert cap.mistakes(over) == []
    assert "<msgType>Cancel</msgType>" in over


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<status>Draft</status>", "<status>Real</status>", "status is 'Real'"),
        ("+08:00", "Z", "not a moment"),
        ("<scope>Restricted</scope>", "", "scope is missing"),
        ("<areaDesc>泰山区</areaDesc>", "", "no areaDesc"),
    ],
)
def test_a_broken_cap_message_is_found_out(city, facts, old, new, said):
    record(city, facts, fact())
    text = cap.message(*warnings.show_warning(city, only(city).id)).replace(old, new)
    assert any(said in mistake for mistake in cap.mistakes(text))
