"""What really happened: sales, output, power, invoices, people and wages of every firm with a meter, month by month."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.firms import calendar
from sample_data.firms.calendar import Months
from sample_data.firms.cast import PLANT_CLOSING, VAT_DROP_COUNTY, VAT_DROP_MONTH, Cast
from sample_data.firms.industries import COUNTIES, DIVISIONS, attribute
from sample_data.firms.register import THRESHOLD, Firms

Panel = NDArray[np.float64]
"""Firms x months."""

_PLANT_COURSE = (0.5, 0.15, 0.0)
"""Activity of the closing plant in its first months, as a share of before; afterwards nothing."""

_PLANT_SALES = 240_000.0
"""Sales of the closing plant in a year, 10,000 yuan."""

_DEAD_LOAD = 0.015
"""Power of a standing plant, as a share of its usual power: light, pumps, the porter."""

_DISCONNECTED = 0.7
"""Share of stopped works that gave up their connection; the others keep a dead load."""

_VAT_CHANGE = 28
"""Month index of 2018-05, when 17 % became 16 % and 11 % became 10 %."""


@dataclass(frozen=True)
class Economy:
    """The truth, one row a firm in the order of ``Firms``, one column a month.

    ``founded`` is the month of establishment. ``power`` (kWh), ``invoiced``, ``vat`` (yuan) and ``invoices``
    are there for every firm with a meter, the columns of the return (1,000 yuan, persons) for the reporting units.
    """

    months: Months
    founded: Months
    output: Panel
    revenue: Panel
    profit: Panel
    tax_payable: Panel
    export: Panel
    headcount: Panel
    wages: Panel
    power: Panel
    invoiced: Panel
    vat: Panel
    invoices: Panel


def _noise(rng: np.random.Generator, spread: NDArray[np.float64], months: int, memory: float = 0.3) -> Panel:
    """Autoregressive noise of stationary standard deviation ``spread``, one row a firm."""
    steps = rng.standard_normal((len(spread), months)) * np.sqrt(1 - memory**2)
    steps[:, 0] /= np.sqrt(1 - memory**2)
    for month in range(1, months):
        steps[:, month] += memory * steps[:, month - 1]
    return np.asarray(steps * spread[:, None])


def _industry_shocks(rng: np.random.Generator, months: int) -> Panel:
    """A slow common course of every division, log points."""
    return np.cumsum(rng.normal(0, 0.025, size=(len(DIVISIONS), months)), axis=1) + rng.normal(
        0, 0.03, size=(len(DIVISIONS), months)
    )


def _log_course(rng: np.random.Generator, table: pd.DataFrame, months: Months) -> Panel:
    """Log of monthly sales in 10,000 yuan of firms that nothing special happens to."""
    count, number = len(table), len(months)
    division, county = table["division"].to_numpy(), table["county"].to_numpy()
    year = np.arange(number) / 12
    angle = (calendar.month_numbers(months)[None, :] - attribute("peak")[division][:, None]) * (2 * np.pi / 12)
    amplitude = attribute("season")[division] * rng.uniform(0.5, 1.5, size=count)
    festival = attribute("festival")[division] * rng.uniform(0.5, 1.4, size=count)
    loading = np.clip(rng.normal(1.0, 0.35, size=count), 0.2, 2.0)
    county_course = np.cumsum(rng.normal(0, 0.008, size=(len(COUNTIES), number)), axis=1)
    drop = calendar.month_index(months, VAT_DROP_MONTH)
    if np.datetime64(VAT_DROP_MONTH, "M") <= months[-1]:
        county_course[COUNTIES.index(VAT_DROP_COUNTY), drop : drop + 3] += np.log(0.72)
    growth = rng.normal(0.06, 0.07, size=count)
    course = np.log(table["size"].to_numpy() / 12)[:, None] + growth[:, None] * year[None, :]
    course += amplitude[:, None] * np.cos(angle) - festival[:, None] * calendar.spring_festival(months)[None, :]
    course += loading[:, None] * _industry_shocks(rng, number)[division] + county_course[county]
    return np.asarray(course + _noise(rng, rng.uniform(0.05, 0.12, size=count), number))


def _resized(rng: np.random.Generator, firms: Firms, cast: Cast) -> pd.DataFrame:
    """Firms with a meter, with the sizes that some parts ask for: below the threshold, or large enough to matter."""
    table = firms.table.iloc[: firms.counts.active].copy()
    size = table["size"].to_numpy().copy()
    below = cast.who("bunching")
    size[below] = THRESHOLD * rng.uniform(0.6, 0.93, size=len(below))
    plant = cast.who(PLANT_CLOSING)[cast.group[cast.who(PLANT_CLOSING)] == 0]
    size[plant] = _PLANT_SALES
    table["size"] = size
    return table


def _share_of_usual(rng: np.random.Generator, size: NDArray[np.float64], cast: Cast, months: Months) -> Panel:
    """What stops and mergers leave of a reporting unit's activity: 1 as usual, 0 standing still."""
    share = np.ones((len(cast.part), len(months)))
    for row in cast.who("stopped"):
        share[row, cast.since[row] :] = 0.0
    for row in cast.who(PLANT_CLOSING):
        rest = np.zeros(len(months) - cast.since[row])
        course = _PLANT_COURSE[: len(rest)]
        rest[: len(course)] = course
        share[row, cast.since[row] :] = rest
    number = calendar.month_numbers(months)
    for row in cast.who("seasonal_stop"):
        first = int(rng.integers(11, 14))
        stopped = [(first + k - 1) % 12 + 1 for k in range(int(rng.integers(2, 4)))]
        share[row, np.isin(number, stopped)] = 0.0
    for buyer, bought in (group for group in cast.groups("merger") if len(group) == 2):
        month = cast.since[buyer]
        share[buyer, month:] = 1.0 + size[bought] / size[buyer]
        share[bought, month:] = 0.0
    return share


