import numpy as np
import pandas as pd
import pytest

from expectations.authenticity.book import examined
from expectations.authenticity.hotline import hotline_book

COUNTIES = {"370902": "泰山区", "370911": "岱岳区", "370921": "宁阳县"}


@pytest.fixture
def orders():
    """Daily orders of three counties over half a year, as calls come in."""

    def make(**changed):
        rng = np.random.default_rng(1)
        days = pd.date_range("2018-01-01", periods=182).strftime("%Y-%m-%d")
        counts = {code: changed.get(code, rng.poisson(12, len(days))) for code in COUNTIES}
        frame = pd.DataFrame(counts, index=days).rename_axis("day").reset_index()
        return frame.melt(id_vars="day", var_name="county_code", value_name="orders")

    return make


def test_calls_that_come_as_they_come_are_no_finding(orders):
    result = examined(hotline_book(orders(), COUNTIES))
    assert result.findings == []
    assert [(test.test, test.applied_to) for test in result.report.tests] == [("underdispersion", 3)]


def test_a_county_that_makes_up_its_days_is_steadier_than_chance(orders):
    made_up = 12 + np.random.default_rng(2).integers(-1, 2, 182)
    (found,) = examined(hotline_book(orders(**{"370911": made_up}), COUNTIES)).findings
    assert (found.unit, found.unit_name, found.unit_kind, found.strength) == ("370911", "岱岳区", "county", "strong")
    assert (found.family, found.resource, found.evidence.kind) == ("underdispersion", "hotline_12345", "series")


def test_a_day_that_was_not_delivered_is_unknown_and_a_quiet_one_is_zero(orders):
    frame = orders()
    frame = frame[frame["day"] != "2018-03-01"]
    frame = frame[(frame["day"] != "2018-03-02") | (frame["county_code"] != "370902")]
    seen = hotline_book(frame, COUNTIES).seen
    grid, at = seen.grid("工单数"), seen.periods.index("2018-03-01")
    assert np.isnan(grid[:, at]).all()
    assert grid[seen.units.index("泰山区"), at + 1] == 0
