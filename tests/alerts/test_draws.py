"""双随机 on a real store: who is drawn, whether it can be drawn again, and what the verdicts say of what is missed."""

import json
from collections import Counter

import duckdb
import pytest
from sqlalchemy import text

from alerts import audit
from alerts.casebook import act, by_hand, open_case
from alerts.cases import CaseError, Step
from alerts.draws import Order, check, draw, draws
from alerts.lots import LotError, dealt, drawn
from alerts.missed import MissRate, miss_rate
from alerts.store import open_store

COUNTIES = ("新泰市", "宁阳县", None)


@pytest.fixture
def published(home):
    """An installation whose last night inspected 30 firms, of which U00 is named by a finding."""
    settings = home()
    settings.serving.mkdir(parents=True)
    with duckdb.connect(str(settings.serving / "units.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE topic_authenticity__unit (unit text, unit_name text, county_name text, industry_name text, "
            "findings bigint)"
        )
        rows = [(f"U{n:02d}", f"第{n}厂", COUNTIES[n % 3], "化工", int(n == 0)) for n in range(30)]
        connection.executemany("INSERT INTO topic_authenticity__unit VALUES (?, ?, ?, ?, ?)", rows)
    pointer = {"business_date": "2018-06-30", "tables": {"topic_authenticity__unit": {"file": "units.duckdb"}}}
    (settings.serving / "CURRENT.json").write_text(json.dumps(pointer))
    return settings


def decide(settings, cases, verdicts):
    for case, verdict in zip(cases, verdicts, strict=False):
        for step in (Step("assign", "李四", to="王五"), Step("hear", "王五", "有凭证"), Step(verdict, "王五", "账册")):
            act(settings, case.id, step)


def test_every_unit_is_drawn_as_often_as_any_other_whatever_the_order_of_the_frame():
    frame = dict.fromkeys((f"U{n}" for n in range(10)), "")
    often = Counter(unit for seed in range(2000) for unit in drawn(frame, 3, str(seed)))
    assert all(abs(times - 600) < 82 for times in often.values()), "four standard deviations of B(2000, .3)"
    assert drawn(dict(reversed(frame.items())), 3, "7") == drawn(frame, 3, "7")


def test_strata_share_a_draw_by_size_and_each_has_one():
    frame = {f"a{n}": "a" for n in range(70)} | {f"b{n}": "b" for n in range(29)} | {"c0": "c"}
    assert Counter(unit[0] for unit in drawn(frame, 10, "x")) == {"a": 6, "b": 3, "c": 1}
    assert len(drawn(frame, 100, "x")) == 100
    for wanted, said in ((2, "共有 3 层"), (101, "有 100 家"), (0, "不能抽 0 家")):
        with pytest.raises(LotError, match=said):
            drawn(frame, wanted, "x")


def test_cases_are_dealt_evenly_to_inspectors_by_the_seed():
    units = [str(n) for n in range(6)]
    orders = {tuple(dealt(units, ("甲", "乙", "丙"), str(seed)).values()) for seed in range(60)}
    assert len(orders) == 6, "every order of three"
    assert all(set(Counter(order).values()) == {2} for order in orders)


def test_a_draw_takes_units_that_nobody_suspects_and_an_auditor_can_make_it_again(published):
    open_case(published, by_hand(unit="U01", unit_name="第1厂", county_name="", message="来信"), who="李四", why="")
    kept, opened = draw(published, Order("李四", 28, "20180701-开奖号", "county", ("王五", "赵六")), "inspector")
    assert (kept.id[:3], opened[0].id[:3], opened[0].kind) == ("CJ-", "SJ-", "drawn")
    assert {case.unit for case in opened} == {f"U{n:02d}" for n in range(2, 30)}
    assert Counter(case.assignee for case in opened) == {"王五": 14, "赵六": 14}
    line = next(e for e in audit.entries(published, object_=kept.id))
    assert (line.actor, line.role, line.action) == ("李四", "inspector", "draw")
    assert "种子 20180701-开奖号，28 家中抽 28 家，按县（市、区）" in line.detail
    assert check(published, kept.id) == ""
    with pytest.raises(CaseError, match=f"已用于 {kept.id}"):
        draw(published, Order("李四", 1, "20180701-开奖号"))
    with pytest.raises(CaseError, match="有 0 家单位"):
        draw(published, Order("李四", 1))
    assert len(draws(published)) == 1, "a draw that is refused leaves nothing"


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("DROP TRIGGER alert_draw_no_update; UPDATE alert_draw SET seed = 'b'", "与审计日志不符"),
        ("DROP TRIGGER alert_draw_no_update; UPDATE alert_draw SET frame = replace(frame, 'U02', 'U98')", "不符"),
        ("UPDATE alert_case SET unit = 'U99' WHERE kind = 'drawn'", "案件被改动"),
    ],
)
def test_a_draw_that_was_tampered_with_is_found(published, done, said):
    kept, _ = draw(published, Order("李四", 3, "a"))
    assert check(published, kept.id) == ""
    with open_store(published).writing() as session:
        for statement in done.split(";"):
            session.execute(text(statement))
    assert said in check(published, kept.id)


def test_verdicts_on_drawn_units_give_the_miss_rate_with_its_exact_interval(published):
    assert (miss_rate(published), MissRate().interval) == (MissRate(), None)
    _, opened = draw(published, Order("李四", 12, "a"))
    decide(published, opened, ["confirm"] + ["dismiss"] * 9)
    found = miss_rate(published)
    assert (found.drawn, found.confirmed, found.dismissed, found.frame) == (12, 1, 9, 29)
    assert found.share == pytest.approx(0.1)
    assert found.interval == pytest.approx((0.002529, 0.445016), abs=1e-6), "Clopper-Pearson of 1 in 10"


def test_a_stratum_weighs_as_much_as_it_has_units(published):
    _, opened = draw(published, Order("李四", 6, "a", "county"))
    confirmed = "宁阳县"
    decide(published, opened, ["confirm" if case.county_name == confirmed else "dismiss" for case in opened])
    assert miss_rate(published).share == pytest.approx(10 / 29), "10 of the 29 units are in that county"


def test_without_any_miss_the_interval_says_how_large_it_may_still_be():
    none = MissRate(drawn=59, dismissed=59, weight=59, squares=59)
    assert none.interval == pytest.approx((0.0, 1 - 0.025 ** (1 / 59)))
