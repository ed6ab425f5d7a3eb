"""Warnings that are opened afterwards: the episodes of past signals, and what sets such a warning apart."""

import datetime as dt
from typing import Any

import pytest
from warned import TAISHAN, drop, water_outage

from alerts import audit, cap, casebook, past, warnings
from alerts.brief import brief_of
from alerts.cases import CaseError, Step
from alerts.digest import warning_part
from alerts.episodes import Episode, Signal, episodes, is_about
from alerts.lessons import by_detector, lessons_of
from alerts.night import BriefFacts, WarningFact, WarningNight
from alerts.notify import record_night
from alerts.store import Case, Mail, open_store
from alerts.warnings import Warnings
from taian.clock import SHANGHAI
from taian.settings import Settings

NIGHT = dt.date(2018, 6, 29)
FRIDAY = dt.datetime(2018, 6, 29, 16, 30, tzinfo=SHANGHAI)
OUTAGE = "p0"
"""Id of the gravest signal of the outage: the county's of its first day."""


def signals(*facts: WarningFact, is_current: bool = False) -> list[Signal]:
    return [Signal(f"p{place}", is_current, fact) for place, fact in enumerate(facts)]


def days(*numbers: int, **more: Any) -> list[WarningFact]:
    return [drop(period=f"2018-05-{day:02d}", **more) for day in numbers]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (warnings, casebook, past):
        monkeypatch.setattr(module, "delivery_moment", lambda _home: FRIDAY)
    monkeypatch.setattr("alerts.notify.delivery_moment", lambda _home: FRIDAY)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Episode:
    """The one episode that the last night published."""
    monkeypatch.setattr(past, "signals", lambda _settings: signals(*water_outage()))
    (found,) = episodes(signals(*water_outage()), 3)
    return found


def record(city: Settings, number: str = OUTAGE, who: str = "王芳", why: str = "复盘停水") -> casebook.CaseView:
    return past.record(city, number, who, why)


def test_a_run_is_one_episode_and_areas_inside_that_signal_as_gravely_are_part_of_it(outage: Episode) -> None:
    assert (outage.id, outage.span, outage.signals) == (OUTAGE, "2018-05-14 至 2018-05-18", 5)
    assert (outage.fact.area_code, outage.fact.actual, outage.inside) == (TAISHAN, 54.0, ("上高街道", "徐家楼街道"))
    graver = [drop(**{**one.model_dump(), "level": "red"}) for one in water_outage()[5:]]
    lighter = [drop(**{**one.model_dump(), "level": "blue"}) for one in water_outage()[:5]]
    assert len(episodes(signals(*lighter, *graver), 3)) == 3, "what is graver than the whole stands by itself"
    later = [drop(**{**one.model_dump(), "period": "2018-06-02"}) for one in water_outage()[5:6]]
    assert len(episodes(signals(*water_outage()[:5], *later), 3)) == 2, "at another time"
    doubted = [drop(**{**one.model_dump(), "is_held": True}) for one in water_outage()[:5]]
    assert len(episodes(signals(*doubted, *water_outage()[5:]), 3)) == 3, "doubted data cover nothing"


def test_an_episode_ends_with_as_many_quiet_periods_as_a_warning_and_the_last_stands_first() -> None:
    assert [one.span for one in episodes(signals(*days(1, 4)), 3)] == ["2018-05-01 至 2018-05-04"]
    assert [one.span for one in episodes(signals(*days(1, 5)), 3)] == ["2018-05-05", "2018-05-01"]
    months = [drop(period=period) for period in ("2017-12", "2018-02")]
    assert [one.span for one in episodes(signals(*months), 3)] == ["2017-12 至 2018-02"]


def test_what_still_lasts_and_a_source_that_did_not_come_are_the_nights() -> None:
    lasting = [*signals(*days(28, 29)), Signal("now", True, drop(period="2018-05-30"))]
    assert episodes(lasting, 3) == []
    assert episodes(signals(drop(detector="no_data")), 3) == []


def test_it_goes_its_whole_way_and_the_log_says_who_opened_it_afterwards_and_why(city, outage) -> None:
    case = record(city)
    assert (case.id, case.title) == ("YJ-2018-0001", "【补立】泰山区 · 供水诉求（日）")
    assert is_about(case, outage) and case.due_at is None and case.is_past
    _, events = warnings.show_warning(city, case.id)
    (first,) = events
    assert (first.what, first.who, first.from_state, first.to_state) == ("recorded", "王芳", None, "open")
    assert first.why == "2018-05-14 至 2018-05-18 的信号，供复盘或演练，不是新的警情。复盘停水"
    for action in ("assess", "publish", "sign", "dispatch", "feedback", "review", "confirm", "lift", "archive"):
        case = warnings.act(city, case.id, Step(action, "王芳", "理由", "城管局" if action == "dispatch" else ""))
        assert case.due_at is None, "nobody is reported upwards over what is past"
    assert (case.state, case.verdict) == ("closed", "confirmed")
    assert audit.verify(city).broken == ""


