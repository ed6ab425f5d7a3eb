"""What the page of the integration plan asks of one published night; each answer ends where the reader's sight does."""

import json
from typing import Any

import pandas as pd

from catalog.plan import scheme
from dashboards.format import DASH
from dashboards.queries import CITY
from dashboards.serving import Snapshot
from dashboards.sight import Sight
from taian.evaluation import days_of_use


def tasks(snapshot: Snapshot) -> pd.DataFrame:
    """Every milestone in the order of the articles; ``share`` is what a department that answers for something has in
    it: lead, cooperate, or nothing; ``due`` whether its day has come (``due_of``)."""
    found = snapshot.read("topic_plan__task", "SELECT * FROM topic_plan__task ORDER BY task_id")
    own = answering(snapshot.sight)
    shares = [_share(row["lead_department"], row["obliged"], own) for row in found.to_dict("records")]
    return found.assign(share=shares, due=due_of(found, snapshot.business_date))


def states(snapshot: Snapshot) -> pd.DataFrame:
    """Every change of a task's state (``since`` which night, ISO) that the nights saw, in the order of the nights;
    nothing where the night that is up was published before they were kept."""
    if "topic_plan__state" not in snapshot.as_of:
        return pd.DataFrame(columns=["task_id", "since", "state", "evidence"])
    return snapshot.read("topic_plan__state", "SELECT * FROM topic_plan__state ORDER BY since, task_id")


def tasks_on(snapshot: Snapshot, day: str) -> pd.DataFrame | None:
    """Every milestone with the state in which the nights knew it at the end of a day (ISO), and what it stood on when
    that state began; None for a day before the first night whose states are kept."""
    known = states(snapshot)
    known = known[known["since"] <= day].drop_duplicates("task_id", keep="last")
    if known.empty:
        return None
    shown = tasks(snapshot).drop(columns=["state", "evidence"])
    return shown.merge(known[["task_id", "state", "evidence"]], on="task_id")


def answering(sight: Sight) -> frozenset[str]:
    """The departments and counties whose tasks are the reader's own."""
    return (sight.answers if sight.scopes is None else sight.scopes) or frozenset()


def _share(lead: str, obliged: Any, own: frozenset[str]) -> str:
    if own.isdisjoint(obliged):
        return ""
    return "lead" if any(scheme().means(lead, code) for code in own) else "cooperate"


def due_of(tasks: pd.DataFrame, today: str) -> pd.Series:
    """Of each milestone ``past``, ``ahead`` or, without a date in the plan, ``undated``; past with its own day."""
    due = pd.to_datetime(tasks["due_on"])
    said = pd.Series("ahead", tasks.index).mask(due <= pd.Timestamp(today), "past")
    return said.mask(due.isna(), "undated")


def task(snapshot: Snapshot, number: str) -> Any:
    """One milestone as a row; None for a number that there is none of, or none that the reader may see."""
    found = tasks(snapshot)
    rows = found[found["task_id"] == number].to_dict("records")
    return rows[0] if rows else None


def measures(snapshot: Snapshot) -> pd.DataFrame:
    """Every measure by owner; the smallest share first, the city (where it may be seen) before all."""
    return snapshot.read(
        "topic_plan__measure",
        f"SELECT * FROM topic_plan__measure ORDER BY measure, owner <> '{CITY}', value, owner",
    )


def evaluation(snapshot: Snapshot) -> pd.DataFrame:
    """The evaluation, an indicator of a department a row, the best department first."""
    return snapshot.read(
        "topic_plan__evaluation",
        "SELECT * FROM topic_plan__evaluation ORDER BY rank NULLS LAST, score DESC, department",
    )


def digest_of(snapshot: Snapshot) -> str:
    """The digest (SHA-256) that signs the evaluation; the dash where there is none to see."""
    frame = evaluation(snapshot)
    return str(frame["digest"].iloc[0]) if len(frame) else DASH


EXCHANGED = """
SELECT taker, taker_name, giver, giver_name, resource_name, across, sum(calls)::BIGINT AS calls,
  sum(succeeded)::BIGINT AS succeeded, sum(fruitful)::BIGINT AS fruitful, sum(row_count)::BIGINT AS row_count,
  sum(latency_ms)::BIGINT AS latency_ms, sum(slow)::BIGINT AS slow, min(day) AS first_day, max(day) AS last_day
FROM topic_plan__exchange GROUP BY ALL ORDER BY calls DESC, taker, giver, resource_name
"""


def exchange(snapshot: Snapshot) -> pd.DataFrame:
    """Who took which resource of whom since the log began, the most asked for first."""
    return snapshot.read("topic_plan__exchange", EXCHANGED)


USED = """
SELECT day, sum(calls)::BIGINT AS calls, sum(fruitful)::BIGINT AS fruitful, sum(row_count)::BIGINT AS row_count
FROM topic_plan__exchange WHERE taker = $party GROUP BY day ORDER BY day
"""


