"""Grids: the step is found, gaps and unpublished months are known, what cannot be a series is refused by name."""

import numpy as np
import pandas as pd
import pytest

from jobs.forecast.series import Columns, table
from taian.errors import ProblemError


@pytest.mark.parametrize(
    ("frequency", "kind", "season"),
    [
        ("YS", "yearly", 1),
        ("QS", "quarterly", 4),
        ("MS", "monthly", 12),
        ("W", "weekly", 52),
        ("D", "daily", 7),
        ("h", "fixed", 24),
        ("5min", "fixed", 288),
        ("10D", "fixed", 1),
        ("6h", "fixed", 4),
        ("ME", "monthly", 12),
    ],
)
def test_the_step_is_found_from_the_times(read, frequency, kind, season):
    times = pd.date_range("2016-01-01", periods=40, freq=frequency)
    (one,) = read(times[::-1], np.arange(40.0)[::-1])
    assert (one.step.kind, one.step.season) == (kind, season)
    assert one.values.tolist() == list(range(40))
    assert one.times(0, 40)[7] <= times[7] < one.times(0, 40)[8]


def test_missing_dates_become_gaps_that_are_said(read):
    times = pd.date_range("2018-01-01", periods=30, freq="D").delete([4, 5])
    (one,) = read(times, np.ones(28))
    assert np.flatnonzero(np.isnan(one.values)).tolist() == [4, 5]
    assert one.notes == ("2 of 30 periods are missing",)


def test_a_year_without_januaries_has_eleven_periods_and_goes_from_december_to_february(read):
    times = pd.date_range("2015-01", periods=36, freq="MS")
    (one,) = read(times[times.month != 1], np.arange(33.0), grain="month")
    assert one.step.season == 11
    assert not np.isnan(one.values).any()
    assert one.labels(9, 12) == ["2015-11-01 00:00", "2015-12-01 00:00", "2016-02-01 00:00"]
    assert one.notes[0].startswith("January is never published")


def test_one_published_january_keeps_twelve_periods(read):
    times = pd.date_range("2015-01", periods=36, freq="MS")
    kept = (times.month != 1) | (times.year == 2016)
    assert read(times[kept], np.arange(34.0), grain="month")[0].step.season == 12


def test_days_without_weekends_have_a_week_of_five(read):
    times = pd.bdate_range("2018-01-01", periods=60)
    (one,) = read(times, np.arange(60.0))
    assert one.step.season == 5
    assert not np.isnan(one.values).any()


def test_sparse_days_stay_days(read):
    times = pd.to_datetime(["2018-01-01", "2018-01-03", "2018-01-06", "2018-01-08", "2018-01-11", "2018-01-13"])
    assert read(times, np.arange(6.0))[0].step.kind == "daily"


def test_several_values_for_one_time_are_refused_with_the_remedy(read):
    times = list(pd.date_range("2018-01", periods=12, freq="MS")) * 2
    with pytest.raises(ProblemError, match=r"several values for one time: name the column .* with --series"):
        read(times, np.arange(24.0))


def test_a_corrected_value_counts_and_is_said(read):
    times = [*pd.date_range("2015-01", periods=36, freq="MS"), pd.Timestamp("2015-03-01")]
    (one,) = read(times, [*np.ones(36), 5.0])
    assert one.values[2] == 5.0
    assert one.notes == ("1 repeated time; the last value counts",)


def test_a_step_nobody_knows_is_refused(read):
    with pytest.raises(ProblemError, match="one value every 214 days, which is no step known here"):
        read(["2010-01-01", "2010-08-03", "2011-03-05", "2011-10-05"], np.arange(4.0))


def test_a_series_that_cannot_be_read_does_not_stop_the_others():
    times = [*pd.date_range("2018-01-01", periods=9, freq="D"), pd.Timestamp("2018-01-01")]
    frame = pd.DataFrame({"series": ["a"] * 9 + ["b"], "time": times, "value": np.arange(10.0)})
    made = table(Columns(frame))
    assert [one.name for one in made.series] == ["a"]
    assert made.refused["b"].startswith("Series 'b' has 1 time in it")
