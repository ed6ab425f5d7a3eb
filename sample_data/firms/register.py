"""The firms of the city: who is registered, where, in which industry, how large. All else is derived from these."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import truncnorm

from sample_data.context import City
from sample_data.firms import codes, names
from sample_data.firms.calendar import Months
from sample_data.firms.industries import COUNTIES, DIVISIONS, INDUSTRIAL, SERVICES, SHOPS, TRADES, draw
from sample_data.places import Places

COUNTY_NAMES = ("泰山区", "岱岳区", "宁阳县", "东平县", "新泰市", "肥城市")
COUNTY_SHORT = ("泰安", "岱岳", "宁阳", "东平", "新泰", "肥城")
THRESHOLD = 2000.0
"""Main-business income of a year, in 10,000 yuan, from which an industrial firm reports every month (规上)."""

REGISTERED_AGAIN = 0.01
"""Share of the entries that are alive whose owner had struck off another one of the same name before."""

_ROADS = ("工业一路", "创业路", "泰新路", "汶河大街", "文化路", "长城路", "龙潭路", "府前街", "站前街", "科技路")
_SIZE_SPREAD = 1.3
_LAST_OLD_CODE = np.datetime64("2015-10-01")


@dataclass(frozen=True)
class Counts:
    """How many firms there are: reporting units first, then the other firms with meters and invoices, then the rest."""

    units: int
    active: int
    firms: int
    traders: int

    @property
    def all(self) -> int:
        """All registered firms and sole traders."""
        return self.firms + self.traders


def counts(scale: float) -> Counts:
    """Numbers at ``scale``; never fewer than 2,000 reporting units, and three times as many firms with meters."""
    units = max(2000, round(20_000 * scale))
    return Counts(units, 3 * units, max(round(145_000 * scale), 3 * units), round(310_000 * scale))


@dataclass(frozen=True)
class Firms:
    """Registered firms, one row each: the first ``counts.units`` report, the first ``counts.active`` have meters."""

    table: pd.DataFrame
    names: names.FirmNames
    counts: Counts


def _class_codes(rng: np.random.Generator, division: NDArray[np.int64]) -> NDArray[np.object_]:
    """A four-digit class of each firm's division; the first ones are the common ones."""
    out = np.empty(len(division), dtype=object)
    for number, item in enumerate(DIVISIONS):
        own = np.array(item.classes.split(), dtype=object)
        chosen = np.flatnonzero(division == number)
        out[chosen] = own[np.minimum(rng.geometric(0.4, size=len(chosen)) - 1, len(own) - 1)]
    return out


