import json
from decimal import Decimal

import pytest

from expectations.profile import Verdict, is_of_rest

pytestmark = pytest.mark.spark

B1, B2, B3, B4, B5 = (f"visit-2018-06-{day:02d}-01" for day in range(1, 6))


@pytest.fixture(scope="module")
def judge():
    """The gate, imported late: Great Expectations takes its time."""
    from expectations.gate import judge

    return judge


def outcome(verdict: Verdict) -> tuple[str, str | None]:
    return verdict.state, verdict.code


def successes(verdict: Verdict) -> dict[str, bool | None]:
    return {check.check: check.success for check in verdict.checks}


def test_a_clean_first_batch_is_published_and_says_what_was_not_judged(judge, declared, frame, rows, facts):
    verdict = judge(declared(), frame({B1: rows(40)}), [facts(1, 40)], [])[B1]
    assert outcome(verdict) == ("published", None)
    assert verdict.message == (
        "来访登记 visit-2018-06-01-01：已发布，接收 40 行，隔离 0 行；行数或分布尚无可比的历史，未判定。"
    )
    found = successes(verdict)
    assert found["volume.hold"] is None
    assert found["drift.hold.sex"] is None
    assert {name for name, success in found.items() if success is False} == set()
    assert found["uniqueness.key"] is True
    assert verdict.profile.is_initial
    assert verdict.profile.distributions == {"sex": {"1": 20, "2": 20}, "amount_yuan": {"+2": 40}}


def test_a_batch_that_passes_everything_with_history_has_nothing_unjudged(judge, declared, frame, rows, facts, history):
    verdict = judge(declared(), frame({B1: rows(400)}), [facts(1, 400)], history(5, 400))[B1]
    assert outcome(verdict) == ("published", None)
    assert set(successes(verdict).values()) == {True}
    assert verdict.message.endswith("接收 400 行，隔离 0 行。")


def test_too_many_missing_values_hold_the_batch(judge, declared, frame, rows, facts):
    poor = [(*row[:3], None) if i < 30 else row for i, row in enumerate(rows(40))]
    verdict = judge(declared(), frame({B1: poor}), [facts(1, 40)], [])[B1]
    assert outcome(verdict) == ("held", "W104")
    assert verdict.message.startswith(
        "来访登记 visit-2018-06-01-01：完整率不足待核，日期非空 25.0%，空 30 行（要求日期非空不低于 50%），批次未发布"
    )


def test_a_repeated_key_holds_the_batch_it_is_in_and_no_other(judge, declared, frame, rows, facts):
    found = judge(declared(), frame({B1: [*rows(20), *rows(2)], B2: rows(22)}), [facts(1, 22), facts(2, 22)], [])
    assert outcome(found[B1]) == ("held", "W105")
    assert "重复 4 行" in found[B1].message
    assert outcome(found[B2]) == ("published", None)


def test_a_fault_of_ours_is_told_before_anything_a_department_could_confirm(declared, facts):
    from expectations.gate import Judged, _verdict
    from expectations.profile import CheckResult, profile_of

    def failed(code):
        facts_of_it = {"dimension": "accuracy", "severity": "critical", "observed": "甲", "expected": "乙"}
        return Judged(code, CheckResult(check=code, success=False, **facts_of_it))

    resource, batch = declared(), facts(1, 10)
    profile = profile_of(resource, batch, [], {}, {})
    verdict = _verdict(resource, batch, [failed(code) for code in ("W101", "W102", "W105")], profile)
    assert outcome(verdict) == ("held", "W105")


def test_values_outside_their_list_format_or_range_hold_the_batch(judge, declared, frame, rows, facts):
    good = rows(18)
    bad = [*good, ("X1", good[0][1], *good[0][2:]), ("V999", "7", Decimal("5000"), good[0][3])]
    found = successes(judge(declared(), frame({B1: bad}), [facts(1, 20)], [])[B1])
    failed = {name for name, success in found.items() if success is False}
    assert failed == {"validity.pattern.visit_id", "validity.codes.sex", "validity.range.amount_yuan"}


def test_a_column_without_a_single_value_is_not_judged_valid(judge, declared, frame, rows, facts):
    empty = [(*row[:2], None, row[3]) for row in rows(20)]
    found = successes(judge(declared(), frame({B1: empty}), [facts(1, 20)], [])[B1])
    assert found["validity.range.amount_yuan"] is None


