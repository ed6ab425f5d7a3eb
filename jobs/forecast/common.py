"""The course that the areas of one number have in common: their sum is forecast, and each goes on with its share of it.

The season of a small series hides in its chance; in the sum over areas it does not (Bunn and Vassilopoulos 1999,
Comparison of seasonal estimation methods in multi-item short-term forecasting, IJF 15; Dangerfield and Morris 1992,
Top-down or bottom-up, IJF 8). Whether it helps is for the backtest to say: this is one candidate among others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from jobs.forecast import models
from jobs.forecast.models import Kind, Path
from jobs.forecast.paths import calendar_effect, known_from, own_paths
from jobs.forecast.series import Floats, Series

FEWEST = 3
"""Areas that have a course in common."""
SEASONS = 2
"""Seasons over which a share is taken: less is chance, more does not follow an area that grows."""


@dataclass(frozen=True)
class Common:
    """``whole`` is the sum over the areas; ``said`` and ``effects`` keep its paths and what the calendar does to it by
    position, for all its areas ask for the same."""

    whole: Series
    said: dict[int, Path | None] = field(default_factory=dict)
    effects: dict[int, Floats | None] = field(default_factory=dict)


def common_of(family: Sequence[Series]) -> Common | None:
    """The sum of the series that reach back as far as half of them do; None of few, of signed or of unlike grids."""
    if len(family) < FEWEST or any(one.step != family[0].step or np.nanmin(one.values) < 0 for one in family):
        return None
    first = int(np.median([one.first for one in family]))
    members = [one for one in family if one.first <= first]
    last = max(one.first + len(one.values) for one in members)
    total = np.zeros(last - first)
    for one in members:
        values = one.values[first - one.first :]
        total += np.concatenate([values, np.full(len(total) - len(values), np.nan)])
    known = np.flatnonzero(~np.isnan(total))
    if len(known) < len(total) / 2:
        return None
    return Common(replace(family[0], name="", first=first, values=total[: int(known[-1]) + 1]))


def paths(
    series: Series, until: int, horizon: int, *, holidays: bool, kind: Kind, common: Common | None
) -> tuple[Floats, dict[str, Path]]:
    """What is known up to position ``until`` (exclusive), and the path of every model and of the common course."""
    effect = _effect(common, series, until, kind) if common is not None and holidays else None
    values, found = own_paths(series, until, horizon, holidays=holidays, kind=kind, effect=effect)
    if common is not None and any(models.COMMON in candidate for candidate in kind.candidates):
        path = _course(common, series.first + until - common.whole.first, horizon, holidays, kind)
        shared = _shared(path, series, until, values, common) if path is not None else None
        if shared is not None:
            found[models.COMMON] = shared
    return values, found


def _effect(common: Common, series: Series, until: int, kind: Kind) -> Floats | None:
    """What the calendar does to the sum: it does the same to each area, whose own chance hides it."""
    # An area may be known longer than all of them together.
    at = min(series.first + until - common.whole.first, len(common.whole.values))
    if at not in common.effects:
        is_known = np.sum(~np.isnan(common.whole.values[: max(at, 0)])) >= 2 * common.whole.step.season + 1
        common.effects[at] = calendar_effect(common.whole, at, kind.history) if is_known else None
    return common.effects[at]


def _course(common: Common, until: int, horizon: int, holidays: bool, kind: Kind) -> Path | None:
    """The path of the sum, by the models that the kind takes without further evidence."""
    if until not in common.said:
        known = common.whole.values[: max(until, 0)]
        enough = np.sum(~np.isnan(known)) >= 2 * common.whole.step.season + 1
        common.said[until] = None
        # What the sum does not say at its end is for its own models to say.
        if enough and len(known) == until and not np.isnan(known[-1]):
            base = Kind(models.TRIO, (models.TRIO,), kind.history)
            _, found = own_paths(common.whole, until, horizon, holidays=holidays, kind=base)
            start = known_from(common.whole, until, kind.history)
            path = models.combined(found, models.TRIO)
            common.said[until] = Path(path.mean, np.concatenate([np.full(start, np.nan), path.fitted]))
    return common.said[until]


def _shared(path: Path, series: Series, until: int, values: Floats, common: Common) -> Path | None:
    """The course in the size of one series; None where the sum was nothing."""
    end = series.first + until - common.whole.first
    start = end - len(values)
    sums = common.whole.values[max(start, 0) : end]
    recent = min(SEASONS * series.step.season, len(sums))
    both = np.column_stack([values[-recent:], sums[-recent:]])
    both = both[~np.isnan(both).any(axis=1)]
    if not len(both) or both[:, 1].sum() <= 0:
        return None
    share = float(both[:, 0].sum() / both[:, 1].sum())
    fitted = np.concatenate([np.full(max(-start, 0), np.nan), path.fitted[max(start, 0) : end]])
    return Path(path.mean * share, fitted * share)
