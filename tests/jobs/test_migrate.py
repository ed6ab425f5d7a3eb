"""A declaration that changed after its first night: what happens to the rows that are there."""

import datetime

import pyarrow.parquet as pq
import pytest

from taian.errors import ProblemError

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("home")]

NIGHT = datetime.date(2018, 6, 30)
KEPT = [
    {"name": "visit_id", "title": "编号", "required": True},
    {"name": "name", "title": "姓名", "personal": "personal", "mask": "name"},
    {"name": "amount", "title": "金额", "type": "decimal", "unit": "yuan"},
]
HEADER = ("编号", "姓名", "金额")
DWD = "dwd_service__visit"


@pytest.fixture
def night(home, deliver, table_text, catalog_of, visit_declaration):
    """A night of the resource with these columns, after a delivery of these rows unless there are none."""
    from catalog import Resource
    from jobs.resource import run_resource

    def run(columns, period, *rows, header=HEADER):
        resource = Resource.model_validate(visit_declaration(due_days=9, columns=columns))
        if rows:
            deliver(home / "landing", table_text(*rows, header=header).encode(), len(rows), period, encoding="UTF-8")
        return run_resource(resource, catalog_of(resource), NIGHT, "r1")

    return run


def with_column(name, **changes):
    return [{**column, **changes} if column["name"] == name else column for column in KEPT]


def stored(spark, *columns):
    from jobs import lake

    return sorted(tuple(row) for row in lake.read(spark, DWD).select(*columns).collect())


def test_a_new_column_is_empty_in_old_rows_and_filled_in_new_ones(spark, night):
    from jobs import lake

    night(KEPT, "2018-06-28", ("V1", "王五", "12"))
    floor = {"name": "floor", "title": "楼层", "type": "integer"}
    said = night([*KEPT, floor], "2018-06-29", ("V2", "赵六", "13", "4"), header=(*HEADER, "楼层"))
    assert "新增 floor" in said
    assert stored(spark, "visit_id", "floor") == [("V1", None), ("V2", 4)]
    # Who reads the files without the engine finds the column in each of them.
    assert all("floor" in pq.read_schema(file).names for file in lake.files(DWD))


def test_a_column_that_is_no_longer_declared_leaves_the_table_also_when_nothing_was_delivered(spark, night):
    from jobs import lake

    night(KEPT, "2018-06-28", ("V1", "王五", "12"))
    said = night([KEPT[0], KEPT[2]], "2018-06-29")
    assert "删去 name" in said
    assert "name" not in lake.read(spark, DWD).columns
    assert stored(spark, "visit_id", "_batch") == [("V1", "visit-2018-06-28-01")]
    assert "删去" not in night([KEPT[0], KEPT[2]], "2018-06-29")


def test_values_are_turned_into_the_new_type_and_kept_apart_from_none_of_their_meaning(spark, night):
    night(KEPT, "2018-06-28", ("V1", "王五", "12"), ("V2", "赵六", ""))
    said = night(with_column("amount", type="integer"), "2018-06-29", ("V3", "孙七", "7"))
    assert "改类型 amount" in said
    assert stored(spark, "visit_id", "amount") == [("V1", 12), ("V2", None), ("V3", 7)]


@pytest.mark.parametrize(
    ("column", "changes", "kind"), [("amount", {"type": "integer"}, "bigint"), ("name", {"type": "date"}, "date")]
)
def test_a_type_that_would_lose_a_value_is_refused_with_the_table_as_it_was(spark, night, column, changes, kind):
    night(KEPT, "2018-06-28", ("V1", "王五", "12.5"), ("V2", "赵六", "3"))
    before = stored(spark, *(each["name"] for each in KEPT))
    with pytest.raises(ProblemError, match=rf"values of '{column}' that are no {kind}.*keep its type"):
        night(with_column(column, **changes), "2018-06-29", ("V3", "孙七", "7"))
    assert stored(spark, *(each["name"] for each in KEPT)) == before
