"""What is used elsewhere to rank firms by suspicion, as its packages do it: larger is more suspicious.

Isolation forest (Liu, Ting and Zhou 2008; scikit-learn's defaults, only where it is installed) on the logs of each
column's mean, spread of changes and growth; Benford's first digit by mean absolute deviation (R benford.analysis); and
the number of steps out by Hidiroglou and Berthelot (R univOutl's U, A and C).
"""

import importlib
import warnings
from typing import Any

import numpy as np

from expectations.authenticity import digits, outlier
from taian.bench.honestpanel import BOOKS, RETURN, Floats, Panel


def rankings(panel: Panel) -> dict[str, Floats]:
    """One score a firm by each rival that can run here."""
    found = {"benford_mad": _benford(panel), "hidiroglou_berthelot": _ratios(panel)}
    forest = _forest()
    if forest is not None:
        features = _features(panel)
        found["isolation_forest"] = -np.asarray(forest(random_state=0).fit(features).score_samples(features))
    return found


def _forest() -> Any:
    """The class, or None: the platform itself does not depend on scikit-learn."""
    try:
        return importlib.import_module("sklearn.ensemble").IsolationForest
    except ImportError:
        return None


def _features(panel: Panel) -> Floats:
    columns = []
    for name in (*RETURN, *BOOKS):
        logs = np.log1p(panel.cells[name])
        third = logs.shape[1] // 3
        columns += [logs.mean(axis=1), np.diff(logs, axis=1).std(axis=1)]
        columns += [logs[:, -third:].mean(axis=1) - logs[:, :third].mean(axis=1)]
    return np.column_stack(columns)


def _benford(panel: Panel) -> Floats:
    values = np.concatenate([panel.cells[name] for name in RETURN], axis=1)
    counts = np.zeros((len(values), 9))
    for row, figures in enumerate(values):
        first = digits.leading_two(figures[figures > 0]) // 10
        counts[row] = np.bincount(first, minlength=10)[1:10]
    return digits.deviation(counts, digits.FIRST.expected)


def _ratios(panel: Panel) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        away = [np.nan_to_num(np.abs(outlier.distances(panel.cells[name]))) for name in RETURN]
    return np.asarray(sum((distance > outlier.C).sum(axis=1) for distance in away), dtype=np.float64)
