import datetime as dt

import numpy as np
import pandas as pd
import pytest

from catalog import load_catalog
from catalog.load import HERE
from dashboards import format as fmt


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (5_472_217, "person", "547.2\u2009万人"),
        (24_631, "10k_yuan", "2.5\u2009亿元"),
        (1_312, "万元", "1,312.0\u2009万元"),
        (99_999_999, "kwh", "1.0\u2009亿千瓦时"),
        (9_998, "household", "9,998\u2009户"),
        (0, "case", "0\u2009件"),
        (-250_000, "10k_yuan", "−25.0\u2009亿元"),
        (18.26, "percent", "18.3%"),
        (-0.01, "percent", "0.0%"),
        (35.04, "ug_m3", "35.0\u2009微克/立方米"),
        (12, "台", "12.0\u2009台"),
    ],
)
def test_a_value_is_told_in_wan_and_yi_with_one_decimal(value: float, unit: str, words: str) -> None:
    assert fmt.amount(value, unit) == words


@pytest.mark.parametrize("value", [None, float("nan"), np.nan, pd.NaT, pd.NA, float("inf")])
def test_a_missing_value_is_a_dash_and_never_zero(value: object) -> None:
    assert fmt.amount(value, "person") == "—"


def test_changes_carry_their_sign_and_a_zero_has_none() -> None:
    assert [fmt.change(v) for v in (0.022, -0.0219, 0.00001, None)] == ["+2.2%", "−2.2%", "0.0%", "—"]
    assert [fmt.points(v) for v in (1.44, -0.3, 0.01, None)] == ["+1.4", "−0.3", "0.0", "—"]


def test_a_share_just_below_one_is_not_rounded_to_all() -> None:
    assert fmt.percent(0.99996) == "> 99.9%"
    assert fmt.percent(1.0) == "100.0%"


def test_tiny_probabilities_are_told_as_a_bound() -> None:
    assert [fmt.probability(v) for v in (8.1e-8, 0.0312, None)] == ["< 0.0001", "0.0312", "—"]


def test_counts_of_rows_are_told_in_full() -> None:
    assert [fmt.count(v) for v in (10_482, 0, None, pd.NA)] == ["10,482", "0", "—", "—"]


def test_moments_are_told_in_china_time_whatever_they_came_as() -> None:
    utc = dt.datetime(2018, 6, 30, 12, 15, tzinfo=dt.UTC)
    for value in (utc, "2018-06-30T20:15:00+08:00", "2018-06-30T20:15:00", pd.Timestamp("2018-06-30 20:15")):
        assert fmt.moment(value) == "06-30 20:15"
    assert fmt.day(dt.date(2018, 6, 30)) == "2018-06-30"
    assert [fmt.moment(v) for v in (None, pd.NaT, "soon")] == ["—", "—", "—"]


def test_durations_and_statistics_have_as_many_digits_as_a_reader_needs() -> None:
    assert [fmt.seconds(v) for v in (4.26, 388, None)] == ["4.3\u2009秒", "6\u2009分\u200928\u2009秒", "—"]
    assert [fmt.statistic(v) for v in (1234.5, 11.83, -0.01234, None)] == ["1,234", "11.8", "−0.0123", "—"]


def test_lists_are_read_from_json_text_and_arrays() -> None:
    assert fmt.as_list('["a", "b"]') == ["a", "b"]
    assert fmt.as_list("a、b, c") == ["a", "b", "c"]
    assert fmt.as_list(np.array(["a", "b"], dtype=object)) == ["a", "b"]
    assert fmt.as_list(None) == fmt.as_list(float("nan")) == []


def test_every_unit_that_the_catalogue_declares_has_a_chinese_name() -> None:
    resources = load_catalog(HERE).resources
    named = {
        column.unit: fmt.delivered_unit(column.unit)
        for one in resources.values()
        for column in one.columns
        if column.unit
    }
    assert named["10k_yuan"] == "万元"
    assert [unit for unit, name in named.items() if name.isascii() and name not in ("%", "GB")] == []
