"""Delta tables: a commit is taken once, and a digest is of the content alone."""

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


def test_a_digest_leaves_out_order_run_ids_and_clocks_and_sees_everything_else(spark, lake, monkeypatch):
    frames = {}
    monkeypatch.setattr(lake, "read", lambda _session, table: frames[table])

    def digest(rows, schema="run_id string, finished_at string, a string, b string"):
        frames["t"] = spark.createDataFrame(rows, schema).coalesce(1)
        return lake.digest(spark, "t")

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
    turned = digest(
        [("x", None, "r1", "t1"), ("y", "", "r1", "t1")], "a string, b string, run_id string, finished_at string"
    )
    assert turned == whole
