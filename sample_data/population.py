"""Households whose members add up to the population pyramid of a county in Shandong, end of May 2018.

A household is a template (couple, couple with one child, three generations …) around a reference birth year. Template
weights start from what is common for each generation and are fitted by multiplicative updates (Richardson-Lucy) until
the expected members follow ``PYRAMID``: famine dip of 1959-61, bulges of 1962-75 and 1982-91, thin one-child years
after, and the second-child rise of 2016-17.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST_YEAR, LAST_YEAR = 1918, 2018
YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)
LAST_BIRTH = np.datetime64("2018-05-31")

PYRAMID = {
    1918: 0.01, 1923: 0.06, 1928: 0.17, 1933: 0.33, 1938: 0.50, 1943: 0.66, 1948: 0.85, 1952: 1.00, 1955: 1.08,
    1958: 0.92, 1959: 0.70, 1961: 0.52, 1962: 1.05, 1963: 1.60, 1966: 1.66, 1970: 1.78, 1973: 1.55, 1976: 1.15,
    1979: 0.95, 1981: 1.15, 1982: 1.42, 1985: 1.36, 1987: 1.70, 1990: 1.82, 1991: 1.40, 1993: 1.05, 1996: 0.85,
    2000: 0.78, 2003: 0.72, 2006: 0.80, 2010: 0.98, 2014: 1.12, 2016: 1.40, 2017: 1.48, 2018: 0.55,
}  # fmt: skip
"""Registered persons by year of birth, relative, living at the end of May 2018; years between are interpolated."""

HEAD, WIFE, CHILD, SECOND_CHILD, FATHER, MOTHER, SINGLE_MAN, SINGLE_WOMAN, WIDOW, WIDOWER, LONE_PARENT = range(11)

TEMPLATES: tuple[tuple[int, ...], ...] = (
    (HEAD, WIFE),
    (HEAD, WIFE, CHILD),
    (HEAD, WIFE, CHILD, SECOND_CHILD),
    (HEAD, WIFE, CHILD, FATHER, MOTHER),
    (HEAD, WIFE, CHILD, SECOND_CHILD, MOTHER),
    (WIDOW,),
    (WIDOWER,),
    (SINGLE_MAN,),
    (SINGLE_WOMAN,),
    (LONE_PARENT, CHILD),
)
WIDOWED_MOTHER_TEMPLATE = 4

PRIOR: tuple[dict[int, float], ...] = (
    {1925: 0.5, 1940: 1.0, 1958: 0.8, 1966: 0.4, 1972: 0.12, 1982: 0.06, 1989: 0.35, 1995: 0.25, 1997: 0.0},
    {1952: 0.0, 1958: 0.12, 1963: 0.45, 1972: 0.65, 1985: 0.6, 1992: 0.5, 1997: 0.0},
    {1955: 0.0, 1962: 0.08, 1972: 0.30, 1980: 0.45, 1988: 0.35, 1993: 0.1, 1995: 0.0},
    {1955: 0.0, 1960: 0.05, 1980: 0.16, 1988: 0.16, 1994: 0.0},
    {1955: 0.0, 1960: 0.05, 1975: 0.10, 1985: 0.08, 1992: 0.0},
    {1918: 1.0, 1935: 0.5, 1950: 0.12, 1965: 0.03, 1972: 0.0},
    {1918: 0.4, 1935: 0.2, 1950: 0.06, 1965: 0.02, 1972: 0.0},
    {1945: 0.02, 1960: 0.05, 1985: 0.10, 1990: 0.20, 1996: 0.25, 1999: 0.15, 2000: 0.0},
    {1945: 0.0, 1960: 0.01, 1985: 0.03, 1990: 0.08, 1996: 0.15, 1999: 0.10, 2000: 0.0},
    {1960: 0.0, 1968: 0.03, 1988: 0.03, 1993: 0.0},
)
"""How common each template is for a reference birth year, before the fit; zero keeps it out."""

BOYS_SHARE = {1918: 0.510, 1980: 0.516, 1990: 0.530, 2000: 0.545, 2010: 0.545, 2018: 0.530}
"""Share of boys among births: the sex ratio rose to about 120 boys for 100 girls around 2000-2010."""

FIT_ROUNDS = 300
DRAWS_A_CELL = 200


def _interpolated(anchors: dict[int, float], years: Integers | Floats) -> Floats:
    return np.interp(years, list(anchors), list(anchors.values()))


@dataclass(frozen=True)
class Households:
    """Members of households as parallel arrays, sorted by household; ``template`` has one entry a household."""

    household: Integers
    role: Integers
    birth: NDArray[np.datetime64]
    is_male: NDArray[np.bool_]
    template: Integers

    def cut(self, members: int) -> "Households":
        """The first ``members`` persons."""
        count = int(self.household[members - 1]) + 1
        return Households(
            self.household[:members],
            self.role[:members],
            self.birth[:members],
            self.is_male[:members],
            self.template[:count],
        )


def _years_later(
    rng: np.random.Generator, count: int, mean: float, spread: float, bounds: tuple[float, float]
) -> Floats:
    return np.clip(rng.normal(mean, spread, count), *bounds)


def _births(rng: np.random.Generator, template: Integers, year: Integers) -> dict[int, Floats]:
    """Birth as a year with fraction, by role, for every household (roles a template lacks are ignored later)."""
    count = len(template)
    reference = year + rng.random(count)
    wife = reference + _years_later(rng, count, 0.9, 2.2, (-6, 8))
    lone = np.where(template == len(TEMPLATES) - 1, reference, wife)
    child = lone + _years_later(rng, count, 25.3, 3.0, (19, 42))
    father = reference - _years_later(rng, count, 26.5, 4.0, (19, 45))
    births: dict[int, Floats] = {
        HEAD: reference,
        WIFE: wife,
        CHILD: child,
        SECOND_CHILD: child + _years_later(rng, count, 5.0, 2.4, (1, 14)),
        FATHER: father,
        MOTHER: np.minimum(father + _years_later(rng, count, 1.0, 2.0, (-5, 8)), reference - 18),
    }
    return births | dict.fromkeys((SINGLE_MAN, SINGLE_WOMAN, WIDOW, WIDOWER, LONE_PARENT), reference)


def _members(rng: np.random.Generator, template: Integers, year: Integers) -> tuple[Integers, Integers, Floats]:
    """Household, role and birth (year with fraction) of everyone already born, sorted by household and role."""
    births = _births(rng, template, year)
    households, roles, times = [], [], []
    for role in range(len(births)):
        has_role = np.array([role in members for members in TEMPLATES])[template]
        chosen = np.flatnonzero(has_role)
        households.append(chosen)
        roles.append(np.full(len(chosen), role))
        times.append(births[role][chosen])
    household, role_of, time = (np.concatenate(part) for part in (households, roles, times))
    last = 2018 + 151 / 365.25
    keep = (time < last) & (time >= FIRST_YEAR)
    household, role_of, time = household[keep], role_of[keep], time[keep]
    order = np.argsort(household * 16 + role_of, kind="stable")
    return household[order], role_of[order], time[order]


@cache
def household_shares() -> Floats:
    """Share of each (template, reference year) among households, fitted to the pyramid."""
    rng = np.random.default_rng(0)
    cells = len(TEMPLATES) * len(YEARS)
    template = np.repeat(np.arange(len(TEMPLATES)), len(YEARS) * DRAWS_A_CELL)
    year = np.tile(np.repeat(YEARS, DRAWS_A_CELL), len(TEMPLATES))
    household, _, time = _members(rng, template, year)
    place = (household // DRAWS_A_CELL) * len(YEARS) + np.floor(time).astype(np.int64) - FIRST_YEAR
    expected = np.bincount(place, minlength=cells * len(YEARS)).reshape(cells, len(YEARS)) / DRAWS_A_CELL
    target = _interpolated(PYRAMID, YEARS)
    prior = np.array([_interpolated(shape, YEARS) * (min(shape) <= YEARS) for shape in PRIOR])
    weight = (prior * target).ravel()
    total = np.maximum(expected.sum(axis=1), 1e-9)
    for _ in range(FIT_ROUNDS):
        ratio = target / np.maximum(weight @ expected, 1e-9)
        weight *= (expected @ ratio) / total
    shares: Floats = weight / weight.sum()
    return shares


def make_households(rng: np.random.Generator, count: int) -> Households:
    """Draw ``count`` households with their members."""
    shares = household_shares()
    cell = np.searchsorted(np.cumsum(shares), rng.random(count)).clip(max=len(shares) - 1)
    template, year = np.divmod(cell, len(YEARS))
    household, role, time = _members(rng, template, year + FIRST_YEAR)
    whole = np.floor(time)
    start = (whole.astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    birth = np.minimum(start + np.floor((time - whole) * 365).astype("timedelta64[D]"), LAST_BIRTH)
    is_boy = rng.random(len(role)) < _interpolated(BOYS_SHARE, whole)
    lone_father = rng.random(len(role)) < 0.35
    is_male = np.isin(role, (HEAD, FATHER, SINGLE_MAN, WIDOWER))
    is_male |= np.isin(role, (CHILD, SECOND_CHILD)) & is_boy
    is_male |= (role == LONE_PARENT) & lone_father
    return Households(household, role, birth, is_male, template)
