"""What the pages ask of one published night: small questions, each answered by one query.

Every function takes the snapshot of the page, so that all cards of a page speak of the same night.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from dashboards.serving import ServingError, Snapshot

Row = Mapping[Any, Any]
"""One row of an answer: column name to value."""

CITY = "370900"
WAITING = "waiting"
"""Asked for like a state of a batch: held or rejected, and no case of it closed."""

NOT_PUBLISHED = ("held", "rejected")

OF_NIGHT = "run_id IN (SELECT run_id FROM meta__run WHERE business_date = $night)"
"""A night is every run of one business date: what the first run decided, the second finds done."""

WITH_YEAR_AGO = """
    SELECT now.*, before.value AS year_ago
    FROM topic_city__indicator AS now LEFT JOIN topic_city__indicator AS before
      ON before.indicator = now.indicator AND before.area_code = now.area_code
     AND before.period = CAST(CAST(left(now.period, 4) AS INTEGER) - 1 AS VARCHAR) || substr(now.period, 5)"""

RANKED = """
    SELECT *, row_number() OVER (
        ORDER BY (strength = 'strong') DESC, families DESC, (unit_kind = 'person'), coalesce(q_value, 0),
                 abs(effect) DESC NULLS LAST, finding_id) AS rank
    FROM (
        SELECT *, count(DISTINCT family) FILTER (family NOT IN ('digits', 'outlier', 'multivariate'))
                      OVER (PARTITION BY unit_kind, unit) AS families
        FROM topic_authenticity__finding)"""
"""Strong first; then how many families of tests speak of the unit (those that only support do not count); then how far
beyond chance (an exactly broken identity has no q and goes first), then the effect.

A single person's refused number comes after the units that report: it is one row of one delivery.
"""


def latest_values(snapshot: Snapshot, indicators: tuple[str, ...], area: str) -> pd.DataFrame:
    """The last value of each indicator for one area, with the value a year before as ``year_ago``."""
    return snapshot.read(
        "topic_city__indicator",
        f"""
        {WITH_YEAR_AGO}
        WHERE now.area_code = $area AND list_contains($indicators, now.indicator)
          AND (now.value IS NOT NULL OR now.is_withheld)
        QUALIFY row_number() OVER (PARTITION BY now.indicator ORDER BY now.period DESC) = 1
        """,
        {"area": area, "indicators": list(indicators)},
    )


def histories(snapshot: Snapshot, indicators: tuple[str, ...], area: str) -> pd.DataFrame:
    """All periods of some indicators for one area, oldest first."""
    return snapshot.read(
        "topic_city__indicator",
        """
        SELECT indicator, period, months, value, is_withheld, yoy, mom, as_of, source, days_stale
        FROM topic_city__indicator
        WHERE area_code = $area AND list_contains($indicators, indicator) ORDER BY indicator, period
        """,
        {"area": area, "indicators": list(indicators)},
    )


def children(snapshot: Snapshot, indicator: str, parent: str) -> pd.DataFrame:
    """The areas right below ``parent`` at the indicator's last period among them, with ``year_ago``."""
    return snapshot.read(
        "topic_city__indicator",
        f"""
        {WITH_YEAR_AGO} WHERE now.indicator = $indicator AND now.parent_code = $parent
        QUALIFY now.period = max(now.period) OVER () ORDER BY now.area_code
        """,
        {"indicator": indicator, "parent": parent},
    )


def value_at(snapshot: Snapshot, indicator: str, area: str, period: str) -> dict[str, float] | None:
    """``value`` and ``year_ago`` of one area at one period; None unless both are there."""
    frame = snapshot.read(
        "topic_city__indicator",
        f"{WITH_YEAR_AGO} WHERE now.indicator = $indicator AND now.area_code = $area AND now.period = $period",
        {"indicator": indicator, "area": area, "period": period},
    )
    known = frame[["value", "year_ago"]].dropna()
    return (
        None if known.empty else {"value": float(known["value"].iloc[0]), "year_ago": float(known["year_ago"].iloc[0])}
    )


