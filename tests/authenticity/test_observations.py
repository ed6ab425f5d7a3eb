import numpy as np
import pandas as pd
import pytest

from expectations.authenticity.observations import Roles, observe


def test_rows_are_sorted_by_unit_and_time_and_labels_count_naturally():
    frame = pd.DataFrame({"who": ["B10", "B2", "B2"], "when": ["2018-01", "2018-10", "2018-2"], "x": [1.0, 2.0, 3.0]})
    seen = observe(frame, Roles(unit="who", period="when"))
    assert seen.units == ["B2", "B10"]
    assert seen.periods == ["2018-01", "2018-2", "2018-10"]
    assert seen.column("x").tolist() == [3.0, 2.0, 1.0]
    assert np.array_equal(seen.grid("x"), [[np.nan, 3.0, 2.0], [1.0, np.nan, np.nan]], equal_nan=True)


def test_without_a_unit_the_whole_table_is_one_and_without_a_period_there_is_no_grid():
    seen = observe(pd.DataFrame({"x": [1.0, 2.0]}), Roles())
    assert seen.units == ["全部"]
    assert seen.grid("x") is None


def test_two_rows_of_one_unit_and_period_make_no_grid_unless_a_vintage_tells_them_apart():
    frame = pd.DataFrame({"u": ["a", "a"], "p": ["1", "1"], "x": [1.0, 2.0], "batch": ["2", "1"]})
    assert observe(frame.drop(columns="batch"), Roles(unit="u", period="p")).grid("x") is None
    seen = observe(frame, Roles(unit="u", period="p", values=("x",)))
    assert seen.vintage == "batch"
    assert seen.grid("x").tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("column", "values"),
    [("id", [7, 3, 9, 4]), ("month", [1, 2, 3, 4]), ("flag", [True, False, True, True]), ("row", [5, 6, 7, 8])],
)
def test_numbers_that_only_name_or_date_are_not_inspected(column, values):
    frame = pd.DataFrame({column: values, "sales": [1.5, 2.5, 0.5, 1.0]})
    assert observe(frame, Roles()).values == ("sales",)


def test_the_reference_is_a_unit_all_of_whose_rows_say_so_and_traits_tell_who_filed():
    frame = pd.DataFrame({"u": list("aab"), "ok": ["是", "否", "是"], "x": [1.0, 2.0, 3.0], "device_id": list("pqr")})
    seen = observe(frame, Roles(unit="u", reference="ok"))
    assert seen.reference.tolist() == [False, True]
    assert seen.traits == ("device_id",)
    assert seen.values == ("x",)


def test_text_and_infinity_in_a_numeric_column_are_unknown():
    seen = observe(pd.DataFrame({"x": ["1", "many", "inf"]}), Roles(values=("x",)))
    assert np.array_equal(seen.column("x"), [1.0, np.nan, np.nan], equal_nan=True)
