"""Who is compared with whom: strata as fine as there are units for, and the statistical size of a firm."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from expectations.authenticity.null import Floats

_LARGE, _MEDIUM, _SMALL = (1000, 40_000.0), (300, 2000.0), (20, 300.0)


def size_class(headcount: Floats, income: Floats) -> npt.NDArray[np.str_]:
    """Large, medium, small or micro industrial firms by persons and yearly income in 万元, both of which must be
    reached (统计上大中小微型企业划分办法（2017）, 国统字〔2017〕213号); ``""`` where one is unknown."""
    found = np.full(len(headcount), "微型", dtype="U2")
    for name, (persons, money) in (("小型", _SMALL), ("中型", _MEDIUM), ("大型", _LARGE)):
        found[(headcount >= persons) & (income >= money)] = name
    found[~(np.isfinite(headcount) & np.isfinite(income))] = ""
    return found


def strata(levels: Sequence[pd.Series], least: int) -> pd.Series:
    """The stratum of each unit: the finest of the nested ``levels``, joined from the first on, that has ``least`` units
    or more; at least that of the first level, which statistics shrink to all units when it is thin."""
    joined, label = [], pd.Series("", index=levels[0].index)
    for level in levels:
        label = label + " " + level.astype(str)
        joined.append(label.str.strip())
    chosen = joined[0]
    for finer in joined[1:]:
        chosen = finer.where(finer.groupby(finer).transform("size") >= least, chosen)
    return chosen
