import numpy as np
import pandas as pd
import pytest

from expectations.authenticity.observations import Roles, observe
from expectations.authenticity.running import as_flows, is_cumulative, same_year, starts_again

MONTHS = [str(month) for month in pd.period_range("2016-01", "2017-12", freq="M")]
MONTHLY = np.random.default_rng(1).lognormal(3, 0.2, (40, 24))


def within_years(monthly):
    return np.hstack([part.cumsum(axis=1) for part in np.hsplit(monthly, 2)])


def test_a_total_that_starts_again_each_year_gives_back_its_months():
    total, same = within_years(MONTHLY), same_year(MONTHS)
    assert starts_again(total, same)
    flows = as_flows(total, same)
    assert np.isnan(flows[:, 0]).all()
    assert np.allclose(flows[:, 1:], MONTHLY[:, 1:])


@pytest.mark.parametrize(
    ("cells", "again", "cumulative"), [(MONTHLY, False, False), (MONTHLY.cumsum(axis=1), False, True)]
)
def test_monthly_values_are_no_totals_and_one_that_never_ends_does_not_start_again(cells, again, cumulative):
    same = same_year(MONTHS)
    assert (starts_again(cells, same), is_cumulative(cells, same)) == (again, cumulative)


def test_a_firm_that_only_grows_is_not_taken_apart():
    growing = 100 * 1.01 ** np.arange(24) * np.ones((40, 1))
    frame = pd.DataFrame({"u": np.repeat(np.arange(40), 24), "m": np.tile(MONTHS, 40), "x": growing.ravel()})
    seen = observe(frame, Roles(unit="u", period="m", values=("x",)))
    assert np.array_equal(seen.flows("x"), seen.grid("x"))
