"""How well the authenticity engine finds what was injected, and whom it accuses falsely.

Panels and forms come from ``honestpanel`` and ``fabrication``, which know nothing of the tests. Each seed gives one
honest panel, the same with one, five and twenty percent of firms fabricating, and one with every size of the power
curves. Few firms cannot carry every form, so at one percent the seeds take the detectable forms in turn, three at a
time.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from expectations.authenticity import threshold
from expectations.authenticity.examine import examine
from expectations.authenticity.observations import Roles, observe
from taian.bench.fabrication import DETECTABLE, FORMS, fabricate, power_panel
from taian.bench.honestpanel import BOOKS, COUNTS, HABITS, RETURN, Panel, honest_panel
from taian.bench.report import Goal, Measure, measure, rounds, share
from taian.bench.rivals import rankings

Booleans = npt.NDArray[np.bool_]

TOLD = Roles(
    unit="firm",
    period="month",
    values=(*RETURN, *COUNTS),
    shares=(("passed", "inspected"),),
    peer="industry",
    targets={"output": "goal"},
    together=(("output", *BOOKS),),
)
"""A file whose columns are explained: what the firm reports is inspected, and the books that others keep are witnesses,
as on the platform itself. UNTOLD is the same file with nothing but its units and months."""
UNTOLD = Roles(unit="firm", period="month")

_SHARES = (0.01, 0.05, 0.2)
_AT_ONCE = 3
_EACH = 10
"""Firms for each size of a power curve, a seed."""
_LEADS = (10, 50, 200)
_FOUND_OVERALL, _FOUND_EACH = Goal(">=", 0.95), Goal(">=", 0.85)
_FALSE_STRONG, _FALSE_ANY = Goal("<=", 0.05), Goal("<=", 0.1)
_ACCUSED, _ACCUSED_UPPER = Goal("<=", 0.01), Goal("<=", 0.02)


@dataclass(frozen=True)
class Plan:
    """``firms`` over ``months``, ``seeds`` times; ``power`` adds the curves."""

    firms: int = 2000
    months: int = 30
    seeds: int = 5
    power: bool = True


@dataclass(frozen=True)
class Outcome:
    """What the engine said of one panel: one entry a firm."""

    panel: Panel
    flagged: Booleans
    strong: Booleans
    score: npt.NDArray[np.float64]
    seconds: float


def run(panel: Panel, roles: Roles) -> Outcome:
    """Examine one panel as a file."""
    frame = panel.frame()
    begun = time.perf_counter()
    units = examine(observe(frame, roles)).units
    seconds = time.perf_counter() - begun
    verdicts = np.array([unit.verdict for unit in units])
    strong = verdicts == "strong"
    return Outcome(panel, strong | (verdicts == "weak"), strong, np.array([unit.score for unit in units]), seconds)


def bench_authenticity(plan: Plan, tell: Callable[[str], None]) -> list[Measure]:
    """All measures of the plan."""
    honest: list[Outcome] = []
    untold: list[Outcome] = []
    power: list[Outcome] = []
    by_share: dict[float, list[Outcome]] = {part: [] for part in _SHARES}
    for seed in range(1, plan.seeds + 1):
        tell(f"seed {seed} of {plan.seeds}")
        panel = honest_panel(plan.firms, plan.months, seed)
        honest.append(run(panel, TOLD))
        for part in _SHARES:
            by_share[part].append(run(fabricate(panel, part, _forms(part, seed), seed), TOLD))
        untold.append(run(by_share[0.05][-1].panel, UNTOLD))
        if plan.power:
            power.append(run(power_panel(panel, _EACH, seed), TOLD))
    measures = _false_alarms(honest)
    for part, outcomes in by_share.items():
        measures += _recall(f"{part:.0%}", outcomes) + _discoveries(f"{part:.0%}", outcomes)
    measures += _habits(by_share[0.05]) + _ranking(by_share[0.05])
    measures += [*_recall("5%.untold", untold), *_discoveries("5%.untold", untold)]
    measures += _curves(power) + _threshold(plan.seeds)
    every = [*honest, *(outcome for outcomes in by_share.values() for outcome in outcomes)]
    return [*measures, rounds("seconds.panel", [outcome.seconds for outcome in every], "s")]


def _forms(part: float, seed: int) -> tuple[str, ...]:
    if part > 0.01:
        return tuple(FORMS)
    start = (seed - 1) * _AT_ONCE
    return tuple(DETECTABLE[(start + step) % len(DETECTABLE)] for step in range(_AT_ONCE))


def _count(outcomes: Sequence[Outcome], who: Callable[[Outcome], Booleans], what: str) -> tuple[int, int]:
    """Hits and cases: how many of ``who`` the engine called ``what`` (flagged or strong)."""
    hits = sum(int(getattr(outcome, what)[who(outcome)].sum()) for outcome in outcomes)
    return hits, sum(int(who(outcome).sum()) for outcome in outcomes)


def _recall(at: str, outcomes: Sequence[Outcome]) -> list[Measure]:
    """Found of each form, weak or strong, and of the detectable forms together."""

    def of(forms: Iterable[str]) -> Callable[[Outcome], Booleans]:
        names = list(forms)
        return lambda outcome: np.isin(outcome.panel.form, names)

    binding = not at.startswith("20%") and "untold" not in at
    overall = share(
        f"recall.{at}.detectable", *_count(outcomes, of(DETECTABLE), "flagged"), _FOUND_OVERALL if binding else None
    )
    each = []
    for name, form in FORMS.items():
        hits, cases = _count(outcomes, of([name]), "flagged")
        if cases:
            goal = _FOUND_EACH if binding and form.detectable else None
            each.append(share(f"recall.{at}.{name}", hits, cases, goal))
    strong = share(f"recall.{at}.detectable.strong", *_count(outcomes, of(DETECTABLE), "strong"))
    return [overall, *each, strong]


def _discoveries(at: str, outcomes: Sequence[Outcome]) -> list[Measure]:
    """Of the firms accused, how many are honest."""
    found = []
    for what, goal in (("strong", _FALSE_STRONG), ("flagged", _FALSE_ANY)):
        accused = sum(int(getattr(outcome, what).sum()) for outcome in outcomes)
        wrong, _ = _count(outcomes, _is_honest, what)
        found.append(share(f"false.{at}.{what}", wrong, accused, goal))
    return found


def _is_honest(outcome: Outcome) -> Booleans:
    return np.asarray(outcome.panel.form == "")


def _false_alarms(outcomes: Sequence[Outcome]) -> list[Measure]:
    """Accused where nobody fabricates."""
    return [share(f"honest.{what}", *_count(outcomes, _is_honest, what)) for what in ("flagged", "strong")]


def _habits(outcomes: Sequence[Outcome]) -> list[Measure]:
    """Each habit's firms called strong, and called anything; at five percent of firms fabricating."""
    measures, upper = [], 0.0
    for habit in ("", *HABITS):

        def has(outcome: Outcome, habit: str = habit) -> Booleans:
            return np.asarray((outcome.panel.habit == habit) & (outcome.panel.form == ""))

        name = habit or "none"
        strong = share(f"habit.{name}.strong", *_count(outcomes, has, "strong"), _ACCUSED)
        measures += [strong, share(f"habit.{name}.flagged", *_count(outcomes, has, "flagged"))]
        upper = max(upper, strong.spread[1] if strong.spread else 0.0)
    return [*measures, measure("habit.worst_upper_end", upper, "share", _ACCUSED_UPPER)]


