"""The declared macro series and measured targets stand on columns, values and indicators that exist."""

import pytest
from pydantic import ValidationError

from catalog import load_catalog
from catalog.indicators import all_indicators
from catalog.macro import REGISTERED, Macro, Series, definition_id, macro
from catalog.targets import all_measures
from jobs.fuse.published_number import COLUMNS
from jobs.products import BY_TABLE
from sample_data.macro.targets import GOALS
from taian.masking import masks_of

SERIES = {"indicator": "x", "title": "数", "unit": "person", "source": "fiscal", "definition": "数"}


def test_every_series_reads_columns_that_its_resource_has_and_the_library_is_told_of():
    catalog, product = load_catalog(), BY_TABLE["base_macro__observation"]
    for series in macro().series.values():
        source, resource = macro().sources[series.source], catalog[series.source]
        area = () if source.is_fixed or source.area == REGISTERED else (source.area,)
        for column in (series.month, series.cumulative, source.period, source.reporter, *area, *series.where):
            assert column is None or resource.column(column).name == column, series.indicator
        assert series.source in product.inputs(catalog)


def test_a_selected_value_is_one_that_the_column_can_hold():
    catalog = load_catalog()
    for series in macro().series.values():
        for column, value in series.where.items():
            allowed = catalog[series.source].column(column).pattern
            assert allowed is None or value in allowed.split("|"), series.indicator


def test_figures_of_single_units_are_declared_as_such():
    for name, source in macro().sources.items():
        keys = load_catalog()[name].key
        assert (source.reporter in keys) == bool({"credit_code", "project_code"} & set(keys)), name


def test_every_measured_target_is_in_the_plan_in_that_unit_and_its_indicators_are_published():
    goals = {goal.code: goal for goal in GOALS}
    published = set(macro().series) | set(all_indicators())
    for code, measure in all_measures().items():
        assert goals[code].unit == measure.unit, code
        assert {measure.indicator, measure.per or measure.indicator} <= published, code


def test_sums_and_growth_to_date_are_asked_of_series_that_have_them():
    for measure in all_measures().values():
        if measure.to_date in ("cumulative", "growth", "rise"):
            series = macro().series[measure.indicator]
            assert series.kind == "flow" or series.cumulative, measure.code


def test_another_wording_is_another_definition():
    one, other = Series(**SERIES, month="a"), Series(**SERIES | {"definition": "另一种数"}, month="a")
    assert one.definition_id == Series(**SERIES, month="a").definition_id == definition_id("x", one)
    assert one.definition_id.startswith("x:")
    assert one.definition_id != other.definition_id


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "names neither 'month' nor 'cumulative'"),
        ({"kind": "index", "cumulative": "a"}, "'index' has no sum"),
    ],
)
def test_a_series_without_a_column_says_what_to_name(changes, said):
    with pytest.raises(ValidationError, match=said):
        Series(**SERIES, **changes)


def test_a_series_of_an_undeclared_source_is_refused():
    with pytest.raises(ValidationError, match="source 'fiscal' is not among the sources"):
        Macro(sources={}, series={"x": Series(**SERIES, month="a")})


def test_no_column_of_the_decision_library_has_the_name_of_a_masked_one():
    hidden = masks_of("base_decision__indicator", load_catalog())
    assert hidden, "the topic stands on personal data"
    assert set(COLUMNS).isdisjoint(hidden)
