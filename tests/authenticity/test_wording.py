import pytest

from expectations.authenticity import wording


@pytest.mark.parametrize(
    ("value", "said"), [(123.44, "123.4万元"), (12345.0, "1.23亿元"), (-5.0, "-5.0万元"), (9999.0, "9,999.0万元")]
)
def test_money_is_said_in_wan_or_yi(value, said):
    assert wording.money(value) == said


def test_february_is_said_as_two_months():
    assert wording.month("2018-02") == "2018年1-2月"
    assert wording.span("2017-12", "2018-06") == "2017年12月至2018年6月"


def test_a_single_month_is_not_said_twice():
    assert wording.span("2018-06", "2018-06") == "2018年6月"
    assert wording.interval("2018-06", "2018-06") == "2018-06"
