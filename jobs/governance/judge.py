"""Which systems are dead (僵尸) or stand in another's shadow (影子), by the five criteria of the plan's article 3.

The plan names the criteria; where each is met stands in ``catalog/plan.yaml``. A zombie does no business any more and
meets at least so many of the five. A shadow is alive, but a few people do in it what their department does in another
system. Everything is looked at over a year, so that what is used once a year is not taken for dead, and a system that
was observed too short is not judged.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.plan import Scheme
from jobs.governance.likeness import Words, same_work

PEOPLE_A_DAY = 5
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Listed:
    """A system as the ledger has it."""

    system_code: str
    name: str
    department: str
    function: str
    status: str
    changed_on: datetime.date | None = None
    built_on: datetime.date | None = None
    maintained_until: datetime.date | None = None


@dataclass(frozen=True)
class Seen:
    """What a system was observed to do in the year: sums, the busiest month's sign-ins and mean CPU (percent), and the
    most people on one day. ``days`` is on how many days it was observed, ``last_used_on`` the last with a sign-in.
    """

    system_code: str
    department: str
    days: int
    logins: int
    operations: int
    peak_users: int
    busiest_logins: int
    busiest_cpu: float
    last_used_on: datetime.date | None = None


@dataclass(frozen=True)
class Sign:
    """One criterion of one system: its score 0..1, and why in one sentence."""

    score: float
    evidence: str

    @property
    def is_met(self) -> bool:
        """Whether the limit is reached."""
        return self.score >= 1


@dataclass(frozen=True)
class Judgement:
    """The verdict on a system: zombie, shadow, none, closed, not_judged (observed too short), unlisted."""

    verdict: str
    signs: dict[str, Sign] = field(default_factory=dict)
    twin: str | None = None

    @property
    def points(self) -> float:
        """Sum of the scores, 0..5."""
        return sum(sign.score for sign in self.signs.values())


def twins(systems: Sequence[Listed], seen: Mapping[str, Seen], busier: float) -> dict[str, tuple[str, float]]:
    """For each system the most similar one in use in its own department that far more people use, and how alike.

    Other departments' systems are left out: what does the same for others cannot stand in.
    """
    by_owner: dict[str, list[Listed]] = defaultdict(list)
    for system in systems:
        if system.status != "closed":
            by_owner[system.department].append(system)
    names, found = Words.of([system.name for system in systems]), {}
    for own in by_owner.values():
        alike = same_work([(system.name, system.function) for system in own], names)
        people = [seen[s.system_code].peak_users if s.system_code in seen else 0 for s in own]
        for row, system in enumerate(own):
            others = [
                (float(alike[row, column]), other.system_code)
                for column, other in enumerate(own)
                if column != row and people[column] >= busier * max(1, people[row])
            ]
            if others:
                best, code = max(others)
                found[system.system_code] = (code, best)
    return found


def judge(
    systems: Sequence[Listed], seen: Mapping[str, Seen], today: datetime.date, by: Scheme
) -> dict[str, Judgement]:
    """A judgement for every system of the ledger and for every one that was observed, by code.

    ``today`` is the last observed day.
    """
    beside = twins(systems, seen, by.busier)
    names = {system.system_code: system.name for system in systems}
    found = {code: Judgement("unlisted") for code in seen}
    for system in systems:
        code = system.system_code
        if system.status == "closed":
            found[code] = Judgement("closed")
            continue
        own = seen.get(code)
        if own is None or own.days < by.least_days:
            found[code] = Judgement("not_judged")
            continue
        signs = _signs(system, own, beside.get(code), names, today, by)
        found[code] = Judgement(_verdict(signs, by), signs, beside[code][0] if signs["replaceable"].is_met else None)
    return found


def _verdict(signs: dict[str, Sign], by: Scheme) -> str:
    if signs["detached"].is_met and sum(sign.is_met for sign in signs.values()) >= by.idle_points:
        return "zombie"
    if signs["replaceable"].is_met and signs["small"].is_met:
        return "shadow"
    return "none"


def _signs(
    system: Listed,
    own: Seen,
    twin: tuple[str, float] | None,
    names: Mapping[str, str],
    today: datetime.date,
    by: Scheme,
) -> dict[str, Sign]:
    changed = system.changed_on or system.built_on
    months = (today - changed).days / DAYS_A_MONTH if changed else None
    kept = system.maintained_until is not None and system.maintained_until >= today
    size = max(own.peak_users / PEOPLE_A_DAY, own.busiest_logins / by.logins_a_month)
    values: dict[str, tuple[float | None, str]] = {
        "detached": (own.operations, f"一年办理业务 {own.operations} 笔"),
        "replaceable": (
            twin[1] if twin else None,
            f"与“{names[twin[0]]}”相似度 {twin[1]:.2f}" if twin else "没有可替代的系统",
        ),
        "idle": (own.busiest_cpu, f"最忙的月处理器占用 {own.busiest_cpu:.1f}%"),
        "unmaintained": (
            None if kept else months,
            _maintained(system.maintained_until, kept) + (f"，{months:.0f} 个月未更新" if months is not None else ""),
        ),
        "small": (size, f"最多一天 {own.peak_users} 人，最忙的月登录 {own.busiest_logins} 次"),
    }
    return {name: Sign(by.criteria[name].score(value), said) for name, (value, said) in values.items()}


def _maintained(until: datetime.date | None, kept: bool) -> str:
    if until is None:
        return "无运维合同"
    return f"运维合同{'至' if kept else '已于'} {until}{'' if kept else ' 到期'}"
