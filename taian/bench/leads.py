"""``taian bench leads``: what the last night said of the sample city's firms, held against what was planted in them.

The night never reads ``truth/``. A firm is named by a finding of its own or as a member of a group's; only findings on
firms, groups of firms and devices count. The first leads are findings on single firms, strong ones first, then the
surest; the page also asks how many families of tests speak.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from jobs.publish import duck
from taian.bench.report import Goal, Measure, share
from taian.errors import ProblemError

FINDINGS, UNITS = "topic_authenticity__finding", "topic_authenticity__unit"
_FOUND, _ACCUSED = Goal(">=", 0.85), Goal("<=", 0.01)
_LEADS = (10, 50, 200)
_LIST = f"""
    SELECT unit, strength, evidence FROM {FINDINGS}
    ORDER BY (strength = 'strong') DESC, coalesce(q_value, 0), p_value NULLS FIRST, finding_id
"""


def bench_leads(home: Path) -> list[Measure]:
    """The measures of the night published in ``home``. ProblemError where it is no sample city, or has had no night."""
    truth = home / "truth"
    if not (truth / "fabrication.csv").is_file():
        raise ProblemError(f"{truth} holds no answers: only a sample city has them; `taian demo` makes one.")
    found = duck.read(FINDINGS, _LIST)
    if not found:
        raise ProblemError(f"{home} has published no findings; run the night first: taian nightly --date 2018-06-30")
    firms = {row["unit"] for row in duck.read(UNITS, f"SELECT unit FROM {UNITS}")}
    return measures_of(pd.read_csv(truth / "fabrication.csv"), pd.read_csv(truth / "habits.csv"), found, firms)


def measures_of(
    planted: pd.DataFrame, habits: pd.DataFrame, found: list[dict[str, str]], firms: set[str]
) -> list[Measure]:
    """Recall by form, false alarms by habit, and fabricators among the first leads, each with its interval."""
    strength = _strength(found)
    weak_or_strong, strong = set(strength), {unit for unit, said in strength.items() if said == "strong"}
    measures = []
    for (form, detectable), rows in planted.groupby(["form", "detectable"]):
        units, name = set(rows["unit"]), f"{'found' if detectable else 'undetectable'}.{form}"
        measures.append(share(name, len(units & weak_or_strong), len(units), _FOUND if detectable else None))
        measures.append(share(f"{name}.strong", len(units & strong), len(units)))
    fabricate = set(planted["unit"])
    honest = {str(habit): set(rows["unit"]) - fabricate for habit, rows in habits.groupby("habit")}
    honest["none"] = firms - fabricate - set(habits["unit"])
    for habit, units in honest.items():
        measures.append(share(f"habit.{habit}.flagged", len(units & weak_or_strong), len(units)))
        measures.append(share(f"habit.{habit}.strong", len(units & strong), len(units), _ACCUSED))
    listed = list(dict.fromkeys(row["unit"] for row in found if row["unit"] in firms))
    for count in _LEADS:
        first = listed[:count]
        measures.append(share(f"precision.first_{count}", len(fabricate & set(first)), len(first)))
    return measures


def _strength(found: list[dict[str, str]]) -> dict[str, str]:
    """The strongest that was said of each firm, alone or as a member."""
    said: dict[str, str] = {}
    for row in found:
        for unit in _named(row):
            said[unit] = "strong" if "strong" in (row["strength"], said.get(unit)) else row["strength"]
    return said


def _named(row: dict[str, str]) -> Iterator[str]:
    yield row["unit"]
    yield from (str(member["unit"]) for member in json.loads(row["evidence"] or "{}").get("members", ()))
