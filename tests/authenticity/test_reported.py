"""The medians of peers beside the figures of a unit."""

import numpy as np

from expectations.authenticity.reported import LEAST_PEERS, _medians


def test_a_running_total_of_the_same_peers_never_seems_to_fall():
    total = np.cumsum(np.full((5, 6), 10.0), axis=1) * np.array([[1.0], [1.1], [1.2], [100.0], [100.0]])
    total[3:, ::2] = np.nan
    medians = _medians(total, np.arange(6))
    assert medians.tolist() == (np.cumsum(np.full(6, 10.0)) * 1.1).tolist()


def test_a_median_of_too_few_that_reported_throughout_is_not_told():
    total = np.ones((LEAST_PEERS + 1, 6))
    total[:2, 3:] = np.nan
    assert np.isnan(_medians(total, np.arange(6))).all()
    assert (_medians(total, np.arange(3)) == 1).tolist() == [True] * 3 + [False] * 3
