"""What the exact layers left, by probability: Splink on DuckDB (Fellegi and Sunter, JASA 64, 1969).

A record links to its best legal person when that is probable enough and at least ``MARGIN`` bits before the second;
otherwise a person is asked. Nothing is linked through a third record.

The model is trained on pairs that a code linked and the name alone would not have: what is left over is of that kind,
and a model of easy pairs would take it for strangers. Term frequencies are those of the registry, whatever records are
asked about; the sample that estimates chance agreement is drawn with a fixed seed.
"""

import logging
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.comparison_level_library import CustomLevel, ElseLevel, NullLevel
from splink.comparison_library import CustomComparison

MARGIN = 3.0
"""Bits: the best must be eight times as probable as the second."""
LINKED, ASKED = 0.99, 0.1
"""Posterior probability from which a record is linked, and from which a person is asked."""
SEED = 20180630
PAIRS_EACH, FEWEST, MOST = 30, 100_000, 1_000_000
"""Random pairs that chance agreement is read from: thirty a legal person, since two agree in a name about once in as
many as there are; more than a million add nothing that a weight would show.
"""
UNSEEN = 0.5
"""Observations that a level nobody has seen is given (Jeffreys): none may be left at the library's default."""
METHOD = "probable"

_COMPARED = """core, pairs(core) AS core_pairs, representative, county_code, address, pairs(address) AS address_pairs"""
_TABLES = f"""
CREATE OR REPLACE MACRO one_apart(a, b) AS length(a) = length(b) AND length(a) > 1
    AND list_sum(list_transform(range(1, length(a) + 1), lambda i: (substr(a, i, 1) <> substr(b, i, 1))::INT)) = 1;
CREATE OR REPLACE MACRO begins(a, b) AS least(length(a), length(b)) > 1 AND (starts_with(a, b) OR starts_with(b, a));
CREATE TABLE person AS
    SELECT entity_id AS unique_id, entity_id AS label, {_COMPARED}, established_on AS began_on, is_alive FROM entity;
CREATE TABLE asked AS
    SELECT record_id AS unique_id, NULL::VARCHAR AS label, {_COMPARED}, began_on, NULL::BOOLEAN AS is_alive
    FROM open_record WHERE parent_key IS NULL;
CREATE TABLE lesson AS
    SELECT record_id AS unique_id, entity_id AS label, {_COMPARED}, began_on, NULL::BOOLEAN AS is_alive
    FROM (
        SELECT r.*, l.entity_id FROM link l JOIN record r USING (record_id) JOIN entity e USING (entity_id)
        WHERE l.method IN ('credit_code', 'organisation_code', 'old_number') AND r.parent_key IS NULL
            AND (r.core <> e.core OR r.county_code <> e.county_code)
    );
CREATE TABLE scored (
    record_id VARCHAR, entity_id VARCHAR, score DOUBLE, probability DOUBLE, place BIGINT, margin DOUBLE
);
"""


def _level(condition: str) -> Any:
    return CustomLevel(condition)


def _comparison(name: str, levels: list[Any], *null: str) -> CustomComparison:
    return CustomComparison(
        output_column_name=name,
        comparison_levels=[*(NullLevel(column) for column in null), *levels, ElseLevel()],
    )


def _same(column: str) -> Any:
    """Equal values; common ones say less than rare ones."""
    return CustomLevel(f"{column}_l = {column}_r").configure(tf_adjustment_column=column)


def _alike(column: str, at: float) -> Any:
    return CustomLevel(f"dice_of_pairs({column}_pairs_l, {column}_r, {column}_pairs_r) >= {at}")


COMPARISONS = (
    _comparison(
        "name", [_same("core"), _level("begins(core_l, core_r)"), _alike("core", 0.6), _alike("core", 0.4)], "core"
    ),
    _comparison(
        "person",
        [_same("representative"), _level("one_apart(representative_l, representative_r)")],
        "representative",
    ),
    _comparison("county", [_level("county_code_l = county_code_r")], "county_code"),
    _comparison("began", [_level(f"abs(began_on_l - began_on_r) <= {days}") for days in (31, 100, 366)], "began_on"),
    _comparison("address", [_level("address_l = address_r"), _alike("address", 0.7)], "address"),
    _comparison("alive", [_level("coalesce(is_alive_l, is_alive_r)")]),
)
"""What is compared, and from which level on; names and addresses by pairs of characters, never by bytes."""

