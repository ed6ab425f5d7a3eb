"""The steps of a night and their edges."""

import importlib

import pytest

from catalog import Catalog, load_catalog
from jobs.plan import night_plan
from jobs.products import PRODUCTS, products


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


def only(catalog, *names):
    return Catalog({name: catalog[name] for name in names}, catalog.codelists)


def needs(plan):
    return {step.name: step.needs for step in plan}


def test_every_step_stands_after_what_it_needs(catalog):
    seen = set()
    for step in night_plan(catalog):
        assert set(step.needs) <= seen, step.name
        assert step.name not in seen
        seen.add(step.name)


def test_every_resource_and_product_is_a_step_and_the_end_waits_for_all_of_them(catalog):
    plan = night_plan(catalog)
    *work, settle, publish, alert = plan
    assert {step.name for step in work if step.layer == "land"} == set(catalog.resources)
    assert {step.name for step in work if step.layer != "land"} == {product.table for product in PRODUCTS}
    assert (settle.layer, publish.layer, alert.layer) == ("settle", "publish", "alert")
    assert set(settle.needs) == {step.name for step in work}
    assert (publish.needs, alert.needs) == (("settle",), ("publish",))


def test_the_edges_of_the_products_are_exact(catalog):
    found = needs(night_plan(catalog))
    assert found["base_legal__link"][0] == "enterprise_registration"
    assert "statistical_unit" in found["base_legal__link"]
    assert found["base_legal__legal_person"][:2] == ("enterprise_registration", "base_legal__link")
    # What the statistics bureau holds of a single unit serves statistics only.
    assert all(
        "statistical_unit" not in found[f"base_legal__{name}"] for name in ("legal_person", "establishment", "role")
    )
    assert found["base_population__person"][:3] == ("resident", "base_population__link", "residence_permit")
    assert "social_insurance_person" not in found["base_population__person"]
    assert found["topic_population__contradiction"][:3] == ("resident", "death", "base_population__link")
    assert found["base_credit__record"] == ("license", "penalty", "dishonest_debtor", "tax_rating", "wage_arrears")
    assert found["base_credit__profile"] == ("base_credit__record", "base_legal__legal_person")
    assert found["base_geo__address"] == ("standard_address", "boundary")
    assert found["base_macro__observation"][:2] == ("fiscal", "enterprise_return")
    assert found["base_decision__indicator"] == ("base_macro__observation", "topic_city__indicator")
    assert found["base_decision__target"] == ("indicator_target", "base_decision__indicator")
    assert found["topic_city__indicator"][:2] == ("base_population__person", "base_geo__division")
    assert "base_macro__observation" in found["topic_city__indicator"]
    assert "world_bank_china" not in found["topic_city__indicator"]


def test_a_resource_waits_for_the_resources_it_references(catalog, declared, catalog_of):
    columns = [
        {"name": "visit_id", "title": "编号", "required": True},
        {"name": "division_code", "title": "区划", "references": "division.code"},
        {"name": "parent_id", "title": "上级", "references": "visit.visit_id"},
    ]
    visit = declared(columns=columns)
    assert needs(night_plan(catalog_of(catalog["division"], visit)))["visit"] == ("division",)


def test_a_catalogue_of_divisions_and_residents_alone_still_plans(catalog):
    plan = night_plan(only(catalog, "division", "resident"))
    assert [step.name for step in plan] == [
        "division",
        "resident",
        "base_geo__division",
        "base_population__link",
        "base_population__person",
        "base_population__household",
        "topic_city__indicator",
        "topic_warning__forecast",
        "topic_warning__signal",
        "topic_quality__conflict",
        "settle",
        "publish",
        "alert",
    ]
    assert needs(plan)["topic_city__indicator"] == ("base_population__person", "base_geo__division")


def test_a_product_whose_input_is_not_declared_is_left_out_with_all_that_stands_on_it(catalog):
    assert [product.table for product in products(only(catalog, "resident"))] == [
        "base_population__link",
        "base_population__person",
        "base_population__household",
        "topic_quality__conflict",
    ]
    assert products(only(catalog, "world_bank_china")) == ()


def test_a_product_names_a_function_that_exists(catalog):
    for product in PRODUCTS:
        module, _, name = product.builder.partition(":")
        assert callable(getattr(importlib.import_module(module), name))
        assert set(product.needs) | set(product.uses) <= set(catalog.resources) | {p.table for p in PRODUCTS}


def test_contradictions_are_counted_after_the_golden_tables_and_only_where_there_is_one(catalog):
    found = needs(night_plan(catalog))
    assert "base_legal__legal_person" in found["topic_quality__conflict"]
    assert "topic_quality__conflict" not in needs(night_plan(only(catalog, "division")))
