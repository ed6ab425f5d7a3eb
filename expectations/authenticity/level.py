"""A unit whose level of one column lies far above what its other columns carry in its stratum (family cross_source).

Growth rates are blind to constant inflation, so levels are compared too: the median over the periods (over the rows of
a unit, where there are no periods) of the logarithm, less its slope times the others', placed among peers. Each other
column is left out in turn and the least suspicious answer counts, so that no single column carries a finding. Firms
differ honestly by a lot: this is weak by itself.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from expectations.authenticity import null, peers
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.peers import Ranked
from expectations.authenticity.related import related
from expectations.authenticity.residual import medians
from expectations.authenticity.tested import Tested

INNOCENT = (
    "产品附加值高于同类",
    "委托外协或来料加工，用电用工少",
    "工艺或用能方式与同类不同",
    "部分数据登记在另一户名下",
)


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Each value column of every related set of three columns or more of a panel."""
    tested = []
    for columns in related(seen, limits):
        levels = {name: typical_level(grid) for name in columns if (grid := seen.flows(name)) is not None}
        if len(levels) > 2:
            tested += [_high(name, levels, seen, limits) for name in levels if name in seen.values]
    return tested


def typical_level(grid: Floats) -> Floats:
    """Median of ln x over the periods with x above 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return medians(np.log(np.where(grid > 0, grid, np.nan)))


def _high(name: str, levels: Mapping[str, Floats], seen: Observations, limits: Limits) -> Tested:
    others = [other for other in levels if other != name]
    strata = pd.Series(seen.peer)
    gaps = {other: levels[name] - slope(levels[name], levels[other], strata) * levels[other] for other in others}
    answers = []
    for out in others:
        gap = np.mean([gaps[other] for other in others if other != out], axis=0)
        answers.append((peers.rank(gap, seen, limits), gap))
    p = np.max([ranked.p for ranked, _ in answers], axis=0)
    height = np.min([gap - ranked.typical for ranked, gap in answers], axis=0)
    first: Ranked = answers[0][0]
    ratio = np.exp(height)

    def message(unit: int) -> str:
        return (
            f"{seen.units[unit]}的“{name}”水平约为同类单位按{'、'.join(others)}推算值的{ratio[unit]:.1f}倍"
            f"（与{first.peers[unit]}个同类单位比较，取对本单位最有利的口径）。"
        )

    return Tested(
        test="level",
        family="cross_source",
        columns=(name, *others),
        p=p,
        statistic=np.min([ranked.z for ranked, _ in answers], axis=0),
        effect=ratio,
        unit_of_effect="同类推算值的倍数",
        peers=first.peers,
        message=message,
        reason="可比单位不足，或数值不为正",
        matters=ratio >= limits.meaningful_level,
        innocent=INNOCENT,
    )


def slope(y: Floats, x: Floats, strata: pd.Series) -> float:
    """Elasticity of one column in another between units of one stratum: Huber's line through the demeaned pairs.

    1 when there are too few units to tell.
    """
    frame = pd.DataFrame({"y": y, "x": x})[np.isfinite(y) & np.isfinite(x)]
    frame = frame - frame.groupby(strata.to_numpy()[frame.index]).transform("median")
    if len(frame) < 30 or not frame["x"].abs().sum() > 0:
        return 1.0
    weight, beta = np.ones(len(frame)), 1.0
    for _ in range(20):
        beta = float((weight * frame["x"] * frame["y"]).sum() / (weight * frame["x"] ** 2).sum())
        rest = (frame["y"] - beta * frame["x"]).abs()
        spread = null.MAD * rest.median()
        weight = np.minimum(1.0, 1.345 * spread / np.maximum(rest.to_numpy(dtype=float), 1e-12))
    return beta
