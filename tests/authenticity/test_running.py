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
    assert np.allclose(as_flows(total, MONTHS), MONTHLY)


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


def test_january_and_february_together_are_two_months_and_what_began_before_the_table_is_unknown():
    total = within_years(MONTHLY)
    exempt = [at for at in range(24) if at % 12]
    flows = as_flows(total[:, exempt], [MONTHS[at] for at in exempt])
    assert np.allclose(flows[:, [0, 11]], MONTHLY[:, [0, 12]] / 2 + MONTHLY[:, [1, 13]] / 2)
    assert np.allclose(flows[:, 1:11], MONTHLY[:, 2:12])
    assert np.isnan(as_flows(total[:, 4:], MONTHS[4:])[:, 0]).all()


def test_months_that_repeat_in_a_running_total_are_equal_to_the_last_place():
    total = np.round(np.cumsum(np.full((5, 12), 1234.1), axis=1), 1)
    flows = as_flows(total, MONTHS[:12])
    assert (flows == 1234.1).all()
