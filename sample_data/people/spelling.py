"""How an office writes a person's number and name: mostly as they are, now and then as people do."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data import defects
from sample_data.truth import Identity

OLD, MISSING, WRONG_DIGIT, SWAPPED = "15位旧号码", "号码缺失", "号码错一位", "号码相邻两位颠倒"
SPELLINGS = (OLD, MISSING, WRONG_DIGIT, SWAPPED)
Shares = Mapping[str, float]


def _wrong_digit(number: str, rng: np.random.Generator) -> str:
    """One digit of the order code or the day typed as another one; the check character no longer fits."""
    place = int(rng.choice((12, 13, 14, 15, 16)))
    digit = (int(number[place]) + 1 + int(rng.integers(9))) % 10
    return f"{number[:place]}{digit}{number[place + 1 :]}"


def _swapped(number: str, rng: np.random.Generator) -> str:
    """Two neighbours exchanged; where all are equal, as it is."""
    places = [i for i in range(6, 16) if number[i] != number[i + 1]]
    if not places:
        return number
    place = int(rng.choice(places))
    return f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"


def written_numbers(
    rng: np.random.Generator, numbers: Sequence[str], shares: Shares
) -> tuple[list[str], dict[int, str]]:
    """Numbers as an office has them (an empty text where it has none), and what happened to which of them.

    ``shares`` gives the part of all rows for each spelling; old numbers of fifteen digits only go to those who can have
    one, and nothing happens to a number that was never written down.
    """
    written, how = list(numbers), {}
    edges = np.cumsum(list(shares.values()))
    kinds = list(shares)
    draw = rng.random(len(written))
    for row in np.flatnonzero(draw < edges[-1]).tolist():
        kind, number = kinds[int(np.searchsorted(edges, draw[row], side="right"))], written[row]
        if kind == MISSING or not number:
            changed = ""
        elif kind == OLD:
            changed = defects.fifteen_digits(number, rng) if defects.has_fifteen_digits(number) else number
        else:
            changed = _wrong_digit(number, rng) if kind == WRONG_DIGIT else _swapped(number, rng)
        if changed != number:
            written[row], how[row] = changed, kind
    return written, how


def spaced(rng: np.random.Generator, names: pa.Array, share: float = 0.05) -> pa.Array:
    """Names as forms align them: some of two characters get a blank of full width between them."""
    is_short = pc.equal(pc.utf8_length(names), 2)
    chosen = pc.and_(is_short, pa.array(rng.random(len(names)) < share))
    first, second = pc.utf8_slice_codeunits(names, 0, 1), pc.utf8_slice_codeunits(names, 1, 2)
    return pc.if_else(chosen, pc.binary_join_element_wise(first, second, "\u3000"), names)


def known(resource: str, records: Sequence[str], numbers: Sequence[str], how: Mapping[int, str]) -> list[Identity]:
    """The truth about records whose number does not say by itself whose they are."""
    return [Identity(resource, records[row], "person", numbers[row], kind) for row, kind in how.items()]
