"""What verdicts teach, on a real store."""

import datetime

import pytest

from alerts.casebook import act
from alerts.cases import Step
from alerts.notify import record_night
from alerts.verdicts import Precision, Standing, precision, standing


def decide(settings, number, verdict):
    for step in (Step("assign", "李四", to="王五"), Step("hear", "王五", "陈述"), Step(verdict, "王五", "理由")):
        act(settings, f"XS-2018-{number:04d}", step)


def test_the_last_verdict_on_a_unit_counts_from_the_day_it_was_given_and_a_group_has_none(home, facts):
    settings = home()
    assert (standing(settings), precision(settings)) == (Standing(), [])
    kinds = {"U1": "firm", "U2": "firm", "U3": "firm", "G": "group"}
    found = [facts.finding(f"f-{unit}", unit=unit, unit_kind=kind) for unit, kind in kinds.items()]
    record_night(settings, facts.night(*found))
    for number, verdict in enumerate(("confirm", "dismiss", "confirm", "confirm"), start=1):
        decide(settings, number, verdict)
    act(settings, "XS-2018-0003", Step("reopen", "李四", "单位申请复核"))
    assert standing(settings) == Standing(frozenset({"U1"}), frozenset({"U2"}))
    assert standing(settings, datetime.date(2018, 6, 30)) == Standing(), "the night before the verdicts knows none"
    assert precision(settings) == [Precision("t", "cross_source", 2, 1)]


@pytest.mark.parametrize(
    ("confirmed", "dismissed", "low", "high"),
    [(8, 2, 0.4902, 0.9433), (0, 10, 0.0, 0.2775)],
)
def test_the_interval_is_wilson_s(confirmed, dismissed, low, high):
    """Against the published formula: centre (k + z²/2)/(n + z²), z = 1.96."""
    assert Precision("t", "f", confirmed, dismissed).interval == pytest.approx((low, high), abs=5e-4)


def test_without_a_verdict_there_is_no_precision():
    assert (Precision("t", "f", 0, 0).share, Precision("t", "f", 0, 0).interval) == (None, None)