def townships(snapshot: Snapshot, indicator: str) -> pd.DataFrame:
    """All townships of the city at the indicator's last period, with ``year_ago``."""
    return snapshot.read(
        "topic_city__indicator",
        f"""
        {WITH_YEAR_AGO} WHERE now.indicator = $indicator AND now.area_level = 'township'
        QUALIFY now.period = max(now.period) OVER () ORDER BY now.area_code
        """,
        {"indicator": indicator},
    )


MONTHLY = """
    SELECT CASE WHEN period_kind = 'quarter'
                THEN left(period, 4) || '-' || lpad(CAST(CAST(right(period, 1) AS INTEGER) * 3 AS VARCHAR), 2, '0')
                ELSE period END AS period, period_kind, is_cumulative, months, value, known_from, known_to
    FROM base_macro__observation WHERE indicator = $indicator AND area_code = $area AND period_kind <> 'year'"""
"""Figures of one series and area with a quarter under its last month, as topic_city__indicator names it."""


def vintage(snapshot: Snapshot, indicator: str, area: str, is_cumulative: bool, known: str) -> pd.DataFrame:
    """Figures of a macro series as they were known at the end of the day ``known`` (nothing: as they stand), with the
    change against the same months a year ago and against the figure right before, both as known then.
    """
    return snapshot.read(
        "base_macro__observation",
        f"""
        WITH shown AS (
            SELECT period, months, value::DOUBLE AS value FROM ({MONTHLY})
            WHERE is_cumulative = $is_cumulative AND value IS NOT NULL
              AND ((NOT $is_dated AND known_to IS NULL)
                   OR ($is_dated AND known_from <= TRY_CAST($known AS DATE)
                       AND (known_to IS NULL OR known_to > TRY_CAST($known AS DATE)))))
        SELECT now.period, now.months, now.value,
               CASE WHEN ago.value > 0 THEN now.value / ago.value - 1 END AS yoy,
               CASE WHEN before.value > 0 AND NOT $is_cumulative THEN now.value / before.value - 1 END AS mom
        FROM shown AS now
        LEFT JOIN shown AS ago ON ago.months = now.months
          AND ago.period = CAST(CAST(left(now.period, 4) AS INTEGER) - 1 AS VARCHAR) || substr(now.period, 5)
        LEFT JOIN shown AS before ON before.months = now.months
          AND before.period = strftime(strptime(now.period || '-01', '%Y-%m-%d') - INTERVAL 1 MONTH, '%Y-%m')
        ORDER BY now.period
        """,
        {
            "indicator": indicator,
            "area": area,
            "is_cumulative": is_cumulative,
            "is_dated": bool(known),
            "known": known or None,
        },
    )


def vintages(snapshot: Snapshot, indicator: str, area: str) -> pd.DataFrame:
    """Every value that a figure of a macro series ever had, the newest period and the last value first."""
    return snapshot.read(
        "base_macro__observation",
        f"""
        SELECT period, is_cumulative, months, value::DOUBLE AS value, CAST(known_from AS VARCHAR) AS known_from,
               CAST(known_to AS VARCHAR) AS known_to
        FROM ({MONTHLY}) ORDER BY period DESC, is_cumulative, known_from DESC
        """,
        {"indicator": indicator, "area": area},
    )


def histories_below(snapshot: Snapshot, indicator: str, parent: str) -> pd.DataFrame:
    """All periods of one indicator for the areas right below ``parent``, oldest first."""
    return snapshot.read(
        "topic_city__indicator",
        """
        SELECT area_code, period, months, value FROM topic_city__indicator
        WHERE indicator = $indicator AND parent_code = $parent AND value IS NOT NULL ORDER BY area_code, period
        """,
        {"indicator": indicator, "parent": parent},
    )


