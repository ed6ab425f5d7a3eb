"""Declared indicators are the ones that are computed, from resources and departments that exist."""

from catalog import load_catalog
from catalog.indicators import all_indicators
from jobs.indicators.formulas import FORMULAS
from jobs.products import BY_TABLE


def test_every_declared_indicator_has_a_formula_and_every_formula_a_declaration():
    assert set(all_indicators()) == set(FORMULAS)


def test_an_indicator_stands_on_declared_resources_that_the_topic_reads():
    catalog = load_catalog()
    topic = BY_TABLE["topic_city__indicator"]
    read = {*topic.uses, *(name for base in topic.needs for name in BY_TABLE[base].needs)}
    for indicator in all_indicators().values():
        assert indicator.sources, indicator.indicator
        assert set(indicator.sources) <= set(catalog.resources), indicator.indicator
        assert set(indicator.sources) <= read, indicator.indicator


def test_an_indicator_is_owned_by_a_department_of_the_catalogue():
    departments = {p.name for resource in load_catalog().resources.values() for p in resource.providers}
    assert {indicator.owner for indicator in all_indicators().values()} <= departments


def test_an_indicator_says_what_it_is():
    for indicator in all_indicators().values():
        assert indicator.title
        assert indicator.definition
        assert indicator.unit
