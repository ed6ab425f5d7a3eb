"""Output reported while electricity and invoices both lie idle for a quarter or longer: the trace of a stopped
or shell firm.

A meter is rarely at zero in an empty works (a gate lamp, an office), so a source lies idle when it is less than
``idle_share`` of what the reported output should take: by the firm's own better months or by its industry,
whichever asks for more. Only values count; a missing row is unknown.

The null needs no model of either source. Electricity and invoices are different books, so a firm honestly
without one of them is no likelier to be without the other, and the chance of both is the product of two shares.
Each share is counted among firms whose *other* source never idles, which shell firms cannot enter.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.residual import medians
from expectations.authenticity.scored import PAIRS, Scored

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def score(
    output: Floats, electricity: Floats, sales: Floats, strata: pd.Series, honest: Booleans, limits: Limits = LIMITS
) -> Scored:
    """The test on every unit (rows) over its observations (columns); not applicable without a year of all three.

    ``honest`` are the units from which the shares are counted.
    """
    known = np.isfinite(output) & np.isfinite(electricity) & np.isfinite(sales)
    applied = known.sum(axis=1) >= limits.window
    shares = [supported(output, source, strata) for source in (electricity, sales)]
    idle = [known & (share < limits.idle_share) for share in shares]
    stopped = [longest_run(mask, ~known)[0] >= limits.idle_run for mask in idle]
    rates = [rate(stopped[i], honest & applied & ~idle[1 - i].any(axis=1), strata, limits) for i in (0, 1)]
    length, first, last = longest_run(idle[0] & idle[1], ~known)
    both = applied & (length >= limits.idle_run)
    p = np.where(both, np.maximum(rates[0] * rates[1], SMALLEST), 1.0)
    enough = applied & (int((honest & applied).sum()) >= limits.null_units)
    better = np.maximum(*(_inside(share, first, last) for share in shares))
    return Scored(
        test="idle_output",
        p=_books(np.where(enough, p, np.nan), np.nan),
        statistic=_books(length, np.nan),
        ratio=_books(np.where(both, 1 / np.maximum(better, limits.idle_share / 100), 1.0), np.nan),
        first=_books(np.where(both, first, 0), 0).astype(np.int64),
        last=_books(np.where(both, last, 0), 0).astype(np.int64),
        peers=np.full(len(output), max(int((honest & applied).sum()) - 1, 0)),
    )


def longest_run(mask: Booleans, unknown: Booleans) -> tuple[Integers, Integers, Integers]:
    """Length, first and last column of the longest run of True in each row; unknown cells neither count nor
    break it."""
    count, start = np.zeros((2, len(mask)), dtype=np.int64)
    length, first, last = np.zeros((3, len(mask)), dtype=np.int64)
    for column in range(mask.shape[1]):
        here = mask[:, column]
        start = np.where(here & (count == 0), column, start)
        count = np.where(here, count + 1, np.where(unknown[:, column], count, 0))
        longer = here & (count > length)
        length = np.where(longer, count, length)
        first, last = np.where(longer, start, first), np.where(longer, column, last)
    return length, first, last


def supported(output: Floats, source: Floats, strata: pd.Series) -> Floats:
    """Share of the reported output that the source can carry, by the firm's or the industry's usual need of it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        need = np.where(output > 0, source / output, np.nan)
    own = _upper_quartile(need)
    industry = pd.Series(medians(need)).groupby(strata.to_numpy()).transform("median")
    usual = np.fmax(own, industry.to_numpy(dtype=float))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(need / usual)


def _upper_quartile(values: Floats) -> Floats:
    """The value three quarters up the known ones of each row; NaN without any."""
    ordered = np.sort(values, axis=1)  # NaN last
    known = np.isfinite(values).sum(axis=1)
    return np.asarray(ordered[np.arange(len(values)), np.maximum(known * 3 // 4 - (known % 4 == 0), 0)])


def rate(stopped: Booleans, honest: Booleans, strata: pd.Series, limits: Limits) -> Floats:
    """Share of ``honest`` units that are ``stopped``, by stratum, shrunk to all of them; never 0."""
    frame = pd.DataFrame({"stopped": stopped & honest, "honest": honest})
    whole = (frame["stopped"].sum() + 1) / (frame["honest"].sum() + 2)
    by = frame.groupby(strata.to_numpy()).transform("sum")
    prior = limits.stratum_prior
    return np.asarray((by["stopped"] + prior * whole) / (by["honest"] + prior), dtype=float)


def _inside(share: Floats, first: Integers, last: Integers) -> Floats:
    """Mean share of the output carried between ``first`` and ``last`` of each row; 0 when nothing is known
    there."""
    column = np.arange(share.shape[1])
    within = (column >= first[:, None]) & (column <= last[:, None]) & np.isfinite(share)
    return np.asarray(np.where(within, share, 0.0).sum(axis=1) / np.maximum(within.sum(axis=1), 1))


def _books(values: npt.NDArray[np.generic], nothing: float) -> Floats:
    """Values of the first pair beside ``nothing`` for the others: headcount does not idle with the works."""
    columns = np.full((len(values), len(PAIRS)), nothing)
    columns[:, 0] = values
    return columns
