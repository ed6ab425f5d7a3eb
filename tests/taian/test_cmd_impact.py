"""What a change of a resource would touch, said before it is made."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from jobs.publish import duck
from taian import cli

pytestmark = pytest.mark.usefixtures("home")


def touched(capsys, name):
    assert cli.run(["catalog", "impact", name, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["migration"] == []
    return {(each["kind"], each["name"]): each for each in found["touched"]}


def test_what_stands_on_a_resource_is_found_through_every_table_between(capsys):
    found = touched(capsys, "network_access")
    assert found["table", "topic_plan__task"]["through"] == "topic_plan__measure"
    assert ("plan measure", "townships") in found and ("plan task", "10-2") in found
    assert not [kind for kind, _ in found if kind in ("indicator", "golden attribute")]


def test_references_golden_attributes_indicators_and_targets_follow_a_resource(capsys):
    assert touched(capsys, "division.code")["reference", "public_facility.township_code"]["owner"]
    people = touched(capsys, "resident")
    assert people["golden attribute", "base_population__person.name"]["through"].startswith("source 1 of")
    assert people["indicator", "registered_population"]["owner"] == "公安局"
    assert "target" in {kind for kind, _ in touched(capsys, "enterprise_return")}
    assert "threshold" in {kind for kind, _ in touched(capsys, "hotline_12345")}


def test_a_column_touches_the_tallies_that_count_by_it_and_no_others(capsys):
    assert ("indicator", "fines") in touched(capsys, "penalty.fine_10k_yuan")
    assert ("indicator", "suspensions") not in touched(capsys, "penalty.fine_10k_yuan")
    assert ("indicator", "suspensions") in touched(capsys, "penalty.kind")


def test_a_column_is_followed_by_name_where_the_night_published_where_columns_come_from(capsys):
    edge = {"table": "base_population__person", "column": "golden_name", "source_table": "dwd_population__resident"}
    rows = pa.Table.from_pylist([edge | {"source_column": "name", "how": "声明"}])
    duck.switch(
        "night-1", dt.date(2018, 6, 30), {"meta__column_lineage": duck.write("meta__column_lineage", rows, [], None)}
    )
    found = touched(capsys, "resident.name")
    assert found["table", "base_population__person"]["title"] == "column golden_name"
    assert found["table", "base_population__household"]["title"] == "jobs.fuse.household:build"


@pytest.mark.parametrize(
    ("name", "said"), [("moon", "'moon' is no resource"), ("resident.moon", "'resident' has no column 'moon'")]
)
def test_a_name_that_is_not_there_is_one_sentence(capsys, name, said):
    assert cli.run(["catalog", "impact", name]) == 2
    err = capsys.readouterr().err
    assert err.startswith(said) and err.count("\n") == 1