def used_days(snapshot: Snapshot, party: str) -> pd.DataFrame:
    """What one department or county asked for and got on each working day of the last whole month of the log
    (``is_used`` when it got a row or more): what its use of shared data is counted from."""
    taken = snapshot.read("topic_plan__exchange", USED, {"party": party})
    latest = snapshot.read("topic_plan__exchange", "SELECT max(log_until) AS day FROM topic_plan__exchange")["day"][0]
    days = [] if pd.isna(latest) else days_of_use(pd.Timestamp(latest).date())
    working = pd.DataFrame({"day": pd.to_datetime(days)})
    found = working.merge(taken, on="day", how="left").fillna({"calls": 0, "fruitful": 0, "row_count": 0})
    return found.assign(is_used=found["fruitful"] > 0)


def parties(snapshot: Snapshot) -> pd.DataFrame:
    """What each department or county took and gave with success (``from_units`` and ``to_units`` of how many others),
    and how often it failed who asked for its data. Only the reader's own where its sight ends there: of others it knows
    a part, and a part tells nothing of what they give.
    """
    calls = exchange(snapshot)
    took = _side(calls, "taker", "giver").rename(columns={"succeeded": "taken", "units": "from_units"})
    gave = _side(calls, "giver", "taker").rename(columns={"succeeded": "given", "units": "to_units"})
    found = took.drop(columns=["calls"]).merge(gave, on=["unit", "name"], how="outer")
    numbers = ["taken", "from_units", "given", "to_units", "calls"]
    found = found.assign(**{name: found[name].fillna(0).astype(int) for name in numbers})
    if snapshot.sight.scopes is not None:
        found = found[found["unit"].isin(snapshot.sight.scopes)]
    takes_only = (found["given"] == 0) & (found["taken"] > 0)
    return found.assign(takes_only=takes_only).sort_values(["takes_only", "taken"], ascending=[False, False])


def _side(calls: pd.DataFrame, side: str, other: str) -> pd.DataFrame:
    by_unit = calls.groupby([side, f"{side}_name"])
    worked = calls[calls["succeeded"] > 0].groupby([side, f"{side}_name"])[other].nunique()
    found = by_unit[["calls", "succeeded"]].sum().join(worked.rename("units")).reset_index()
    return found.rename(columns={side: "unit", f"{side}_name": "name"})


def systems(snapshot: Snapshot) -> pd.DataFrame:
    """Every system, the most telling signs first."""
    return snapshot.read(
        "topic_plan__system",
        "SELECT * FROM topic_plan__system ORDER BY points DESC NULLS LAST, department, system_code",
    )


def registered(snapshot: Snapshot) -> pd.DataFrame:
    """Every thing that is to be merged, moved, shut, docked, assessed or tried; what is not done first."""
    return snapshot.read(
        "topic_plan__register",
        "SELECT * FROM topic_plan__register ORDER BY is_counted DESC, is_done, register, department, code",
    )


def projects(snapshot: Snapshot) -> pd.DataFrame:
    """Every filed project, the riskiest first."""
    return snapshot.read(
        "topic_plan__project",
        "SELECT * FROM topic_plan__project ORDER BY risk DESC, budget_10k_yuan DESC, project_code",
    )


def audited(snapshot: Snapshot) -> pd.DataFrame:
    """Every project that the audit bureau's register says was drawn, the newest draw first; nothing before one came."""
    if "topic_plan__audit" not in snapshot.as_of:
        return pd.DataFrame(columns=["draw_number"])
    return snapshot.read(
        "topic_plan__audit", "SELECT * FROM topic_plan__audit ORDER BY drawn_on DESC, draw_number DESC, place"
    )


def services(snapshot: Snapshot) -> pd.DataFrame:
    """Every matter of the service catalogue: what is not on the platform first, then what is late most often; nothing
    where the night that is up was published before they were.
    """
    if "topic_plan__service" not in snapshot.as_of:
        return pd.DataFrame(columns=SERVICE)
    return snapshot.read(
        "topic_plan__service",
        "SELECT * FROM topic_plan__service ORDER BY is_on_platform, finished_cases - on_time_cases DESC, item_code",
    )


SERVICE = (
    *("item_code", "title", "kind", "office", "department", "department_name", "is_online", "state", "own_system"),
    *("docked_on", "cases", "online_cases", "finished_cases", "on_time_cases", "promised_sum", "actual_sum"),
)


def townships(snapshot: Snapshot) -> pd.DataFrame:
    """Every township, those without the extranet first."""
    return snapshot.read(
        "topic_plan__township", "SELECT * FROM topic_plan__township ORDER BY is_connected, township_code"
    )


def evidence_of(row: Any) -> dict[str, str]:
    """What shows each criterion of a system, by criterion."""
    found: dict[str, str] = json.loads(row["evidence"]) if row["evidence"] else {}
    return found
