"""Honest firms for the authenticity benchmark: monthly returns beside other people's books, with honest habits that
look like fabrication. It knows nothing of the tests.

A firm's output follows its own level, trend, season and loading on its industry, with memory and long tails.
Electricity, invoices and tax are kept by others and follow output with their own noise and delays. Each firm has at
most one habit.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

INDUSTRIES, COUNTIES = 8, 6
RETURN = ("output", "domestic", "export", "headcount", "wages")
"""What the firm itself reports: money in 万元 with one decimal, output = domestic + export."""
BOOKS = ("electricity", "invoices", "tax")
"""What others report of it: kWh, 万元, 万元."""
COUNTS = ("inspected", "passed")
"""Products inspected and passed, a month."""

HABITS: dict[str, str] = {
    "rounds_by_hand": "money in whole tens or hundreds",
    "seasonal_stop": "two months without output each year",
    "shared_accountant": "one accountant files for five small firms from one device",
    "constant_income": "a contract: the same output, invoiced each month of a year; wages and bills go on",
    "solar_roof": "electricity bought falls by half from some month on",
    "merger": "everything doubles from some month on",
    "price_rise": "output and invoices rise by a third, electricity does not",
    "unit_slip": "one figure ten or a thousand times too large",
    "revision": "a census moves the level of the return for good by a tenth to a quarter",
    "toll_work": "invoices carry only the processing fee",
}
_EACH = 0.03
"""Share of firms with each habit: 300 units of each after five seeds of 2,000 firms."""


@dataclass(frozen=True)
class Panel:
    """Columns as firms x months, and the truth on each firm: its habit and its form of fabrication, ``""`` for none."""

    cells: dict[str, Floats]
    goal: Floats
    industry: Integers
    county: Integers
    device: Integers
    habit: npt.NDArray[np.str_]
    form: npt.NDArray[np.str_]
    size: Floats
    """Size of the fabrication in its form's own measure; NaN for the honest."""

    @property
    def shape(self) -> tuple[int, int]:
        """Firms and months."""
        count, months = self.goal.shape
        return count, months

    def frame(self) -> pd.DataFrame:
        """As a file that could be inspected; a device has a number of its own that says nothing of the firm."""
        count, months = self.shape
        periods = [f"{2016 + at // 12}-{at % 12 + 1:02d}" for at in range(months)]
        columns = {name: values.ravel() for name, values in self.cells.items()}
        return pd.DataFrame(
            {
                "firm": np.repeat([f"F{at:05d}" for at in range(count)], months),
                "month": np.tile(periods, count),
                "industry": np.repeat([f"I{at}" for at in self.industry], months),
                "county": np.repeat([f"C{at}" for at in self.county], months),
                "device": np.repeat([f"D{at:05d}" for at in self.device], months),
                **columns,
                "goal": self.goal.ravel(),
            }
        )


def honest_panel(count: int, months: int, seed: int) -> Panel:
    """``count`` honest firms over ``months`` from January 2016, three in ten with a habit."""
    rng = np.random.default_rng([seed, 1])
    industry, county = rng.integers(0, INDUSTRIES, count), rng.integers(0, COUNTIES, count)
    output, level = _output(rng, industry, months)
    cells = _columns(rng, output, level, industry)
    panel = Panel(
        cells=cells,
        goal=np.round(np.exp(level)[:, None] * rng.normal(1.0, 0.08, output.shape), 1),
        industry=industry,
        county=county,
        device=rng.permutation(count),
        habit=_habits(rng, count),
        form=np.full(count, "", dtype="U24"),
        size=np.full(count, np.nan),
    )
    return _slip(rng, rounded(_live(rng, panel)))


def rounded(panel: Panel) -> Panel:
    """As it is filed: money to one decimal, domestic sales as what export leaves, counts and kWh whole."""
    cells = dict(panel.cells)
    step = np.where(panel.habit == "rounds_by_hand", np.where(panel.industry % 2, 10.0, 1.0), 0.1)[:, None]
    for name in ("output", "export", "wages"):
        cells[name] = np.round(np.round(cells[name] / step) * step, 1)
    cells["export"] = np.minimum(cells["export"], cells["output"])
    cells["domestic"] = np.round(cells["output"] - cells["export"], 1)
    for name in ("invoices", "tax"):
        cells[name] = np.round(cells[name], 1)
    for name in ("electricity", "headcount", *COUNTS):
        cells[name] = np.round(cells[name])
    return replace(panel, cells=cells)


def memory(rng: np.random.Generator, shape: tuple[int, int], spread: Floats, carry: float) -> Floats:
    """Noise with memory and long tails (t with five degrees of freedom), one spread a firm."""
    noise: Floats = rng.standard_t(5, shape) * np.sqrt(3 / 5) * spread[:, None]
    for at in range(1, shape[1]):
        noise[:, at] = carry * noise[:, at - 1] + np.sqrt(1 - carry**2) * noise[:, at]
    return noise


def _output(rng: np.random.Generator, industry: Integers, months: int) -> tuple[Floats, Floats]:
    """True output in 万元, and the log of each firm's usual level."""
    count = len(industry)
    at = np.arange(months)
    level = rng.normal(6.6, 1.0, count)
    trend = rng.normal(0.04, 0.1, count)[:, None] * at / 12
    festival = np.where(at % 12 == 1, -0.3, 0.0)
    season = rng.normal(0, 0.07, (INDUSTRIES, 12))[:, at % 12] + festival
    cycle = memory(rng, (INDUSTRIES, months), np.full(INDUSTRIES, 0.06), 0.8)
    loading = rng.normal(1.0, 0.35, count)[:, None]
    own = rng.normal(0, 0.04, (count, 12))[:, at % 12]
    noise = memory(rng, (count, months), np.exp(rng.normal(np.log(0.08), 0.35, count)), 0.55)
    logs = level[:, None] + trend + loading * (season + cycle)[industry] + own + noise
    return np.exp(logs), level