def test_a_high_share_of_quarantined_rows_flags_and_a_higher_one_holds(judge, declared, frame, rows, facts):
    found = judge(declared(), frame({B1: rows(90), B2: rows(60)}), [facts(1, 90, 10), facts(2, 60, 40)], [])
    assert outcome(found[B1]) == ("published_flagged", "W005")
    assert outcome(found[B2]) == ("held", "W101")
    assert "隔离 40 行，占 40.0%（要求隔离比例不高于 20%" in found[B2].message


def test_three_quarantined_rows_of_ten_are_no_share_but_all_of_two_are(judge, declared, frame, rows, facts):
    found = judge(declared(), frame({B1: rows(7)}), [facts(1, 7, 3), facts(2, 0, 2)], [])
    assert outcome(found[B1]) == ("published", None)
    assert outcome(found[B2]) == ("held", "W101")


def test_the_size_of_a_batch_flags_and_holds(judge, declared, frame, rows, facts, history):
    batches = {B1: rows(400), B2: rows(100), B3: rows(2_100)}
    pending = [facts(1, 400), facts(2, 100), facts(3, 2_100)]
    found = judge(declared(), frame(batches), pending, history(7, 1_000))
    assert outcome(found[B1]) == ("published_flagged", "W002")
    assert outcome(found[B2]) == ("held", "W102")
    assert "100 行，历史中位数 1,000 行（要求不少于 200 行，不多于 5,000 行）" in found[B2].message
    assert outcome(found[B3]) == ("published_flagged", "W002")


def test_batches_of_the_same_night_become_history_unless_they_are_held(judge, declared, frame, rows, facts):
    batches = {B1: rows(300), B2: rows(310), B3: rows(290), B4: rows(305), B5: rows(20)}
    pending = [facts(1, 300), facts(2, 310), facts(3, 290, 200), facts(4, 305), facts(5, 20)]
    found = judge(declared(), frame(batches), pending, [])
    assert [found[b].state for b in (B1, B2, B3, B4)] == ["published", "published", "held", "published"]
    # B1 is initial and B3 held: two comparable batches are not enough.
    assert successes(found[B5])["volume.hold"] is None
    found = judge(declared(load="replace"), frame(batches), pending, [])
    assert outcome(found[B5]) == ("held", "W102")


def test_a_sunday_is_held_against_days_off(judge, declared, frame, rows, facts, history):
    few = [day.model_copy(update={"rows": 400}) if is_of_rest(day.period) else day for day in history(13, 1_000)]
    sunday, monday = "visit-2018-06-03-01", "visit-2018-06-04-01"
    pending = [facts(3, 350), facts(4, 350)]
    found = judge(declared(), frame({sunday: rows(350), monday: rows(350)}), pending, few)
    assert outcome(found[sunday]) == ("published", None)
    assert outcome(found[monday]) == ("published_flagged", "W002")
    # Two Sundays do not say what a third may have.
    found = judge(declared(), frame({sunday: rows(350)}), pending[:1], history(4, 1_000))
    assert successes(found[sunday])["volume.warn"] is None


def test_a_resource_delivered_on_event_has_no_usual_size(judge, declared, frame, rows, facts, history):
    found = judge(declared(cycle="event"), frame({B1: rows(40)}), [facts(1, 40)], history(7, 100_000))
    assert successes(found[B1])["volume.hold"] is None


def test_a_shifted_distribution_flags_and_a_changed_unit_holds(judge, declared, frame, rows, facts, history):
    batches = {B1: rows(400, sexes="12222222"), B2: rows(400, amount="0.02"), B3: rows(400)}
    found = judge(declared(), frame(batches), [facts(d, 400) for d in (1, 2, 3)], history(5, 400))
    assert outcome(found[B1]) == ("published_flagged", "W003")
    assert outcome(found[B2]) == ("held", "W103")
    assert "金额 PSI" in found[B2].message
    assert outcome(found[B3]) == ("published", None)


def test_twenty_rows_that_lean_do_not_drift(judge, declared, frame, rows, facts, history):
    found = judge(declared(), frame({B1: rows(20, sexes="1112")}), [facts(1, 20)], history(3, 20))
    assert outcome(found[B1]) == ("published", None)


def test_an_empty_batch_is_published_with_its_rows_unjudged(judge, declared, frame, rows, facts):
    found = judge(declared(), frame({B1: rows(20)}), [facts(1, 20), facts(2, 0)], [])
    assert outcome(found[B2]) == ("published", None)
    judged = successes(found[B2])
    assert judged["completeness.sex"] is None
    assert judged["uniqueness.key"] is None
    assert judged["quarantine.hold"] is None
    assert judged["rows.accepted"] is True


