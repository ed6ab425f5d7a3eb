"""Which figures about persons are told: small ones are not, by area and by part, nor what would give them away."""

from collections.abc import Iterator

import pandas as pd

from catalog.indicators import Indicator, all_indicators
from jobs.small_cells import Counts, withheld_cells

PERCENT = 100.0


def told(figures: pd.DataFrame) -> pd.DataFrame:
    """``indicator, area_code, period, value, months`` and ``is_withheld``: a figure that may not be told has no value.

    ``figures`` has ``numerator`` and ``cases`` beside them, which are told of nothing.
    """
    declared = {name: one for name, one in all_indicators().items() if one.persons}
    parts = {name: one.part_of for name, one in declared.items() if one.part_of}
    hidden = {
        (indicator, area, str(period))
        for period, month in figures[figures["indicator"].isin(list(declared)).to_numpy(bool)].groupby("period")
        for indicator, area in withheld_cells(
            {str(name): list(_counts(declared[str(name)], rows)) for name, rows in month.groupby("indicator")}, parts
        )
    }
    keys = zip(figures["indicator"], figures["area_code"], figures["period"], strict=True)
    is_withheld = pd.Series([key in hidden for key in keys], index=figures.index, dtype=bool)
    shown = figures[["indicator", "area_code", "period", "months"]]
    return shown.assign(value=figures["value"].where(~is_withheld), is_withheld=is_withheld)


def _counts(one: Indicator, rows: pd.DataFrame) -> Iterator[Counts]:
    """The counts by area that figures of ``one`` tell."""
    cases = rows["cases"].fillna(0.0)
    every = [cases]
    if one.persons == "sides":
        such = (rows["numerator"].fillna(0.0) / PERCENT).round()
        every += [such, cases - such]
    for counted in every:
        yield dict(zip(rows["area_code"], counted, strict=True))
