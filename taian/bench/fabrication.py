"""Fabrication injected into honest panels: every form, its sizes, and which of them count as detectable.

Written down before the engine saw any of it; it knows nothing of the tests. A fabricator changes only what the firm
itself reports, and keeps output = domestic + export unless the form is to break it: electricity, invoices and tax are
other people's books.

Detectable is what published experience and an oracle's power say (AUTHENTICITY, end): growth of at least 3 % a month
over a year; noise divided by at least five over a year and a half; half a year of one hand, of copied growth or of
copied months; a quarter of output without electricity and invoices. The other forms are injected to show what cannot
be seen.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from taian.bench.honestpanel import Floats, Integers, Panel, memory

Generator = np.random.Generator


@dataclass(frozen=True)
class Form:
    """One way to fabricate. ``sizes`` are drawn from evenly between the two; ``curve`` are those of the power curve."""

    said: str
    measure: str
    sizes: tuple[float, float]
    curve: tuple[float, ...]
    inject: Callable[[Generator, Panel, Integers, Floats], dict[str, Floats]]
    detectable: bool = True
    batch: int = 1
    """Firms that share one hand."""


def inject(panel: Panel, form: str, firms: Integers, sizes: Floats, rng: Generator) -> Panel:
    """The panel with ``firms`` fabricating by ``form``, each by its own size. They lose their habit."""
    changed = FORMS[form].inject(rng, panel, firms, sizes)
    cells = {name: values.copy() for name, values in panel.cells.items()}
    for name, values in changed.items():
        whole = name in ("headcount", "electricity", "inspected", "passed")
        cells[name][firms] = np.round(np.maximum(values, 0), 0 if whole else 1)
    if "output" in changed and form != "total_lifted":
        cells["export"][firms] = np.minimum(cells["export"][firms], cells["output"][firms])
        cells["domestic"][firms] = np.round(cells["output"][firms] - cells["export"][firms], 1)
    habit, label, size, goal = panel.habit.copy(), panel.form.copy(), panel.size.copy(), panel.goal
    habit[firms], label[firms], size[firms] = "", form, sizes
    return replace(panel, cells=cells, habit=habit, form=label, size=size, goal=goal)


def _starts(rng: Generator, panel: Panel, firms: Integers, least: int) -> Integers:
    """First month of each firm's fabrication, with at least ``least`` months to come and six before."""
    return rng.integers(6, max(panel.shape[1] - least, 6) + 1, len(firms))


def _after(panel: Panel, start: Integers) -> np.ndarray:
    return np.asarray(np.arange(panel.shape[1]) >= start[:, None])


def _lifted(panel: Panel, firms: Integers, factor: Floats) -> dict[str, Floats]:
    return {name: panel.cells[name][firms] * factor for name in ("output", "export")}


