import pytest

from expectations.authenticity import wording


@pytest.mark.parametrize(
    ("value", "said"), [(123_400_000.0, "1.23亿"), (-56_000.0, "-5.6万"), (1234.5, "1,234.5"), (0.0421, "0.0421")]
)
def test_quantities_are_said_in_wan_or_yi(value, said):
    assert wording.number(value) == said


def test_a_single_period_is_not_said_twice():
    assert wording.interval("2018-06", "2018-06") == "2018-06"
    assert wording.interval("2018-02", "2018-06") == "2018-02/2018-06"