def _columns(rng: np.random.Generator, output: Floats, level: Floats, industry: Integers) -> dict[str, Floats]:
    """Everything else that moves with output."""
    count, months = len(industry), int(output.shape[1])
    usual = output.mean(axis=1, keepdims=True)

    def noise(low: float, high: float, carry: float = 0.3) -> Floats:
        return np.exp(memory(rng, (count, months), rng.uniform(low, high, count), carry))

    intensity = np.exp(rng.normal(5.3, 0.7, INDUSTRIES)[industry] + rng.normal(0, 0.4, count))[:, None]
    base = rng.uniform(0.05, 0.35, count)[:, None]
    late = rng.uniform(0, 0.5, count)[:, None]
    delayed = np.concatenate([output[:, :1], output[:, :-1]], axis=1)
    invoices = rng.beta(18, 3, count)[:, None] * ((1 - late) * output + late * delayed) * noise(0.06, 0.2)
    headcount = np.exp(level - 2.0 + rng.normal(0, 0.4, count))[:, None] * np.exp(
        np.cumsum(rng.normal(0, 0.012, (count, months)), axis=1)
    )
    exporter = np.where(rng.random(count) < 0.35, rng.uniform(0.05, 0.6, count), 0.0)[:, None]
    inspected = rng.poisson(rng.uniform(150, 900, count)[:, None], (count, months)).astype(float)
    rate = rng.beta(30, 6, count)[:, None] * np.ones(months)
    return {
        "output": output,
        "domestic": output,
        "export": output * exporter * noise(0.05, 0.2),
        "headcount": headcount,
        "wages": headcount * rng.uniform(0.35, 0.7, count)[:, None] * noise(0.02, 0.06),
        "electricity": intensity * (base * usual + (1 - base) * output) * noise(0.03, 0.12),
        "invoices": invoices,
        "tax": invoices * rng.uniform(0.02, 0.07, count)[:, None] * noise(0.1, 0.35),
        "inspected": inspected,
        "passed": rng.binomial(inspected.astype(np.int64), rate).astype(float),
    }


def _habits(rng: np.random.Generator, count: int) -> npt.NDArray[np.str_]:
    drawn = rng.permutation(count)
    habit = np.full(count, "", dtype="U24")
    each = int(_EACH * count)
    for at, name in enumerate(HABITS):
        habit[drawn[at * each : (at + 1) * each]] = name
    return habit


def _live(rng: np.random.Generator, panel: Panel) -> Panel:
    """The habits, as they show in the columns."""
    cells = {name: values.copy() for name, values in panel.cells.items()}
    count, months = panel.shape
    at = np.arange(months)
    start = rng.integers(6, months - 6, count)
    after = at >= start[:, None]
    stop = (panel.habit == "seasonal_stop")[:, None] & np.isin(at % 12, (6, 7))
    for name in ("output", "export", "invoices", "tax"):
        cells[name][stop] *= 0.0
    cells["electricity"][stop] *= 0.06
    cells["electricity"][(panel.habit == "solar_roof")[:, None] & after] *= 0.5
    doubled = (panel.habit == "merger")[:, None] & after
    for values in cells.values():
        values[doubled] *= 2.0
    dearer = (panel.habit == "price_rise")[:, None] & after
    for name in ("output", "export", "invoices", "tax"):
        cells[name][dearer] *= 1.33
    level = (1 + rng.choice([-1, 1], count) * rng.uniform(0.1, 0.25, count))[:, None] * np.ones(months)
    revised = (panel.habit == "revision")[:, None] & after
    for name in ("output", "export", "wages"):
        cells[name][revised] *= level[revised]
    cells["invoices"][panel.habit == "toll_work"] *= 0.2
    _contract(cells, panel.habit == "constant_income")
    return replace(panel, cells=cells, device=_accountants(panel))


def _slip(rng: np.random.Generator, panel: Panel) -> Panel:
    """A figure with one or three places too many, as it was typed."""
    cells = {name: values.copy() for name, values in panel.cells.items()}
    for firm in np.flatnonzero(panel.habit == "unit_slip"):
        name = rng.choice(["output", "wages", "electricity", "invoices"])
        cells[name][firm, rng.integers(1, panel.shape[1] - 1)] *= rng.choice([10.0, 1000.0])
    return replace(panel, cells=cells)


def _contract(cells: dict[str, Floats], firms: npt.NDArray[np.bool_]) -> None:
    """One figure for each year."""
    for name in ("output", "export", "invoices"):
        values = cells[name]
        for year in range(0, values.shape[1], 12):
            part = values[firms, year : year + 12]
            values[firms, year : year + 12] = part.mean(axis=1, keepdims=True)


def _accountants(panel: Panel) -> Integers:
    """Five small firms share the device of the first of them."""
    device = panel.device.copy()
    firms = np.flatnonzero(panel.habit == "shared_accountant")
    firms = firms[np.argsort(panel.cells["output"][firms].mean(axis=1))]
    for at in range(0, len(firms), 5):
        device[firms[at : at + 5]] = device[firms[at]]
    return device
