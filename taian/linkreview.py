"""Uncertain matches as a reviewer sees them: both sides beside each other, masked by the grade of their columns."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from catalog import Catalog
from catalog.masking import masked
from taian.errors import ProblemError
from taian.masking import shown_rows, statistical

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LINKS = "base_legal__link"
SIDES = {
    "name": "name",
    "code": "credit_code",
    "representative": "representative",
    "county_code": "county_code",
    "address": "address",
    "began_on": "established_on",
}
"""What is laid side by side: a record's word for it, and the registry's."""
EVER = dt.date(9999, 12, 31)


def links(session: "SparkSession", catalog: Catalog) -> "DataFrame":
    """The table of links, without records that serve statistics only. Raises ProblemError before the first night that
    made it.
    """
    from jobs import lake

    if not lake.exists(LINKS):
        raise ProblemError("No record has been matched yet: run a night first (taian nightly).")
    return shown_rows(lake.read(session, LINKS), LINKS, catalog)


def waiting(session: "SparkSession", catalog: Catalog, resource: str | None = None) -> list[dict[str, Any]]:
    """Pairs that a person has to decide about, each record's likeliest first; decided ones are left out."""
    from jobs.fuse.match import decisions

    frame = links(session, catalog).where("state = 'review'")
    if resource is not None:
        frame = frame.where(frame["resource"] == resource)
    standing = decisions.standing()
    decided = {(decision.record_id, decision.entity_id) for decision in standing}
    settled = {decision.record_id for decision in standing if decision.verdict == "same"}
    rows: list[dict[str, Any]] = frame.orderBy("record_id", frame["score"].desc()).toArrow().to_pylist()
    return [
        row for row in rows if row["record_id"] not in settled and (row["record_id"], row["entity_id"]) not in decided
    ]


def record_rows(session: "SparkSession", catalog: Catalog, record: str) -> list[dict[str, Any]]:
    """The rows of a record in the table of links. Raises ProblemError for a record nobody knows or may see."""
    resource = record.partition(":")[0]
    if resource in statistical(catalog):
        raise ProblemError(f"Records of {resource} serve statistics only (统计法, art. 25): they are not shown here.")
    frame = links(session, catalog)
    rows: list[dict[str, Any]] = frame.where(frame["record_id"] == record).toArrow().to_pylist()
    if not rows:
        raise ProblemError(f"There is no record '{record}': taian links review list shows those that wait.")
    return sorted(rows, key=lambda row: -(row["score"] or 0.0))


def entities(catalog: Catalog, wanted: list[str]) -> list[dict[str, Any]]:
    """Legal persons of the registers as they stand, by id."""
    from jobs.fuse.match.registry import registered
    from jobs.inputs import Inputs

    frame = registered(Inputs(catalog, EVER))
    found: list[dict[str, Any]] = (
        frame.where(frame["entity_id"].isin(wanted) & frame["is_current"]).toArrow().to_pylist()
    )
    return found


def side_by_side(session: "SparkSession", catalog: Catalog, record: str) -> list[dict[str, Any]]:
    """A record beside each legal person it may be, a row a fact; personal facts masked."""
    from jobs.fuse.match.records import compared
    from jobs.inputs import Inputs

    rows = record_rows(session, catalog, record)
    resource = str(rows[0]["resource"])
    published = Inputs(catalog, EVER).current(resource)
    if published is None:
        raise ProblemError(f"Nothing of {resource} is published any more: there is no record to show.")
    frame = compared(resource, published)
    (own,) = frame.where(frame["record_id"] == record).toArrow().to_pylist()
    persons = {
        row["entity_id"]: row for row in entities(catalog, [row["entity_id"] for row in rows if row["entity_id"]])
    }
    shown = []
    for word, of_entity in SIDES.items():
        beside = {entity: _shown(word, row[of_entity]) for entity, row in persons.items()}
        shown.append({"fact": word, "record": _shown(word, own[word]), **beside})
    told = {row["entity_id"]: row["evidence"] for row in rows if row["entity_id"]}
    return [*shown, {"fact": "evidence", "record": None, **{entity: told.get(entity) for entity in persons}}]


def _shown(word: str, value: object) -> str | None:
    text = None if value is None else str(value)
    return masked(text, "name") if word == "representative" else text
