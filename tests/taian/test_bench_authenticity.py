"""The arithmetic of the authenticity benchmark, on verdicts that are made up here; the engine is not run."""

from dataclasses import replace

import numpy as np
import pytest

from taian.bench import authenticity as bench
from taian.bench import rivals
from taian.bench.fabrication import DETECTABLE, FORMS, fabricate
from taian.bench.honestpanel import honest_panel
from taian.bench.report import Goal, share


@pytest.fixture(scope="module")
def panel():
    return fabricate(honest_panel(500, 18, 1), 0.1, tuple(FORMS), 1)


def outcome(panel, flagged, strong=None):
    nobody = np.zeros(panel.shape[0], dtype=bool)
    return bench.Outcome(panel, flagged, nobody if strong is None else strong, flagged.astype(float), 1.0)


def named(measures):
    return {measure.name: measure for measure in measures}


def test_a_share_comes_with_its_interval_and_keeps_or_misses_its_goal():
    found = share("x", 90, 100, Goal(">=", 0.95))
    assert found.spread == (0.826, 0.945)  # Wilson, as published tables give it
    assert found.met is False
    assert share("x", 0, 0).value == 0


def test_an_oracle_has_full_recall_and_accuses_nobody(panel):
    oracle = [outcome(panel, panel.form != "", panel.form != "")]
    found = named(bench._recall("5%", oracle) + bench._discoveries("5%", oracle) + bench._habits(oracle))
    assert found["recall.5%.detectable"].value == 1
    assert all(found[f"recall.5%.{name}"].met for name in DETECTABLE)
    assert found["false.5%.strong"].value == 0
    assert found["habit.solar_roof.strong"].value == 0


def test_whoever_accuses_a_habit_shows_in_its_line(panel):
    found = named(bench._habits([outcome(panel, panel.habit == "merger", panel.habit == "merger")]))
    assert found["habit.merger.strong"].met is False
    assert found["habit.revision.strong"].value == 0
    assert found["habit.worst_upper_end"].value == 1


def test_false_discoveries_are_those_among_the_accused(panel):
    accused = (panel.form == DETECTABLE[0]) | (np.cumsum(panel.habit == "merger") == 1) & (panel.habit == "merger")
    found = named(bench._discoveries("5%", [outcome(panel, accused)]))
    assert found["false.5%.flagged"].value == pytest.approx(1 / accused.sum(), abs=1e-3)


def test_precision_counts_the_most_suspicious_first(panel):
    oracle = outcome(panel, panel.form != "")
    count = int((panel.form != "").sum())
    assert bench._first(oracle.score, panel, count) == count
    assert bench._first(-oracle.score, panel, count) == 0


def test_at_one_percent_the_seeds_take_all_detectable_forms_in_turn():
    taken = [form for seed in range(1, 4) for form in bench._forms(0.01, seed)]
    assert sorted(taken) == sorted(DETECTABLE)
    assert bench._forms(0.05, 1) == tuple(FORMS)


def test_rivals_rank_every_firm(panel):
    scores = rivals.rankings(panel)
    assert {"benford_mad", "hidiroglou_berthelot"} <= set(scores)
    assert all(np.isfinite(score).all() and len(score) == 500 for score in scores.values())


def test_hidiroglou_and_berthelot_rank_a_slip_high(panel):
    cells = {**panel.cells, "output": panel.cells["output"].copy()}
    firm = int(np.flatnonzero(panel.habit == "")[0])
    cells["output"][firm, 9] *= 1000
    assert rivals.rankings(replace(panel, cells=cells))["hidiroglou_berthelot"][firm] >= 2
