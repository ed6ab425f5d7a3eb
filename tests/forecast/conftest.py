"""Series made for one test each."""

import numpy as np
import pandas as pd
import pytest

from jobs.forecast.series import Columns, table


def columns_of(times, values, names=None, grain=None):
    frame = pd.DataFrame({"series": names or "", "time": pd.to_datetime(times), "value": np.asarray(values, float)})
    return Columns(frame, grain, lambda time: time.strftime("%Y-%m-%d %H:%M"), None)


@pytest.fixture
def read():
    """One or more series from times and values."""

    def of(times, values, names=None, grain=None, whole=False):
        return table(columns_of(times, values, names, grain), whole=whole).series

    return of


@pytest.fixture
def monthly(read):
    """A monthly series from values, beginning in January 2010."""
    return lambda values: read(pd.date_range("2010-01", periods=len(values), freq="MS"), values, grain="month")[0]