def _ranking(outcomes: Sequence[Outcome]) -> list[Measure]:
    """Precision of the first leads, and of as many as there are fabricators, beside the rivals."""
    measures = []
    for count in _LEADS:
        hits = sum(_first(outcome.score, outcome.panel, count) for outcome in outcomes)
        measures.append(share(f"precision.first_{count}", hits, count * len(outcomes)))
    scores = [{"engine": outcome.score, **rankings(outcome.panel)} for outcome in outcomes]
    for name in scores[0]:
        wanted = [int((outcome.panel.form != "").sum()) for outcome in outcomes]
        hits = sum(_first(s[name], o.panel, n) for s, o, n in zip(scores, outcomes, wanted, strict=True))
        measures.append(share(f"precision.as_many_as_fabricate.{name}", hits, sum(wanted)))
    return measures


def _first(score: npt.NDArray[np.float64], panel: Panel, count: int) -> int:
    """Fabricators among the ``count`` most suspicious."""
    order = np.argsort(-score, kind="stable")[:count]
    return int((panel.form[order] != "").sum())


def _curves(outcomes: Sequence[Outcome]) -> list[Measure]:
    """Recall by size of the effect."""
    measures = []
    for name, form in FORMS.items() if outcomes else ():
        for size in form.curve:

            def has(outcome: Outcome, name: str = name, size: float = size) -> Booleans:
                return np.asarray((outcome.panel.form == name) & (outcome.panel.size == size))

            measures.append(share(f"power.{name}.{size:g}", *_count(outcomes, has, "flagged")))
    return measures


def _threshold(seeds: int) -> list[Measure]:
    """Bunching is a property of a group, so it has a file of its own: yearly sales of 4,000 firms, and firms up to a
    quarter below 20 million yuan lifted above it."""
    measures = []
    for part in (0.0, 0.25, 0.5, 0.75):
        found = sum(bool(threshold.test(observe(*_sales(part, seed)))[0].groups) for seed in range(1, 4 * seeds + 1))
        measures.append(share(f"power.above_threshold.{part:g}", found, 4 * seeds))
    return measures


def _sales(part: float, seed: int) -> tuple[pd.DataFrame, Roles]:
    rng = np.random.default_rng([seed, 4])
    sales = np.exp(rng.normal(rng.choice([7.0, 7.8, 8.6], 4000), 0.9))
    lifted = (sales > 1500) & (sales < 2000) & (rng.random(4000) < part)
    sales = np.where(lifted, 2000 * (1 + rng.exponential(0.02, 4000)), sales)
    frame = pd.DataFrame({"firm": np.arange(4000), "sales": np.round(sales, 1)})
    return frame, Roles(unit="firm", values=("sales",), thresholds={"sales": 2000.0})
