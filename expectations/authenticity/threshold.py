"""Values that bunch just above a value that pays (family bunching): a finding on a group, never on one unit.

The density of the values jumps at the threshold when some were lifted over it (``density``). Densities have bumps of
their own, so the jump is read against the jumps at other points of the same distribution (placebo cut-offs: Imbens
and Lemieux, Journal of Econometrics 142, 2008). A value exactly at the threshold is as likely rounded to it as
lifted: a heap there moves the level of the distribution function, not its slope, and its members are not named. A
list that holds only those who passed has no density below: then the test does not apply.
"""

import numpy as np
from scipy import stats

from expectations.authenticity.density import Jump, bandwidth, jump
from expectations.authenticity.judge import adjust
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import MAD, SMALLEST, Floats, Integers
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Booleans, Group, Tested
from expectations.authenticity.wording import number

JUST_ABOVE = 0.05
"""How far above the threshold a unit is named: a twentieth, less than a month of a year's figure."""
_BELOW = 20
"""Values below the threshold under which the list was cut there."""
_PLACEBOS = 5
_CUTS = 40
_ROWS = 200_000
"""Rows looked at, of units drawn evenly: more would make no jump clearer, only slower."""

INNOCENT = (
    "名录、补贴或统计口径本身按该数值划线，文件只收录达到标准的单位",
    "合同、定价或规模按整数设定，正好落在界线之上",
    "企业按政策门槛真实扩大了规模",
)


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """One Tested a declared threshold: over all units, and over each stratum that is large enough."""
    return [_tested(seen, name, at, limits) for name, at in seen.thresholds.items()]


def _tested(seen: Observations, name: str, at: float, limits: Limits) -> Tested:
    groups: list[Group] = []
    reason = ""
    strata: list[tuple[str, Booleans]] = [("全部", np.ones(seen.size, dtype=bool))]
    if len(seen.peers) > 1:
        strata += [(label, seen.peer == number_) for number_, label in enumerate(seen.peers)]
    for label, units in strata:
        found = _group(seen, name, at, label, units)
        if isinstance(found, Group):
            groups.append(found)
        elif label == "全部":
            reason = found
    alone = seen.size == 1 and bool(groups)
    q = adjust(np.array([group.p for group in groups]))
    p = np.full(seen.size, groups[0].p if alone else np.nan)
    return Tested(
        test="above_threshold",
        family="bunching",
        columns=(name,),
        p=p,
        statistic=np.full(seen.size, groups[0].statistic if alone else np.nan),
        effect=np.full(seen.size, groups[0].effect if alone else np.nan),
        unit_of_effect="个",
        peers=np.full(seen.size, int(np.isfinite(seen.column(name)).sum()), dtype=np.int64),
        message=lambda _: groups[0].message,
        reason=reason or "聚集是一群单位的性质，不归到单个单位",
        looked=None if reason else np.ones(seen.size, dtype=bool),
        groups=() if alone else tuple(g for g, level in zip(groups, q, strict=True) if level <= limits.fdr_group),
        innocent=INNOCENT,
    )


def _group(seen: Observations, name: str, at: float, label: str, units: Booleans) -> Group | str:
    """The finding on one stratum, or why there is none."""
    values = seen.column(name)
    rows = np.flatnonzero(np.isfinite(values) & seen.latest & units[seen.unit])
    rows = rows[seen.unit[rows] % (1 + rows.size // _ROWS) == 0]
    rows = rows[np.argsort(values[rows], kind="stable")]
    known, owner = values[rows], seen.unit[rows] if seen.size > 1 else np.arange(rows.size)
    if (known < at).sum() < _BELOW:
        return f"{seen.quantity(name, at)}以下的值不足{_BELOW}个，名录可能正是在此截断"
    scaled, cut = (np.log(known[known > 0]), np.log(at)) if at > 0 else (known, at)
    owner = owner[known > 0] if at > 0 else owner
    found = measure(scaled, float(cut), owner)
    if found is None:
        return f"{seen.quantity(name, at)}附近的值太少"
    here, score = found
    above = rows[(known > at) & (known <= at + JUST_ABOVE * abs(at))]
    width = float(np.log1p(JUST_ABOVE)) if at > 0 else JUST_ABOVE * abs(at)
    expected = max(here.left, 0.0) * width * scaled.size
    where = "" if label == "全部" else f"{label}的"
    return Group(
        label=f"{where}{name}刚过{seen.quantity(name, at)}的单位",
        unit=f"{name} {number(at)} {label}",
        members=tuple(int(unit) for unit in np.unique(seen.unit[above])),
        p=float(np.maximum(stats.norm.sf(score), SMALLEST)),
        statistic=score,
        effect=above.size - expected,
        message=f"{where}{name}刚过{seen.quantity(name, at)}（高出{JUST_ABOVE:.0%}以内）的有{above.size}个，"
        f"按界线以下的密度约应有{expected:.0f}个：界线上方的密度是下方的{_times(here)}。",
    )


def measure(values: Floats, at: float, cluster: Integers) -> tuple[Jump, float] | None:
    """The jump at ``at`` and its score: t over the spread of t at placebo cut-offs, never sharpened by them."""
    width = bandwidth(values) if values.size else 0.0
    here = jump(values, at, width, cluster) if width > 0 else None
    if here is None:
        return None
    cuts = np.quantile(values, np.linspace(0.02, 0.98, _CUTS))
    away = cuts[np.abs(cuts - at) >= width]
    placebos = [found.t for cut in away if (found := jump(values, float(cut), width, cluster)) is not None]
    spread = MAD * float(np.median(np.abs(placebos))) if len(placebos) >= _PLACEBOS else 1.0
    return here, here.t / max(spread, 1.0)


def _times(here: Jump) -> str:
    return f"{here.right / here.left:.1f}倍" if here.left > 0 and here.right < 100 * here.left else "一百倍以上"
