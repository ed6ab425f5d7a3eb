"""An honest city of firms with honest habits that look like fabrication, and hands to fabricate in it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from expectations.authenticity.observations import Roles, observe
from expectations.authenticity.returns import returns_book

MONTHS = [f"{year}-{month:02d}" for year in (2016, 2017, 2018) for month in range(1, 13)][:30]
INDUSTRIES = ("1711", "2511", "2614", "3011", "3110", "3484", "0610", "3670", "1411", "4420")
_SHARES = np.array([0.2, 0.05, 0.15, 0.2, 0.1, 0.12, 0.04, 0.08, 0.05, 0.01])


@dataclass(frozen=True)
class City:
    """Monthly truth, units x 30 months: output and wages in 万元, electricity in kWh, sales in yuan."""

    units: pd.DataFrame
    output: np.ndarray
    electricity: np.ndarray
    sales: np.ndarray
    headcount: np.ndarray
    export_share: np.ndarray
    revenue_share: np.ndarray

    def returns(self):
        """Cumulative returns as filed: whole 千元, January not reported."""
        rng = np.random.default_rng(9)
        flows = {
            "output_10k_yuan": self.output,
            "revenue_10k_yuan": self.output * self.revenue_share,
            "export_10k_yuan": self.output * self.export_share[:, None],
            "profit_10k_yuan": self.output * rng.normal(0.05, 0.03, self.output.shape),
            "tax_payable_10k_yuan": self.output * rng.normal(0.04, 0.01, self.output.shape),
            "wages_10k_yuan": self.headcount * 0.45 * rng.normal(1, 0.03, self.output.shape),
        }
        frames = {name: np.round(_cumulate(values), 1) for name, values in flows.items()}
        frames["domestic_10k_yuan"] = np.round(frames["output_10k_yuan"] - frames["export_10k_yuan"], 1)
        long = self._long({**frames, "headcount": np.round(self.headcount)})
        return long[~long["period"].str.endswith("-01")].reset_index(drop=True)

    def books(self):
        """Electricity and invoices as their keepers deliver them, every month."""
        return self._long({"electricity_kwh": np.round(self.electricity)}), self._long(
            {"sales_yuan": np.round(self.sales)}
        )

    def paradata(self):
        """Everybody files alone, from a device and an account of its own, some hours apart."""
        filed = self.returns()[["unit", "period"]]
        order = np.random.default_rng(0).permutation(len(filed))
        return filed.assign(
            agency_number=None,
            account=filed["unit"],
            device=filed["unit"],
            ip_address=filed["unit"],
            filed_at=pd.to_datetime(filed["period"] + "-05") + pd.to_timedelta(order * 97, unit="s"),
        )

    def book(self, **changes):
        """The returns as the night examines them; ``changes`` replaces frames."""
        power, sales = self.books()
        frames = {"returns": self.returns(), "electricity": power, "sales": sales, "paradata": self.paradata()}
        return returns_book(**{**frames, "units": self.units, **changes})

    def _long(self, values):
        count = len(self.units)
        frame = {"unit": np.repeat(self.units.index.to_numpy(), len(MONTHS)), "period": np.tile(MONTHS, count)}
        return pd.DataFrame({**frame, **{name: v.ravel() for name, v in values.items()}})


def _cumulate(values):
    out = np.empty_like(values)
    for year in range(3):
        part = slice(12 * year, min(12 * year + 12, values.shape[1]))
        out[:, part] = values[:, part].cumsum(axis=1)
    return out


def make_city(count=600, seed=1):
    """Honest firms; a third have a habit: solar roof, price rise, merger, toll work, summer stop, round figures."""
    rng = np.random.default_rng(seed)
    industry = rng.choice(len(INDUSTRIES), count, p=_SHARES)
    months = np.arange(len(MONTHS))
    season = rng.normal(0, 0.08, (len(INDUSTRIES), 12))
    trend = rng.normal(0.06, 0.12, count)[:, None] * months / 12
    shock = np.zeros((count, len(MONTHS)))
    for month in range(1, len(MONTHS)):
        shock[:, month] = 0.6 * shock[:, month - 1] + rng.normal(0, 0.06, count)
    festival = np.where(np.isin(months % 12, [1]), -0.25, 0.0)
    level = rng.normal(6.8, 0.9, count)[:, None]
    output = np.exp(level + trend + shock + season[industry][:, months % 12] + festival)
    intensity = np.exp(rng.normal(5.5, 0.8, len(INDUSTRIES))[industry] + rng.normal(0, 0.45, count))[:, None]
    base = output.mean(axis=1, keepdims=True)
    electricity = intensity * (0.2 * base + 0.8 * output) * np.exp(rng.normal(0, 0.07, output.shape))
    invoiced = rng.beta(20, 3, count)[:, None]
    sales = output * 1e4 * invoiced * np.exp(rng.normal(0, 0.15, output.shape))
    headcount = np.exp(level[:, 0] - 2 + rng.normal(0, 0.4, count))[:, None] * np.exp(0.3 * trend)
    habit = np.where(rng.random(count) < 0.3, rng.integers(1, 7, count), 0)
    late = months >= 15
    electricity[habit == 1] *= np.where(late, 0.45, 1.0)
    output[habit == 2] *= np.where(late, 1.3, 1.0)
    sales[habit == 2] *= np.where(late, 1.3, 1.0)
    for values in (output, electricity, sales):
        values[habit == 3] *= np.where(late, 2.0, 1.0)
        values[habit == 5] *= np.where(np.isin(months % 12, [6, 7]), 0.0, 1.0)
    sales[habit == 4] *= 0.25
    output[habit == 6] = np.round(output[habit == 6] / 10) * 10
    units = pd.DataFrame(
        {
            "name": [f"样例企业{i:05d}" for i in range(count)],
            "county_code": rng.choice(["370902", "370911", "370921"], count),
            "county_name": "泰山区",
            "industry_code": np.array(INDUSTRIES)[industry],
            "industry_name": "样例行业",
            "habit": habit,
        },
        index=[f"91379901{i:010d}" for i in range(count)],
    )
    exporter = np.where(rng.random(count) < 0.3, rng.random(count) * 0.6, 0.0)
    revenue_share = np.exp(rng.normal(0, 0.04, output.shape))
    return City(units, output, electricity, sales, headcount * np.ones_like(output), exporter, revenue_share)


@pytest.fixture
def honest_city():
    return make_city


@pytest.fixture
def changed():
    """A city with some of its arrays changed; the city given stays as it was."""
    return replace


@dataclass
class Panel:
    """Firms x months of columns that move with one activity; tests lay hands on ``values`` and then look."""

    values: dict[str, np.ndarray]
    industry: np.ndarray

    def seen(self, **roles):
        units, periods = next(iter(self.values.values())).shape
        months = [f"{2015 + at // 12}-{at % 12 + 1:02d}" for at in range(periods)]
        frame = pd.DataFrame(
            {
                "unit": np.repeat([f"U{at:05d}" for at in range(units)], periods),
                "period": np.tile(months, units),
                "industry": np.repeat(self.industry, periods),
                **{name: values.ravel() for name, values in self.values.items()},
            }
        )
        return observe(frame, Roles(unit="unit", period="period", peer="industry", **roles))


@pytest.fixture
def honest_panel():
    """A maker of honest panels: industries with a season, firms with their own noise, trend and elasticities."""

    def make(units=600, periods=30, seed=1, columns=(("output", 1.0), ("power", 0.7), ("tax", 0.95), ("staff", 0.4))):
        rng = np.random.default_rng(seed)
        industry = rng.integers(0, 6, units)
        season = rng.normal(0, 0.08, (6, periods))[industry] * rng.normal(1, 0.3, units)[:, None]
        noise = rng.normal(0, 1, (units, periods)) * np.exp(rng.normal(np.log(0.05), 0.4, units))[:, None]
        for at in range(1, periods):
            noise[:, at] += 0.5 * noise[:, at - 1]
        activity = season + noise + rng.normal(0.003, 0.005, units)[:, None] * np.arange(periods)
        values = {}
        for at, (name, elasticity) in enumerate(columns):
            level = rng.normal(10 - at, 0.5, units)[:, None]
            own = rng.normal(0, 0.03, (units, periods))
            values[name] = np.round(np.exp(level + elasticity * activity + own), 1)
        return Panel(values, industry)

    return make
