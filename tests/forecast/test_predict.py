"""Forecasts of series that are short, gappy, constant, negative or shifted; intervals that hold and never cross."""

import numpy as np
import pandas as pd
import pytest

from jobs.forecast import predict
from jobs.forecast.backtest import complete
from jobs.forecast.intervals import Trial, pool

CHANCE = np.random.default_rng(7)
SEASON = 10 * np.sin(np.arange(84) * np.pi / 6)
SHAPES = {
    "seasonal": 100 + SEASON + CHANCE.normal(0, 1, 84),
    "negative": -50 + SEASON + CHANCE.normal(0, 1, 84),
    "counts near zero": CHANCE.poisson(0.6, 84).astype(float),
    "constant": np.full(84, 5.0),
    "zeros": np.zeros(84),
    "huge": 1e13 + 1e12 * np.sin(np.arange(84)),
    "shifted": np.where(np.arange(84) < 60, 100.0, 200.0) + CHANCE.normal(0, 1, 84),
    "exponential": np.exp(np.arange(84) / 5.0),
    "four values": np.array([3.0, 4.0, 5.0, 4.0]),
    "fourteen values": 20 + CHANCE.normal(0, 1, 14),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_intervals_are_ordered_finite_and_wider_further_out(monthly, shape):
    answer = predict.forecast([monthly(SHAPES[shape])], 12)
    rows = answer.rows
    assert list(rows.columns) == predict.COLUMNS
    assert len(rows) == 12
    ordered = rows[["lower_95", "lower_80", "mean", "upper_80", "upper_95"]].to_numpy()
    assert np.isfinite(ordered).all()
    assert (np.diff(ordered, axis=1) >= 0).all()
    width = ordered[:, 4] - ordered[:, 0]
    assert width[0] > 0
    assert width[-1] >= width[0] or shape in ("seasonal", "huge")
    assert (ordered >= 0).all() or shape == "negative"


def test_a_season_is_carried_on_better_than_by_the_naive(monthly):
    values = SHAPES["seasonal"] + np.arange(84) * 0.5
    rows = predict.forecast([monthly(values[:72])], 12).rows
    assert np.abs(rows["mean"] - values[72:]).mean() < 0.5 * np.abs(values[60:72] - values[72:]).mean()


def test_most_of_the_future_lies_inside_the_intervals(read):
    chance = np.random.default_rng(3)
    names, times, values, future = [], [], [], {}
    for name in (f"s{number:02d}" for number in range(20)):
        whole = 100 + np.cumsum(chance.normal(0, 1, 60)) + chance.normal(0, 2, 60)
        names += [name] * 54
        times += list(pd.date_range("2010-01", periods=54, freq="MS"))
        values += list(whole[:54])
        future[name] = whole[54:]
    rows = predict.forecast(read(times, values, names, "month"), 6).rows
    actual = rows.groupby("series")["mean"].transform(lambda part: future[part.name])
    inside = {share: actual.between(rows[f"lower_{share}"], rows[f"upper_{share}"]).mean() for share in (80, 95)}
    assert inside[95] > 0.88
    assert 0.65 < inside[80] < inside[95]


def test_a_short_series_is_refused_with_its_length_and_the_others_go_on(read):
    times = [*pd.date_range("2010-01", periods=30, freq="MS"), *pd.date_range("2010-01", periods=3, freq="MS")]
    answer = predict.forecast(read(times, np.arange(33.0), ["long"] * 30 + ["short"] * 3, "month"), 2)
    assert set(answer.rows["series"]) == {"long"}
    assert answer.refused == {"short": "Series 'short' has 3 observations: a forecast takes at least 4."}


def test_a_series_with_more_gaps_than_values_is_refused(monthly):
    values = np.full(60, np.nan)
    values[::3] = 1.0
    said = predict.forecast([monthly(values)], 2).refused[""]
    assert said.startswith("The series has values for only 20 of 58 periods")


def test_a_gap_is_filled_with_the_season_in_it():
    whole = np.tile([1.0, 5.0, 9.0, 5.0], 6)
    holed = whole.copy()
    holed[[9, 10]] = np.nan
    assert np.allclose(complete(holed, 4), whole, atol=0.5)


def test_forecasts_begin_after_the_last_value_and_do_not_look_at_what_is_missing(monthly):
    rows = predict.forecast([monthly([*SHAPES["seasonal"][:40], np.nan, np.nan])], 2).rows
    assert rows["time"].tolist() == ["2013-05-01 00:00", "2013-06-01 00:00"]


def test_the_festival_is_part_of_the_forecast_when_asked_for(monthly):
    from jobs.forecast import calendars

    plain = 1000 + np.random.default_rng(5).normal(0, 5, 132)
    moved = calendars.regressors(monthly(plain), 0, 132) @ [-400.0, -300.0]
    series = monthly((plain + moved)[:120])
    errors = [
        np.abs(predict.forecast([series], 12, holidays=asked).rows["mean"] - (plain + moved)[120:]).max()
        for asked in (True, False)
    ]
    assert errors[0] < 0.5 * errors[1]


def test_two_years_that_grow_are_carried_on_growing(read):
    shape = 100 + 30 * np.sin(np.arange(30) * np.pi / 6) + 2.0 * np.arange(30)
    names = np.repeat(["a", "b", "c", "d"], 24)
    times = list(pd.date_range("2016-01", periods=24, freq="MS")) * 4
    noise = np.random.default_rng(2).normal(0, 1, 96)
    rows = predict.forecast(read(times, np.tile(shape[:24], 4) + noise, list(names), "month"), 6).rows
    assert np.abs(rows["mean"] - np.tile(shape[24:], 4)).mean() < 5


def test_a_series_of_two_years_is_not_forecast_by_the_model_that_suits_long_ones(read):
    draw = np.random.default_rng(3)
    shape = 100 + 30 * np.sin(np.arange(126) * np.pi / 6) + 0.5 * np.arange(126)
    lengths = {"new": 24, **{f"long {at}": 120 for at in range(6)}}
    columns = [
        (name, time, value)
        for name, length in lengths.items()
        for time, value in zip(
            pd.date_range(end="2019-12", periods=length, freq="MS"),
            shape[120 - length : 120] + draw.normal(0, 1, length),
            strict=True,
        )
    ]
    names, times, values = zip(*columns, strict=True)
    rows = predict.forecast(read(list(times), values, list(names), "month"), 6).rows
    new = rows[rows["series"] == "new"]
    assert set(new["model"]) == {"seasonal_drift"}
    assert set(rows["model"]) != {"seasonal_drift"}
    assert np.abs(new["mean"].to_numpy() - shape[120:]).mean() < 4


def test_one_slip_does_not_widen_what_lies_further_out():
    draw = np.random.default_rng(10)
    errors = [Trial(at, draw.normal(0, 1, 6)) for at in range(60)]
    slip = draw.normal(0, 1, 6)
    slip[3] = -2000.0
    reach = pool([*errors, Trial(60, slip)], 6).reach(0.95, -1)
    assert reach[3] < 2 * pool(errors, 6).reach(0.95, -1)[3]
