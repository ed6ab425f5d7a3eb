"""``taian bench inspect``: a small file through the real command, and what its figures are held against."""

import pytest

from taian.bench.inspection import LARGE, Cost, bench_inspect, cost_measures, growth_measures
from taian.commands.bench import sizes
from taian.errors import ProblemError


def test_files_are_inspected_and_removed(tmp_path):
    said = []
    measures = {each.name: each.value for each in bench_inspect(tmp_path, [60, 40], said.append)}
    assert [line.split()[0] for line in said] == ["40", "60"]
    assert measures["seconds.60"] > 0
    assert measures["memory.60"] > 0.05
    assert measures["floor.40"] > 0
    assert "growth.60" in measures
    assert not list(tmp_path.rglob("*.csv"))


def test_goals_are_those_of_the_large_file():
    floor = Cost(1.0, 1.0, 1 << 20)
    heavy = {each.name: each.met for each in cost_measures(LARGE, Cost(61.0, 90.0, 2_100_000_000), floor)}
    assert heavy[f"seconds.{LARGE}"] is False
    assert heavy[f"memory.{LARGE}"] is False
    small = {each.name: each.met for each in cost_measures(1_000, Cost(61.0, 90.0, 2_100_000_000), floor)}
    assert small["seconds.1000"] is None


def test_growth_is_told_against_the_units():
    (growth,) = growth_measures({100: Cost(1.0, 1.0, 1), 1_000: Cost(5.0, 1.0, 1)})
    assert growth.value == pytest.approx(0.5)
    assert growth.met


def test_a_command_that_fails_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("taian.bench.inspection._FLOOR", "raise SystemExit(3)")
    with pytest.raises(ProblemError, match="ended with 3"):
        bench_inspect(tmp_path, [40], lambda line: None)


@pytest.mark.parametrize("text", ["", "many", "10,", "0", "2000000"])
def test_what_is_no_number_of_units_is_refused(text):
    with pytest.raises(ProblemError, match="--units"):
        sizes(text)
