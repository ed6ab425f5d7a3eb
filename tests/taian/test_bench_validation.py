"""The four programs of the validation benchmark answer alike on dirty rows; where they do not, it is told."""

import datetime as dt

import pytest

from catalog import load_catalog
from taian import cli
from taian.bench import validation
from taian.bench.sixteen import Found, by_bare_spark, by_duckdb, by_ours, by_stock, differing, sixteen
from taian.bench.validation import BARE, DUCK, OURS, STOCK, Cost
from taian.clock import SHANGHAI

CATALOG = load_catalog()
VILLAGE = next(iter(CATALOG.codelists["village_nbs"].names))
SCHEMA = (
    "_batch string, id_number string, name string, sex string, ethnicity string, birth_date date, "
    "household_id string, village_code string, address string, marital_status string, status string, "
    "updated_at timestamp"
)
GOOD = {
    "_batch": "resident-2018-05-31-01",
    "id_number": "11010519491231002X",
    "name": "王小明",
    "sex": "2",
    "ethnicity": "01",
    "birth_date": dt.date(1949, 12, 31),
    "household_id": "370902000001",
    "village_code": VILLAGE,
    "address": "泰安市泰山区一号",
    "marital_status": "10",
    "status": "registered",
    "updated_at": dt.datetime(2018, 5, 30, 10, tzinfo=SHANGHAI),
}
DIRTY = [
    {"id_number": "1"},
    {"id_number": "1"},
    {"id_number": None},
    {"id_number": "2", "ethnicity": "99", "village_code": "1"},
    {"id_number": "3", "household_id": "12", "address": None},
    {"id_number": "4", "birth_date": dt.date(1168, 5, 1), "marital_status": None},
    {"id_number": "5", "birth_date": None, "updated_at": dt.datetime(1989, 12, 31, 23, tzinfo=SHANGHAI)},
]


def test_there_are_sixteen_checks_and_the_gate_has_every_one_of_them():
    from expectations.suite import data_checks

    names = [rule.check for rule in sixteen(CATALOG)]
    assert len(names) == len(set(names)) == 16
    assert set(names) <= {check.name for check in data_checks(CATALOG["resident"])}


def test_sides_that_answer_differently_are_told_apart_by_verdict_and_by_rows():
    sides = {
        "a": {"x": Found(True, 0), "y": Found(False, 3), "z": Found(True, 0)},
        "b": {"x": Found(True, None), "y": Found(False, 2)},
    }
    assert differing(sides) == ["y: a fails (3 rows), b fails (2 rows)", "z: a passes (0 rows), b does not answer"]


def test_every_side_is_warmed_up_before_it_is_counted_and_another_begins_each_round():
    asked = []

    def side(name):
        return lambda: asked.append(name) or {"x": Found(True, 0)}

    costs, answers = validation.in_turn({"a": side("a"), "b": side("b")}, 2, lambda _: None)
    assert "".join(asked) == "abba" * 2
    assert [len(found) for found in costs.values()] == [2, 2]
    assert answers["a"] == {"x": Found(True, 0)}


def test_ratios_are_taken_round_by_round_and_judged_by_wall_time():
    costs = {
        OURS: [Cost(1, 2), Cost(1, 2), Cost(2, 2)],
        STOCK: [Cost(8, 6), Cost(9, 6), Cost(10, 6)],
        BARE: [Cost(1, 1), Cost(0.5, 1), Cost(1, 1)],
        DUCK: [Cost(0.5, 1)] * 3,
    }
    found = {each.name: each for each in validation.timing(costs)}
    assert (found["faster_than_stock_gx"].value, found["faster_than_stock_gx"].met) == (8, True)
    assert (found["against_bare_spark"].value, found["against_bare_spark"].met) == (2, False)
    assert found["against_bare_spark"].spread == (1, 2)
    assert found["faster_than_stock_gx.processor"].value == 3


def test_a_scale_outside_the_city_is_refused(capsys):
    assert cli.run(["bench", "validation", "--scale", "0"]) == 2
    assert capsys.readouterr().err.startswith("--scale 0 is outside 0 to 1")


@pytest.mark.spark
def test_all_four_sides_find_the_same_on_dirty_rows(tmp_path, spark):
    rows = [tuple((GOOD | changes).values()) for changes in [{}, *DIRTY]]
    table = tmp_path / "parsed"
    spark.createDataFrame(rows, SCHEMA).write.parquet(str(table))
    rules = sixteen(CATALOG)
    ours = by_ours(table, "resident-2018-05-31-01", CATALOG["resident"], rules)
    sides = {
        OURS: ours,
        STOCK: by_stock(table, rules),
        "counted": by_stock(table, rules, "SUMMARY"),
        BARE: by_bare_spark(table, rules),
        DUCK: by_duckdb(table, rules),
    }
    assert differing(sides) == []
    assert {name: found.wrong for name, found in ours.items() if found.wrong} == {
        "completeness.id_number": 1,
        "completeness.address": 1,
        "completeness.birth_date": 1,
        "validity.codes.ethnicity": 1,
        "validity.codes.village_code": 1,
        "validity.pattern.household_id": 1,
        "validity.range.birth_date": 1,
        "validity.range.updated_at": 1,
        "uniqueness.key": 2,
    }
    assert all(found.success == (found.wrong == 0) for found in ours.values())
