"""How credit is scored is declared whole: each score has a level, each weight a reason."""

import pytest
from pydantic import ValidationError

from catalog.credit import CreditScore, credit_score


def declared(**changes):
    levels = [{"level": "A", "at_least": 900, "title": "好"}, {"level": "B", "at_least": 0, "title": "差"}]
    items = {"license": {"title": "许可", "points": 0, "reason": "事实"}}
    return CreditScore.model_validate({"base": 1000, "floor": 0, "levels": levels, "items": items} | changes)


def test_the_declared_way_of_scoring_is_whole():
    score = credit_score()
    assert score.levels[-1].at_least == score.floor
    assert any(level.at_least <= score.base for level in score.levels)
    assert all(item.reason for item in score.items.values())


def test_levels_out_of_order_are_refused():
    levels = [{"level": "B", "at_least": 0, "title": "差"}, {"level": "A", "at_least": 900, "title": "好"}]
    with pytest.raises(ValidationError, match="from the best to the worst"):
        declared(levels=levels)


def test_a_score_without_a_level_is_refused():
    with pytest.raises(ValidationError, match="must begin at the floor -100"):
        declared(floor=-100)


def test_a_weight_without_a_reason_is_refused():
    with pytest.raises(ValidationError, match="reason"):
        declared(items={"license": {"title": "许可", "points": 0, "reason": ""}})
