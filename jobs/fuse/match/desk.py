"""The two sides of the match laid out in DuckDB, where one machine holds them: Splink's engine is DuckDB as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from jobs.fuse.match import checks, spelling

ENTITY = pa.schema(
    [(name, pa.string()) for name in ("entity_id", "register", "credit_code", "old_number", "name")]
    + [(name, pa.string()) for name in ("representative", "county_code", "address")]
    + [("established_on", pa.date32()), ("is_alive", pa.bool_())]
)
"""One row a legal person of a register. ``old_number`` is the 15-digit number of the business register until 2015."""

KNOWN_NAME = pa.schema([("entity_id", pa.string()), ("name", pa.string())])
"""Names a legal person had before."""

RECORD = pa.schema(
    [(name, pa.string()) for name in ("record_id", "resource", "name", "code", "organisation_code")]
    + [(name, pa.string()) for name in ("representative", "county_code", "address")]
    + [("began_on", pa.date32()), ("batch", pa.string())]
)
"""One row a record of another office, as it last stood. ``code`` is whatever the office keeps as the number."""

DECISION = pa.schema([(name, pa.string()) for name in ("record_id", "entity_id", "verdict")])
"""What a person decided: ``same`` or ``different``."""

MEMORY, THREADS = "3GB", 2


@dataclass(frozen=True)
class Sides:
    """What is to be matched: ``entities`` (ENTITY), their ``former`` names (KNOWN_NAME), ``records`` (RECORD) and what
    was ``decided`` (DECISION). ``province``, ``city`` and ``counties`` are places that names begin or end with.
    """

    entities: pa.Table
    former: pa.Table
    records: pa.Table
    decided: pa.Table
    province: str
    city: str
    counties: tuple[str, ...]


@contextmanager
def desk(sides: Sides, spill: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the tables ``entity``, ``known_name``, ``record``, ``barred`` and an empty ``link``.

    What does not fit into MEMORY goes to the folder ``spill``.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "temp_directory": spill,
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute(spelling.macros(sides.province, sides.city, sides.counties))
        connection.execute(checks.macros())
        for name in ("entities", "former", "records", "decided"):
            connection.register(f"given_{name}", getattr(sides, name))
        connection.execute(_TABLES)
        yield connection


_TABLES = """
CREATE TABLE entity AS
    WITH spelled AS (SELECT *, key(name) AS key FROM given_entities)
    SELECT *, substr(credit_code, 9, 9) AS organisation_code, core_of_key(key) AS core FROM spelled;
CREATE TABLE known_name AS
    SELECT DISTINCT entity_id, key, core_of_key(key) AS core, county_in(key) AS county_in_name
    FROM (SELECT entity_id, key FROM entity UNION ALL SELECT entity_id, key(name) AS key FROM given_former);
CREATE TABLE record AS
    WITH spelled AS (
        SELECT *, key(name) AS key, nullif(upper(code), '') AS number FROM given_records
    ), headed AS (
        SELECT *, nullif(regexp_extract(key, '{branch}', 1), '') AS parent_key FROM spelled
    )
    SELECT * EXCLUDE (code, organisation_code), core_of_key(coalesce(parent_key, key)) AS core,
        county_in(key) AS county_in_name,
        coalesce(is_credit_code(number), false) AS is_valid,
        coalesce(organisation_of(number), organisation_of(upper(organisation_code))) AS organisation_code
    FROM headed;
CREATE TABLE barred AS SELECT record_id, entity_id FROM given_decided WHERE verdict = 'different';
CREATE TABLE link (record_id VARCHAR, entity_id VARCHAR, method VARCHAR, score DOUBLE, margin DOUBLE, relation VARCHAR);
INSERT INTO link
    SELECT record_id, entity_id, 'decision', NULL, NULL, CASE WHEN parent_key IS NULL THEN 'self' ELSE 'branch' END
    FROM given_decided JOIN record USING (record_id) SEMI JOIN entity USING (entity_id) WHERE verdict = 'same';
CREATE VIEW open_record AS FROM record ANTI JOIN link USING (record_id);
""".replace(
    "{branch}",
    "^(.+(?:公司|厂|集团|合作社|中心|学校|医院|银行))(?:.{0,8}?)"
    "(?:分公司|分厂|分店|分校|分院|分行|支行|营业部|门市部|经营部|项目部|办事处)$",
)
