"""Delta tables: a commit is taken once, and a digest is of the content alone."""

import datetime
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.spark


@pytest.fixture
def lake(spark, home):
    from jobs import lake

    return lake


def test_a_commit_that_is_repeated_after_a_kill_is_taken_once(spark, lake):
    frame = spark.createDataFrame([("b1", 1)], "_batch string, n int")
    assert not lake.exists("t")
    for version in (1, 1, 2):
        lake.append(frame, "t", "t", version)
    lake.append(frame, "t", "another", 1)
    assert lake.exists("t")
    assert lake.tables() == ["t"]
    assert lake.read(spark, "t").count() == 3


def test_a_commit_that_was_taken_back_is_gone_and_its_late_writer_comes_too_late(spark, lake):
    rows = {batch: spark.createDataFrame([(batch, 1)], "_batch string, n int") for batch in ("kept", "half", "late")}
    lake.append(rows["kept"], "t", "t", 1)
    lake.append(rows["half"], "t", "t", 2)
    lake.withdraw(spark, "t", "t", 2, ["half", "late"])
    lake.withdraw(spark, "t", "t", 3, ["half", "late"])
    lake.append(rows["late"], "t", "t", 3)
    assert [row["_batch"] for row in lake.read(spark, "t").collect()] == ["kept"]
    lake.append(rows["half"], "t", "t", 4)
    assert lake.read(spark, "t").count() == 2


def test_overwriting_replaces_rows_and_columns_in_one_commit(spark, lake):
    lake.overwrite(spark.createDataFrame([(1,)], "n int"), "t")
    lake.overwrite(spark.createDataFrame([("x", 2.0)], "code string, n double"), "t")
    assert [tuple(row) for row in lake.read(spark, "t").collect()] == [("x", 2.0)]


def test_a_digest_leaves_out_order_run_ids_and_clocks_and_sees_everything_else(lake, monkeypatch, tmp_path):
    file = tmp_path / "rows.parquet"
    monkeypatch.setattr(lake, "files", lambda _: [str(file)])

    def digest(rows, names=("run_id", "finished_at", "a", "b")):
        schema = pa.schema([(name, pa.string()) for name in names])
        pq.write_table(pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema), file)
        monkeypatch.setattr(lake, "schema", lambda _: SimpleNamespace(names=[*names, "c"]))
        return lake.digest("t")

    base = [("r1", "t1", "x", None), ("r1", "t1", "y", "")]
    whole = digest(base)
    assert whole[0] == 2
    assert len(whole[1]) == 32
    assert digest([("r2", "t9", "y", ""), ("r3", "t8", "x", None)]) == whole
    others = [
        digest([("r1", "t1", "x", ""), ("r1", "t1", "y", "")]),
        digest([("r1", "t1", "x", None), ("r1", "t1", "y", None)]),
        digest([("r1", "t1", "x", "∅"), ("r1", "t1", "y", "")]),
        digest([("r1", "t1", None, "x"), ("r1", "t1", "", "y")]),
        digest([*base, base[0], base[0]]),
    ]
    assert len({whole, *others}) == 1 + len(others)
    # The names of columns decide their order, not their place.
    turned = digest([("x", None, "r1", "t1"), ("y", "", "r1", "t1")], ("a", "b", "run_id", "finished_at"))
    assert turned == whole
    # A column that no file has yet reads as an empty one does.
    assert digest([("x", None, None), ("y", "", None)], ("a", "b", "c")) == whole


def test_the_log_alone_tells_columns_what_a_table_was_made_from_and_whether_it_changed(spark, lake):
    assert (lake.state("t"), lake.mark("t")) == (None, None)
    lake.overwrite(spark.createDataFrame([(1,)], "n int"), "t", "first")
    first = lake.state("t")
    assert (lake.mark("t"), lake.state("t")) == ("first", first)
    for _ in range(10):
        lake.overwrite(spark.createDataFrame([("x", 2.0)], "code string, n double"), "t")
    assert lake.mark("t") is None
    assert lake.state("t") not in (None, first)
    described = lake.read(spark, "t").schema
    assert [(f.name, f.dataType) for f in lake.schema("t")] == [(f.name, f.dataType) for f in described]
    # What Delta removes in time: the commits before its checkpoint.
    for commit in sorted((lake.path("t") / "_delta_log").glob("*.json"))[:-1]:
        commit.unlink()
    assert [f.name for f in lake.schema("t")] == ["code", "n"]
    with pytest.raises(LookupError, match="nowhere"):
        lake.schema("nowhere")


def test_a_meta_table_is_written_anew_only_when_it_says_something_new(spark, lake):
    from catalog import load_catalog
    from jobs import journal
    from jobs.publish.meta import SCHEMAS, write_meta

    catalog, day = load_catalog(), datetime.date(2018, 6, 30)
    journal.begin_run("r1", day)
    tables = [*SCHEMAS, "meta__quality"]
    rows = write_meta(catalog)
    before = {table: lake.state(table) for table in tables}
    assert write_meta(catalog) == rows
    assert {table: lake.state(table) for table in tables} == before
    journal.record_stages("r1", "resident", [("land", 1.0, 5)])
    assert write_meta(catalog) == rows + 1
    assert {table for table in tables if lake.state(table) != before[table]} == {"meta__stage"}
    assert [row["rows"] for row in lake.read(spark, "meta__stage").collect()] == [5]


def test_an_append_that_finds_many_small_files_puts_them_together(spark, lake, monkeypatch):
    monkeypatch.setattr(lake, "MANY_FILES", 4)
    for version in range(4):
        assert not version or len(lake.files("t")) == version
        lake.append(spark.createDataFrame([("b", version)], "_batch string, n int").coalesce(1), "t", "t", version)
    assert len(lake.files("t")) == 1
    assert lake.read(spark, "t").count() == 4
