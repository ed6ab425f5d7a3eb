"""What the reporting units write into the return: the truth, or one of the forms of fabrication, or an honest habit."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.firms import calendar
from sample_data.firms.activity import Economy, Panel
from sample_data.firms.calendar import Months
from sample_data.firms.cast import FORMS, Cast
from sample_data.firms.register import THRESHOLD

Whole = NDArray[np.int64]
"""Whole 1,000 yuan or persons, reporting units x months."""

MONEY = ("output", "revenue", "profit", "tax_payable", "export", "wages")


SLIPS = (("revenue", "profit", "tax_payable"), ("wages",), ("revenue",), ("output", "domestic", "export"))
"""Blocks of the form in which a unit slips; parts and total slip together, else the row itself would be wrong."""


@dataclass(frozen=True)
class Returns:
    """What is reported: money cumulated within the year (January is kept, though nobody files it), headcount as it is.

    ``domestic`` completes ``export`` to ``output``, except where a unit's total was adjusted by hand.
    """

    months: Months
    values: dict[str, Whole]


@dataclass
class _Draft:
    """Monthly values on their way into the return."""

    columns: dict[str, Panel]
    cast: Cast
    months: Months
    rng: np.random.Generator


def _continue(draft: _Draft, row: int, columns: tuple[str, ...], ratios: NDArray[np.float64]) -> None:
    """From the unit's first month on, every value is the last one times ``ratios`` (columns x months), rounded."""
    since = draft.cast.since[row]
    for ratio, name in zip(ratios, columns, strict=True):
        values = draft.columns[name][row]
        values[since - 1] = round(values[since - 1])
        for place, month in enumerate(range(since, len(values))):
            values[month] = np.round(values[month - 1] * ratio[place])


def _copied_growth(draft: _Draft) -> None:
    """One growth for the whole group, month by month, with nothing of the unit's own in it."""
    for number, group in enumerate(draft.cast.groups("copied_growth")):
        length = len(draft.months) - draft.cast.since[group[0]]
        growth = np.round(draft.rng.normal(0.01, 0.0 if number % 2 else 0.04, size=length), 3)
        for row in group:
            columns = FORMS["copied_growth"].columns
            _continue(draft, row, columns, np.tile(1 + growth, (len(columns), 1)))


def _copied_period(draft: _Draft) -> None:
    """In most months last month's figures are handed in again."""
    for row in draft.cast.who("copied_period"):
        since = draft.cast.since[row]
        again = draft.rng.random(len(draft.months)) < 0.75
        again[since] = True
        for name in FORMS["copied_period"].columns:
            values = draft.columns[name][row]
            values[since - 1 :] = np.round(values[since - 1 :])
            for month in range(since, len(values)):
                if again[month]:
                    values[month] = values[month - 1]


def _one_hand(draft: _Draft) -> None:
    """One person fills in for the group: nearly the same growth everywhere, and (in the paradata) one device."""
    for group in draft.cast.groups("one_hand"):
        length = len(draft.months) - draft.cast.since[group[0]]
        growth = np.exp(draft.rng.normal(0.01, 0.05, size=length))
        for row in group:
            columns = FORMS["one_hand"].columns
            own = np.exp(draft.rng.normal(0, 0.004, size=(len(columns), length)))
            _continue(draft, row, columns, growth * own)


def _stopped(draft: _Draft) -> None:
    """The works stand still, and the return goes on about as before."""
    for row in draft.cast.who("stopped"):
        since = draft.cast.since[row]
        for name in FORMS["stopped"].columns:
            values = draft.columns[name][row]
            before = values[max(since - 6, 0) : since].mean()
            made_up = before * np.exp(draft.rng.normal(0, 0.06, size=len(values) - since))
            values[since:] = np.maximum(np.round(made_up), 0) if name != "profit" else np.round(made_up)


def _bunching(draft: _Draft) -> None:
    """A year's income that would miss the threshold ends just above it."""
    years = draft.months.astype("datetime64[Y]").astype(int) + 1970
    for row in draft.cast.who("bunching"):
        for year in np.unique(years[draft.cast.since[row] :]):
            in_year = years == year
            wanted = THRESHOLD * 10 * in_year.sum() / 12 * (1 + draft.rng.uniform(0.002, 0.04))
            factor = max(1.0, wanted / max(draft.columns["revenue"][row, in_year].sum(), 1.0))
            for name in FORMS["bunching"].columns:
                draft.columns[name][row, in_year] *= factor