def _sales(rng: np.random.Generator, table: pd.DataFrame, cast: Cast, months: Months) -> Panel:
    """Monthly sales of 10,000 yuan; zero where a firm stands still or is not yet founded."""
    sales = np.exp(_log_course(rng, table, months))
    units = len(cast.part)
    rent = cast.who("constant_rent")
    sales[rent] = np.round(np.median(sales[rent], axis=1, keepdims=True))
    sales[:units] *= _share_of_usual(rng, table["size"].to_numpy()[:units], cast, months)
    founded = table["established"].to_numpy().astype("datetime64[M]")
    sales[founded[:, None] > months[None, :]] = 0.0
    return np.asarray(sales)


def _spread(rng: np.random.Generator, shape: tuple[int, int], sigma: float) -> Panel:
    return np.asarray(np.exp(rng.normal(0, sigma, size=shape)))


def _power(rng: np.random.Generator, table: pd.DataFrame, sales: Panel, cast: Cast, months: Months) -> Panel:
    """Power of 1 kWh: less than proportional to activity, more in heat, less with panels on the roof."""
    division = table["division"].to_numpy()
    usual = np.median(sales, axis=1, keepdims=True) + 0.01
    need = attribute("power")[division] * np.exp(rng.normal(0, 0.4, size=len(table)))
    cooling = attribute("cooling")[division] * rng.uniform(0.4, 1.6, size=len(table))
    relative = np.maximum(sales / usual, 0)
    load = _DEAD_LOAD * _spread(rng, sales.shape, 0.3) + (1 - _DEAD_LOAD) * relative**0.9
    noise = np.exp(_noise(rng, rng.uniform(0.04, 0.1, size=len(table)), len(months), 0.2))
    power = need[:, None] * usual * load * noise * (1 + cooling[:, None] * calendar.heat(months)[None, :])
    for row in cast.who("own_solar"):
        power[row, cast.since[row] :] *= rng.uniform(0.35, 0.65)
    for row in cast.who("stopped"):
        if rng.random() < _DISCONNECTED:
            power[row, cast.since[row] :] = 0.0
    return np.asarray(np.round(power))


