"""The arithmetic of thirty nights and of two engines, on figures that are made up here; no engine is run."""

import json

import numpy as np

from taian.bench.cluster import cluster_measures
from taian.bench.month import Night, month_measures
from taian.bench.night import NightFigures
from taian.bench.report import report


def nights(growing=0.0, count=30):
    rng = np.random.default_rng(3)
    return [
        Night(
            cpu_seconds=100 + growing * at + 0.01 * rows + rng.normal(0, 1),
            seconds=60.0,
            rows=int(rows),
            engine_memory=(2 << 30) + int(rng.normal(0, 1 << 20)),
            peak_memory=4 << 30,
            files=100 + at,
            bytes_live=(1000 + at) * 100,
            bytes_all=1 << 30,
            failed=0,
        )
        for at, rows in enumerate([100_000, *rng.integers(500, 5_000, count - 1)])
    ]


def named(measures):
    return {measure.name: measure for measure in measures}


def test_rows_explain_what_they_cost_and_the_nights_do_not_grow():
    found = named(month_measures(nights()))
    low, high = found["growth.cpu"].spread
    assert low < 0 < high
    assert found["memory.peak"].met and found["failed_steps"].met
    assert found["night.rows"].value < 5_000


def test_a_night_that_costs_more_than_the_one_before_is_seen():
    found = named(month_measures(nights(growing=1.0)))
    low, high = found["growth.cpu"].spread
    assert 0.5 < low < found["growth.cpu"].value < high < 1.5


def test_a_table_that_differs_or_is_missing_is_counted_and_named():
    said = []
    here, there = NightFigures(seconds=10.0), NightFigures(seconds=20.0, failed=["publish"])
    ours = {"a": (1, "x"), "b": (2, "y"), "c": (1, "z")}
    found = named(cluster_measures((here, ours), (there, {"a": (1, "x"), "b": (2, "w")}), said.append))
    assert found["tables_that_differ"].value == 2 and found["tables_that_differ"].met is False
    assert found["failed_steps"].met is False
    assert [line.split(":")[1].strip() for line in said] == ["b", "c"]
    assert json.dumps(report("cluster", 0.01, {}, list(found.values())))
