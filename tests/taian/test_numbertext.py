"""Numbers are read as people write them; a column is understood as a whole."""

import numpy as np
import pyarrow as pa
import pytest

from taian.numbertext import read_numbers


def read(*cells):
    return read_numbers(pa.chunked_array([pa.array(cells, pa.string())]))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234.5", 1234.5),
        ("１２．５", 12.5),
        ("(1,234)", -1234),
        ("（12）", -12),
        ("−3", -3),
        ("▲3", -3),
        ("￥1,200", 1200),
        ("1 234 567", 1234567),
        (" 7 ", 7),
        ("'42", 42),
        ("-3e2", -300),
        (".5", 0.5),
    ],
)
def test_a_number_is_read_however_it_is_written(cell, value):
    found = read(cell, "0")
    assert found.values.tolist() == [value, 0]
    assert found.unreadable.size == 0


@pytest.mark.parametrize("cell", ["", "-", "—", "NA", "n/a", "#DIV/0!", "无", "NULL", "nan", "…", None])
def test_a_mark_for_nothing_is_unknown_and_no_error(cell):
    found = read(cell, "1")
    assert np.isnan(found.values[0])
    assert found.unreadable.size == 0


@pytest.mark.parametrize("cell", ["停产", "12abc", "1,23,4", "2018-06-30", "3号", "1.2.3"])
def test_a_text_is_no_number_and_is_counted(cell):
    found = read("1", cell)
    assert np.isnan(found.values[1])
    assert found.unreadable.tolist() == [1]


def test_a_unit_in_every_cell_is_the_columns_own_unit():
    percent, money = read("12.5%", "13％"), read("2,000万元", "30 万元")
    assert (percent.values.tolist(), percent.unit) == ([12.5, 13], "%")
    assert (money.values.tolist(), money.unit, money.is_rescaled) == ([2000, 30], "万元", False)


def test_units_in_some_cells_are_brought_to_one():
    found = read("1.2万", "3.4亿", "5")
    np.testing.assert_allclose(found.values, [12_000, 340_000_000, 5])
    assert found.is_rescaled


def test_kilowatt_hours_are_a_unit_and_not_a_thousand_of_something():
    found = read("12千瓦时", "3万千瓦时")
    assert (found.values.tolist(), found.unit) == ([12, 30_000], "千瓦时")


def test_a_comma_is_a_decimal_point_only_where_the_column_says_so():
    assert read("12,5", "1.234,5", "1").values.tolist() == [12.5, 1234.5, 1]
    assert read("1,234", "2,345").values.tolist() == [1234, 2345]
    assert read("12,5", "1.5").unreadable.tolist() == [0]


def test_infinity_is_unknown_and_counted():
    found = read("∞", "-inf", "1")
    assert np.isnan(found.values[:2]).all()
    assert found.infinite.tolist() == [0, 1]


def test_numeric_types_are_taken_as_they_are():
    found = read_numbers(pa.chunked_array([pa.array([1, None], pa.int64())]))
    np.testing.assert_array_equal(found.values, [1, np.nan])
