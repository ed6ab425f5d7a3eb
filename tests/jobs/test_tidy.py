"""The week's clearing of the lake: on Sundays, what no table holds any more, and nothing younger than seven days."""

import datetime as dt
import os

import pytest

pytestmark = pytest.mark.spark

SATURDAY, SUNDAY = dt.date(2018, 6, 30), dt.date(2018, 7, 1)


def test_on_sundays_old_files_of_no_table_go_and_nothing_else(home, spark):
    from jobs import lake
    from jobs.tidy import tidy

    for table in ("base_a", "base_b"):
        lake.overwrite(spark.createDataFrame([(1, "x")], "n int, t string"), table)
    before = lake.digest("base_a")
    for name, days in (("old", 8), ("young", 6)):
        stray = home / "lake" / "base_a" / f"{name}.parquet"
        stray.write_bytes(b"stray")
        moment = stray.stat().st_mtime - days * 86_400
        os.utime(stray, (moment, moment))
    assert lake.has_leftovers("base_a", 7) and not lake.has_leftovers("base_b", 7)
    assert tidy(SATURDAY) == "" and (home / "lake" / "base_a" / "old.parquet").exists()
    assert tidy(SUNDAY) == "；清理了 1 个不再属于任何表的文件（0.0 MB）"
    assert not (home / "lake" / "base_a" / "old.parquet").exists()
    assert (home / "lake" / "base_a" / "young.parquet").exists()
    assert lake.digest("base_a") == before
    assert tidy(SUNDAY) == ""
