"""Which units a seed draws: a function of the seed and the frame alone, so that whoever has both can draw again.

Every unit has a number of its own, SHA-256 of the seed and its code; those with the smallest numbers are drawn
(sequential simple random sampling with permanent random numbers: Ohlsson, in Business Survey Methods, Wiley 1995).
Neither the order of the frame nor the version of a random generator has a say.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence


class LotError(ValueError):
    """No such draw can be made of this frame; the sentence says why and what to do."""


def number(seed: str, unit: str) -> str:
    """The number of a unit under a seed."""
    return hashlib.sha256(f"{seed}\x1f{unit}".encode()).hexdigest()


def drawn(frame: Mapping[str, str], wanted: int, seed: str) -> list[str]:
    """``wanted`` units of ``frame`` (unit to stratum) in the order of their numbers, at random within each stratum.

    Every stratum has one, the rest goes by size. Raises LotError when the frame is too small, or has more strata than
    units are wanted.
    """
    strata: dict[str, list[str]] = defaultdict(list)
    for unit, stratum in frame.items():
        strata[stratum].append(unit)
    if not 0 < wanted <= len(frame):
        raise LotError(f"抽取范围内有 {len(frame)} 家单位，不能抽 {wanted} 家；请填写 1 到 {len(frame)}")
    if wanted < len(strata):
        raise LotError(f"分层抽取每层至少一家：共有 {len(strata)} 层，只抽 {wanted} 家；请多抽，或不分层")
    found = []
    for stratum, size in _sizes({name: len(units) for name, units in strata.items()}, wanted).items():
        found += sorted(strata[stratum], key=lambda unit: number(seed, unit))[:size]
    return sorted(found, key=lambda unit: number(seed, unit))


def _sizes(strata: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many of each stratum: one, and of the rest a share by size, by largest remainders."""
    spare, others = wanted - len(strata), sum(strata.values()) - len(strata)
    exact = {name: spare * (size - 1) / others if others else 0.0 for name, size in strata.items()}
    sizes = {name: 1 + int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (int(exact[name]) - exact[name], name))
    for name in by_remainder[: wanted - sum(sizes.values())]:
        sizes[name] += 1
    return sizes


def dealt(units: Sequence[str], inspectors: Sequence[str], seed: str) -> dict[str, str]:
    """Who inspects which unit: the inspectors in an order that the seed decides, in turn along ``units``."""
    order = sorted(inspectors, key=lambda name: number(seed, name))
    return {unit: order[place % len(order)] for place, unit in enumerate(units)} if order else {}
