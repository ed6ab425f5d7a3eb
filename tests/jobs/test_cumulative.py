"""1-本月累计 and monthly figures: one from the other and back, for any year and any months that are missing."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.spark

ROW = "series string, period string, own decimal(24,4), cumulative decimal(24,4), months int"
AMOUNTS = st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-4))
MONTHS = st.sets(st.integers(1, 12), min_size=1).map(sorted)


@st.composite
def years_of_figures(draw, without_january=False):
    """One year: month to the figure of the period itself, whatever months it covers."""
    months = [m for m in draw(MONTHS) if m > 1] or [2] if without_january else draw(MONTHS)
    return {month: draw(AMOUNTS) for month in months}


SEVERAL = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Each example is a frame of many series: what Spark costs is a plan, not a row."""


def summed(figures):
    total, out = Decimal(0), {}
    for month, value in sorted(figures.items()):
        out[month] = total = total + value
    return out


def frame(spark, many, column):
    rows = [
        (str(number), f"2018-{month:02d}", *((value, None) if column == "own" else (None, value)), None)
        for number, figures in enumerate(many)
        for month, value in figures.items()
    ]
    return spark.createDataFrame(rows, ROW)


def collected(found, column):
    out = {}
    for row in found.collect():
        out.setdefault(int(row["series"]), {})[int(row["period"][5:])] = row[column]
    return out


@given(many=st.lists(years_of_figures(), min_size=5, max_size=30))
@SEVERAL
def test_sums_since_january_become_figures_that_add_up_to_them_again(spark, many):
    from jobs.fuse.cumulative import from_cumulative, to_cumulative

    sums = [summed(figures) for figures in many]
    own = from_cumulative(frame(spark, sums, "cumulative").drop("own"), ["series"], {"cumulative": "own"})
    assert collected(own, "own") == dict(enumerate(many))
    back = to_cumulative(own.drop("cumulative"), ["series"], "own", "cumulative")
    assert collected(back, "cumulative") == dict(enumerate(sums))


@given(many=st.lists(years_of_figures(without_january=True), min_size=5, max_size=30))
@SEVERAL
def test_a_figure_covers_the_months_since_the_one_before_it_so_that_february_without_january_covers_two(spark, many):
    from jobs.fuse.cumulative import from_cumulative

    sums = [summed(figures) for figures in many]
    found = from_cumulative(frame(spark, sums, "cumulative").drop("own"), ["series"], {"cumulative": "own"})
    for number, months in collected(found, "months").items():
        before = [0, *sorted(months)[:-1]]
        assert months == {m: m - b for m, b in zip(sorted(months), before, strict=True)}
        assert months.get(2, 2) == 2
        assert sum(months.values()) == max(sums[number])


@given(many=st.lists(years_of_figures(), min_size=5, max_size=30))
@SEVERAL
def test_months_add_up_until_one_is_missing_and_from_then_on_the_sum_is_unknown(spark, many):
    from pyspark.sql import functions as F

    from jobs.fuse.cumulative import to_cumulative

    single = frame(spark, many, "own").drop("cumulative").withColumn("months", F.lit(1))
    found = collected(to_cumulative(single, ["series"], "own", "cumulative"), "cumulative")
    for number, figures in enumerate(many):
        whole = {m: total for m, total in summed(figures).items() if set(range(1, m + 1)) <= set(figures)}
        assert found[number] == {month: whole.get(month) for month in figures}


def test_series_and_years_are_kept_apart_and_an_unknown_sum_is_reached_over(spark):
    from jobs.fuse.cumulative import from_cumulative

    rows = [
        ("a", "2017-12", 100),
        ("a", "2018-02", 20),
        ("a", "2018-03", None),
        ("a", "2018-04", 50),
        ("b", "2018-02", 7),
        ("q", "2018Q1", 10),
        ("q", "2018Q3", 35),
        ("y", "2018", 9),
    ]
    sums = spark.createDataFrame(rows, "series string, period string, cumulative int")
    found = from_cumulative(sums, ["series"], {"cumulative": "own"}).collect()
    assert {(r["series"], r["period"]): (r["own"], r["months"]) for r in found} == {
        ("a", "2017-12"): (100, 12),
        ("a", "2018-02"): (20, 2),
        ("a", "2018-03"): (None, None),
        ("a", "2018-04"): (30, 2),
        ("b", "2018-02"): (7, 2),
        ("q", "2018Q1"): (10, 3),
        ("q", "2018Q3"): (25, 6),
        ("y", "2018"): (9, 12),
    }
