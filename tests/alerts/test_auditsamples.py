"""审计抽样: drawn at random and the riskier the likelier, written down, and drawn again to the same."""

import pytest

from alerts import audit, auditsamples
from taian.errors import ProblemError
from taian.settings import Settings

RISKS = {f"DZ2017{number:03d}": 8.0 if number < 5 else 1.0 for number in range(40)}


def test_the_same_seed_draws_the_same_projects_whatever_their_order():
    first = auditsamples.drawn(RISKS, 10, "甲")
    assert first == auditsamples.drawn(dict(reversed(RISKS.items())), 10, "甲")
    assert first != auditsamples.drawn(RISKS, 10, "乙")
    assert len(set(first)) == 10
    assert sorted(auditsamples.drawn(RISKS, 40, "甲")) == sorted(RISKS)


def test_who_has_eight_times_the_risk_is_drawn_first_eight_times_as_often():
    firsts = [auditsamples.drawn(RISKS, 1, f"{seed}")[0] for seed in range(2000)]
    risky = sum(RISKS[code] == 8.0 for code in firsts)
    # 5 x 8 of 75 parts of risk: 1067 of 2000, five standard errors of 22 either way.
    assert 955 < risky < 1179


def test_a_draw_is_a_line_of_the_log_and_comes_out_again_until_the_risks_change(tmp_path):
    config = Settings(home=tmp_path)
    made = auditsamples.sample(config, RISKS, 6, "审2018-1", "周")
    assert [each.number for each in auditsamples.history(config)] == [made.number]
    assert auditsamples.history(config)[0].drawn == made.drawn
    assert auditsamples.check(config, RISKS, made.number)
    assert audit.verify(config).broken == ""
    with pytest.raises(ProblemError, match="drawn from other projects or risks"):
        auditsamples.check(config, RISKS | {"DZ2017000": 1.0}, made.number)


def test_a_draw_that_cannot_be_made_is_refused_in_a_sentence(tmp_path):
    config = Settings(home=tmp_path)
    auditsamples.sample(config, RISKS, 1, "一", "周")
    with pytest.raises(ProblemError, match="--seed 一 was used for SJ-001"):
        auditsamples.sample(config, RISKS, 1, "一", "周")
    with pytest.raises(ProblemError, match="--size is 41, and 40 projects are filed"):
        auditsamples.sample(config, RISKS, 41, "", "周")
    with pytest.raises(ProblemError, match="longer than 40"):
        auditsamples.sample(config, RISKS, 1, "长" * 41, "周")
    with pytest.raises(ProblemError, match="There is no draw 'SJ-009'"):
        auditsamples.check(config, RISKS, "SJ-009")
