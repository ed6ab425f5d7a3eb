"""What an office keeps as the number of a legal person: today's code, an older number, a wrong one, or none."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.firms.codes import ALPHABET

Objects = NDArray[np.object_]

KINDS = ("right", "old_number", "organisation", "missing", "mistyped", "of_another")
SHARES = (0.80, 0.05, 0.05, 0.06, 0.025, 0.015)
"""Number of the business register until 2015, organisation code, one or two characters wrong, a valid code that
belongs to somebody else.
"""


def kinds(rng: np.random.Generator, subjects: pd.DataFrame) -> Objects:
    """What stands in each subject's cell, one of ``KINDS``; who never had an old number is filed under today's."""
    chosen = np.array(KINDS, dtype=object)[rng.choice(len(KINDS), size=len(subjects), p=SHARES)]
    never = (subjects["old_number"].to_numpy() == "") & (chosen == "old_number")
    return np.asarray(np.where(never, "right", chosen), dtype=object)


def organisation_code(rng: np.random.Generator, codes: Objects) -> Objects:
    """Characters 9 to 17, as often with the hyphen of the old certificates as without."""
    hyphen = np.where(rng.random(len(codes)) < 0.5, "-", "").astype(object)
    body = np.array([code[8:16] for code in codes], dtype=object)
    return np.asarray(body + hyphen + np.array([code[16] for code in codes], dtype=object))


def _mistyped(rng: np.random.Generator, codes: Objects) -> Objects:
    """One character, of one in four two characters, replaced by another that may stand there."""
    out = []
    for code in codes:
        letters = list(code)
        for place in rng.choice(np.arange(2, 18), size=1 + int(rng.random() < 0.25), replace=False):
            letters[place] = ALPHABET[(ALPHABET.index(letters[place]) + 1 + int(rng.integers(29))) % 31]
        out.append("".join(letters))
    return np.array(out, dtype=object)


def written(rng: np.random.Generator, subjects: pd.DataFrame, kind: Objects, everybody: pd.DataFrame) -> Objects:
    """The numbers as the office keeps them; ``of_another`` takes a code of ``everybody``."""
    code = subjects["credit_code"].to_numpy(dtype=object)
    others = everybody["credit_code"].to_numpy(dtype=object)[rng.integers(0, len(everybody), size=len(subjects))]
    cells = {
        "right": code,
        "old_number": subjects["old_number"].to_numpy(dtype=object),
        "organisation": organisation_code(rng, code),
        "missing": np.full(len(code), "", dtype=object),
        "mistyped": _mistyped(rng, code),
        "of_another": others,
    }
    return np.asarray(np.select([kind == name for name in KINDS], [cells[name] for name in KINDS]), dtype=object)