def _invoices(rng: np.random.Generator, sales: Panel) -> tuple[Panel, Panel, Panel]:
    """Invoiced sales and tax in yuan, and the number of invoices; a month without sales has none of them."""
    count = len(sales)
    covered = rng.uniform(0.9, 1.02, size=count)[:, None]
    noise = _noise(rng, rng.uniform(0.05, 0.1, size=count), sales.shape[1])
    invoiced = np.round(sales * 1e4 * covered * np.exp(noise), 2)
    rate = rng.choice([0.17, 0.11, 0.06, 0.03], size=count, p=[0.62, 0.1, 0.1, 0.18])[:, None]
    rates = np.repeat(rate, sales.shape[1], axis=1)
    rates[:, _VAT_CHANGE:] -= np.where(rate > 0.1, 0.01, 0.0)
    ticket = np.exp(rng.normal(10.6, 0.7, size=count))[:, None]
    return invoiced, np.round(invoiced * rates, 2), np.ceil(invoiced / ticket)


def _people(rng: np.random.Generator, table: pd.DataFrame, sales: Panel, months: Months) -> tuple[Panel, Panel]:
    """Persons employed, and wages in 1,000 yuan: both slower than sales."""
    usual = np.median(sales, axis=1) + 0.01
    usual_staff = usual * 12 / attribute("sales_a_head")[table["division"].to_numpy()]
    staff = usual_staff * np.exp(rng.normal(0, 0.3, size=len(table)))
    slow = np.empty_like(sales)
    slow[:, 0] = sales[:, 0]
    for month in range(1, sales.shape[1]):
        slow[:, month] = 0.7 * slow[:, month - 1] + 0.3 * sales[:, month]
    relative = np.where(sales > 0, np.sqrt(slow / usual[:, None]), 0.3 * np.sqrt(slow / usual[:, None]))
    head = np.round(np.maximum(staff, 6)[:, None] * relative * _spread(rng, sales.shape, 0.015))
    pay = 3.6 * np.exp(rng.normal(0, 0.18, size=len(table)))[:, None] * 1.07 ** (np.arange(len(months)) / 12)
    bonus = np.where(calendar.month_numbers(months) == 12, 1.25, 1.0)
    return head, head * pay * bonus * _spread(rng, sales.shape, 0.04)


def make_economy(city: City, firms: Firms, cast: Cast, months: Months) -> Economy:
    """Simulate the truth. Sales drive everything; each measure adds its own noise (log s.d. .03 to .1)."""
    rng = city.stream("firms", "economy")
    table, units = _resized(rng, firms, cast), firms.counts.units
    sales = _sales(rng, table, cast, months)
    power = _power(rng, table, sales, cast, months)
    invoiced, vat, invoices = _invoices(rng, sales)
    own = sales[:units] * 10.0
    headcount, wages = _people(rng, table.iloc[:units], sales[:units], months)
    is_rent = np.isin(np.arange(units), cast.who("constant_rent"))[:, None]
    revenue = own * np.where(is_rent, 1.0, _spread(rng, own.shape, 0.03))
    output = own * np.where(is_rent, 1.0, _spread(rng, own.shape, 0.04))
    margin = rng.normal(0.06, 0.04, size=units)[:, None] + rng.normal(0, 0.02, size=own.shape)
    taxed = rng.uniform(0.025, 0.05, size=units)[:, None]
    sold_abroad = np.where(rng.random(units) < 0.3, rng.beta(2, 4, size=units), 0.0)[:, None]
    abroad = np.minimum(sold_abroad * _spread(rng, own.shape, 0.1), 0.95)
    return Economy(
        months=months,
        founded=table["established"].to_numpy().astype("datetime64[M]"),
        output=output,
        revenue=revenue,
        profit=revenue * margin,
        tax_payable=revenue * taxed * _spread(rng, own.shape, 0.08),
        export=output * abroad,
        headcount=headcount,
        wages=wages,
        power=power,
        invoiced=invoiced,
        vat=vat,
        invoices=invoices,
    )
