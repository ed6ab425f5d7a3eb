"""Alarms: each kind is raised where it should be, quiet series stay quiet, and nobody looks ahead."""

import numpy as np
import pandas as pd
import pytest

from jobs.forecast import watch
from jobs.forecast.words import because

CHANCE = np.random.default_rng(11)
"""For what is drawn once, while this file is read; a test draws from a generator of its own, whatever ran before it."""

MONTHS = np.arange(72)
QUIET = 1000 + 100 * np.sin(MONTHS * np.pi / 6) + 4 * MONTHS + CHANCE.normal(0, 15, 72)


def judged(series, **options):
    """The alarms of one or more series."""
    return watch.watch([series] if not isinstance(series, list) else series, **options)


def test_the_table_has_the_columns_of_the_contract_and_a_row_a_period(monthly):
    rows = judged(monthly(QUIET))
    assert list(rows.columns) == watch.COLUMNS
    assert len(rows) == 72
    assert rows["score"].between(0, 1).all()
    assert rows["is_alarm"].sum() <= 1


SERIES = {
    "monthly": ("MS", np.r_[QUIET, 0.7 * QUIET[:8]]),
    "monthly with gaps": ("MS", np.r_[QUIET[:20], [np.nan] * 3, QUIET[23:]]),
    "weekly counts": ("W", np.r_[CHANCE.poisson(6, 70), 20, 30, 25, CHANCE.poisson(6, 20)].astype(float)),
    "daily counts": ("D", np.r_[CHANCE.poisson(9, 90), 40, 45, CHANCE.poisson(9, 20)].astype(float)),
    "hourly": (
        "h",
        50 + 10 * np.sin(np.arange(240) * np.pi / 12) + CHANCE.normal(0, 1, 240) + 9.0 * (np.arange(240) > 200),
    ),
    "negative from the middle on": ("D", np.r_[np.arange(40.0), -np.arange(60.0)]),
    "halves from the middle on": ("W", np.r_[np.arange(20.0), np.arange(40) + 0.5]),
}


