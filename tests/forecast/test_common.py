"""Areas of one number: each has a share of their common course, and what is learned of one number serves it alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from jobs.forecast import calendars, common, models, predict
from jobs.forecast.intervals import Trial, pool

SEASON = 1 + 0.8 * np.sin(np.arange(96) * np.pi / 6)


def family(read, name, rows, months=None):
    """One monthly series a row, all of the number ``name``."""
    times = pd.date_range("2010-01", periods=len(rows[0]) if months is None else months, freq="MS")
    names = [f"{name}|{at:02d}" for at in range(len(rows)) for _ in times]
    values = np.concatenate([row[: len(times)] for row in rows])
    return [replace(one, family=name) for one in read(list(times) * len(rows), values, names, "month")]


def counts(areas, seed):
    """Few cases a month in each area, with one season that only the sum shows."""
    return np.random.default_rng(seed).poisson(3 * SEASON, (areas, 96)).astype(float)


def test_each_area_goes_on_with_its_share_of_the_sum(read):
    sizes = np.array([1.0, 2.0, 5.0])
    areas = family(read, "n", sizes[:, None] * 10 * SEASON)
    found = [
        common.paths(one, 90, 6, holidays=False, kind=models.SHORT, common=common.common_of(areas))[1] for one in areas
    ]
    means = np.array([paths[models.COMMON].mean for paths in found])
    assert np.allclose(means / means[0], sizes[:, None])
    assert np.allclose(means, sizes[:, None] * 10 * SEASON[90:], rtol=0.05)


def test_the_common_course_knows_nothing_of_what_came_later(read):
    rows = counts(5, 1)
    later = rows.copy()
    later[:, 90:] = 500.0
    said = [
        common.paths(own[2], 90, 6, holidays=False, kind=models.SHORT, common=common.common_of(own))[1]
        for own in (family(read, "n", rows), family(read, "n", later))
    ]
    assert np.array_equal(said[0][models.COMMON].mean, said[1][models.COMMON].mean)
    assert np.array_equal(said[0][models.COMMON].fitted, said[1][models.COMMON].fitted, equal_nan=True)


@pytest.mark.parametrize("values", [np.full((2, 96), 4.0), np.full((3, 96), -4.0)], ids=["two areas", "signed"])
def test_there_is_no_common_course_of_few_or_of_signed_series(read, values):
    assert common.common_of(family(read, "n", values)) is None


def test_an_area_where_nothing_ever_was_has_no_share(read):
    rows = np.vstack([counts(4, 2), np.zeros((1, 96))])
    areas = family(read, "n", rows)
    _, paths = common.paths(areas[4], 90, 6, holidays=False, kind=models.SHORT, common=common.common_of(areas))
    assert models.COMMON in paths
    assert not paths[models.COMMON].mean.any()
    nothing = family(read, "n", np.zeros((3, 96)))
    _, paths = common.paths(nothing[0], 90, 6, holidays=False, kind=models.SHORT, common=common.common_of(nothing))
    assert models.COMMON not in paths


def test_areas_that_began_later_or_end_earlier_keep_their_months(read):
    rows = 10 * np.tile(SEASON, (4, 1))
    areas = family(read, "n", rows)
    late = family(read, "late", rows[:1])[0]
    short = replace(late, first=late.first + 24, values=late.values[24:93])
    whole = common.common_of(areas)
    _, paths = common.paths(short, 69, 3, holidays=False, kind=models.SHORT, common=whole)
    assert np.allclose(paths[models.COMMON].mean, 10 * SEASON[93:], rtol=0.05)
    assert len(paths[models.COMMON].fitted) == 69


def test_small_counts_are_forecast_better_together_than_alone(read):
    rows = counts(24, 3)
    apart = [replace(one, family="") for one in family(read, "n", rows, 84)]
    errors = {}
    for name, series in {"together": family(read, "n", rows, 84), "apart": [[one] for one in apart]}.items():
        groups = series if name == "apart" else [series]
        means = np.concatenate([predict.forecast(group, 12).rows["mean"].to_numpy() for group in groups])
        errors[name] = float(np.abs(means.reshape(24, 12) - 3 * SEASON[84:]).mean())
    assert errors["together"] < 0.75 * errors["apart"]


def test_each_number_has_the_model_that_suits_it(read):
    draw = np.random.default_rng(4)
    wandering = 1000 + np.cumsum(draw.normal(0, 30, (8, 96)), axis=1)
    rows = predict.forecast([*family(read, "cases", counts(8, 5)), *family(read, "prices", wandering)], 6).rows
    models_of = rows.groupby(rows["series"].str.partition("|")[0])["model"].agg(set)
    assert models_of["cases"].isdisjoint(models_of["prices"])


def test_errors_of_one_number_do_not_widen_another():
    draw = np.random.default_rng(6)
    calm = [Trial(at, draw.normal(0, 1, 6)) for at in range(40)]
    wild = [Trial(40 + at, draw.normal(0, 6, 6)) for at in range(40)]
    wider = pool([*calm, *wild], 6)
    assert pool(calm, 6, wider).reach(0.95, -1)[0] < 0.5 * wider.reach(0.95, -1)[0]
    assert pool(wild, 6, wider).reach(0.95, -1)[0] > 1.2 * wider.reach(0.95, -1)[0]


def test_without_errors_of_its_own_a_number_has_those_of_all():
    draw = np.random.default_rng(7)
    wider = pool([Trial(at, draw.normal(0, 4, 6)) for at in range(60)], 6)
    assert np.allclose(pool([], 6, wider).reach(0.8, -1), wider.reach(0.8, -1), rtol=0.15)


def test_what_the_festival_does_is_learned_from_all_areas_together(read):
    whole = family(read, "n", np.full((12, 108), 1000.0))[0]
    moved = calendars.regressors(whole, 0, 108) @ [-0.3, -0.2]
    noise = np.random.default_rng(8).normal(0, 0.12, (12, 108))
    areas = family(read, "n", 1000 * np.exp(moved + noise)[:, :96])
    february = np.abs(moved[96:]) > 0.1
    assert february.any()
    missed = []
    for known in (common.common_of(areas), None):
        told = [
            common.paths(one, 96, 12, holidays=True, kind=models.SHORT, common=known)[1]["DynamicOptimizedTheta"].mean
            for one in areas
        ]
        missed.append(np.abs(np.log(np.array(told) / 1000) - moved[96:]).mean(axis=0)[february].mean())
    assert missed[0] < 0.7 * missed[1]


def test_a_calendar_effect_is_known_of_areas_that_are_known_longer_than_others(read):
    areas = family(read, "n", 1000 + np.random.default_rng(9).normal(0, 5, (4, 96)))
    areas[0] = replace(areas[0], values=areas[0].values[:80])
    assert set(predict.forecast(areas, 6, holidays=True).rows["series"]) == {one.name for one in areas}


def test_one_slip_does_not_widen_what_lies_further_out():
    draw = np.random.default_rng(10)
    errors = [Trial(at, draw.normal(0, 1, 6)) for at in range(60)]
    slip = draw.normal(0, 1, 6)
    slip[3] = -2000.0
    reach = pool([*errors, Trial(60, slip)], 6).reach(0.95, -1)
    assert reach[3] < 2 * pool(errors, 6).reach(0.95, -1)[3]
