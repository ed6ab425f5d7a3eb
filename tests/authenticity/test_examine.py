import numpy as np
import pytest
from scipy import stats

from expectations.authenticity.examine import TESTS, examine
from expectations.authenticity.limits import LIMITS
from expectations.authenticity.tested import Tested
from expectations.authenticity.verdict import judge_units


def said(p, family="dispersion", columns=("a",), **more):
    p = np.asarray(p, dtype=float)
    return Tested(
        test=f"{family}_{'_'.join(columns)}",
        family=family,
        columns=columns,
        p=p,
        statistic=-p,
        effect=-p,
        unit_of_effect="倍",
        peers=np.full(len(p), 9),
        message=lambda unit: f"单位{unit}",
        reason="太少",
        **more,
    )


def uniform(size, *first):
    p = np.random.default_rng(len(first)).uniform(0, 1, size)
    p[: len(first)] = first
    return p


def test_one_family_is_weak_and_two_on_different_columns_are_strong():
    a, b = uniform(200, 1e-5, 1e-5, 0.5), uniform(200, 0.5, 1e-5, 0.5)
    verdicts = judge_units([said(a), said(b, "copied_growth", ("b",))], 200)
    assert verdicts.strength[:3] == ["weak", "strong", None]
    assert judge_units([said(a), said(b, "copied_growth", ("a",))], 200).strength[1] == "weak"


def test_one_family_alone_is_strong_only_where_it_may_be_and_far_beyond_chance():
    p = uniform(200, 1e-11, 1e-6)
    assert judge_units([said(p, can_be_strong_alone=True)], 200).strength[:2] == ["strong", "weak"]
    assert judge_units([said(p)], 200).strength[:2] == ["weak", "weak"]


def test_digits_and_support_raise_the_score_but_never_select():
    p = uniform(200, 1e-11)
    for only in (said(p, "digits"), said(p, "revision", supports_only=True)):
        verdicts = judge_units([only, said(uniform(200))], 200)
        assert verdicts.strength[0] is None
        assert verdicts.score[0] > np.median(verdicts.score)


def test_an_effect_too_small_to_matter_is_no_evidence_however_sure():
    p, matters = uniform(200, 1e-11), np.ones(200, dtype=bool)
    matters[0] = False
    verdicts = judge_units([said(p, matters=matters)], 200)
    assert verdicts.strength[0] is None
    assert verdicts.score[0] <= 0.5


def test_a_slip_is_reported_as_an_error_and_makes_no_lead():
    p, slip = uniform(200, 1e-11), np.zeros(200, dtype=bool)
    slip[0] = True
    verdicts = judge_units([said(p, is_error=slip)], 200)
    assert verdicts.strength[0] is None
    assert [(said.unit, said.strength) for said in verdicts.said] == [(0, "weak")]


def test_tests_that_hardly_ever_speak_do_not_bury_one_that_does():
    loud, silent = uniform(2000, *[1e-5] * 20), np.ones(2000)
    alone = judge_units([said(loud)], 2000).p[0]
    crowd = [said(silent, "copied_growth", (f"c{at}",)) for at in range(10)]
    assert judge_units([said(loud), *crowd], 2000).p[0] < 3 * alone


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_honest_units_are_no_rarer_than_their_combined_p(alpha):
    rng = np.random.default_rng(1)
    common = rng.normal(0, 1, 20_000)
    families = ("dispersion", "cross_source", "duplicate")
    p = [np.maximum(stats.norm.sf(0.6 * common + 0.8 * rng.normal(0, 1, 20_000)), 1e-12) for _ in families]
    verdicts = judge_units([said(each, family, (family,)) for each, family in zip(p, families, strict=True)], 20_000)
    assert (verdicts.p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / 20_000)


def test_no_test_no_verdict():
    unknown = np.full(3, np.nan)
    verdicts = judge_units([said(unknown)], 3)
    assert verdicts.score.tolist() == [0.0, 0.0, 0.0]
    assert verdicts.strength == [None, None, None]


@pytest.fixture
def report(honest_panel):
    panel = honest_panel()
    grown = 1.04 ** np.arange(1, 19)
    panel.values["output"][:12, 12:] = np.round(panel.values["output"][:12, 12:] * grown, 1)
    panel.values["power"][12:18, 10:] *= 0.5
    return examine(panel.seen())


def test_a_report_names_the_fabricators_first_and_leaves_the_honest_in_peace(report):
    assert report.rows == 600 * 30
    ranked = sorted(report.units, key=lambda each: -each.score)
    assert {each.unit for each in ranked[:10]} <= {f"U{at:05d}" for at in range(12)}
    # One test of one family, in a file in which hardly an honest gap shows how far they reach: leads, not proofs.
    assert all(each.verdict in ("weak", "strong") for each in ranked[:8])
    flagged = [each.unit for each in report.units if each.verdict in ("weak", "strong")]
    assert len([unit for unit in flagged if unit >= "U00012"]) <= 2


def test_every_finding_carries_its_evidence(report):
    found = next(each for each in report.findings if each.test == "drift")
    assert found.family == "cross_source"
    assert found.columns[0] == "output"
    assert found.period.endswith("/2017-06")
    assert found.p_value <= found.q_value <= LIMITS.fdr_strong
    assert found.effect > LIMITS.meaningful_ratio
    assert found.peers == 599
    assert found.unit in found.message
    assert "自备光伏或余热发电，购电减少" in found.innocent


def test_tests_that_could_not_be_applied_say_why(report):
    line = next(each for each in report.tests if each.test == "benford_first")
    assert (line.applied_to, line.not_applicable) == (0, 600)
    assert line.why
    unit = report.units[100]
    assert unit.verdict == "clean"
    assert unit.reason == f"适用的{unit.applicable_tests}项检验均未见异常"


def test_the_same_table_gives_the_same_report(honest_panel):
    first, second = (examine(honest_panel(units=120).seen()) for _ in range(2))
    assert [(each.unit, each.score) for each in first.units] == [(each.unit, each.score) for each in second.units]


def test_progress_tells_each_test_and_the_judgement(honest_panel):
    steps = []
    examine(honest_panel(units=40).seen(), progress=lambda name, step, of: steps.append((name, step, of)))
    assert [name for name, *_ in steps] == [*(name for name, _ in TESTS), "综合判断"]
    assert [step for _, step, _ in steps] == list(range(len(TESTS) + 1))
    assert {of for *_, of in steps} == {len(TESTS) + 1}
