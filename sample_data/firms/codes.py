"""Numbers of firms: credit codes of GB 32100, organisation codes of GB 11714, registration numbers of GS 15."""

import numpy as np
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and letters without I, O, Z, S, V."""

_ASCII = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_WEIGHTS_31 = np.array([pow(3, i, 31) for i in range(17)])
_WEIGHTS_11 = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_NEW_BODIES = 31**5
_SERIALS = 10**7

Text = NDArray[np.str_]


def _value_tables() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    by_31, by_36 = np.full(128, -1), np.full(128, -1)
    by_31[_ASCII] = np.arange(31)
    by_36[np.arange(ord("0"), ord("9") + 1)] = np.arange(10)
    by_36[np.arange(ord("A"), ord("Z") + 1)] = np.arange(10, 36)
    return by_31, by_36


_VALUE_31, _VALUE_36 = _value_tables()


def _text(characters: NDArray[np.uint8]) -> Text:
    """Rows of ASCII bytes as strings."""
    width = characters.shape[1]
    return np.ascontiguousarray(characters).view(f"S{width}").ravel().astype(f"U{width}")


def _digits(numbers: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def distinct(rng: np.random.Generator, count: int, below: int) -> NDArray[np.int64]:
    """``count`` different integers of [0, below), in random order."""
    found = np.empty(0, dtype=np.int64)
    while len(found) < count:
        drawn = np.concatenate([found, rng.integers(0, below, size=int(count * 1.1) + 64)])
        _, first = np.unique(drawn, return_index=True)
        found = drawn[np.sort(first)]
    return found[:count]


def _bodies(rng: np.random.Generator, is_new: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Eight characters a firm: ``MA3`` and five free ones since the reform of 2015-10, eight digits before."""
    bodies = np.empty((len(is_new), 8), dtype=np.uint8)
    new = int(is_new.sum())
    free = distinct(rng, new, _NEW_BODIES)[:, None] // 31 ** np.arange(4, -1, -1) % 31
    bodies[is_new, :3] = np.frombuffer(b"MA3", dtype=np.uint8)
    bodies[is_new, 3:] = _ASCII[free]
    bodies[~is_new] = _digits(distinct(rng, len(is_new) - new, 9 * 10**7) + 10**7, 8)
    return bodies


def _organisation_check(bodies: NDArray[np.uint8]) -> NDArray[np.uint8]:
    value = (11 - (_VALUE_36[bodies] @ _WEIGHTS_11) % 11) % 11
    return np.where(value == 10, ord("X"), ord("0") + value).astype(np.uint8)


def credit_codes(
    rng: np.random.Generator, areas: NDArray[np.int64], is_sole: NDArray[np.bool_], is_new: NDArray[np.bool_]
) -> Text:
    """Valid, different 统一社会信用代码: 91 for firms, 92 for sole traders, area, organisation code, check."""
    return _credit_codes(np.where(is_sole, 92, 91), areas, _bodies(rng, is_new))


def codes_of_bodies(rng: np.random.Generator, kinds: NDArray[np.int64], areas: NDArray[np.int64]) -> Text:
    """Valid, different 统一社会信用代码 of bodies that are no firms: 12 public institutions, 51 to 53 social
    organisations. Their organisation codes begin with 0, so that no firm has them.
    """
    return _credit_codes(kinds, areas, _digits(distinct(rng, len(kinds), 10**7), 8))


def _credit_codes(kinds: NDArray[np.int64], areas: NDArray[np.int64], bodies: NDArray[np.uint8]) -> Text:
    characters = np.empty((len(areas), 18), dtype=np.uint8)
    characters[:, :2] = _digits(kinds, 2)
    characters[:, 2:8] = _digits(areas, 6)
    characters[:, 8:16] = bodies
    characters[:, 16] = _organisation_check(characters[:, 8:16])
    remainder = (_VALUE_31[characters[:, :17]] @ _WEIGHTS_31) % 31
    characters[:, 17] = _ASCII[(31 - remainder) % 31]
    return _text(characters)


def registration_numbers(rng: np.random.Generator, areas: NDArray[np.int64], is_sole: NDArray[np.bool_]) -> Text:
    """15-digit registration numbers as used before 2015-10: area, kind, serial, check digit of ISO 7064 MOD 11,10."""
    digits = np.empty((len(areas), 15), dtype=np.uint8)
    digits[:, :6] = _digits(areas, 6)
    digits[:, 6] = np.where(is_sole, ord("6"), ord("2"))
    digits[:, 7:14] = _digits(distinct(rng, len(areas), _SERIALS), 7)
    carry = np.full(len(areas), 10)
    for column in range(14):
        total = (carry + digits[:, column] - ord("0")) % 10
        carry = np.where(total == 0, 10, total) * 2 % 11
    digits[:, 14] = ord("0") + (1 - carry) % 10
    return _text(digits)
