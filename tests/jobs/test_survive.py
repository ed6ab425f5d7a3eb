"""Survivorship: which department's value becomes golden, from where, and who contradicts whom."""

import datetime

import pytest

from catalog.fusion import Fusion
from jobs.fuse.survive import survive

pytestmark = pytest.mark.spark
OLD, NEW = datetime.date(2018, 1, 1), datetime.date(2018, 6, 1)


def settled(spark, fusion, register, **claims):
    """Rows of (subject, name, phone, as_of) by resource, fused; batch names are the resource's and the row's."""

    def frame(resource, rows):
        rows = [(*row, f"{resource}-{number}") for number, row in enumerate(rows, 1)]
        return spark.createDataFrame(rows, "subject string, name string, phone string, _as_of date, _batch string")

    others = {name: frame(name, rows) for name, rows in claims.items()}
    found = survive(frame("register", register), "subject", others, Fusion.model_validate(fusion))
    return {row["subject"]: row for row in found.collect()}


def rules(**name):
    attributes = {"name": {"sources": ["register", "tax", "power"], **name}, "phone": {"sources": ["tax", "power"]}}
    return {"leading": "register", "attributes": attributes}


def test_the_first_source_that_has_a_value_is_believed_and_named_with_its_date(spark):
    found = settled(
        spark,
        rules(),
        [("a", "甲", "0", OLD), ("b", None, "0", OLD)],
        tax=[("a", "乙", None, NEW), ("b", "丙", "1", NEW)],
        power=[("a", "乙", "2", NEW)],
    )
    assert (found["a"]["name"], found["a"]["phone"]) == ("甲", "2")
    assert found["a"]["sources"] == {"*": "register@register-1", "phone": "power@power-1"}
    assert found["a"]["source_dates"] == {"*": OLD, "phone": NEW}
    assert (found["b"]["name"], found["b"]["phone"]) == ("丙", "1")
    assert found["b"]["sources"] == {"*": "register@register-2", "name": "tax@tax-2", "phone": "tax@tax-2"}


def test_the_freshest_record_wins_where_declared_and_a_tie_goes_to_the_order(spark):
    found = settled(
        spark,
        rules(prefer="freshest"),
        [("a", "甲", None, OLD), ("b", "甲", None, NEW)],
        tax=[("a", "乙", None, NEW), ("b", "乙", None, NEW)],
    )
    assert [found[key]["name"] for key in "ab"] == ["乙", "甲"]


def test_the_value_that_most_hold_wins_where_declared(spark):
    found = settled(
        spark,
        rules(prefer="agreement"),
        [("a", "甲", None, NEW), ("b", "甲", None, NEW)],
        tax=[("a", "乙", None, OLD)],
        power=[("a", "乙", None, OLD), ("b", "乙", None, OLD)],
    )
    assert [found[key]["name"] for key in "ab"] == ["乙", "甲"]


def test_a_contradiction_names_the_attribute_and_both_departments(spark):
    found = settled(
        spark,
        rules(),
        [("a", "泰安（甲）公司", None, OLD), ("b", "甲", None, OLD)],
        tax=[("a", "泰安(甲) 公司", "1", OLD), ("b", "乙", None, OLD)],
        power=[("a", None, "2", OLD)],
    )
    assert found["a"]["conflicts"] == ["name=register/tax", "phone=tax/power"]
    assert found["b"]["conflicts"] == ["name=register/tax"]


def test_another_spelling_of_a_name_is_no_contradiction_where_text_is_compared(spark):
    found = settled(
        spark,
        rules(compared="text"),
        [("a", "泰安（甲）公司", None, OLD)],
        tax=[("a", "泰安(甲) 公　司", None, OLD)],
    )
    assert found["a"]["conflicts"] == []


def test_a_subject_that_nobody_else_knows_keeps_what_its_register_says(spark):
    found = settled(spark, rules(), [("a", "甲", "0", OLD)], tax=[])
    assert (found["a"]["name"], found["a"]["phone"], found["a"]["conflicts"]) == ("甲", None, [])
