"""The festival moves between months, its effect is found where there is one and not where there is none."""

import datetime as dt

import numpy as np
import pandas as pd

from jobs.forecast import calendars


def test_the_festival_falls_where_the_calendar_says():
    found = [calendars.spring_festival(year) for year in (1985, 2016, 2018, 2033)]
    assert found == [dt.date(1985, 2, 20), dt.date(2016, 2, 8), dt.date(2018, 2, 16), dt.date(2033, 1, 31)]


def test_days_off_and_worked_weekends_are_those_that_were_decreed():
    assert calendars.day_groups(dt.date(2018, 2, 16)) == (0, 1, 0, 0, 0)
    assert calendars.day_groups(dt.date(2018, 2, 10)) == (1, 0, 0, 0, 0)
    assert calendars.day_groups(dt.date(2018, 10, 3)) == (0, 0, 0, 1, 0)
    assert calendars.day_groups(dt.date(2018, 9, 30)) == (0, 0, 0, 0, 1)
    assert calendars.day_groups(dt.date(2018, 6, 13)) == (0, 0, 0, 0, 0)


def test_months_differ_from_the_usual_only_around_the_festival(monthly):
    found = calendars.regressors(monthly(np.ones(120)), 0, 120)
    by_month = np.abs(found.reshape(10, 12, 2)).sum(axis=(0, 2))
    assert np.flatnonzero(by_month).tolist() == [0, 1]
    # 2012: 23 January; all of the fortnight before lies in January.
    assert found[24, 0] > 0.2 > found[25, 0]


def test_january_and_february_together_hold_the_whole_fortnight(read):
    times = pd.date_range("2010-01", periods=120, freq="MS")
    (one,) = read(times[times.month != 1], np.ones(110), grain="month")
    found = calendars.regressors(one, 0, 110)
    assert np.abs(found[0::11, 0]).max() == 0.0


def test_an_effect_is_found_through_level_shift_and_season(monthly):
    chance = np.random.default_rng(1)
    values = 100 + 10 * np.sin(np.arange(120)) + chance.normal(0, 1, 120)
    values[60:] += 40
    moved = calendars.regressors(monthly(values), 0, 120)
    found = calendars.effect(values + moved @ [-30.0, -10.0], moved, 12)
    assert np.allclose(found, [-30, -10], atol=5)


def test_without_an_effect_none_is_taken_out(monthly):
    moved = calendars.regressors(monthly(np.ones(96)), 0, 96)
    sizes = [
        np.abs(moved @ calendars.effect(np.random.default_rng(seed).normal(0, 1, 96), moved, 12)).max()
        for seed in range(40)
    ]
    assert np.median(sizes) == 0.0
