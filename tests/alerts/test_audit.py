"""The audit log, on a real store: whatever is done to it behind the platform's back is found."""

import multiprocessing
import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from alerts import audit
from alerts.casebook import act
from alerts.cases import CaseError, Step
from alerts.notify import record_night, send
from alerts.store import open_store


@pytest.fixture
def log(city, facts):
    """An installation with a night and three steps of people in its log."""
    record_night(city, facts.night(facts.finding("f1"), facts.delivery("b1", "held", code="W101")))
    for case in ("XS-2018-0001", "PC-2018-0001"):
        act(city, case, Step("acknowledge", "李四", "电话 13812345678 已核"), role="inspector")
    audit.record(city, actor="王五", role="auditor", action="sign_in", object_="王五")
    return city


def test_every_step_is_a_line_with_who_when_and_in_what_role(log):
    lines = [(e.sequence, e.actor, e.role, e.action, e.object) for e in reversed(audit.entries(log))]
    assert lines == [
        (1, "平台", "platform", "case.opened", "XS-2018-0001"),
        (2, "平台", "platform", "case.opened", "PC-2018-0001"),
        (3, "平台", "platform", "night", "2018-06-30"),
        (4, "李四", "inspector", "case.acknowledge", "XS-2018-0001"),
        (5, "李四", "inspector", "case.acknowledge", "PC-2018-0001"),
        (6, "王五", "auditor", "sign_in", "王五"),
    ]
    assert "13812345678" not in audit.entries(log, object_="XS-2018-0001")[0].detail
    assert audit.verify(log) == audit.Verdict(6, audit.entries(log)[0].hash)


def test_a_step_that_is_refused_leaves_no_line(log):
    with pytest.raises(CaseError):
        act(log, "XS-2018-0001", Step("reopen", "李四", "x"))
    assert audit.verify(log).entries == 6


REWRITTEN = "UPDATE audit_entry SET sequence = sequence + 100 WHERE sequence >= 3; " + "".join(
    f"UPDATE audit_entry SET sequence = {n + 1} WHERE sequence = {n + 100};" for n in (6, 5, 4, 3)
)
INSERTED = """INSERT INTO audit_entry SELECT 3, at, '张三', role, action, object, detail, 'x', 'y'
FROM audit_entry WHERE sequence = 1"""


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("UPDATE audit_entry SET actor = '张三' WHERE sequence = 4", "第 4 条.*内容被改动"),
        ("DELETE FROM audit_entry WHERE sequence = 2", "缺少第 2 条"),
        ("DELETE FROM audit_entry WHERE sequence = 1", "缺少第 1 条"),
        (REWRITTEN + INSERTED, "第 3 条.*与其摘要不符"),
        ("DELETE FROM audit_entry WHERE sequence >= 5", "末尾被删除"),
        ("DELETE FROM audit_entry", "共 0 条.*末尾被删除"),
    ],
)
def test_a_change_a_deletion_an_insertion_and_a_cut_are_found(log, done, said):
    head = audit.verify(log).head
    with open_store(log).writing() as session:
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entry_no_{verb}"))
        for statement in filter(None, done.split(";")):
            session.execute(text(statement))
    assert re.search(said, audit.verify(log, head).broken)


def test_what_was_not_written_to_is_followed_once_and_a_change_after_it_is_seen(log, monkeypatch):
    followed = []
    monkeypatch.setattr(audit, "judge", lambda *asked, judge=audit.judge: followed.append(1) or judge(*asked))
    assert audit.standing(log) == audit.standing(log) == audit.Verdict(6, audit.entries(log)[0].hash)
    assert len(followed) == 1
    with open_store(log).writing() as session:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("UPDATE audit_entry SET actor = '张三' WHERE sequence = 4"))
    assert "第 4 条" in audit.standing(log).broken


STEP = "WHERE case_id = 'XS-2018-0001' AND what = 'acknowledge'"
ADDED = """INSERT INTO alert_case_event (case_id, at, who, what, from_state, to_state, why)
SELECT case_id, at, '张三', 'hear', from_state, to_state, '' FROM alert_case_event """


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (f"UPDATE alert_case_event SET why = '未到现场' {STEP}", "XS-2018-0001 的经过第 2 条.*李四受理.*第 4 条不符"),
        (f"UPDATE alert_case_event SET who = '张三' {STEP}", "XS-2018-0001 的经过第 2 条.*不符"),
        (f"UPDATE alert_case_event SET at = '2018-06-01 00:00:00' {STEP}", "XS-2018-0001 的经过第 2 条.*不符"),
        ("UPDATE alert_case_event SET why = 'x' WHERE id = 1", "XS-2018-0001 的经过.*审计日志第 1 条"),
        (f"DELETE FROM alert_case_event {STEP}", "XS-2018-0001 的经过缺少审计日志第 4 条"),
        (ADDED + STEP, "XS-2018-0001 的经过第 3 条.*张三记录陈述申辩.*后加的"),
        ("UPDATE alert_case SET verdict = 'dismissed' WHERE id = 'XS-2018-0001'", "状态或结论与它的经过不符"),
        ("UPDATE alert_case SET state = 'closed' WHERE id = 'PC-2018-0001'", "PC-2018-0001 的状态"),
    ],
)
def test_a_case_that_tells_another_story_than_the_log_is_found_and_named(log, done, said):
    assert audit.verify(log).broken == ""
    with open_store(log).writing() as session:
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER alert_case_event_no_{verb}"))
        session.execute(text(done))
    assert re.search(said, audit.verify(log).broken)


def test_steps_from_before_there_was_a_log_are_no_breach(log):
    with open_store(log).writing() as session:
        for table in ("audit_entry", "alert_case_event"):
            session.execute(text(f"DROP TRIGGER {table}_no_delete"))
        session.execute(text("DELETE FROM audit_entry"))
    act(log, "XS-2018-0001", Step("assign", "李四", to="王五"))
    assert audit.verify(log).broken == ""


def test_a_line_whose_digest_was_computed_anew_breaks_the_link_of_the_next(log):
    lines = sorted(audit.entries(log), key=lambda entry: entry.sequence)
    lines[2].actor = "张三"
    lines[2].hash = audit.digest(lines[2])
    assert "第 4 条" in audit.judge(lines).broken


def test_the_database_itself_refuses_to_change_or_delete_a_line(log):
    for statement in ("UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(IntegrityError, match="append-only"), open_store(log).writing() as session:
            session.execute(text(statement))


def write(settings, name):
    for turn in range(5):
        audit.record(settings, actor=name, role="auditor", action="sign_in", object_=str(turn))


def test_two_processes_that_write_at_once_make_one_chain(log):
    children = [multiprocessing.get_context("fork").Process(target=write, args=(log, name)) for name in ("甲", "乙")]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert audit.verify(log) == audit.Verdict(16, audit.entries(log)[0].hash)


def test_the_head_goes_to_the_audit_office_and_the_statistics_bureau_every_night_once(home, server, facts):
    city = home(mail_port=server.port, mail_auditor="shenjiju@taian.invalid")
    for _ in range(2):
        record_night(city, facts.night())
        send(city)
    head = audit.verify(city).head
    assert sorted(mail["To"] for mail in server.mails) == ["shenjiju@taian.invalid", "tongjiju@taian.invalid"]
    for mail in server.mails:
        for kind in ("plain", "html"):
            assert f"taian audit verify --head {head}" in mail.get_body((kind,)).get_content()
    record_night(city, facts.night(facts.finding("f1")))
    assert audit.verify(city, head).broken == "", "an older head is still in the chain"
