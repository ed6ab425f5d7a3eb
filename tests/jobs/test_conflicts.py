"""Contradictions between departments, counted by pair: what both of them are asked to check."""

import pytest

from catalog.fusion import Fusion

pytestmark = pytest.mark.spark
SCHEMA = "credit_code string, id_number string, is_current boolean, conflicts array<string>"
FUSION = Fusion.model_validate({"leading": "visit", "attributes": {"name": {"sources": ["visit", "tax"]}}})


@pytest.fixture
def golden(spark):
    def build(*rows):
        return spark.createDataFrame(
            [(key, f"37090219900101{key:>04}", now, found) for key, now, found in rows], SCHEMA
        )

    return build


def counted(golden, key="credit_code", masks=None):
    from jobs.fuse.conflicts import counted as count

    rows = count(golden, "base_legal__legal_person", key, masks or {}).collect()
    return {(row["attribute"], row["kept"], row["other"]): row for row in rows}


def test_contradictions_are_counted_by_attribute_and_pair_of_departments(golden):
    found = counted(
        golden(
            ("1", True, ["name=visit/tax", "phone=tax/power"]),
            ("2", True, ["name=visit/tax"]),
            ("3", True, ["name=tax/visit"]),
            ("4", True, []),
        )
    )
    assert {pair: row["conflicts"] for pair, row in found.items()} == {
        ("name", "visit", "tax"): 2,
        ("phone", "tax", "power"): 1,
        ("name", "tax", "visit"): 1,
    }
    assert {row["records"] for row in found.values()} == {4}
    assert found["name", "visit", "tax"]["sample_keys"] == ["1", "2"]


def test_what_was_settled_since_is_no_longer_asked(golden):
    assert counted(golden(("1", False, ["name=visit/tax"]), ("1", True, []))) == {}


def test_a_few_subjects_are_named_masked_as_their_key_is_declared(golden):
    rows = [(f"{n}", True, ["name=visit/tax"]) for n in range(9)]
    (row,) = counted(golden(*rows), "id_number", {"id_number": "id_number"}).values()
    assert row["conflicts"] == 9
    assert len(row["sample_keys"]) == 5
    assert all(key.startswith("370902****") for key in row["sample_keys"])


def test_a_subject_is_named_by_the_key_of_its_leading_resource(golden, declared, catalog_of):
    from jobs.fuse.conflicts import key_of

    frame = golden(("1", True, []))
    columns = [{"name": "id_number", "title": "号码", "required": True}]
    leading = catalog_of(declared(key=["id_number"], columns=columns))
    assert key_of(frame, FUSION, leading) == "id_number"
    assert key_of(frame, FUSION, catalog_of()) == "credit_code"


def test_without_a_golden_table_that_keeps_contradictions_there_are_none(home, spark, catalog_of, night):
    from jobs.fuse.conflicts import SCHEMA as OURS
    from jobs.fuse.conflicts import build
    from jobs.inputs import Inputs

    found = build(Inputs(catalog_of(), night))
    assert found.count() == 0
    assert found.schema == spark.createDataFrame([], OURS).schema


def test_every_golden_table_that_keeps_contradictions_is_asked(home, golden, catalog_of, night):
    from jobs import lake
    from jobs.fuse.conflicts import build
    from jobs.inputs import Inputs

    lake.overwrite(golden(("1", True, ["name=enterprise_registration/tax_registration"])), "base_legal__legal_person")
    (row,) = build(Inputs(catalog_of(), night)).collect()
    assert (row["golden"], row["attribute"], row["conflicts"]) == ("base_legal__legal_person", "name", 1)
