import json

import pytest

from expectations.authenticity.evidence import Series
from expectations.authenticity.finding import TABLE, Finding, to_frame


def finding(**changes):
    given = {
        "unit": "91379901MA00000001",
        "unit_name": "样例企业",
        "unit_kind": "firm",
        "resource": "enterprise_return",
        "columns": ("output_10k_yuan",),
        "period": "2017-03/2018-05",
        "test": "idle_output",
        "family": "cross_source",
        "strength": "weak",
        "statistic": 5.0,
        "effect": 12.5,
        "unit_of_effect": "10k_yuan",
        "p_value": None,
        "q_value": None,
        "peers": 10,
        "message": "一句话。",
        "innocent": ("自备光伏",),
        "evidence": Series(x=("2018-05",), lines=(("产值", (None,)),), lit=("2018-05", "2018-05")),
    }
    return Finding(**{**given, **changes})


def test_a_finding_keeps_its_id_while_its_first_month_stays():
    tonight, tomorrow = finding(), finding(period="2017-03/2018-06", strength="strong", effect=99.0, message="另一句。")
    assert tonight.finding_id == tomorrow.finding_id


@pytest.mark.parametrize(
    "change", [{"unit": "x"}, {"test": "x"}, {"resource": "x"}, {"columns": ("x",)}, {"period": "2017-04/2018-05"}]
)
def test_another_unit_test_resource_column_or_beginning_is_another_finding(change):
    assert finding(**change).finding_id != finding().finding_id


def test_a_finding_cannot_be_changed_afterwards():
    with pytest.raises(ValueError, match="frozen"):
        finding().strength = "strong"


def test_the_table_has_its_declared_columns_and_strong_findings_first():
    frame = to_frame([finding(), finding(unit="b", strength="strong")], run_id="nightly__2018-06-30__1")
    assert list(frame.columns) == list(TABLE)
    assert frame["strength"].tolist() == ["strong", "weak"]
    assert set(frame["run_id"]) == {"nightly__2018-06-30__1"}


def test_no_findings_are_an_empty_table_of_the_same_columns():
    assert list(to_frame([], "r").columns) == list(TABLE)


def test_lists_and_evidence_are_json_and_unknown_is_null():
    row = to_frame([finding()], "r").iloc[0]
    assert json.loads(row["columns"]) == ["output_10k_yuan"]
    assert json.loads(row["innocent"]) == ["自备光伏"]
    assert json.loads(row["evidence"])["lines"] == [["产值", [None]]]
    assert row["county_code"] is None
