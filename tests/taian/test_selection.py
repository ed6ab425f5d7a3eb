"""A night for some resources only."""

from collections import namedtuple

from taian.selection import selected_steps

Step = namedtuple("Step", "name layer needs")
PLAN = (
    Step("division", "land", ()),
    Step("resident", "land", ("division",)),
    Step("penalty", "land", ()),
    Step("base_person", "base", ("resident",)),
    Step("base_credit", "base", ("penalty",)),
    Step("topic_city", "topic", ("base_person", "base_credit")),
    Step("settle", "settle", ("resident", "penalty", "topic_city")),
    Step("publish", "publish", ("settle",)),
)


def test_without_a_choice_everything_runs():
    assert selected_steps(PLAN, []) == {step.name for step in PLAN}


def test_a_chosen_resource_runs_with_everything_that_depends_on_it():
    assert selected_steps(PLAN, ["penalty"]) == {"penalty", "base_credit", "topic_city", "settle", "publish"}


def test_a_resource_that_only_refers_to_the_chosen_one_does_not_run():
    assert "resident" not in selected_steps(PLAN, ["division"])
