"""topic_plan__audit: the projects that the audit bureau's register says were drawn, and whether each draw comes out
again from its seed.

A project's number under a seed depends on nothing but its own code and risk (``alerts.auditsamples``), so a row of the
register that was refused does not spoil the rest: of what is known, those drawn must be those that come first.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from alerts.auditsamples import drawn

TABLE, REGISTER = "topic_plan__audit", "audit_sample"
SCHEMA = pa.schema(
    [
        ("draw_number", pa.string()),
        ("drawn_on", pa.date32()),
        ("seed", pa.string()),
        *((name, pa.int64()) for name in ("size", "among", "known")),
        ("verdict", pa.string()),
        ("project_code", pa.string()),
        ("risk", pa.float64()),
        ("place", pa.int64()),
        ("source", pa.string()),
    ]
)
Record = Mapping[str, Any]


def rows(records: Sequence[Record]) -> pa.Table:
    """The drawn projects of every draw, the newest draw first; ``known`` is how many rows of it there are."""
    draws: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        draws[record["draw_number"]].append(record)
    made = [row for own in draws.values() for row in _rows(own)]
    made.sort(key=lambda row: (row["drawn_on"], row["draw_number"], -row["place"]), reverse=True)
    return pa.Table.from_pylist(made, schema=SCHEMA)


def _rows(own: Sequence[Record]) -> list[dict[str, Any]]:
    verdict = verdict_of(own)
    return [
        {name: each[name] for name in ("draw_number", "drawn_on", "seed", "size", "among", "project_code", "place")}
        | {"known": len(own), "verdict": verdict, "risk": float(each["risk"]), "source": f"{REGISTER}@{each['_batch']}"}
        for each in own
        if each["place"] is not None
    ]


def verdict_of(own: Sequence[Record]) -> str:
    """same: drawn again, the same projects come in the same order; different: they do not; incomplete: nothing speaks
    against it, but rows of the draw were refused, so that not every drawn project is known.
    """
    if len({(each["seed"], each["size"], each["among"]) for each in own}) != 1:
        return "different"
    seed, size, among = own[0]["seed"], own[0]["size"], own[0]["among"]
    risks = {each["project_code"]: float(each["risk"]) for each in own}
    said = sorted((each["place"], each["project_code"]) for each in own if each["place"] is not None)
    missing = size - len(said)
    # Rows that were refused leave the order of the others as it is.
    again = drawn(risks, len(said), seed) if said else []
    if len({place for place, _ in said}) < len(said) or [code for _, code in said] != again:
        return "different"
    if missing == 0:
        return "same"
    return "incomplete" if 0 < missing <= among - len(own) else "different"
