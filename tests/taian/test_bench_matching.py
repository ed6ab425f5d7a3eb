"""The benchmark of matching judges by the truth alone: who is right, who was left, what a reviewer would add."""

import pandas as pd
import pytest

from jobs.fuse.match.layers import Ran
from taian.bench import matching
from taian.bench.legalcity import legal_city
from taian.bench.matching import Found


@pytest.fixture
def truth():
    """Four records: of C1, a branch of C1, of C2 without a code, and of somebody from elsewhere."""
    rows = [
        ("a", "x", "C1", "self", "right"),
        ("b", "x", "C1", "branch", "own"),
        ("c", "x", "C2", "self", "missing"),
        ("d", "x", "", "outsider", "elsewhere"),
    ]
    return pd.DataFrame(rows, columns=["record_id", "resource", "credit_code", "relation", "code_kind"])


def links(*rows):
    return pd.DataFrame(rows, columns=["record_id", "entity_id", "relation", "method", "state"])


def values(measures):
    return {each.name: (each.value, each.unit) for each in measures}


def test_an_outsider_that_is_linked_and_a_branch_taken_for_its_head_are_wrong(truth):
    found = links(
        ("a", "C1", "self", "credit_code", "linked"),
        ("b", "C1", "self", "name", "linked"),
        ("d", "C1", "self", "name", "linked"),
    )
    told = values(matching._whole("m", Found(found, 1.0), truth))
    assert told["m.precision"] == (0.333, "of 3")
    assert told["m.recall"] == (0.333, "of 3")
    assert told["m.recall_without_usable_code"] == (0.0, "of 2")


def test_a_layer_is_measured_on_what_the_ones_before_it_left(truth):
    found = links(("a", "C1", "self", "credit_code", "linked"), ("c", "C2", "self", "name", "linked"))
    told = values(matching._layers([Ran("credit_code", 1, 0.5), Ran("name", 1, 0.5)], found, truth))
    assert told["layer.credit_code.recall_of_rest"] == (0.333, "of 3")
    assert told["layer.name.recall_of_rest"] == (0.5, "of 2")


def test_a_reviewer_accepts_what_is_true_and_refuses_the_rest(truth):
    rows = links(
        ("a", "C1", "self", "credit_code", "linked"),
        ("c", "C2", "self", "probable", "review"),
        ("c", "C1", "self", "probable", "review"),
        ("d", "C1", "self", "probable", "review"),
    )
    told = values(matching._reviewed(rows, truth))
    assert told["review.records"] == (0.5, "of 4")
    assert told["after_review.precision"] == (1.0, "of 2")
    assert told["after_review.recall"] == (0.667, "of 3")
    assert told["after_review.recall_without_usable_code"] == (0.5, "of 2")


def test_the_city_draws_what_the_offices_deliver_and_says_who_each_record_is():
    city = legal_city(0.001, 7)
    assert set(city.truth["record_id"]) == set(city.sides.records["record_id"].to_pylist())
    assert set(city.truth["credit_code"]) - {""} <= set(city.sides.entities["credit_code"].to_pylist())
    assert set(city.truth["relation"]) == {"self", "branch", "outsider"}
    assert set(matching.NO_USABLE_CODE) <= set(city.truth["code_kind"])