@pytest.mark.parametrize("holidays", [False, True])
@pytest.mark.parametrize("name", SERIES)
def test_what_comes_later_changes_nothing_before_it(read, name, holidays):
    frequency, values = SERIES[name]
    times = pd.date_range("2016-01-03", periods=len(values), freq=frequency)
    whole = judged(read(times, values), holidays=holidays)
    for cut in (len(values) // 3, len(values) // 2, len(values) - 5):
        part = judged(read(times[:cut], values[:cut]), holidays=holidays)
        pd.testing.assert_frame_equal(part, whole.head(len(part)))


def test_a_month_that_never_comes_and_the_first_january_are_judged_without_looking_ahead(read):
    times = pd.date_range("2015-06", periods=40, freq="MS")
    kept = times[times.month != 1]
    values = 100 + 5 * np.sin(np.arange(len(kept)))
    whole = judged(read(kept, values, grain="month", whole=True))
    assert len(whole) == len(kept)
    assert not (whole["kind"] == "silence").any()
    for cut in (7, 8, 15, 25):
        part = judged(read(kept[:cut], values[:cut], grain="month", whole=True))
        pd.testing.assert_frame_equal(part, whole.head(cut))


def test_a_fifth_more_from_one_month_on_is_an_alarm_within_three_months(monthly):
    rows = judged(monthly(np.r_[QUIET[:60], QUIET[60:] * 1.2]))
    assert rows["is_alarm"].iloc[60:63].any()
    assert not rows["is_alarm"].iloc[:60].any()
    assert "level" in set(rows["kind"].iloc[60:66])
    # What has stood for three months is the new level.
    assert not rows["is_alarm"].iloc[-4:].any()


def test_one_month_alone_is_a_drop_and_says_what_was_expected(monthly):
    values = QUIET.copy()
    values[65] = 200.0
    rows = judged(monthly(values))
    assert rows.loc[rows["is_alarm"], "kind"].tolist() == ["drop"]
    said = rows["message"].iloc[65]
    assert said.startswith("骤降：本期 200，比预期 1,")
    assert "正常范围" in said
    assert rows["score"].iloc[65] > 0.5 > rows["score"].iloc[64]


def test_many_times_what_was_expected_is_told_as_a_multiple():
    assert because("surge", 3.0, 0.02, 0.0, 1.0) == "突增：本期 3，约为预期 0.02 的 150 倍（正常范围 0 至 1）"
    assert because("surge", 10.0, 1.0, 0.0, 2.0) == "突增：本期 10，比预期 1 高 900.0%（正常范围 0 至 2）"


def test_a_past_incident_does_not_hide_the_next_one(monthly):
    values = QUIET.copy()
    values[[40, 41, 66]] = 3000.0
    rows = judged(monthly(values))
    assert rows["is_alarm"].iloc[[40, 41, 66]].all()
    assert not rows["is_alarm"].iloc[42:66].any()


def test_counts_that_surge_are_found_within_three_weeks(read):
    chance = np.random.default_rng(31)
    values = np.r_[chance.poisson(8, 80), chance.poisson(28, 6), chance.poisson(8, 10)].astype(float)
    rows = judged(read(pd.date_range("2016-01-03", periods=96, freq="W"), values))
    assert "surge" in set(rows["kind"].iloc[80:83])
    assert rows["is_alarm"].iloc[:80].sum() <= 2


def test_a_value_that_does_not_come_is_silence_and_never_no_alarm(read):
    times = pd.date_range("2018-01-01", periods=60, freq="D")
    names = ["a"] * 60 + ["b"] * 50
    rows = judged(read([*times, *times[:50]], np.r_[np.arange(60) % 5, np.arange(50) % 5] + 10.5, names))
    silent = rows[(rows["series"] == "b") & rows["value"].isna()]
    assert len(silent) == 10
    assert silent["is_alarm"].all()
    assert set(silent["kind"]) == {"silence"}
    assert silent["message"].iloc[-1].startswith("本期应有数据而未报，已连续缺 10 期")
    assert watch.standing(rows) == ["b"]


def test_gaps_that_are_a_habit_are_no_news(read):
    chance = np.random.default_rng(29)
    times = pd.date_range("2018-01-01", periods=200, freq="D")
    kept = np.flatnonzero(chance.random(200) > 0.25)
    rows = judged(read(times[kept], 5 + chance.normal(0, 1, len(kept))))
    silent = rows["value"].isna()
    assert silent.iloc[100:].sum() > 15
    assert (rows["kind"].iloc[100:] == "silence").sum() <= 5


def test_a_festival_that_came_before_is_expected_the_next_time(read):
    from jobs.forecast import calendars

    times = pd.date_range("2014-01-01", "2018-06-30", freq="D")
    values = 1000 + np.random.default_rng(37).normal(0, 10, len(times))
    (plain,) = read(times, values)
    near = calendars.regressors(plain, 0, len(values))[:, :3].any(axis=1)
    (series,) = read(times, np.where(near, values - 300, values))
    late = times >= "2017-01-01"
    alarms = [int(judged(series, holidays=asked)["is_alarm"][late & near].sum()) for asked in (True, False)]
    assert alarms[0] <= 2 < alarms[1]


def test_a_machine_that_creeps_away_is_found_before_it_is_far(read):
    hours = np.arange(24 * 60)
    noise = np.random.default_rng(41).normal(0, 1, len(hours))
    values = 50 + 5 * np.sin(hours * np.pi / 12) + noise
    values[24 * 45 :] += np.minimum(np.arange(24 * 15) * 0.1, 6)
    rows = judged(read(pd.date_range("2018-01-01", periods=len(hours), freq="h"), values))
    assert rows["is_alarm"].iloc[24 * 45 : 24 * 47].any()
    assert rows["is_alarm"].iloc[: 24 * 45].sum() <= 3


def test_a_constant_series_that_changes_is_an_alarm(monthly):
    rows = judged(monthly([5.0] * 40 + [9.0] * 2))
    assert rows["is_alarm"].tolist() == [False] * 40 + [True] * 2