def test_who_comes_second_is_told_and_so_is_who_names_nothing(city, outage) -> None:
    record(city)
    with pytest.raises(CaseError, match="这段信号已有预警 YJ-2018-0001，由王芳立；请直接办理"):
        record(city, who="李华")
    with pytest.raises(CaseError, match="没有编号为 p7 的以往信号，或者它已并入上级地区"):
        record(city, "p7")
    for who, why, said in (("王芳", " ", "必须说明理由"), ("", "复盘", "必须写明操作人")):
        with pytest.raises(CaseError, match=said):
            record(city, who=who, why=why)


def test_an_episode_that_the_night_warned_of_and_doubted_data_are_refused(city, monkeypatch) -> None:
    told = days(14, 15)
    with open_store(city).writing() as session:
        for fact in told:
            seen = WarningNight(signals=(fact,), quiet={}, most=5, periods=3)
            Warnings(session, FRIDAY).night(seen, dt.date(2018, 5, 14))
    monkeypatch.setattr(past, "signals", lambda _settings: signals(*days(14, 15, 16)))
    with pytest.raises(CaseError, match="已有预警 YJ-2018-0001，由平台立"):
        record(city)
    monkeypatch.setattr(past, "signals", lambda _settings: signals(*days(14, is_held=True, area_code=TAISHAN)))
    with pytest.raises(CaseError, match="数据真实性存疑，不能补立"):
        record(city)


def test_the_night_neither_lifts_it_nor_takes_it_for_a_warning_of_today(city, facts, outage) -> None:
    number = record(city).id
    fresh = drop(**{**outage.fact.model_dump(), "period": "2018-07-02"})
    for date, seen in ((dt.date(2018, 6, 30), ()), (dt.date(2018, 7, 2), (fresh,))):
        quiet = {(outage.fact.indicator, TAISHAN): 40}
        record_night(city, facts.night(date=date, warnings=WarningNight(signals=seen, quiet=quiet, most=5, periods=3)))
    assert [(case.id, case.state) for case in warnings.list_warnings(city)] == [
        (number, "open"),
        ("YJ-2018-0002", "open"),
    ], "the new surge has its own warning"
    with pytest.raises(CaseError, match="不能据此静默以后的预警"):
        warnings.act(city, number, Step("silence", "王芳", "检修", on=dt.date(2018, 7, 9)))


def test_no_mail_and_no_brief_takes_it_for_an_alarm(city, facts, outage) -> None:
    case = record(city)
    assert warning_part([case], NIGHT) is None
    told = brief_of(BriefFacts(figures=(), targets=(), pulls=(), silent=()), [case], NIGHT, "month")
    assert told.summary == "没有可以判断的年度目标；没有在办的预警。" and told.chapters == ()
    city = city.model_copy(update={"mail_duty": "duty@taian.invalid"})
    record_night(city, facts.night(date=NIGHT, warnings=WarningNight(signals=(), quiet={}, most=5, periods=3)))
    with open_store(city).reading() as session:
        assert all(mail.recipient != "duty@taian.invalid" for mail in session.query(Mail))


def test_it_counts_neither_for_precision_nor_for_lead_time(city, outage) -> None:
    number = record(city).id
    for action in ("assess", "confirm", "lift"):
        warnings.act(city, number, Step(action, "王芳", "水厂抢修"))
    (lesson,) = lessons_of(city)
    assert (lesson.is_past, lesson.verdict, lesson.lag, lesson.lead) == (True, "confirmed", None, None)
    assert by_detector([lesson]) == []


def test_its_message_for_other_systems_says_that_it_is_past(city, outage) -> None:
    number = record(city).id
    text = cap.message(*warnings.show_warning(city, number))
    assert cap.mistakes(text) == []
    for told in ("<status>Draft</status>", "<urgency>Past</urgency>", "<responseType>None</responseType>", cap.PAST):
        assert told in text
    assert "<expires>" not in text


def test_a_mark_that_was_taken_away_shows_against_the_log(city, outage) -> None:
    number = record(city).id
    with open_store(city).writing() as session:
        session.get_one(Case, number).is_past = None
    assert number in audit.verify(city).broken