def _invented_growth(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """Output drifts away by a share a month, for a year to a year and a half."""
    start = _starts(rng, panel, firms, 18)
    months = np.clip(np.arange(panel.shape[1]) - start[:, None] + 1, 0, 18)
    return _lifted(panel, firms, (1 + sizes[:, None]) ** months)


def _inflated_level(_: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """Always a constant multiple of the truth."""
    return _lifted(panel, firms, sizes[:, None] * np.ones(panel.shape[1]))


def _smooth(rng: Generator, panel: Panel, firms: Integers, sizes: Floats, keeps_season: bool) -> dict[str, Floats]:
    """The figures one expects of oneself: a straight line, perhaps with the industry's season, and little noise."""
    output = np.maximum(panel.cells["output"], 0.1)
    logs = np.log(output)
    month = np.arange(panel.shape[1])
    after = _after(panel, _starts(rng, panel, firms, 18))
    slope = np.array([np.polyfit(month, row, 1) for row in logs[firms]])
    line = slope[:, :1] * month + slope[:, 1:]
    if keeps_season:
        typical = np.stack([np.median(logs[panel.industry == i], axis=0) for i in panel.industry[firms]])
        typical -= np.stack([np.polyval(np.polyfit(month, row, 1), month) for row in typical])
        line = line + typical
    spread = np.std(logs[firms] - line, axis=1) / sizes
    made = np.exp(line + memory(rng, line.shape, spread, 0.0))
    share = panel.cells["export"][firms] / output[firms]
    return {
        "output": np.where(after, made, panel.cells["output"][firms]),
        "export": np.where(after, made * share.mean(axis=1, keepdims=True), panel.cells["export"][firms]),
    }


def _smoothed(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    return _smooth(rng, panel, firms, sizes, keeps_season=False)


def _smoothed_in_season(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    return _smooth(rng, panel, firms, sizes, keeps_season=True)


def _copied_growth(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """One growth rate a month, handed to the whole batch, for as many months as ``sizes`` says."""
    start = _starts(rng, panel, firms[:1], int(sizes.max()))[0]
    out = {name: panel.cells[name][firms].copy() for name in ("output", "export", "wages")}
    for at in range(start, min(start + int(sizes.max()), panel.shape[1])):
        growth = np.round(rng.normal(0.012, 0.03), 3)
        for values in out.values():
            going = at < start + sizes
            values[going, at] = np.round(values[going, at - 1] * (1 + growth), 1)
    return out


def _copied_month(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """Last month's return handed in again, in as many months as ``sizes`` says, two in three in a row."""
    out = {name: panel.cells[name][firms].copy() for name in ("output", "export", "headcount", "wages")}
    for row, size in enumerate(sizes.astype(int)):
        span = min(int(np.ceil(size * 1.5)), panel.shape[1] - 6)
        start = int(rng.integers(6, panel.shape[1] - span + 1))
        for at in np.sort(rng.choice(np.arange(start, start + span), min(size, span), replace=False)):
            for values in out.values():
                values[row, at] = values[row, at - 1]
    return out


def _one_hand(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """One person makes up the returns of a batch from one pattern, hardly changed, for as many months as ``sizes``."""
    months = int(sizes.max())
    start = int(_starts(rng, panel, firms[:1], months)[0])
    inside = slice(start, start + months)
    out = {}
    for name in ("output", "export", "wages"):
        values = panel.cells[name][firms].copy()
        pattern = values[0, inside] / max(values[0, inside].mean(), 0.1)
        level = values[:, max(start - 6, 0) : start].mean(axis=1, keepdims=True)
        values[:, inside] = level * pattern * np.exp(rng.normal(0, 0.004, (len(firms), months)))
        out[name] = values
    return out


def _idle(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """The works stands still for as many months as ``sizes`` says; the return goes on."""
    start = _starts(rng, panel, firms, int(sizes.max()))
    month = np.arange(panel.shape[1])
    still = (month >= start[:, None]) & (month < start[:, None] + np.round(sizes)[:, None])
    left = {"electricity": (0.02, 0.06), "invoices": (0.0, 0.03), "tax": (0.0, 0.03)}
    return {
        name: np.where(still, rng.uniform(*share, still.shape), 1.0) * panel.cells[name][firms]
        for name, share in left.items()
    }


def _total_lifted(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """The total is raised by a share in four months or more, the parts stay."""
    after = _after(panel, _starts(rng, panel, firms, 10)) & (rng.random((len(firms), panel.shape[1])) < 0.7)
    return {"output": panel.cells["output"][firms] * np.where(after, 1 + sizes[:, None], 1.0)}


def _whole_shares(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """The pass rate is thought of as a whole percentage and the count worked out from it, in a share of months."""
    inspected, passed = panel.cells["inspected"][firms], panel.cells["passed"][firms]
    whole = np.round(100 * passed / np.maximum(inspected, 1)) / 100
    return {"passed": np.where(rng.random(passed.shape) < sizes[:, None], np.round(inspected * whole), passed)}


def _target_met(rng: Generator, panel: Panel, firms: Integers, sizes: Floats) -> dict[str, Floats]:
    """The target is handed in as the result, in a share of months."""
    met = rng.random((len(firms), panel.shape[1])) < sizes[:, None]
    return {"output": np.where(met, panel.goal[firms], panel.cells["output"][firms])}


FORMS: dict[str, Form] = {
    "invented_growth": Form(
        "output grows on paper", "share a month", (0.03, 0.05), (0.01, 0.02, 0.03, 0.05), _invented_growth
    ),
    "smoothed": Form("noise taken out, season too", "noise divided by", (5, 9), (2, 3, 5, 9), _smoothed),
    "copied_growth": Form("one growth rate for a batch", "months", (9, 15), (3, 6, 9, 12), _copied_growth, batch=5),
    "copied_month": Form("last month again", "months", (6, 12), (1, 3, 6, 10), _copied_month),
    "one_hand": Form("one pattern for a batch", "months", (9, 15), (3, 6, 9, 15), _one_hand, batch=5),
    "idle": Form("output of a works that stands still", "months", (4, 12), (1, 2, 4, 8), _idle),
    "total_lifted": Form("a total above its parts", "share", (0.03, 0.2), (0.0005, 0.002, 0.01, 0.1), _total_lifted),
    "whole_shares": Form("rates in whole percent", "share of months", (0.7, 1.0), (0.2, 0.4, 0.7, 1.0), _whole_shares),
    "target_met": Form("the target as the result", "share of months", (0.3, 0.7), (0.05, 0.1, 0.3, 0.6), _target_met),
    "smoothed_in_season": Form(
        "noise taken out, season kept", "noise divided by", (5, 9), (2, 3, 5, 9), _smoothed_in_season, detectable=False
    ),
    "inflated_level": Form(
        "a constant multiple", "times", (1.3, 2.0), (1.3, 1.6, 2.0, 3.0), _inflated_level, detectable=False
    ),
}

DETECTABLE = tuple(name for name, form in FORMS.items() if form.detectable)


def fabricate(panel: Panel, share: float, forms: tuple[str, ...], seed: int) -> Panel:
    """``share`` of all firms fabricate, in equal parts by ``forms``, sizes drawn within each form's range.

    Fabricators are drawn from the firms without a habit, so that every habit keeps its number.
    """
    rng = np.random.default_rng([seed, 2])
    plain = rng.permutation(np.flatnonzero(panel.habit == ""))
    each = max(round(share * panel.shape[0] / len(forms)), 1)
    for at, name in enumerate(forms):
        form = FORMS[name]
        firms = plain[at * each : (at + 1) * each]
        panel = _in_batches(panel, name, firms, rng.uniform(*form.sizes, len(firms)), rng)
    return panel


def power_panel(panel: Panel, each: int, seed: int) -> Panel:
    """``each`` firms for every form and size of its power curve."""
    rng = np.random.default_rng([seed, 3])
    plain = rng.permutation(np.flatnonzero(panel.habit == ""))
    at = 0
    for name, form in FORMS.items():
        for size in form.curve:
            firms = plain[at : at + each]
            panel = _in_batches(panel, name, firms, np.full(len(firms), size), rng)
            at += each
    return panel


def _in_batches(panel: Panel, name: str, firms: Integers, sizes: Floats, rng: Generator) -> Panel:
    """One hand leads at most twice a form's batch, so that no remainder is left alone."""
    batch = FORMS[name].batch
    if batch == 1:
        return inject(panel, name, firms, sizes, rng)
    parts = max(len(firms) // batch, 1)
    for group, drawn in zip(np.array_split(firms, parts), np.array_split(sizes, parts), strict=True):
        panel = inject(panel, name, group, np.full(len(group), float(drawn[0])), rng)
    return panel
