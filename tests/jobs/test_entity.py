"""What the night publishes of single firms and persons, and what of them never leaves the lake."""

import stat

import duckdb
import pytest
from entities import KEY, NAME, NUMBER, TABLES, entity_tables
from pyspark.sql.pandas.types import from_arrow_schema

from catalog import load_catalog
from catalog.masking import masked, masked_sql
from jobs.publish import entity
from taian.pseudonym import key_of, pseudonym


@pytest.fixture(scope="module")
def tables():
    return entity_tables()


@pytest.mark.parametrize("mask", ["none", "name", "id_number", "phone", "address", "all"])
def test_a_mask_is_the_same_in_the_database_as_elsewhere(mask):
    values = ["", "王", "王小明", "12345678", "370902198001011234", "泰安市泰山区工业一路1号", None]
    asked = f"SELECT {masked_sql('x', mask)} FROM (SELECT $v::VARCHAR AS x)"
    with duckdb.connect() as connection:
        found = [connection.execute(asked, {"v": value}).fetchone()[0] for value in values]
    assert found == [masked(value, mask) for value in values]


def test_no_name_number_or_day_of_birth_of_a_person_is_published(tables):
    text = "".join(str(table.to_pylist()) for table in tables.values())
    for told in (NUMBER, NAME, "1980-01-01", "date(1980", "宋兵强", "5号楼"):
        assert told not in text, told
    assert "王**" in text


def test_a_person_is_found_by_the_stand_in_of_a_whole_name_or_number(tables):
    (person,), (named,) = tables["entity__person"].to_pylist(), tables["entity__person_name"].to_pylist()
    assert person["entity"] == named["entity"] == pseudonym(KEY, NUMBER)
    assert named["name_key"] == pseudonym(KEY, NAME)
    assert not any(letter.isdigit() for letter in person["entity"])
    other = entity_tables(key="1" * 64)["entity__person"].to_pylist()
    assert other[0]["entity"] != person["entity"], (
        "without the key of the installation the numbers could be tried through"
    )


def test_a_library_to_which_nothing_was_delivered_is_published_without_rows(monkeypatch):
    monkeypatch.setattr(entity, "key_of", lambda home: KEY)
    with duckdb.connect() as connection:
        arrow = {table: connection.sql(rows).to_arrow_table().schema for table, rows in TABLES.items()}
        monkeypatch.setattr(entity.lake, "schema", lambda table: from_arrow_schema(arrow[table]))
        for table in TABLES:
            connection.execute(f"CREATE TEMP VIEW {table} AS {entity.view(table, load_catalog(), [])}")
        found = {name: connection.sql(each.query).to_arrow_table().num_rows for name, each in entity.ENTITIES.items()}
    assert found == dict.fromkeys(entity.ENTITIES, 0)


def test_a_firm_is_one_row_with_all_that_is_known_and_nothing_of_the_statistical_directory(tables):
    firm, bare = sorted(tables["entity__firm"].to_pylist(), key=lambda row: row["entity_id"])
    assert [each["resource"] for each in firm["links"]] == ["electricity", "tax_registration"]
    assert [each["name"] for each in firm["versions"]] == ["泰山机械厂", "泰山老机械厂"]
    assert (firm["score"], firm["points"][0]["points"], firm["records"][0]["kind"]) == (970, -30, "penalty")
    assert set(firm["resources"]) == {"enterprise_registration", "electricity", "tax_registration", "penalty"}
    assert (bare["links"], bare["certificates"], bare["score"]) == ([], [], None)


def test_the_key_is_made_once_and_for_this_user_alone(tmp_path):
    key = key_of(tmp_path)
    assert (len(key), key_of(tmp_path)) == (64, key)
    assert stat.S_IMODE((tmp_path / "pseudonym.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]