def _smoothed(draft: _Draft) -> None:
    """The noise is divided by the detail; a negative detail keeps the season and takes only the rest away."""
    number = calendar.month_numbers(draft.months)
    time = np.arange(len(number))
    for row in draft.cast.who("smoothed"):
        since, divisor = draft.cast.since[row], abs(draft.cast.detail[row])
        for name in FORMS["smoothed"].columns:
            logs = np.log(np.maximum(draft.columns[name][row], 1.0))
            line = np.polyval(np.polyfit(time, logs, 1), time)
            rest = logs - line
            if draft.cast.detail[row] < 0:
                season = np.array([rest[number == month].mean() for month in number])
                line, rest = line + season, rest - season
            draft.columns[name][row, since:] = np.exp(line + rest / divisor)[since:]


def _inflated(draft: _Draft) -> None:
    """Growth is added every month that invoices and power know nothing of."""
    for row in draft.cast.who("inflated"):
        since = draft.cast.since[row]
        ramp = np.exp(draft.cast.detail[row] * np.arange(1, len(draft.months) - since + 1))
        for name in FORMS["inflated"].columns:
            draft.columns[name][row, since:] *= ramp


_FORMS: dict[str, Callable[[_Draft], None]] = {
    "copied_growth": _copied_growth,
    "copied_period": _copied_period,
    "one_hand": _one_hand,
    "stopped": _stopped,
    "bunching": _bunching,
    "smoothed": _smoothed,
    "inflated": _inflated,
}
"""``adjusted_total`` is missing on purpose: it breaks the sum, which exists only once the year is cumulated."""


def _rounding(rng: np.random.Generator, cast: Cast, size: NDArray[np.float64]) -> NDArray[np.int64]:
    """Step in 1,000 yuan to which a unit rounds: most to one, honest people also by hand to 10, 100 or 1,000."""
    step = rng.choice([1, 10, 100], size=len(cast.part), p=[0.7, 0.2, 0.1])
    step[cast.who("rounding_by_hand")] = np.where(size[cast.who("rounding_by_hand")] > 20_000, 1000, 100)
    step[cast.is_fabricated] = 1
    return step


def _cumulated(monthly: Panel, months: Months, step: NDArray[np.int64]) -> Whole:
    """Sum since January of whole 1,000 yuan, rounded to each unit's step."""
    whole = np.round(monthly).astype(np.int64)
    years = months.astype("datetime64[Y]")
    total = np.empty_like(whole)
    for year in np.unique(years):
        total[:, years == year] = whole[:, years == year].cumsum(axis=1)
    return np.asarray(np.round(total / step[:, None]).astype(np.int64) * step[:, None])


def _adjust_totals(rng: np.random.Generator, values: dict[str, Whole], cast: Cast) -> None:
    """The total is raised by one to four percent and its parts are forgotten."""
    for row in cast.who("adjusted_total"):
        raised = values["output"][row, cast.since[row] :] * (1 + rng.uniform(0.012, 0.045))
        values["output"][row, cast.since[row] :] = np.round(raised).astype(np.int64)


SLIPPED_BY = 10


def slipped(cast: Cast) -> list[tuple[int, tuple[str, ...]]]:
    """Rows of the units that slip, each with the block of the form it slips in."""
    return [(int(row), SLIPS[number % len(SLIPS)]) for number, row in enumerate(cast.who("unit_slip"))]


def _slip(values: dict[str, Whole], cast: Cast) -> None:
    """One month in which a block of the form was typed ten times too large: an error, not a fabrication."""
    for row, names in slipped(cast):
        for name in names:
            values[name][row, cast.since[row]] *= SLIPPED_BY


def make_returns(city: City, economy: Economy, cast: Cast, size: NDArray[np.float64]) -> Returns:
    """Turn the truth into what is reported; ``size`` (10,000 yuan a year) decides how coarsely people round."""
    rng = city.stream("firms", "returns")
    columns = {name: getattr(economy, name).copy() for name in (*MONEY, "headcount")}
    abroad = np.divide(economy.export, economy.output, out=np.zeros_like(economy.export), where=economy.output > 0)
    draft = _Draft(columns, cast, economy.months, rng)
    for form in _FORMS.values():
        form(draft)
    stopped = cast.who("stopped")
    share = np.where(np.isin(np.arange(len(abroad)), stopped)[:, None], abroad.max(axis=1, keepdims=True), abroad)
    columns["export"] = np.minimum(columns["output"] * share, columns["output"])
    step = _rounding(rng, cast, size)
    values = {name: _cumulated(columns[name], economy.months, step) for name in MONEY}
    values["headcount"] = np.round(columns["headcount"]).astype(np.int64)
    values["export"] = np.minimum(values["export"], values["output"])
    off = rng.integers(-1, 2, size=values["output"].shape) * (rng.random(len(cast.part)) < 0.1)[:, None]
    values["domestic"] = np.maximum(values["output"] - values["export"] + np.where(values["output"] > 1000, off, 0), 0)
    _adjust_totals(rng, values, cast)
    _slip(values, cast)
    return Returns(economy.months, values)
