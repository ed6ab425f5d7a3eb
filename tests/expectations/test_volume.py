import math
import random

from expectations.volume import Z_HOLD, Z_WARN, bounds, usual_rows


def test_fewer_than_three_batches_say_nothing() -> None:
    assert usual_rows([100, 100]) is None
    assert bounds([100, 100], 0.5, Z_WARN) is None


def test_large_batches_are_bounded_by_the_ratio_alone() -> None:
    assert bounds([10_000] * 5, 0.5, Z_WARN) == (5_000, 20_000)
    assert bounds([10_000] * 5, 0.8, Z_HOLD) == (2_000, 50_000)


def test_small_batches_may_halve_and_double_by_chance() -> None:
    found = bounds([20] * 10, 0.5, Z_WARN)
    assert found is not None
    least, most = found
    assert least < 10
    assert most is not None
    assert most >= 40


def test_a_resource_that_usually_sends_nothing_may_send_a_few_rows() -> None:
    found = bounds([0, 0, 0], 0.5, Z_WARN)
    assert found is not None
    assert found.least == 0
    assert found.most is not None
    assert 0 < found.most < 20


def test_a_limit_of_one_bounds_neither_side() -> None:
    assert bounds([100] * 3, 1.0, Z_WARN) == (0, None)


def test_one_outlier_in_the_past_does_not_move_the_bounds() -> None:
    assert bounds([100, 100, 100, 100_000, 100], 0.5, Z_WARN) == bounds([100] * 5, 0.5, Z_WARN)


def test_only_the_latest_month_counts() -> None:
    assert usual_rows([1] * 100 + [50] * 31) == 50


def poisson(source: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, source.random()
    while product > limit:
        count += 1
        product *= source.random()
    return count


def test_honest_daily_counts_are_flagged_less_than_once_in_three_thousand() -> None:
    source = random.Random(20180630)
    flagged = 0
    for mean in (2, 7, 20, 60):
        for _ in range(1_500):
            found = bounds([poisson(source, mean) for _ in range(10)], 0.5, Z_WARN)
            assert found is not None
            count = poisson(source, mean)
            flagged += count < found.least or (found.most is not None and count > found.most)
    assert flagged <= 2
