"""topic_plan__register: what the plan wants merged, moved, shut, docked, assessed or tried, one row a thing and demand.

The registers of networks, exits, websites and graded systems have some thousand rows together, and so has the ledger
with what was seen of its systems; they are read beside the engine, and both the measures and the pages take them from
here.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

TABLE = "topic_plan__register"
SOURCES = ("private_network", "internet_exit", "website", "security_assessment")
SYSTEMS = "topic_plan__system"
KNOWN = ("system_code", "name", "department", "kind", "status", "unified_on", "last_used_on", "source")
"""What must be known of the systems: those that do what one system is to do for all are a register of their own."""
SHARED = {
    "mail": "mail", "messaging": "mail",
    "conferencing": "video", "surveillance": "video",
    "office": "office",
    "mobile": "mobile",
}  # fmt: skip
"""Register of each kind of system of the ledger that the articles 7, 29 and 30 are about."""
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("register", "code", "name", "department", "department_name", "state")),
        *((name, pa.bool_()) for name in ("is_counted", "is_done")),
        *((name, pa.date32()) for name in ("done_on", "due_on")),
        *((name, pa.string()) for name in ("reason", "source")),
    ]
)
"""``state``: done, waiting, kept (with approval), said_done (its owner says so, the probes do not), overdue, failed,
never (tried), exempt.
"""
RESTORED_WITHIN = 365
"""Days for which a trial of a restore counts."""

Record = Mapping[str, Any]
Row = dict[str, Any]
Registers = Mapping[str, list[dict[str, Any]]]


def rows(registers: Registers, names: Mapping[str, str], day: datetime.date) -> pa.Table:
    """Every row on a day, by register; ``registers`` are the current records of SOURCES and SYSTEMS, ``names`` of
    departments.
    """
    made = [
        {**row, "department_name": names.get(row["department"], row["department"])}
        for name in (*SOURCES, SYSTEMS)
        for record in registers.get(name, [])
        for row in READERS[name](record, day)
    ]
    made.sort(key=lambda row: (row["register"], row["department"], row["code"]))
    return pa.Table.from_pylist(made, schema=SCHEMA)


def changes_on(registers: Registers, day: datetime.date) -> datetime.date | None:
    """The first day on which a row changes though nothing was delivered: an assessment or a trial is too old."""
    found = [
        last + datetime.timedelta(days=1)
        for record in registers.get("security_assessment", [])
        for last in (record["due_on"], _tried_until(record))
        if last is not None and last >= day
    ]
    return min(found, default=None)


def _tried_until(record: Record) -> datetime.date | None:
    on: datetime.date | None = record["restored_on"]
    return on + datetime.timedelta(days=RESTORED_WITHIN) if on else None


def _row(register: str, code: str, record: Record, state: str, resource: str, **more: Any) -> Row:
    return {
        "register": register,
        "code": record[code],
        "name": record["name"],
        "department": record["department"],
        "state": state,
        "is_counted": state not in ("kept", "exempt"),
        "is_done": state == "done",
        "source": f"{resource}@{record.get('_batch')}",
        **more,
    }


def _connection(register: str, code: str) -> Callable[[Record, datetime.date], Iterator[Row]]:
    """A network or an exit: merged when its owner says so and nothing flows any more."""

    def read(record: Record, day: datetime.date) -> Iterator[Row]:
        is_merged = record["status"].startswith("merged")
        state = "kept" if record["status"] == "kept" else "done" if is_merged else "waiting"
        if is_merged and record["traffic_gb"] > 0:
            state = "said_done"
        reason = record["approval"] if state == "kept" else record["why_not"]
        if state == "said_done":
            reason = f"报称 {record['merged_on'] or '已'} 完成，本月仍有流量 {record['traffic_gb']:.1f} GB"
        yield _row(
            register, code, record, state, register,
            done_on=record["merged_on"] if state == "done" else None, due_on=record["planned_on"], reason=reason,
        )  # fmt: skip

    return read


def _website(record: Record, day: datetime.date) -> Iterator[Row]:
    """A site that goes: gone when it is said to be and does not answer. One that stays moves and joins the portal."""
    source = ("site_code", record)
    if record["decision"] != "keep":
        is_gone = record["status"] != "running"
        state = "said_done" if is_gone and record["is_reachable"] == "yes" else "done" if is_gone else "waiting"
        reason = f"报称 {record['done_on'] or '已'} 完成，仍能打开" if state == "said_done" else record["why_not"]
        done_on = record["done_on"] if state == "done" else None
        yield _row("website", *source, state, "website", done_on=done_on, reason=reason)
        return
    moved, joined = record["on_platform_on"], record["in_portal_on"]
    yield _row("site_platform", *source, "done" if moved else "waiting", "website", done_on=moved)
    state = "exempt" if record["has_services"] == "no" else "done" if joined else "waiting"
    yield _row("portal", *source, state, "website", done_on=joined)


def _assured(record: Record, day: datetime.date) -> Iterator[Row]:
    """A graded system: assessed in time, at the common sign-in, restored from its backup within a year."""
    source, resource = ("system_code", record), "security_assessment"
    state = "overdue" if record["due_on"] < day else "failed" if record["conclusion"] == "failed" else "done"
    yield _row("assessment", *source, state, resource, done_on=record["assessed_on"], due_on=record["due_on"])
    joined = record["signed_in_on"]
    state = "exempt" if record["is_public"] == "no" else "done" if joined else "waiting"
    yield _row("sign_in", *source, state, resource, done_on=joined)
    until = _tried_until(record)
    state = "never" if until is None else "overdue" if until < day else "done"
    if state == "done" and record["restore_result"] != "succeeded":
        state = "failed"
    reason = {"never": "从未从备份恢复过", "failed": "恢复演练失败"}.get(state)
    yield _row("restore", *source, state, resource, done_on=record["restored_on"], due_on=until, reason=reason)


def _shared(record: Record, day: datetime.date) -> Iterator[Row]:
    """A system that one for all replaces: done when it is shut and nobody signs in any more, or has joined that one.

    Mail and messaging are to be shut: to have joined is not enough.
    """
    register = SHARED.get(record["kind"])
    if register is None:
        return
    since, last = record["unified_on"], record["last_used_on"]
    is_shut = record["status"] == "closed"
    is_done = is_shut or (since is not None and register != "mail")
    state, reason = "done" if is_done else "waiting", ("已停用" if is_shut else "已接入统一系统") if is_done else None
    if is_shut and since is not None and last is not None and last > since:
        state, reason = "said_done", f"报称 {since} 停用，{last} 仍有人登录"
    done_on = since if state == "done" else None
    yield _row(register, "system_code", record, state, SYSTEMS, done_on=done_on, reason=reason, source=record["source"])


READERS: dict[str, Callable[[Record, datetime.date], Iterator[Row]]] = {
    "private_network": _connection("private_network", "network_code"),
    "internet_exit": _connection("internet_exit", "exit_code"),
    "website": _website,
    "security_assessment": _assured,
    SYSTEMS: _shared,
}
