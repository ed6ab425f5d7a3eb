"""Since when a source is silent, and which are not."""

import datetime as dt

import pytest

from catalog import load_catalog
from jobs.inputs import Inputs
from jobs.warning.build import silent


class Known(Inputs):
    """What was published last, by resource."""

    periods: dict[str, str]

    def last_period(self, name: str) -> str | None:
        return self.periods.get(name)


def told(day: str, **periods: str) -> list[tuple[str, str]]:
    inputs = Known(load_catalog(), dt.date.fromisoformat(day))
    object.__setattr__(inputs, "periods", periods)
    return [(one.resource, f"{one.due}") for one in silent(inputs, inputs.known_on)]


@pytest.mark.parametrize("day", ["2018-07-02", "2018-07-03", "2018-07-06"])
def test_a_daily_source_is_silent_since_the_first_day_that_is_missing(day: str) -> None:
    assert told(day, hotline_12345="2018-06-30") == [("hotline_12345", "2018-07-02")]


def test_what_is_not_due_or_never_came_is_not_silent() -> None:
    assert told("2018-07-01", hotline_12345="2018-06-30") == []
    assert told("2018-07-06") == []


def test_a_month_in_which_nothing_is_asked_for_is_not_missing() -> None:
    """No figures of January are reported: after those of December come those of February."""
    resource = load_catalog()["enterprise_return"]
    assert 1 in resource.exempt_months
    assert told("2018-02-25", enterprise_return="2017-12") == []
    due = dt.date(2018, 2, 28) + dt.timedelta(days=resource.due_days)
    assert told(f"{due}", enterprise_return="2017-12") == [("enterprise_return", f"{due}")]
