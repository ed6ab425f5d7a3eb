"""Nights and people, on a real store."""

import datetime
import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from alerts.audit import verify
from alerts.casebook import act, by_hand, list_cases, of_finding, open_case, show_case, typed_code
from alerts.cases import CaseError, Step
from alerts.notify import record_night, send
from alerts.sheet import sheet
from alerts.store import Mail, Store, open_store
from alerts.verdicts import precision

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
    act(settings, "XS-2018-0001", Step(action="dismiss", who="王五", why="企业自有光伏"))
    act(settings, "XS-2018-0001", Step(action="close", who="王五", why="已排除"))
    record_night(settings, facts.night(facts.finding("f1")))
    assert whats(settings, "XS-2018-0001") == ["opened", "dismiss", "close"], (
        "the night it was closed on has nothing to add"
    )
    for days in (0, 1):
        record_night(settings, facts.night(facts.finding("f1"), date=NEXT + datetime.timedelta(days=days)))
    assert show_case(settings, "XS-2018-0001")[0].state == "closed"
    assert whats(settings, "XS-2018-0001") == ["opened", "dismiss", "close", "seen_closed"]


def test_a_finding_closed_as_weak_opens_again_when_it_is_strong(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    record_night(settings, facts.night(facts.finding("f1", strength="weak"), date=NEXT))
    act(settings, "XS-2018-0001", Step(action="dismiss", who="王五", why="已减弱"))
    act(settings, "XS-2018-0001", Step(action="close", who="王五", why="已减弱"))
    later = record_night(settings, facts.night(facts.finding("f1"), date=NEXT + datetime.timedelta(days=1)))
    assert later.cases_reopened == 1
    assert whats(settings, "XS-2018-0001") == ["opened", "strength", "dismiss", "close", "reopened"]


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


def test_people_work_a_case_to_its_end_and_its_history_says_who_and_why(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1", unit="U1", unit_name="某厂")))
    for step in (
        Step("acknowledge", "李四"),
        Step("assign", "李四", to="王五", on=datetime.date(2099, 7, 20)),
        Step("hear", "王五", "七月停产检修，\n有维修合同", on=datetime.date(2018, 7, 3)),
        Step("confirm", "王五", "合同日期不符"),
        Step("transfer", "李四", "一案一档", to="市统计执法监督局"),
        Step("close", "李四", "已移送"),
    ):
        case = act(settings, "XS-2018-0001", step)
    assert (case.state, case.assignee, case.verdict, case.handed_to) == (
        "closed",
        "王五",
        "confirmed",
        "市统计执法监督局",
    )
    assert (case.unit, case.finding.unit_name) == ("U1", "某厂"), "the finding stays as it was"
    _, events = show_case(settings, "XS-2018-0001")
    assert [(e.who, e.from_state, e.to_state, e.why) for e in events] == [
        ("平台", None, "open", ""),
        ("李四", "open", "acknowledged", ""),
        ("李四", "acknowledged", "assigned", "承办人：王五，期限 2099-07-20。"),
        ("王五", "assigned", "heard", "2018-07-03 陈述：七月停产检修， 有维修合同"),
        ("王五", "heard", "confirmed", "合同日期不符"),
        ("李四", "confirmed", "transferred", "接收机关：市统计执法监督局。一案一档"),
        ("李四", "transferred", "closed", "已移送"),
    ]
    again = act(settings, "XS-2018-0001", Step("reopen", "李四", "单位申请复核"))
    assert (again.state, again.verdict) == ("open", None), "a case that is open again has no verdict"
    assert again.handed_to is None


def test_of_two_people_who_act_at_once_the_second_is_told(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    seen = show_case(settings, "XS-2018-0001")[1][-1].id
    act(settings, "XS-2018-0001", Step("assign", "李四", to="王五", seen=seen))
    with pytest.raises(CaseError, match="在您打开之后已由李四分派；请看过最新的经过再办理"):
        act(settings, "XS-2018-0001", Step("assign", "赵六", to="钱七", seen=seen))
    assert show_case(settings, "XS-2018-0001")[0].assignee == "王五"


def test_a_case_past_its_deadline_is_overdue_once_and_told_by_mail(home, server, facts):
    settings = home(mail_port=server.port)
    record_night(settings, facts.night(facts.finding("f1", strength="strong")))
    case = show_case(settings, "XS-2018-0001")[0]
    assert case.due_on == datetime.date(2018, 7, 4), "three working days after a Saturday"
    for day in (4, 5, 6):
        record_night(settings, facts.night(facts.finding("f1"), date=datetime.date(2018, 7, day)))
    assert whats(settings, "XS-2018-0001") == ["opened", "overdue"]
    send(settings)
    late = [mail.get_body(("plain",)).get_content() for mail in server.mails if "逾期 1 件" in mail["Subject"]]
    assert len(late) == 2
    assert "XS-2018-0001 · 跨来源不符" in late[0] and "逾期 1 个工作日" in late[0]
    assert "XS-2018-0001" not in late[1], "what stays the same is counted, not told again"


def test_a_lead_by_hand_is_a_case_like_any_other(home, facts):
    settings = home()
    lead = by_hand(unit="", unit_name="某厂", county_name="岱岳区", message="群众来信反映虚报")
    case = open_case(settings, lead, who="李四", why="来信 12 号")
    assert (case.id[:3], case.kind, case.state, case.title) == ("SG-", "hand", "open", "岱岳区 · 手工线索")
    assert case.url_path == f"/cases?case={case.id}"
    assert act(settings, case.id, Step("dismiss", "李四", "已自查更正")).verdict == "dismissed"
    with pytest.raises(CaseError, match="必须写明单位名称和线索内容"):
        by_hand(unit="", unit_name=" ", county_name="", message="x")
    with pytest.raises(CaseError, match="91379904750319977X 不是统一社会信用代码"):
        typed_code("91379904750319977X")
    assert typed_code(" 91350100m000100y43") == "91350100M000100Y43"


def test_a_weak_finding_is_taken_up_once(home, facts):
    settings = home()
    weak = facts.finding("f2", strength="weak")
    case = open_case(settings, of_finding(weak), who="李四", why="实地看到停产")
    assert whats(settings, case.id) == ["opened"]
    with pytest.raises(CaseError, match=f"已经立案，编号 {case.id}"):
        open_case(settings, of_finding(weak), who="王五", why="")


def test_a_refused_identity_number_of_one_person_opens_no_case(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1", unit_kind="person", family="identity")))
    assert list_cases(settings) == []


def test_a_store_from_before_the_verdicts_learns_its_new_columns(home, facts):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1", unit="U1")))
    with open_store(settings).writing() as session:
        for column in ("verdict", "due_on", "facts", "unit", "handed_to"):
            session.execute(text(f"ALTER TABLE alert_case DROP COLUMN {column}"))
        session.execute(text("ALTER TABLE alert_outbox DROP COLUMN attached"))
    store = Store(f"sqlite:///{settings.alerts_db}")
    with store.reading() as session:
        assert session.execute(text("SELECT verdict, due_on, unit FROM alert_case")).one() == (None, None, None)
        assert set(session.execute(text("SELECT attached FROM alert_outbox")).scalars()) == {None}
    record_night(settings, facts.night(facts.finding("f1", unit="U1"), date=NEXT))
    assert show_case(settings, "XS-2018-0001")[0].unit == "U1"


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (("XS-2018-0009", Step("close", "李四", "x")), "没有编号为 XS-2018-0009 的案件、预警或督办"),
        (("XS-2018-0001", Step("assign", "李四")), "必须写明承办人"),
        (("XS-2018-0001", Step("assign", "李四", to="王五", on=datetime.date(2018, 1, 1))), "期限 2018-01-01 已经过去"),
        (("XS-2018-0001", Step("acknowledge", " ")), "必须写明操作人"),
        (("XS-2018-0001", Step("reopen", "李四", "x")), "不能重新打开"),
        (("XS-2018-0001", Step("confirm", "李四", "x")), "当前为待受理，不能认定属实；可以：受理、分派、排除"),
        (("XS-2018-0001", Step("dismiss", "李四", " ")), "排除时必须说明理由"),
    ],
)
def test_a_step_that_is_not_allowed_changes_nothing_and_says_why(home, facts, step, sentence):
    settings = home()
    record_night(settings, facts.night(facts.finding("f1")))
    with pytest.raises(CaseError, match=sentence):
        act(settings, *step)
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


def test_what_is_found_of_a_firm_is_one_case_until_it_is_decided(home, facts):
    settings = home()
    first = facts.finding("f1", unit="U1", unit_kind="firm", unit_name="某厂")
    second = facts.finding("f2", unit="U1", unit_kind="firm", family="copied_growth", test="u", message="连月照抄")
    group = facts.finding("g1", unit="U1", unit_kind="group")
    night = facts.night(first, second, group)
    assert record_night(settings, night).cases_opened == 2
    assert record_night(settings, night).cases_opened == 0
    case, events = show_case(settings, "XS-2018-0001")
    assert [found.finding_id for found in case.findings] == ["f1", "f2"]
    assert [(event.what, event.why) for event in events] == [("opened", ""), ("joined", "增速雷同（编号 f2）")]
    later = facts.finding("f3", unit="U1", unit_kind="firm", strength="weak")
    assert open_case(settings, of_finding(later), who="李四", why="走访").id == case.id
    with pytest.raises(CaseError, match="已经立案，编号 XS-2018-0001"):
        open_case(settings, of_finding(later), who="李四", why="走访")
    record_night(settings, facts.night(first, second, later.model_copy(update={"strength": "strong"}), date=NEXT))
    assert whats(settings, case.id)[-1] == "strength", "a finding that joined is followed like the first"
    act(settings, case.id, Step("dismiss", "李四", "有合同"))
    fresh = facts.finding("f4", unit="U1", unit_kind="firm")
    record_night(settings, facts.night(first, second, fresh, date=NEXT))
    assert len(show_case(settings, case.id)[0].findings) == 3, "nobody has looked at what came after the verdict"
    assert "XS-2018-0003" in ids(settings, kind="finding")
    assert {(each.test, each.dismissed) for each in precision(settings)} == {("t", 2), ("u", 1)}
    assert verify(settings).broken == ""
    page = sheet(settings, case.id, picture=lambda *_: "", who="李四")
    assert "证据之2：增速雷同" in page and "证据之3" in page and "连月照抄" in page


def test_the_mail_tells_that_a_case_was_joined_by_its_number_only(city, server, facts):
    first, second = (facts.finding(name, unit="U1", unit_kind="firm", unit_name="某厂") for name in ("f1", "f2"))
    record_night(city, facts.night(first))
    record_night(city, facts.night(first, second, date=NEXT))
    send(city)
    said = server.mails[-1].get_body(("plain",)).get_content()
    assert "，在办案件并入新疑点 1 件" in said and "XS-2018-0001（并入新疑点）" in said
    assert "某厂" not in said and facts.firm not in said
