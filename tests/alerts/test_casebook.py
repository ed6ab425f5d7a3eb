"""Nights and people, on a real store."""

import datetime
import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from alerts.casebook import act, list_cases, show_case
from alerts.cases import CaseError
from alerts.notify import record_night
from alerts.store import Mail, open_store

NEXT = datetime.date(2018, 7, 1)


def ids(settings, **which):
    return sorted(case.id for case in list_cases(settings, **which))


def whats(settings, case_id):
    return [event.what for event in show_case(settings, case_id)[1]]


def test_only_strong_findings_and_refused_batches_become_cases(home, facts):
    settings = home()
    recorded = record_night(
        settings,
        facts.night(
            facts.finding("f1"),
            facts.finding("f2", strength="weak"),
            facts.delivery("resident-1", "rejected", code="F003"),
            facts.delivery("resident-2", "held", code="W101"),
            facts.delivery("resident-3", "published"),
            facts.delivery("resident-4", "published_flagged", code="W004"),
            facts.delivery("resident-5", "duplicate"),
        ),
    )
    assert recorded.cases_opened == 3
    assert ids(settings) == ["PC-2018-0001", "PC-2018-0002", "XS-2018-0001"]
    assert [case.subject for case in list_cases(settings, audience="statistics")] == ["f1"]
    assert [case.subject for case in list_cases(settings, audience="owner:gonganju")] == [
        "resident/resident-2",
        "resident/resident-1",
    ]
    assert list_cases(settings, audience="operator") == []


def test_recording_the_same_night_again_changes_nothing(home, facts):
    settings = home()
    night = facts.night(
        facts.finding("f1"), facts.delivery("b1", "rejected", code="F003"), state="failed", failed_steps=("x",)
    )
    record_night(settings, night)
    before = {case.id: show_case(settings, case.id) for case in list_cases(settings)}
    again = record_night(settings, night)
    assert (again.cases_opened, again.cases_seen, again.mails) == (0, 3, ())
    assert {case.id: show_case(settings, case.id) for case in list_cases(settings)} == before


def test_the_same_finding_next_night_keeps_its_case(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    record_night(settings, facts.night(facts.finding("f1"), facts.finding("f2"), date=NEXT))
    first, events = show_case(settings, "XS-2018-0001")
    assert (first.subject, first.opened_on, first.last_seen) == ("f1", facts.date, NEXT)
    assert [event.what for event in events] == ["opened"]
    assert show_case(settings, "XS-2018-0002")[0].subject == "f2"


def test_a_past_night_run_again_does_not_turn_a_case_back(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1"), date=NEXT))
    record_night(settings, facts.night(facts.finding("f1", strength="weak")))
    case, events = show_case(settings, "XS-2018-0001")
    assert (case.last_seen, case.strength, len(events)) == (NEXT, "strong", 1)


def test_a_closed_finding_seen_again_stays_closed_with_one_entry(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    act(settings, "XS-2018-0001", "close", who="王五", why="企业自有光伏")
    record_night(settings, facts.night(facts.finding("f1")))
    assert whats(settings, "XS-2018-0001") == ["opened", "close"], "the night it was closed on has nothing to add"
    for days in (0, 1):
        record_night(settings, facts.night(facts.finding("f1"), date=NEXT + datetime.timedelta(days=days)))
    assert show_case(settings, "XS-2018-0001")[0].state == "closed"
    assert whats(settings, "XS-2018-0001") == ["opened", "close", "seen_closed"]


def test_a_finding_closed_as_weak_opens_again_when_it_is_strong(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    record_night(settings, facts.night(facts.finding("f1", strength="weak"), date=NEXT))
    act(settings, "XS-2018-0001", "close", who="王五", why="已减弱")
    later = record_night(settings, facts.night(facts.finding("f1"), date=NEXT + datetime.timedelta(days=1)))
    assert later.cases_reopened == 1
    assert whats(settings, "XS-2018-0001") == ["opened", "strength", "close", "reopened"]


def test_a_batch_that_is_released_or_replaced_closes_its_case(home, facts):
    settings = home()
    record_night(
        settings, facts.night(facts.delivery("b1", "held", code="W101"), facts.delivery("b2", "held", code="W101"))
    )
    later = record_night(
        settings, facts.night(facts.delivery("b1", "published"), facts.delivery("b2", "replaced"), date=NEXT)
    )
    assert later.cases_closed == 2
    assert list_cases(settings, state="closed") == list_cases(settings)


def test_a_night_that_succeeds_at_last_closes_its_case_and_one_that_fails_after_all_opens_it(home, facts):
    settings = home()
    for state in ("late", "failed", "success", "failed"):
        record_night(settings, facts.night(state=state))
    case, events = show_case(settings, "YX-2018-0001")
    assert case.state == "open"
    assert [event.what for event in events] == ["opened", "strength", "close", "reopened"]


def test_what_comes_from_a_department_that_the_catalogue_does_not_know_is_told_to_the_operator(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.delivery("b1", "rejected", provider="evil\r\nBcc: x@y.z", code="F013")))
    assert [case.audience for case in list_cases(settings)] == ["operator"]


def test_people_work_a_case_and_its_history_says_who_and_why(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    act(settings, "XS-2018-0001", "acknowledge", who="李四")
    act(settings, "XS-2018-0001", "assign", who="李四", assignee="王五")
    closed = act(settings, "XS-2018-0001", "close", who="王五", why="核实无误\n已归档")
    assert (closed.state, closed.assignee) == ("closed", "王五")
    _, events = show_case(settings, "XS-2018-0001")
    assert [(e.who, e.from_state, e.to_state) for e in events] == [
        ("平台", None, "open"),
        ("李四", "open", "acknowledged"),
        ("李四", "acknowledged", "assigned"),
        ("王五", "assigned", "closed"),
    ]
    assert events[-1].why == "核实无误 已归档"


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"case_id": "XS-2018-0009", "action": "close", "who": "李四", "why": "x"}, "没有编号为 XS-2018-0009 的案件"),
        ({"case_id": "XS-2018-0001", "action": "assign", "who": "李四"}, "必须写明承办人"),
        ({"case_id": "XS-2018-0001", "action": "acknowledge", "who": " "}, "必须写明操作人"),
        ({"case_id": "XS-2018-0001", "action": "reopen", "who": "李四", "why": "x"}, "不能重新打开"),
    ],
)
def test_a_step_that_is_not_allowed_changes_nothing_and_says_why(home, facts, step, sentence):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    with pytest.raises(CaseError, match=sentence):
        act(settings, **step)
    assert whats(settings, "XS-2018-0001") == ["opened"]


