"""topic_plan__system: every system of the ledger and every one that was observed, judged, with its way to the cloud."""

import datetime
import json
from collections import defaultdict
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.plan import scheme
from jobs.governance.judge import Judgement, Listed, Seen, judge
from jobs.inputs import Inputs, MissingInputError
from jobs.session import spark

SCHEMA = (
    "system_code string, name string, department string, department_name string, level string, kind string, "
    "function string, status string, built_on date, changed_on date, maintained_until date, cost_10k_yuan double, "
    "is_listed boolean, is_used boolean, verdict string, points double, detached double, replaceable double, "
    "idle double, unmaintained double, small double, evidence string, twin string, logins bigint, operations bigint, "
    "peak_users bigint, is_eligible boolean, why_not_eligible string, is_moved boolean, move_status string, "
    "progress double, moved_on date, why_not_moved string, next_step string, planned_on date, unified_on date, "
    "last_used_on date, source string"
)
TAKEN = (
    "name",
    "department",
    "level",
    "kind",
    "function",
    "status",
    "built_on",
    "changed_on",
    "maintained_until",
    "unified_on",
)
MOVED = ("why_not_eligible", "moved_on", "why_not_moved", "next_step", "planned_on")
Record = dict[str, Any]


def build(inputs: Inputs) -> DataFrame:
    """The systems as they stand: some thousand rows, compared with one another beside the engine."""
    ledger = inputs.current("information_system")
    if ledger is None:
        raise MissingInputError("information_system")
    seen, until = _seen(inputs)
    cloud = inputs.current("cloud_migration")
    moves = {} if cloud is None else {row["system_code"]: row.asDict() for row in cloud.collect()}
    systems = {row["system_code"]: row.asDict() for row in ledger.collect()}
    last = until or max((row["_delivered_at"].date() for row in systems.values()), default=datetime.date.min)
    verdicts = judge([_listed(row) for row in systems.values()], seen, last, scheme())
    names = inputs.catalog.codelists["department"].names
    rows = [
        _row(code, systems.get(code), seen.get(code), moves.get(code), verdicts[code], names)
        for code in sorted(verdicts)
    ]
    columns = [field.split()[0] for field in SCHEMA.split(", ")]
    return spark().createDataFrame([tuple(row.get(name) for name in columns) for row in rows], SCHEMA)


def _seen(inputs: Inputs) -> tuple[dict[str, Seen], datetime.date | None]:
    """What each system was observed to do in the last twelve months, and the last observed day."""
    usage, month = inputs.current("system_usage"), inputs.last_period("system_usage")
    if usage is None or month is None:
        return {}, None
    year = int(month[:4]) - (month[5:] != "12")
    first = datetime.date(year, int(month[5:]) % 12 + 1, 1)
    monthly = (
        usage.where(F.col("used_on") >= F.lit(first))
        .groupBy("system_code", F.date_format("used_on", "yyyy-MM").alias("month"))
        .agg(
            F.max("department").alias("department"),
            F.count(F.lit(1)).alias("days"),
            F.sum("logins").alias("logins"),
            F.sum("operations").alias("operations"),
            F.max("users").alias("users"),
            F.avg("cpu_percent").cast("double").alias("cpu"),
            F.max("used_on").alias("until"),
            F.max(F.when(F.col("logins") > 0, F.col("used_on"))).alias("last_used_on"),
        )
        .collect()
    )
    by_code = defaultdict(list)
    for row in monthly:
        by_code[row["system_code"]].append(row)
    found = {
        code: Seen(
            code,
            max(row["department"] for row in rows),
            sum(row["days"] for row in rows),
            sum(row["logins"] for row in rows),
            sum(row["operations"] for row in rows),
            max(row["users"] for row in rows),
            max(row["logins"] for row in rows),
            max(row["cpu"] for row in rows),
            max((row["last_used_on"] for row in rows if row["last_used_on"]), default=None),
        )
        for code, rows in by_code.items()
    }
    return found, max((row["until"] for row in monthly), default=None)


def _listed(row: Record) -> Listed:
    names = ("system_code", "name", "department", "function", "status", "changed_on", "built_on", "maintained_until")
    return Listed(**{name: row[name] for name in names})


def _row(
    code: str, listed: Record | None, seen: Seen | None, move: Record | None, found: Judgement, names: dict[str, str]
) -> Record:
    department = listed["department"] if listed else seen.department if seen else None
    row: Record = {name: listed[name] for name in TAKEN} if listed else {}
    row |= {
        "system_code": code,
        "department": department,
        "department_name": names.get(department or "", department),
        "cost_10k_yuan": float(listed["cost_10k_yuan"]) if listed and listed["cost_10k_yuan"] is not None else None,
        "is_listed": listed is not None,
        "is_used": seen is not None and seen.logins > 0,
        "verdict": found.verdict,
        "points": found.points if found.signs else None,
        "evidence": json.dumps({name: sign.evidence for name, sign in found.signs.items()}, ensure_ascii=False),
        "twin": found.twin,
        "source": "、".join(f"{name}@{each['_batch']}" for name, each in _origins(listed, move)),
        **{name: sign.score for name, sign in found.signs.items()},
    }
    if seen:
        row |= {"logins": seen.logins, "operations": seen.operations, "peak_users": seen.peak_users}
        row["last_used_on"] = seen.last_used_on
    if move:
        row |= {name: move[name] for name in MOVED}
        row |= {"is_eligible": move["is_eligible"] == "yes", "move_status": move["status"]}
        row |= {"is_moved": move["status"] == "moved", "progress": float(move["progress"])}
    return row


def _origins(listed: Record | None, move: Record | None) -> list[tuple[str, Record]]:
    found = (("information_system", listed), ("cloud_migration", move))
    return [(name, record) for name, record in found if record is not None]
