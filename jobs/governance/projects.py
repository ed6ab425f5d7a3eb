"""topic_plan__project: every filed project of electronic government with what is wrong about it, and how much an audit
should look at it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from catalog.plan import Scheme
from jobs.governance.likeness import Words, same_work

TABLE, FILINGS, SYSTEMS = "topic_plan__project", "project_filing", "topic_plan__system"
KNOWN = ("system_code", "name", "department", "function", "status", "is_listed", "verdict")
"""What must be known of the systems."""
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("project_code", "name", "department", "department_name", "kind", "content")),
        *((name, pa.string()) for name in ("system_code", "review", "procurement")),
        *((name, pa.date32()) for name in ("filed_on", "approved_on", "signed_on")),
        *((name, pa.float64()) for name in ("budget_10k_yuan", "paid_10k_yuan")),
        ("is_paid", pa.bool_()),
        ("problems", pa.list_(pa.string())),
        ("evidence", pa.string()),
        ("risk", pa.float64()),
        ("source", pa.string()),
    ]
)
TAKEN = ("project_code", "name", "department", "kind", "content", "system_code", "review", "procurement")
DAYS = ("filed_on", "approved_on", "signed_on")

Record = Mapping[str, Any]
Problems = Iterator[tuple[str, str]]


def rows(filings: Sequence[Record], systems: Sequence[Record], names: Mapping[str, str], by: Scheme) -> pa.Table:
    """The projects, the riskiest first; ``systems`` as they were judged, ``names`` of departments."""
    known = {each["system_code"]: each for each in systems}
    alike = _alike(filings, [each for each in systems if each["is_listed"] and each["status"] != "closed"])
    made = [
        _row(each, dict(_problems(each, known, alike.get(each["project_code"]), by)), names, by) for each in filings
    ]
    made.sort(key=lambda row: (-row["risk"], row["project_code"]))
    return pa.Table.from_pylist(made, schema=SCHEMA)


def _row(filed: Record, found: Mapping[str, str], names: Mapping[str, str], by: Scheme) -> dict[str, Any]:
    budget, paid = float(filed["budget_10k_yuan"]), float(filed["paid_10k_yuan"])
    weights = by.audit.problems
    return {
        **{name: filed[name] for name in (*TAKEN, *DAYS)},
        "department_name": names.get(filed["department"], filed["department"]),
        "budget_10k_yuan": budget,
        "paid_10k_yuan": paid,
        "is_paid": paid > 0,
        "problems": list(found),
        "evidence": "；".join(found.values()),
        "risk": 1.0
        + sum(weights[name].weight for name in found)
        + (by.audit.large if budget >= by.audit.large_from else 0),
        "source": f"{FILINGS}@{filed['_batch']}",
    }


def _problems(filed: Record, known: Mapping[str, Record], same: tuple[str, float] | None, by: Scheme) -> Problems:
    """Code of each problem and what shows it."""
    paid, approved, signed = float(filed["paid_10k_yuan"]), filed["approved_on"], filed["signed_on"]
    if paid > 0 and (filed["review"] != "passed" or approved is None):
        yield "unapproved", f"没有批复，已拨付 {paid:g} 万元"
    if approved and signed and signed < approved:
        yield "bought_early", f"{signed} 签合同，{approved} 才批复"
    system = known.get(filed["system_code"] or "")
    # Without a ledger nothing is off it: unknown accuses nobody.
    if known and filed["kind"] == "maintain" and filed["system_code"] and (system is None or not system["is_listed"]):
        yield "off_ledger", f"运维的系统 {filed['system_code']} 没有列入台账"
    if paid > 0 and system is not None and system["verdict"] == "zombie":
        yield "dead_system", f"“{system['name']}”被判为僵尸系统，仍在拨付"
    if same is not None and same[1] >= by.criteria["replaceable"].limit:
        yield "duplicate", f"与本部门在用的“{same[0]}”相似度 {same[1]:.2f}"


def _alike(filings: Sequence[Record], systems: Sequence[Record]) -> dict[str, tuple[str, float]]:
    """For each project that builds something the most similar system in use of its own department, and how alike."""
    there: dict[str, list[Record]] = defaultdict(list)
    for each in systems:
        there[each["department"]].append(each)
    wanted: dict[str, list[Record]] = defaultdict(list)
    for each in filings:
        if each["kind"] == "build":
            wanted[each["department"]].append(each)
    names, found = Words.of([each["name"] for each in systems]), {}
    for department, own in wanted.items():
        beside = there[department]
        if not beside:
            continue
        described = [(each["name"], each["function"]) for each in beside]
        near = same_work([*described, *((each["name"], each["content"]) for each in own)], names)
        for number, each in enumerate(own):
            scores = near[len(beside) + number, : len(beside)].copy()
            for place, system in enumerate(beside):
                if system["system_code"] == each["system_code"]:
                    scores[place] = 0.0  # what it builds itself
            best = int(scores.argmax())
            found[each["project_code"]] = (beside[best]["name"], float(scores[best]))
    return found
