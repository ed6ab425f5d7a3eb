"""What one test of output against other sources says of all firms at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from expectations.authenticity.null import Floats

PAIRS = (("electricity_kwh", "sales_yuan"), ("electricity_kwh", "headcount"), ("sales_yuan", "headcount"))
"""Which two sources must agree. No source carries a finding alone; the first pair is of different books kept by
different people and the only one that can make a finding strong (headcount stands in the return itself).
"""


@dataclass(frozen=True)
class Scored:
    """One test on every unit and every pair of PAIRS; NaN where it does not apply.

    ``p`` is the p-value of both sources of the pair disagreeing with the output, which is the larger of the two
    (partial conjunction, Benjamini and Heller, Biometrics 2008). ``statistic`` is the weaker z-value or the run
    length, ``ratio`` how many times the output is what the pair carries, by the more lenient source, ``first``
    and ``last`` the observations that hold the evidence (0 where there is none). ``peers`` counts, per unit,
    the firms behind the null.
    """

    test: str
    p: Floats
    statistic: Floats
    ratio: Floats
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    peers: npt.NDArray[np.int64]
