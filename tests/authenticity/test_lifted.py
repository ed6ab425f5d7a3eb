import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import lifted
from expectations.authenticity.observations import Roles, observe

LINE = 2000.0


@pytest.fixture
def directory():
    """Firms above a line with two witnesses of their sales; ``below`` firms fall short and lift themselves over it."""

    def make(below=0, count=1500, seed=1, place=None):
        rng = np.random.default_rng(seed)
        true = LINE * np.exp(np.abs(rng.normal(0, 0.8, count)))
        true[:below] = LINE * rng.uniform(0.6, 0.85, below)
        reported = np.where(true < LINE, LINE * (1 + rng.uniform(0.002, 0.04, count)), true)
        frame = pd.DataFrame({"firm": np.arange(count), "sales": np.round(reported, 1)})
        for name, noise in (("power", 0.25), ("invoices", 0.12)):
            frame[name] = np.round(true * 7 * np.exp(rng.normal(0, noise, count)), 1)
        frame["county"] = np.where(np.arange(count) < count // 2, "A", "B")
        roles = Roles(
            unit="firm",
            values=("sales",),
            together=(("sales", "power", "invoices"),),
            floors={"sales": LINE},
            place=place,
        )
        return observe(frame, roles)

    return make


def test_firms_that_lifted_themselves_over_the_line_are_a_group_and_are_named(directory):
    (tested,) = lifted.test(directory(below=60))
    (group,) = tested.groups
    assert group.p < 1e-6
    assert len(group.members) >= 45
    assert len([unit for unit in group.members if unit < 60]) >= 0.9 * len(group.members)
    assert np.isnan(tested.p).all()
    assert "sales刚过2,000" in group.message


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_directory_cut_at_the_line_is_no_finding(directory, seed):
    (tested,) = lifted.test(directory(seed=seed))
    assert tested.groups == ()
    assert tested.looked.sum() > 500


def test_honest_directories_are_found_no_more_often_than_chance_says(directory):
    found = sum(bool(lifted.test(directory(count=600, seed=seed))[0].groups) for seed in range(100, 220))
    assert found / 120 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 120)


def test_a_place_has_a_finding_of_its_own(directory):
    (tested,) = lifted.test(directory(below=25, place="county"))
    assert [group.unit for group in tested.groups] == ["sales 2,000 全部", "sales 2,000 A"]


def test_without_witnesses_or_firms_near_the_line_nothing_is_said(directory):
    seen = directory(below=25)
    frame = seen.frame
    assert lifted.test(observe(frame, Roles(unit="firm", values=("sales",), floors={"sales": LINE}))) == []
    (tested,) = lifted.test(
        observe(frame, Roles(unit="firm", values=("sales",), floors={"sales": 1.0}, together=(("sales", "power"),)))
    )
    assert tested.looked is None
    assert tested.reason == "刚过1的单位不足8个"


def test_a_running_total_is_taken_at_the_end_of_its_year(directory):
    seen = directory(below=25)
    year = seen.frame
    months = [f"2017-{month:02d}" for month in range(1, 13)]
    frame = year.loc[year.index.repeat(12)].assign(month=np.tile(months, len(year)))
    frame["sales"] = (frame["sales"] * np.tile(np.arange(1, 13) / 12, len(year))).round(1)
    roles = Roles(
        unit="firm",
        period="month",
        values=("sales",),
        together=(("sales", "power", "invoices"),),
        floors={"sales": LINE},
        running=("sales",),
    )
    (by_month,), (by_year,) = lifted.test(observe(frame, roles)), lifted.test(seen)
    assert [group.members for group in by_month.groups] == [group.members for group in by_year.groups]
