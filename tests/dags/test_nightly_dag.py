"""The DAG of the night, as Airflow reads it: one task a step, exact edges, a watcher, nothing heavy at import."""

import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from alerts.watch import CITY, deadline_of
from catalog import load_catalog
from jobs.plan import night_plan
from taian.settings import ROOT, Settings

PROBE = """
import json, sys
from dags.nightly import dag
tasks = {
    name: {
        "upstream": sorted(task.upstream_task_ids),
        "rule": task.trigger_rule.value,
        "retries": task.retries,
        "title": task.task_display_name,
    }
    for name, task in dag.task_dict.items()
}
deadline = dag.deadline[0] if dag.deadline else None
print(json.dumps({
    "tasks": tasks,
    "heavy": sorted({"pyspark", "great_expectations", "pandas", "dash"} & sys.modules.keys()),
    "schedule": str(dag.schedule),
    "timetable": type(dag.timetable).__name__,
    "deadline": None if deadline is None else [deadline.interval.total_seconds(), deadline.callback.path],
    "max_active_runs": dag.max_active_runs,
    "catchup": dag.catchup,
}))
"""


def read_dag(home, **environment):
    inherited = {key: value for key, value in os.environ.items() if key != "TAIAN_NIGHT_AT"}
    own = {"AIRFLOW_HOME": str(home), "PYTHONPATH": str(ROOT), "AIRFLOW__CORE__UNIT_TEST_MODE": "False"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**inherited, **own, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def dag(tmp_path_factory):
    return read_dag(tmp_path_factory.mktemp("airflow"))


@pytest.fixture(scope="module")
def plan():
    return night_plan(load_catalog())


def test_every_step_of_the_plan_is_one_task(dag, plan):
    assert set(dag["tasks"]) == {step.name for step in plan} | {"begin", "finish", "watcher"}


def test_the_edges_are_exactly_those_of_the_plan(dag, plan):
    for step in plan:
        assert dag["tasks"][step.name]["upstream"] == sorted(set(step.needs)) or (
            not step.needs and dag["tasks"][step.name]["upstream"] == ["begin"]
        )


def test_what_depends_on_a_failed_step_runs_all_the_same(dag, plan):
    for step in plan:
        assert dag["tasks"][step.name]["rule"] == ("all_done" if step.needs else "all_success")


def test_the_watcher_sees_every_task_and_fails_with_any(dag):
    watcher = dag["tasks"]["watcher"]
    assert watcher["rule"] == "one_failed"
    assert watcher["retries"] == 0
    assert set(watcher["upstream"]) == set(dag["tasks"]) - {"watcher"}


def test_every_step_is_tried_again_often_enough_to_outlive_a_killed_scheduler(dag):
    assert {task["retries"] for name, task in dag["tasks"].items() if name != "watcher"} == {3}


def test_an_operator_reads_the_titles_of_the_catalogue(dag):
    assert dag["tasks"]["resident"]["title"] == load_catalog()["resident"].title


def test_nothing_heavy_is_imported_to_read_the_dag(dag):
    assert dag["heavy"] == []


def test_a_person_starts_the_night_unless_a_time_is_set(dag):
    assert dag["schedule"] == "None"
    assert dag["deadline"] is None
    assert dag["max_active_runs"] == 1
    assert dag["catchup"] is False


def test_in_production_the_night_starts_by_itself_and_must_be_done_at_half_past_eight(tmp_path):
    found = read_dag(tmp_path, TAIAN_NIGHT_AT="02:00")
    assert found["timetable"] == "CronTriggerTimetable"
    assert found["deadline"] == [6.5 * 3600, "taian.late.tell_operator"]


@pytest.mark.parametrize("at", ["00:00", "02:00", "08:29", "08:30", "08:31", "22:00"])
def test_airflow_and_the_watch_outside_of_it_mean_the_same_deadline(monkeypatch, at):
    from dags import nightly

    night_at, date = dt.time.fromisoformat(at), dt.date(2018, 6, 30)
    monkeypatch.setattr(nightly, "settings", lambda: Settings(night_at=night_at))
    started = dt.datetime.combine(date + dt.timedelta(days=1), night_at, tzinfo=CITY)
    assert started + nightly.timing()["deadline"].interval == deadline_of(date, night_at)