def around(snapshot: Snapshot, indicators: Collection[str], area: str, has_children: bool) -> pd.DataFrame:
    """All periods of some indicators for one area and, where asked, the areas right below it, with ``year_ago``."""
    return snapshot.read(
        "topic_city__indicator",
        f"""
        {WITH_YEAR_AGO}
        WHERE list_contains($indicators, now.indicator)
          AND (now.area_code = $area OR ($has_children AND now.parent_code = $area))
          AND (now.value IS NOT NULL OR now.is_withheld)
        ORDER BY (now.area_code <> $area), now.area_code, now.period
        """,
        {"indicators": list(indicators), "area": area, "has_children": has_children},
    )


def lineage_of_area(snapshot: Snapshot, area: str) -> list[tuple[str, str, str]]:
    """(code, name, level) from the city down to ``area``; empty when nothing is published for it."""
    frame = snapshot.read(
        "topic_city__indicator",
        """
        WITH RECURSIVE areas AS (
            SELECT DISTINCT area_code, area_name, area_level, parent_code FROM topic_city__indicator
        ), line AS (
            SELECT *, 0 AS depth FROM areas WHERE area_code = $area
            UNION ALL
            SELECT areas.*, line.depth + 1
            FROM line JOIN areas ON areas.area_code = line.parent_code WHERE line.depth < 4
        )
        SELECT area_code, area_name, area_level FROM line ORDER BY depth DESC
        """,
        {"area": area},
    )
    return list(frame.itertuples(index=False, name=None))


