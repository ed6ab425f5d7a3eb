"""Figures about persons: what is told cannot be used to find out about a few of them."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import load_catalog
from catalog.indicators import all_indicators
from jobs.indicators.told import told
from jobs.small_cells import CITY, LEAST, parent_of, withheld_cells

TOWNSHIPS = [f"37090{county}00{town}" for county in (1, 2, 3) for town in (1, 2, 3)]
AREAS = [CITY, *sorted({town[:6] for town in TOWNSHIPS}), *TOWNSHIPS]
TOTAL, PARTS, OTHERS = "all", ["a", "b", "c"], "others"

COUNT = st.one_of(st.just(0), st.integers(1, 14), st.integers(15, 60))
ROW = st.lists(COUNT, min_size=4, max_size=4)
CITY_ITSELF = st.lists(COUNT, min_size=4, max_size=4)


def summed(rows, itself):
    """Count of each cell: three parts and what belongs to none, by township and up to the city."""
    cells = {}
    for town, counts in zip([*TOWNSHIPS, CITY], [*rows, itself], strict=True):
        for name, count in zip([*PARTS, OTHERS], counts, strict=True):
            for area in {town, town[:6], CITY}:
                for number in (name, TOTAL):
                    cells[number, area] = cells.get((number, area), 0) + count
    return cells


def equations():
    """What everybody knows adds up: areas to the area above with what is of no county, parts to the total."""
    names = [(name, area) for name in (TOTAL, *PARTS, OTHERS) for area in [*AREAS, "of the city itself"]]
    at = {cell: number for number, cell in enumerate(names)}
    found = []
    for name in (TOTAL, *PARTS, OTHERS):
        for parent in {parent_of(area) for area in AREAS} - {None}:
            below = [(name, area) for area in AREAS if parent_of(area) == parent]
            found.append([(name, parent), *below, *([(name, "of the city itself")] if parent == CITY else [])])
    for area in [*AREAS, "of the city itself"]:
        found.append([(TOTAL, area), *((name, area) for name in (*PARTS, OTHERS))])
    matrix = np.zeros((len(found), len(names)))
    for row, (whole, *parts) in enumerate(found):
        matrix[row, at[whole]] = 1
        matrix[row, [at[part] for part in parts]] = -1
    return at, matrix


AT, EQUATIONS = equations()


def found_out(hidden):
    """The cells that follow from what is told, by solving everything that adds up."""
    unknown = sorted(AT[cell] for cell in AT if cell in hidden or cell[0] == OTHERS or cell[1] not in AREAS)
    _, sizes, directions = np.linalg.svd(EQUATIONS[:, unknown])
    free = directions[int((sizes > 1e-9).sum()) :]
    fixed = np.abs(free).max(axis=0) < 1e-9 if len(free) else np.ones(len(unknown), bool)
    return {number for number, is_fixed in zip(unknown, fixed, strict=True) if is_fixed}


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, min_size=9, max_size=9), CITY_ITSELF)
def test_nothing_about_a_few_follows_from_all_that_is_told(rows, itself):
    cells = summed(rows, itself)
    counted = {name: [{area: cells[name, area] for area in AREAS}] for name in (TOTAL, *PARTS)}
    hidden = withheld_cells(counted, dict.fromkeys(PARTS, TOTAL))
    known = {cell: cells[cell] for cell in cells if cell[0] != OTHERS and cell not in hidden}
    assert all(count == 0 or count >= LEAST for count in known.values())
    solved = found_out(hidden)
    secret = [cell for cell in cells if AT[cell] in solved and 0 < cells[cell] < LEAST]
    assert not secret


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, min_size=9, max_size=9), CITY_ITSELF)
def test_two_figures_subtracted_give_nothing(rows, itself):
    cells = summed(rows, itself)
    counted = {name: [{area: cells[name, area] for area in AREAS}] for name in (TOTAL, *PARTS)}
    hidden = withheld_cells(counted, dict.fromkeys(PARTS, TOTAL))
    for name in (TOTAL, *PARTS):
        for parent in {parent_of(area) for area in AREAS} - {None}:
            below = [area for area in AREAS if parent_of(area) == parent]
            if (name, parent) in hidden:
                assert all((name, area) in hidden for area in below)
                continue
            left = cells[name, parent] - sum(cells[name, area] for area in below if (name, area) not in hidden)
            assert left == 0 or left >= LEAST, (name, parent)
    for area in AREAS:
        if (TOTAL, area) not in hidden:
            left = cells[TOTAL, area] - sum(cells[name, area] for name in PARTS if (name, area) not in hidden)
            assert left == 0 or left >= LEAST, area


def figures(*rows):
    columns = ["indicator", "area_code", "numerator", "cases", "value"]
    return pd.DataFrame(rows, columns=columns).assign(period="2018-06", months=1)


def test_a_figure_that_is_withheld_has_no_value_and_says_so():
    shown = told(
        figures(
            ("births", "370900", 70.0, 70.0, 70.0),
            ("births", "370901", 4.0, 4.0, 4.0),
            ("births", "370902", 26.0, 26.0, 26.0),
            ("births", "370903", 40.0, 40.0, 40.0),
            ("penalties", "370901", 4.0, 4.0, 4.0),
        )
    )
    assert list(shown["is_withheld"]) == [False, True, True, False, False]
    assert [None if np.isnan(value) else value for value in shown["value"]] == [70, None, None, 40, 4]
    assert set(shown.columns) == {"indicator", "area_code", "period", "months", "value", "is_withheld"}


def test_a_share_tells_of_both_sides_and_a_sum_of_its_rows():
    shown = told(
        figures(
            ("boys_born_share", "370900", 9600.0, 100.0, 96.0),
            ("allowance_paid", "370900", 5000.0, 3.0, 5000.0),
            ("service_on_time_rate", "370900", 9600.0, 100.0, 96.0),
        )
    )
    assert list(shown["is_withheld"]) == [True, True, False]


def test_every_number_counted_from_rows_about_persons_says_so():
    """A row is about a person where its resource has personal columns beside those of who signs for a legal person."""
    catalog = load_catalog()
    about = {
        name
        for name, resource in catalog.resources.items()
        if any(column.personal != "none" and column.name != "representative" for column in resource.columns)
    }
    by_law = {"dishonest_debtors", "dishonest_firms"}
    counted = {name for name, one in all_indicators().items() if about & set(one.sources)}
    assert {name for name in counted - by_law if all_indicators()[name].persons is None} == set()
    for name, one in all_indicators().items():
        assert one.part_of is None or all_indicators()[one.part_of].persons == one.persons, name