def test_the_history_of_a_case_cannot_be_rewritten(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    for statement in ("UPDATE alert_case_event SET who = 'x'", "DELETE FROM alert_case_event"):
        with (
            pytest.raises((DatabaseError, IntegrityError), match="append-only"),
            open_store(settings).writing() as session,
        ):
            session.execute(text(statement))
    assert whats(settings, "XS-2018-0001") == ["opened"]


def test_nights_recorded_at_the_same_moment_give_each_case_one_number_and_each_reader_one_mail(home, facts):
    settings = home()
    night = facts.night(*(facts.finding(f"f{i}") for i in range(5)))
    failures = []

    def record():
        try:
            record_night(settings, night)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ids(settings) == [f"XS-2018-{i:04d}" for i in range(1, 6)]
    with open_store(settings).reading() as session:
        assert len(session.scalars(select(Mail)).all()) == 1


def test_a_night_that_cannot_be_recorded_whole_leaves_nothing(home, facts, monkeypatch):
    settings = home()

    def broken(*_args, **_kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr("alerts.outbox.enqueue", broken)
    with pytest.raises(RuntimeError):
        record_night(settings, facts.night(facts.finding("f1")))
    assert list_cases(settings) == []


def test_the_store_is_readable_by_its_owner_only(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    with open_store(settings).reading():
        modes = {path.name: path.stat().st_mode & 0o777 for path in settings.home.iterdir() if path.is_file()}
    assert modes and set(modes.values()) == {0o600}
    assert settings.home.stat().st_mode & 0o777 == 0o700


def test_the_case_of_a_released_batch_is_closed_with_the_reason(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.delivery("b1", "held", code="W102")))
    released = facts.delivery("b1", "published_flagged", code="W102", released_why="确认当日集中补录")
    recorded = record_night(settings, facts.night(released, date=NEXT))
    assert recorded.cases_closed == 1
    case, events = show_case(settings, "PC-2018-0001")
    assert case.state == "closed"
    assert (events[-1].who, events[-1].why) == ("平台", "经核实放行并发布：确认当日集中补录")
    assert len(recorded.mails) == 2, "its owner reads the reason; the head of the log goes out every night"