def areas(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """(code, name, name of the area above) of every area with indicators: the city, counties, townships."""
    frame = snapshot.read(
        "topic_city__indicator",
        """
        WITH areas AS (SELECT DISTINCT area_code, area_name, area_level, parent_code FROM topic_city__indicator)
        SELECT one.area_code, one.area_name, coalesce(above.area_name, '') AS above
        FROM areas AS one LEFT JOIN areas AS above ON above.area_code = one.parent_code
        ORDER BY list_position(['city', 'county', 'township'], one.area_level), one.area_code
        """,
    )
    return list(frame.itertuples(index=False, name=None))


def indicators(snapshot: Snapshot) -> pd.DataFrame:
    """Definitions of all indicators: title, topic, unit, direction that is good, definition, sources, owner."""
    return snapshot.read("meta__indicator", "SELECT * FROM meta__indicator")


def boundaries(snapshot: Snapshot) -> pd.DataFrame:
    """County outlines as GeoJSON text in CGCS2000."""
    return snapshot.read(
        "open_geo__boundary", "SELECT code, name, geojson, source, is_repaired FROM open_geo__boundary"
    )


def strong_findings(snapshot: Snapshot, limit: int, closed: Collection[str] = ()) -> pd.DataFrame:
    """The first strong finding of each family that is not ``closed``: not the same question three times."""
    return snapshot.read(
        "topic_authenticity__finding",
        f"""
        SELECT * FROM ({RANKED}) WHERE strength = 'strong' AND NOT list_contains($closed::VARCHAR[], finding_id)
        QUALIFY row_number() OVER (PARTITION BY family ORDER BY rank) = 1 ORDER BY rank LIMIT $limit
        """,
        {"limit": limit, "closed": list(closed)},
    )


def strong_counts(snapshot: Snapshot, closed: Collection[str]) -> tuple[int, int]:
    """How many strong findings there are, and how many of them are ``closed``."""
    frame = snapshot.read(
        "topic_authenticity__finding",
        """
        SELECT count(*) AS every, count_if(list_contains($closed::VARCHAR[], finding_id)) AS done
        FROM topic_authenticity__finding WHERE strength = 'strong'
        """,
        {"closed": list(closed)},
    )
    return int(frame["every"].iloc[0]), int(frame["done"].iloc[0])


def finding_counts(snapshot: Snapshot) -> pd.DataFrame:
    """How many findings per family and strength."""
    return snapshot.read(
        "topic_authenticity__finding",
        "SELECT family, strength, count(*) AS findings FROM topic_authenticity__finding GROUP BY ALL ORDER BY ALL",
    )


def findings(
    snapshot: Snapshot, strength: str | None, family: str | None, start: int = 0, end: int = 100
) -> tuple[pd.DataFrame, int]:
    """Rows ``start`` to ``end`` of the ranking under the filters, and how many there are in all."""
    condition = "($strength IS NULL OR strength = $strength) AND ($family IS NULL OR family = $family)"
    given = {"strength": strength, "family": family}
    table = "topic_authenticity__finding"
    total = snapshot.read(table, f"SELECT count(*) AS n FROM {table} WHERE {condition}", given)
    rows = snapshot.read(
        table,
        f"""
        SELECT * EXCLUDE (evidence, innocent) FROM ({RANKED}) WHERE {condition}
        ORDER BY rank LIMIT $size OFFSET $start
        """,
        {**given, "size": max(0, end - start), "start": start},
    )
    return rows, int(total["n"].iloc[0])


def finding(snapshot: Snapshot, finding_id: str) -> dict[str, Any] | None:
    """One finding with its evidence, or None when this night has no such finding."""
    frame = snapshot.read(
        "topic_authenticity__finding",
        f"SELECT * FROM ({RANKED}) WHERE finding_id = $finding_id",
        {"finding_id": finding_id},
    )
    return None if frame.empty else {str(key): value for key, value in frame.iloc[0].to_dict().items()}


def findings_of(snapshot: Snapshot, units: list[str]) -> dict[str, str]:
    """Unit to the id of its own first finding, for those of ``units`` that have one."""
    frame = snapshot.read(
        "topic_authenticity__finding",
        f"""
        SELECT unit, finding_id FROM ({RANKED}) WHERE list_contains($units, unit)
        QUALIFY row_number() OVER (PARTITION BY unit ORDER BY rank) = 1
        """,
        {"units": units},
    )
    return {str(unit): str(found) for unit, found in frame.itertuples(index=False, name=None)}


def nights(snapshot: Snapshot, limit: int) -> pd.DataFrame:
    """The last run of each of the last nights, newest first."""
    return snapshot.read(
        "meta__run",
        """
        SELECT * FROM meta__run
        QUALIFY row_number() OVER (PARTITION BY business_date ORDER BY started_at DESC) = 1
        ORDER BY business_date DESC LIMIT $limit
        """,
        {"limit": limit},
    )


def run(snapshot: Snapshot, run_id: str) -> dict[str, Any] | None:
    """One run, or None when there was no such run."""
    frame = snapshot.read("meta__run", "SELECT * FROM meta__run WHERE run_id = $run_id", {"run_id": run_id})
    return None if frame.empty else {str(key): value for key, value in frame.iloc[0].to_dict().items()}


def outcome_counts(snapshot: Snapshot) -> pd.DataFrame:
    """Batches of each night, by business date and state."""
    return snapshot.read(
        "meta__delivery",
        """
        SELECT business_date, delivery.state, count(*) AS batches
        FROM meta__delivery AS delivery LEFT JOIN meta__run USING (run_id) GROUP BY ALL ORDER BY ALL
        """,
        {},
        "meta__run",
    )


def deliveries(
    snapshot: Snapshot,
    state: str | None = None,
    resource: str | None = None,
    night: str | None = None,
    closed: Collection[str] = (),
    provider: str | None = None,
) -> pd.DataFrame:
    """Batches under the filters: what needs a person first, then the newest.

    ``night`` is a business date; ``closed`` names the batches (``key_of``) that the state WAITING leaves out.
    """
    states = list(NOT_PUBLISHED) if state == WAITING else [state] if state else None
    return snapshot.read(
        "meta__delivery",
        f"""
        SELECT * FROM meta__delivery
        WHERE ($states IS NULL OR list_contains($states::VARCHAR[], state))
          AND ($resource IS NULL OR resource = $resource) AND ($provider IS NULL OR provider = $provider)
          AND {OF_NIGHT if night else "$night IS NULL"}
          AND NOT list_contains($closed::VARCHAR[], resource || '/' || batch)
        ORDER BY (state = 'held') DESC, (state = 'rejected') DESC, delivered_at DESC, resource, batch
        """,
        {
            "states": states,
            "resource": resource,
            "provider": provider,
            "night": night,
            "closed": list(closed) if state == WAITING else [],
        },
        *(("meta__run",) if night else ()),
    )


def key_of(row: Row) -> str:
    """What a batch is called in addresses and cases: two resources may number their batches alike."""
    return f"{row['resource']}/{row['batch']}"


def outcomes_of_batch(snapshot: Snapshot, key: str) -> pd.DataFrame:
    """Every outcome of one batch (``key_of``), or of a bare number; a batch delivered twice has two."""
    resource, _, batch = key.rpartition("/")
    return snapshot.read(
        "meta__delivery",
        """
        SELECT * FROM meta__delivery WHERE batch = $batch AND ($resource IS NULL OR resource = $resource)
        ORDER BY resource, (state = 'duplicate'), finished_at DESC
        """,
        {"batch": batch, "resource": resource or None},
    )


def checks(snapshot: Snapshot, resource: str, batch: str) -> pd.DataFrame:
    """The gate's checks of one batch, failed and critical ones first."""
    return snapshot.read(
        "meta__check",
        """
        SELECT * FROM meta__check WHERE resource = $resource AND batch = $batch
        ORDER BY success, (severity = 'critical') DESC, "check"
        """,
        {"resource": resource, "batch": batch},
    )


def late_batches(snapshot: Snapshot) -> dict[str, int]:
    """``key_of`` every batch that came after its time, to how many days late it was."""
    frame = snapshot.read(
        "meta__check",
        """
        SELECT resource, batch, max(TRY_CAST(regexp_extract(observed, '[0-9]+') AS INTEGER)) AS days FROM meta__check
        WHERE "check" = 'timeliness.late' AND NOT success GROUP BY resource, batch
        """,
    )
    return {key_of(row): int(row["days"]) for row in frame.to_dict("records")}


def quarantine_samples(snapshot: Snapshot, resource: str, batch: str, per_code: int) -> pd.DataFrame:
    """Masked sample rows of one batch, some for each code."""
    return snapshot.read(
        "meta__quarantine_sample",
        """
        SELECT * FROM meta__quarantine_sample WHERE resource = $resource AND batch = $batch
        QUALIFY row_number() OVER (PARTITION BY code ORDER BY source_row) <= $per_code
        ORDER BY code, source_row
        """,
        {"resource": resource, "batch": batch, "per_code": per_code},
    )


def quality(snapshot: Snapshot, resource: str) -> pd.DataFrame:
    """Every measure of one resource by owner and dimension (GB/T 36344-2018), oldest first."""
    return snapshot.read(
        "meta__quality",
        """
        SELECT owner, business_date, dimension, numerator, denominator FROM meta__quality
        WHERE resource = $resource ORDER BY owner, dimension, business_date
        """,
        {"resource": resource},
    )


def qualities(snapshot: Snapshot, owner: str | None = None) -> pd.DataFrame:
    """Every measure of all resources, or of those of one ``owner``, oldest first."""
    return snapshot.read(
        "meta__quality",
        """
        SELECT resource, owner, business_date, dimension, numerator, denominator FROM meta__quality
        WHERE $owner IS NULL OR owner = $owner ORDER BY resource, owner, dimension, business_date
        """,
        {"owner": owner},
    )


def conflicts(snapshot: Snapshot, resources: Collection[str]) -> pd.DataFrame:
    """Contradictions between these resources and others, by golden table and attribute, the most frequent first."""
    return snapshot.read(
        "topic_quality__conflict",
        """
        SELECT * FROM topic_quality__conflict
        WHERE list_contains($resources::VARCHAR[], kept) OR list_contains($resources::VARCHAR[], other)
        ORDER BY conflicts DESC, golden, attribute, kept, other
        """,
        {"resources": list(resources)},
    )


def stages(snapshot: Snapshot, run_id: str) -> pd.DataFrame:
    """Seconds by step and stage of one night, the longest step first."""
    return snapshot.read(
        "meta__stage",
        """
        SELECT step, stage, sum(seconds) AS seconds, sum("rows") AS "rows",
               sum(sum(seconds)) OVER (PARTITION BY step) AS total
        FROM meta__stage WHERE run_id = $run_id GROUP BY step, stage ORDER BY total DESC, step, seconds DESC
        """,
        {"run_id": run_id},
    )


def resources(snapshot: Snapshot) -> pd.DataFrame:
    """The catalogue with the last delivery of each resource, without its columns."""
    return snapshot.read("meta__resource", "SELECT * EXCLUDE (columns_json) FROM meta__resource ORDER BY code")


def titles(snapshot: Snapshot) -> dict[str, str]:
    """Resource name to its title; empty while the catalogue cannot be read, so that a card shows the bare name."""
    try:
        frame = snapshot.read("meta__resource", "SELECT resource, title FROM meta__resource ORDER BY code")
    except ServingError:
        return {}
    return {str(name): str(title) for name, title in frame.itertuples(index=False, name=None)}


def failed_steps(snapshot: Snapshot) -> pd.DataFrame:
    """Steps that failed in the last run of a night that came to them: business date, step and why."""
    return snapshot.read(
        "meta__step",
        """
        SELECT business_date, step, message FROM (
            SELECT business_date, step, meta__step.state, message FROM meta__step JOIN meta__run USING (run_id)
            QUALIFY row_number() OVER (PARTITION BY business_date, step ORDER BY started_at DESC) = 1
        ) WHERE state = 'failed' ORDER BY business_date, step
        """,
        {},
        "meta__run",
    )


def lineage(snapshot: Snapshot) -> list[tuple[str, str]]:
    """(source, target): what each table of the lake is made from."""
    frame = snapshot.read("meta__lineage", "SELECT source, target FROM meta__lineage ORDER BY source, target")
    return [(str(source), str(target)) for source, target in frame.itertuples(index=False, name=None)]


def column_uses(snapshot: Snapshot, table: str) -> pd.DataFrame:
    """Which columns of other tables are made from the columns of one table."""
    return snapshot.read(
        "meta__column_lineage",
        """
        SELECT source_column, "table", "column", how FROM meta__column_lineage WHERE source_table = $table
        ORDER BY source_column, "table", "column"
        """,
        {"table": table},
    )


def batches_behind(snapshot: Snapshot, resources: Collection[str]) -> pd.DataFrame:
    """What is published of each of these resources: batches, rows, periods, and the last batch."""
    return snapshot.read(
        "meta__delivery",
        """
        SELECT resource, count(*) AS batches, sum(rows_accepted) AS rows, min(period) AS first_period,
               max(period) AS last_period, max_by(batch, delivered_at) AS batch, max(delivered_at) AS delivered_at
        FROM meta__delivery
        WHERE list_contains($resources, resource) AND state IN ('published', 'published_flagged')
        GROUP BY resource ORDER BY resource
        """,
        {"resources": list(resources)},
    )


def sample(snapshot: Snapshot, name: str) -> pd.DataFrame:
    """A few published rows of one resource, masked by the grade of their columns."""
    return snapshot.read(
        "meta__sample",
        "SELECT batch, source_row, row_masked FROM meta__sample WHERE resource = $name ORDER BY source_row",
        {"name": name},
    )


def column_titles(snapshot: Snapshot, *first: str) -> dict[str, str]:
    """Column name to its title over the whole catalogue; the resources ``first`` have the say over their columns."""
    try:
        frame = snapshot.read(
            "meta__resource",
            "SELECT columns_json FROM meta__resource ORDER BY list_contains($first::VARCHAR[], resource), code",
            {"first": list(first)},
        )
    except ServingError:
        return {}
    columns = [column for text in frame["columns_json"] for column in json.loads(text)]
    return {str(column["name"]): str(column["title"]) for column in columns}


def resource(snapshot: Snapshot, name: str) -> dict[str, Any] | None:
    """One resource with its columns, or None when the catalogue has no such resource."""
    frame = snapshot.read("meta__resource", "SELECT * FROM meta__resource WHERE resource = $name", {"name": name})
    return None if frame.empty else {str(key): value for key, value in frame.iloc[0].to_dict().items()}
