import numpy as np
import pytest

from expectations.authenticity.stamps import said, season, spans

MONTHS = [f"{year}-{month:02d}" for year in (2016, 2017) for month in range(1, 13)]
EXEMPT = [period for period in MONTHS if not period.endswith("-01")]


@pytest.mark.parametrize(
    ("periods", "length"),
    [(MONTHS, 12), (EXEMPT, 11), (["2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4", "2017-Q1"], 4), (MONTHS[:12], None)],
)
def test_a_season_is_as_long_as_the_periods_that_come_round_again(periods, length):
    assert season(periods) == length


def test_steps_cover_the_months_since_the_one_before_or_since_january():
    assert spans(EXEMPT).tolist() == [2, *[1] * 10, 2, *[1] * 10]
    assert spans(["2016-03", "2016-06", "2017-03"]).tolist() == [3, 3, 3]
    assert np.isnan(spans(["2016-03", "2016-04"])[0])


def test_days_and_names_tell_no_months():
    assert spans(["2016-01-01", "2016-01-02"]) is None
    assert spans(["first", "second"]) is None


@pytest.mark.parametrize(
    ("label", "periods", "words"),
    [
        ("2017-06", MONTHS, "2017年6月"),
        ("2017-02", MONTHS, "2017年2月"),
        ("2017-02", EXEMPT, "2017年1-2月"),
        ("2017-Q2", ["2017-Q2"], "2017年第2季度"),
        ("第三批", ["第三批"], "第三批"),
    ],
)
def test_periods_are_read_aloud_as_people_say_them(label, periods, words):
    assert said(label, periods) == words
