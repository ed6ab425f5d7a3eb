"""Answers are written in the spelling of the question."""

import pandas as pd
import pytest

from jobs.forecast.spelling import like


@pytest.mark.parametrize(
    ("sample", "grain", "stands_for", "next_one"),
    [
        ("201806", "month", "2018-07-01", "201807"),
        ("2018年6月", "month", "2018-07-01", "2018年7月"),
        ("2018年06月份", "month", "2018-07-01", "2018年07月份"),
        ("2018-06", "month", "2018-07-01", "2018-07"),
        ("2018年1-6月", "month", "2018-07-01", "2018年7月"),
        ("2018Q2", "quarter", "2018-07-01", "2018Q3"),
        ("2018年第二季度", "quarter", "2018-07-01", "2018年第三季度"),
        ("2018年2季度", "quarter", "2018-07-01", "2018年3季度"),
        ("2018年", "year", "2019-01-01", "2019年"),
        ("2018-W23", "week", "2018-06-11", "2018-W24"),
        ("2018/6/3", "day", "2018-06-04", "2018/6/4"),
        ("20180603", "day", "2018-06-04", "20180604"),
        ("2018年6月3日", "day", "2018-06-04", "2018年6月4日"),
        ("2018-06-03T08:00:00", "second", "2018-06-03 09:00", "2018-06-03T09:00:00"),
        ("43254", "day", "2018-06-04", "2018-06-04"),
    ],
)
def test_a_time_is_written_as_the_file_writes_it(sample, grain, stands_for, next_one):
    times = pd.DatetimeIndex(["2018-06-03 08:00"] if grain == "second" else ["2018-06-03"])
    assert like([sample], times, grain)(pd.Timestamp(stands_for)) == next_one


def test_months_dated_by_their_last_day_are_dated_so_again():
    write = like(["2018-04-30"], pd.DatetimeIndex(["2018-04-30", "2018-05-31", "2018-06-30"]), "day")
    assert write(pd.Timestamp("2019-02-01")) == "2019-02-28"


def test_quarters_dated_by_their_last_day_are_dated_so_again():
    write = like(["2018/3/31"], pd.DatetimeIndex(["2018-03-31", "2018-06-30", "2018-09-30"]), "day")
    assert write(pd.Timestamp("2018-10-01")) == "2018/12/31"