def _business(rng: np.random.Generator, division: NDArray[np.int64], is_sole: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The part of the name that says what a firm does."""
    business = np.array([item.business for item in DIVISIONS], dtype=object)[division]
    for number, item in enumerate(DIVISIONS):
        chosen = np.flatnonzero(is_sole & (division == number))
        if len(chosen):
            shops = np.array(SHOPS[item.code], dtype=object)
            business[chosen] = shops[rng.integers(0, len(shops), size=len(chosen))]
    return business


def _sizes(rng: np.random.Generator, count: Counts) -> NDArray[np.float64]:
    """Sales of a year in 10,000 yuan: one smooth density of industrial firms, cut at the threshold; services apart."""
    spread = truncnorm(0.0, 5.0, loc=np.log(THRESHOLD), scale=_SIZE_SPREAD)
    reporting = np.exp(spread.ppf(rng.random(count.units)))
    small = THRESHOLD**2 / np.exp(spread.ppf(rng.random(count.units)))
    services = np.exp(rng.normal(np.log(400.0), 1.4, size=count.active - 2 * count.units))
    rest = np.exp(rng.normal(np.log(60.0), 1.5, size=count.all - count.active))
    return np.asarray(np.minimum(np.concatenate([reporting, small, services, rest]), 2_000_000.0))


def _established(rng: np.random.Generator, count: Counts, months: Months) -> NDArray[np.datetime64]:
    """Dates of establishment: reporting units are older, a few firms are founded while the city is watched."""
    day_before = months[0].astype("datetime64[D]").astype(np.int64)
    last = (months[-1] + 1).astype("datetime64[D]").astype(np.int64)
    age = rng.gamma(2.0, 1700.0, size=count.all) + 200
    age[: count.units] += 500
    founded = day_before - np.minimum(age, 9900)
    young = rng.random(count.all) < 0.22
    young[: count.active] = rng.random(count.active) < 0.04
    young[: count.units] = False
    founded = np.where(young, day_before + rng.random(count.all) * (last - 31 - day_before), founded)
    return np.asarray(founded.astype(np.int64).astype("datetime64[D]"))


def _status(
    rng: np.random.Generator, count: Counts, established: NDArray[np.datetime64], months: Months
) -> pd.DataFrame:
    """Registration status and the day it was last touched, before the month whose days are delivered one by one."""
    draws = rng.random(count.all)
    status = np.where(draws < 0.10, "注销", np.where(draws < 0.17, "吊销", "存续")).astype(object)
    status[: count.active] = "存续"
    end = months[-1].astype("datetime64[D]").astype(np.int64) - 1
    start = established.astype(np.int64)
    share = np.where(status == "存续", rng.random(count.all) ** 2, rng.uniform(0.3, 1, size=count.all))
    touched = (start + share * np.maximum(end - start, 0)).astype(np.int64)
    seconds = touched * 86_400 + rng.integers(8 * 3600 + 1800, 17 * 3600, size=count.all)
    return pd.DataFrame({"status": status, "updated_at": seconds.astype("datetime64[s]")})


def _capital(rng: np.random.Generator, size: NDArray[np.float64]) -> NDArray[np.object_]:
    """Registered capital as typed: 500万元, 5000000元 or a bare number of 10,000 yuan."""
    steps = np.array([1, 3, 5, 10, 20, 30, 50, 80, 100, 200, 300, 500, 600, 800, 1000, 2000, 3000, 5000, 10_000])
    wanted = size * np.exp(rng.normal(-1.8, 0.8, size=len(size)))
    capital = steps[np.minimum(np.searchsorted(steps, wanted), len(steps) - 1)]
    form = rng.random(len(size))
    in_10k = pd.Series(capital).astype(str)
    in_yuan = pd.Series(capital * 10_000).astype(str) + "元"
    typed = np.where(form < 0.55, in_10k + "万元", np.where(form < 0.8, in_yuan, in_10k))
    return np.asarray(typed, dtype=object)


def _townships(rng: np.random.Generator, county: NDArray[np.int64], places: Places) -> NDArray[np.int64]:
    """Index of a township in the firm's county; larger ones are not likelier, industry spreads over the country."""
    out = np.empty(len(county), dtype=np.int64)
    for number, code in enumerate(COUNTIES):
        chosen = np.flatnonzero(county == number)
        own = [i for i, town in enumerate(places.townships) if town.code.startswith(code)]
        out[chosen] = rng.choice(own, size=len(chosen))
    return out


def _addresses(
    rng: np.random.Generator, township: NDArray[np.int64], county: NDArray[np.int64], places: Places
) -> NDArray[np.object_]:
    roads = np.array(_ROADS, dtype=object)[rng.integers(0, len(_ROADS), size=len(county))]
    place = "泰安市" + np.array(COUNTY_NAMES, dtype=object)[county]
    town = np.array([item.name for item in places.townships], dtype=object)[township]
    number = rng.integers(1, 400, size=len(county)).astype(str).astype(object)
    return np.asarray(place + town + roads + number + "号", dtype=object)


def _former_names(
    city: City, firm_names: names.FirmNames, is_sole: NDArray[np.bool_], established: NDArray[np.datetime64]
) -> NDArray[np.object_]:
    """Former names of firms older than two years when they begin to be watched."""
    may_have = ~is_sole & (established < np.datetime64("2014-01-01"))
    return names.former_names(city.stream("firms", "former_names"), firm_names, may_have)


def _register_again(city: City, table: pd.DataFrame, parts: names.FirmNames) -> None:
    """Give some struck-off entries the name, seat and representative of a younger one: closed and registered again."""
    rng = city.stream("firms", "registered_again")
    gone = np.flatnonzero(table["status"] == "注销")
    alive = np.flatnonzero(table["status"] == "存续")
    for county in range(len(COUNTIES)):
        for is_sole in (False, True):
            own = ((table["county"] == county) & (table["is_sole"] == is_sole)).to_numpy()
            old, young = gone[own[gone]], alive[own[alive]]
            count = min(round(REGISTERED_AGAIN * len(young)), len(old) // 2)
            old, young = rng.choice(old, count, replace=False), rng.choice(young, count, replace=False)
            earlier = (table["established"].to_numpy()[old] < table["established"].to_numpy()[young]).nonzero()[0]
            _copy(table, parts, young[earlier], old[earlier])


def _copy(table: pd.DataFrame, parts: names.FirmNames, young: NDArray[np.int64], old: NDArray[np.int64]) -> None:
    for column in ("name", "representative", "division", "industry_code", "township", "address"):
        table.loc[old, column] = table.loc[young, column].to_numpy()
    table.loc[old, "former_name"] = ""
    for part in (parts.trade, parts.business, parts.suffix):
        part[old] = part[young]


def make_register(city: City, months: Months) -> Firms:
    """Draw every registered firm of the city."""
    count = counts(city.scale)
    rng = city.stream("firms", "register")
    industrial = draw(rng, 2 * count.units, INDUSTRIAL)
    services = draw(rng, count.firms - 2 * count.units, SERVICES)
    traders = draw(rng, count.traders, TRADES)
    division = np.concatenate([industrial[0], services[0], traders[0]])
    county = np.concatenate([industrial[1], services[1], traders[1]])
    is_sole = np.arange(count.all) >= count.firms
    established = _established(rng, count, months)
    samples = {item.code: int(item.sample_code) for item in city.places.counties}
    areas = np.array([samples[code] for code in COUNTIES])[county]
    township = _townships(rng, county, city.places)
    size = _sizes(rng, count)
    short = np.array(COUNTY_SHORT, dtype=object)[county]
    firm_names = names.firm_names(rng, short, _business(rng, division, is_sole), is_sole)
    table = pd.DataFrame(
        {
            "credit_code": codes.credit_codes(rng, areas, is_sole, established > _LAST_OLD_CODE).astype(object),
            "registration_number": codes.registration_numbers(rng, areas, is_sole).astype(object),
            "name": firm_names.registered(),
            "former_name": _former_names(city, firm_names, is_sole, established),
            "representative": names.person_names(rng, count.all),
            "capital": _capital(rng, size),
            "division": division,
            "industry_code": _class_codes(rng, division),
            "county": county,
            "county_code": np.array(COUNTIES, dtype=object)[county],
            "township": township,
            "address": _addresses(rng, township, county, city.places),
            "established": established.astype("datetime64[s]"),
            "is_sole": is_sole,
            "size": size,
        }
    )
    table = pd.concat([table, _status(rng, count, established, months)], axis=1)
    _register_again(city, table, firm_names)
    return Firms(table, firm_names, count)
