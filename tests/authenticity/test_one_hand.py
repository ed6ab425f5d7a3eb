import numpy as np
import pytest

from expectations.authenticity import few_columns, joined, neighbours, one_hand


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_firms_lie_no_nearer_than_promised(honest_panel, alpha):
    (tested,) = one_hand.test(honest_panel(units=1500).seen())
    assert (tested.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 1500)


def test_six_firms_written_by_one_hand_are_one_group(honest_panel):
    panel = honest_panel(units=1500)
    rng = np.random.default_rng(4)
    for values in panel.values.values():
        scale = values[1:6, 9:10] / values[0, 9]
        values[1:6, 10:] = np.round(values[0, 10:] * scale * np.exp(rng.normal(0, 0.003, (5, 20))), 1)
    (tested,) = one_hand.test(panel.seen())
    assert (tested.p[:6] < 1e-3).all()
    assert tuple(range(6)) in [group.members for group in tested.groups]
    assert "几乎同步涨落" in tested.message(0)


def test_seasonal_stops_that_many_share_are_no_handwriting(honest_panel):
    panel = honest_panel(units=1500)
    for values in panel.values.values():
        values[:60, [0, 1, 12, 13, 24, 25]] *= 0.05
    (tested,) = one_hand.test(panel.seen())
    assert (tested.p[:60] <= 0.01).mean() <= 0.05


def test_hashing_finds_the_near_duplicates_that_an_exact_search_finds():
    rng = np.random.default_rng(1)
    vectors = rng.normal(0, 1, (7000, 40)).astype(np.float32)
    vectors[:20] = vectors[20:40] + rng.normal(0, 0.1, (20, 40))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = neighbours.nearest(vectors)
    assert (found.other[:20] == np.arange(20, 40)).mean() >= 0.95
    assert np.median(found.expected[:20]) < 1e-6
    assert np.median(found.expected[40:]) > 0.1


def test_a_batch_copied_in_two_columns_of_many_is_found_among_other_keepers_books(honest_panel):
    columns = (("output", 1.0), ("power", 0.7), ("tax", 0.95), *((f"book{at}", 0.0) for at in range(5)))
    panel = honest_panel(units=1000, columns=columns)
    rng = np.random.default_rng(4)
    for name in ("output", "book0"):
        values = panel.values[name]
        values[1:6, 12:22] = np.round(
            values[0, 12:22] * values[1:6, 11:12] / values[0, 11] * np.exp(rng.normal(0, 0.003, (5, 10))), 1
        )
    (tested,) = one_hand.test(panel.seen())
    assert (tested.p[:6] < 1e-3).all()
    assert (tested.p[6:] < 1e-3).sum() <= 4  # of 994
    assert set(tested.partners(3)) <= set(range(6))
    assert sum("“output”和“book0”" in tested.message(unit) for unit in range(6)) >= 3
    assert not (tested.p < 1e-6).any()  # two columns are never strong alone


def _batch(panel, small: int):
    """Seven firms written by one hand in two columns; the second of the ``small`` last is too coarse to show it."""
    rng = np.random.default_rng(4)
    for name in ("output", "book0"):
        values = panel.values[name]
        pattern = values[0, 12:22] / values[0, 11]
        values[1:7, 12:22] = values[1:7, 11:12] * pattern * np.exp(rng.normal(0, 0.003, (6, 10)))
        values[7 - small : 7] *= (
            1.0 if name == "output" else 3 / np.median(values[7 - small : 7], axis=1, keepdims=True)
        )
        panel.values[name] = np.round(values, 1 if name == "output" else 0)
    return panel.seen()


def _other_books(honest_panel, seed: int = 1):
    columns = (("output", 1.0), ("power", 0.7), ("tax", 0.95), *((f"book{at}", 0.0) for at in range(5)))
    return honest_panel(units=1000, seed=seed, columns=columns)


def test_who_shares_a_handwriting_that_three_have_is_found_in_one_column_alone(honest_panel):
    seen = _batch(_other_books(honest_panel), small=2)
    (tested,) = one_hand.test(seen)
    assert (tested.p[:7] < 1e-3).all()
    assert set(tested.partners(6)) <= set(range(7))
    assert "“output”几乎同步涨落" in tested.message(6)
    assert {6, 5} <= set(next(group for group in tested.groups if 0 in group.members).members)
    assert not (tested.p < 1e-6).any()


def test_honest_firms_are_no_more_like_a_handwriting_than_promised(honest_panel):
    p = []
    for seed in range(1, 6):
        seen = _batch(_other_books(honest_panel, seed), small=0)
        found = few_columns.look(seen)
        p.append(joined.join(seen, found).p[7:])
    p = np.concatenate(p)
    assert np.isfinite(p).mean() > 0.9
    for alpha in (0.05, 0.01, 0.001):
        assert np.nanmean(p <= alpha) <= alpha + 3 * np.sqrt(alpha / len(p))
