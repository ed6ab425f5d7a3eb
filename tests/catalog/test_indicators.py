"""Declared indicators are the ones that are computed, from resources and departments that exist."""

import re
from collections import Counter

import pytest
from pydantic import ValidationError

from catalog import load_catalog
from catalog.indicators import Tally, all_indicators, city_series, tallies
from jobs.indicators.formulas import FORMULAS
from jobs.indicators.society import ALL_DISEASES, DISEASES
from jobs.products import BY_TABLE


def test_every_declared_indicator_comes_about_in_exactly_one_way():
    ways = [set(FORMULAS), set(tallies()), {one.indicator for one in city_series()}, {ALL_DISEASES, *DISEASES.values()}]
    assert sum(len(way) for way in ways) == len(set().union(*ways))
    assert set().union(*ways) == set(all_indicators())


def test_a_tally_counts_columns_and_values_that_its_resource_has():
    catalog = load_catalog()
    for name, tally in tallies().items():
        resource = catalog[tally.resource]
        assert {resource.column(column).name for column in tally.columns} == tally.columns, name
        assert resource.column(tally.when).type in ("date", "timestamp", "period"), name
        assert str(resource.column(tally.area).codelist) in ("county", "area_nbs", "township_nbs", "village_nbs"), name
        for column, values in {**tally.where, **(tally.share or {})}.items():
            pattern = resource.column(column).pattern or ".*"
            for value in [values] if isinstance(values, str) else values:
                assert re.fullmatch(pattern, value), name


def test_a_tally_of_persons_ends_at_the_county():
    catalog = load_catalog()
    for name, tally in tallies().items():
        about_persons = catalog[tally.resource].domain == "population"
        assert tally.level == "county" or not about_persons, name


def test_a_tally_of_two_figures_is_refused():
    with pytest.raises(ValidationError, match="more than one of 'sum', 'mean' and 'share'"):
        Tally(resource="birth", when="birth_date", sum="a", mean="b")


def test_there_is_something_to_see_of_every_topic_of_the_plan():
    topics = Counter(one.topic for one in all_indicators().values())
    assert set(topics) == {"经济", "人口", "信用", "民生诉求", "城市运行", "政务服务", "公共卫生"}
    assert topics.total() >= 60
    assert min(topics.values()) >= 5


def test_an_indicator_stands_on_declared_resources_that_the_topic_reads():
    catalog = load_catalog()
    topic = BY_TABLE["topic_city__indicator"]
    made = [name for name in (*topic.needs, *topic.uses) if name in BY_TABLE]
    read = {*topic.uses, *(name for base in made for name in (*BY_TABLE[base].needs, *BY_TABLE[base].uses))}
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