BLOCKS = (
    "l.core = r.core",
    "substr(l.core, 1, 2) = substr(r.core, 1, 2) and l.county_code = r.county_code",
    "substr(l.core, 2, 4) = substr(r.core, 2, 4)",
    "l.representative = r.representative and l.county_code = r.county_code",
    "l.representative = r.representative and right(l.core, 2) = right(r.core, 2)",
)
"""Pairs that are compared at all agree in one of these."""


def score(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the table ``scored`` of the records that no layer linked, and link those that are sure enough: how many.

    ``score`` is in bits, ``place`` 1 is the best of a record, ``margin`` bits to the next (null: there is none). It is
    empty where no code has linked anything a model could be learnt from.
    """
    connection.execute(_TABLES)
    lessons, asked, persons = (_count(connection, table) for table in ("lesson", "asked", "person"))
    if min(lessons, asked, persons) == 0:
        return 0
    found = _predicted(connection, _trained(connection, lessons, persons))
    connection.execute(
        f"""
        INSERT INTO scored
        WITH pair AS (
            SELECT if(source_dataset_l = 'record', unique_id_l, unique_id_r) AS record_id,
                if(source_dataset_l = 'record', unique_id_r, unique_id_l) AS entity_id,
                match_weight AS score, match_probability AS probability
            FROM {found}
        )
        SELECT *, row_number() OVER each AS place, score - lead(score) OVER each AS margin
        FROM pair ANTI JOIN barred USING (record_id, entity_id)
        WINDOW each AS (PARTITION BY record_id ORDER BY score DESC, entity_id);
        INSERT INTO link
        SELECT record_id, entity_id, '{METHOD}', score, margin, 'self' FROM scored
        WHERE place = 1 AND probability >= {LINKED} AND coalesce(margin >= {MARGIN}, true)
        """
    )
    return _count(connection, f"link WHERE method = '{METHOD}'")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _linker(connection: duckdb.DuckDBPyConnection, records: str, settings: Any) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection)
    tables = {"entity": "person", "record": records}
    sides = [api.register(table, dataset_display_name=name) for name, table in tables.items()]
    linker = Linker(sides, settings, log_level=None)
    for column in ("core", "representative"):
        frequencies = api.register(
            connection.sql(
                f"SELECT {column}, count(*) / sum(count(*)) OVER () AS tf_{column} FROM person "
                f"WHERE {column} IS NOT NULL GROUP BY {column}"
            ).to_arrow_table()
        )
        linker.table_management.register_term_frequency_lookup(frequencies, column)
    return linker


def pairs(persons: int) -> float:
    """How many random pairs tell how often ``persons`` agree by chance."""
    return float(min(MOST, max(FEWEST, PAIRS_EACH * persons)))


def _trained(connection: duckdb.DuckDBPyConnection, lessons: int, persons: int) -> dict[str, Any]:
    """The model: agreement of pairs that a code linked against that of pairs drawn at random."""
    settings = SettingsCreator(
        link_type="link_only",
        # One legal person for each record, before anything is known of it.
        probability_two_random_records_match=1 / persons,
        comparisons=list(COMPARISONS),
        blocking_rules_to_generate_predictions=[CustomRule(rule) for rule in BLOCKS],
        retain_matching_columns=False,
    )
    linker, drawn = _linker(connection, "lesson", settings), pairs(persons)
    linker.training.estimate_u_using_random_sampling(max_pairs=drawn, seed=SEED, min_count_per_level=None, num_chunks=1)
    linker.training.estimate_m_from_label_column("label")
    model: dict[str, Any] = linker.misc.save_model_to_json()
    for comparison in model["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level["m_probability"] = level.get("m_probability") or UNSEEN / lessons
                level["u_probability"] = level.get("u_probability") or UNSEEN / drawn
    return model


def _predicted(connection: duckdb.DuckDBPyConnection, model: dict[str, Any]) -> str:
    """Name of the table of scored pairs."""
    linker = _linker(connection, "asked", model)
    name: str = linker.inference.predict(threshold_match_probability=1e-3).physical_name
    return name