def test_an_empty_batch_where_rows_are_usual_is_held(judge, declared, frame, facts, history):
    found = judge(declared(), frame({}), [facts(1, 0)], history(5, 500))
    assert outcome(found[B1]) == ("held", "W102")


def test_an_empty_full_copy_never_replaces_the_last_good_version(judge, declared, frame, facts):
    found = judge(declared(load="replace"), frame({}), [facts(1, 0)], [])
    assert outcome(found[B1]) == ("held", "W102")


def test_extra_columns_and_lateness_are_flags(judge, declared, frame, rows, facts):
    pending = [facts(1, 20, extra_columns=("备注",)), facts(2, 20, is_late=True, days_late=3)]
    found = judge(declared(), frame({B1: rows(20), B2: rows(20)}), pending, [])
    assert outcome(found[B1]) == ("published_flagged", "W001")
    assert "多出 备注" in found[B1].message
    assert outcome(found[B2]) == ("published_flagged", "W004")
    assert "迟到 3 天" in found[B2].message


def test_a_missing_or_mistyped_column_holds_and_its_rows_are_not_judged(judge, declared, frame, rows, facts):
    broken = frame({B1: rows(20)}).drop("sex").selectExpr("*", "cast(1 as int) as extra")
    broken = broken.withColumn("amount_yuan", broken["amount_yuan"].cast("string"))
    verdict = judge(declared(), broken, [facts(1, 20)], [])[B1]
    assert outcome(verdict) == ("held", "W105")
    found = successes(verdict)
    assert found["structure.exists.sex"] is False
    assert found["structure.type.amount_yuan"] is False
    assert found["completeness.sex"] is None
    assert found["drift.hold.amount_yuan"] is None
    assert found["completeness.visited_on"] is True


def test_rows_that_are_not_the_accepted_ones_hold_the_batch(judge, declared, frame, rows, facts):
    verdict = judge(declared(), frame({B1: rows(19)}), [facts(1, 20)], [])[B1]
    assert outcome(verdict) == ("held", "W105")
    assert "19 行（要求实有 20 行）" in verdict.message


def test_an_expectation_that_cannot_be_computed_stops_the_resource(judge, declared, frame, rows, facts):
    from expectations.gate import GateError

    broken = declared()
    columns = [c.model_copy(update={"maximum": -1}) if c.name == "amount_yuan" else c for c in broken.columns]
    with pytest.raises(GateError, match=r"来访登记 visit-2018-06-01-01 的检查 validity\.range\.amount_yuan无法计算"):
        judge(broken.model_copy(update={"columns": tuple(columns)}), frame({B1: rows(5)}), [facts(1, 5)], [])


def test_rows_that_cannot_be_read_stop_the_resource(judge, declared, frame, rows, facts):
    from expectations.gate import GateError

    unreadable = frame({B1: rows(5)}).selectExpr(
        "* except (amount_yuan)", "cast(1 / (length(visit_id) - length(visit_id)) as decimal(20,4)) as amount_yuan"
    )
    with pytest.raises(GateError, match="来访登记 的 1 个批次无法计算"):
        judge(declared(), unreadable, [facts(1, 5)], [])


def test_no_batch_is_no_verdict(judge, declared, frame):
    assert judge(declared(), frame({}), [], []) == {}


def test_every_code_that_the_gate_gives_is_in_the_catalogue(judge, declared, frame, rows, facts):
    from catalog.codes import all_codes
    from expectations.suite import data_checks, history_checks, structure_checks

    checks = [*structure_checks(declared()), *data_checks(declared()), *history_checks(declared(), facts(1, 1), [])]
    assert {check.code for check in checks} <= set(all_codes())
    assert len({check.name for check in checks}) == len(checks)


def test_thirty_batches_cost_as_many_spark_jobs_as_one(spark, judge, declared, frame, rows, facts, history):
    tracker, past = spark.sparkContext.statusTracker(), history(5, 20)

    def jobs(days: int) -> int:
        group = f"gate-{days}"
        found = frame({f"visit-2018-06-{d:02d}-01": rows(20) for d in range(1, days + 1)})
        spark.sparkContext.setJobGroup(group, group)
        judge(declared(), found, [facts(d, 20) for d in range(1, days + 1)], past)
        return len(tracker.getJobIdsForGroup(group))

    assert 0 < jobs(1) == jobs(30)


def test_the_verdict_is_plain_json(judge, declared, frame, rows, facts):
    verdict = judge(declared(), frame({B1: rows(20)}), [facts(1, 20)], [])[B1]
    assert Verdict.model_validate(json.loads(verdict.model_dump_json())) == verdict
