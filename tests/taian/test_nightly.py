"""A night by hand: a new run, one that still goes on, one taken up again."""

import datetime as dt
import json

import httpx
import pytest
from rich.console import Console

from taian.airflow_api import AirflowApi
from taian.errors import ProblemError
from taian.nightly import open_run, wait_for_dag, watch
from taian.progress import Board
from taian.settings import Settings

DAY = dt.date(2018, 6, 30)


def followed(api, supervised=lambda: True):
    run = api.run("nightly", "nightly__2018-06-30__1")
    return watch(api, run, Board(Console(), None, None), supervised, sleep=lambda _: None)


class Airflow:
    """The part of Airflow's API that a night uses; each poll of a run moves it one state on."""

    def __init__(self, runs=(), tasks=(), states=("success",), has_dag=True):
        self.runs = [{"dag_run_id": name, "state": state, "conf": conf} for name, state, conf in runs]
        self.tasks = list(tasks)
        self.states = list(states)
        self.has_dag = has_dag
        self.asked = []

    def __call__(self, request):
        path = request.url.path.removeprefix("/api/v2")
        if path == "/auth/token":
            return httpx.Response(201, json={"access_token": "t"})
        assert request.headers["Authorization"] == "Bearer t"
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, path, body))
        if path == "/dags/nightly" and not self.has_dag:
            return httpx.Response(404, json={})
        return httpx.Response(200, json=self.answer(request.method, path.rpartition("/")[2], body))

    def answer(self, method, last, body):
        fixed = {
            "nightly": {},
            "importErrors": {"import_errors": [{"stack_trace": "Traceback\nNameError: moon\n"}]},
            "clearTaskInstances": {},
            "return_value": {"value": "3 批"},
            "taskInstances": {"task_instances": self.tasks},
            "dagRuns": {"dag_runs": self.runs},
        }
        if method == "POST" and last == "dagRuns":
            return {"dag_run_id": body["dag_run_id"], "state": "queued", "conf": body["conf"]}
        if last in fixed:
            return fixed[last]
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"dag_run_id": last, "state": state, "conf": {}}

    def api(self):
        return AirflowApi(Settings(), transport=httpx.MockTransport(self))

    def sent(self, suffix):
        return [body for method, path, body in self.asked if method == "POST" and path.endswith(suffix)]


def task(name, state, tries=1):
    return {"task_id": name, "task_display_name": name, "state": state, "try_number": tries, "duration": 1.5}


def conf(*resources):
    return {"business_date": "2018-06-30", "resources": list(resources)}


def open_night(airflow, resources=()):
    return open_run(airflow.api(), DAY, list(resources), lambda _: None)


def test_the_first_night_of_a_date_has_a_name_that_says_so():
    airflow = Airflow()
    assert open_night(airflow).run_id == "nightly__2018-06-30__1"
    assert airflow.sent("/dagRuns") == [{"dag_run_id": "nightly__2018-06-30__1", "logical_date": None, "conf": conf()}]


def test_a_night_that_ended_well_is_followed_by_another_attempt():
    airflow = Airflow(
        runs=[("nightly__2018-06-30__9", "success", conf()), ("nightly__2018-06-30__10", "success", conf())]
    )
    assert open_night(airflow).run_id == "nightly__2018-06-30__11"


def test_the_nights_of_other_dates_do_not_count():
    airflow = Airflow(runs=[("nightly__2018-06-29__1", "running", conf())])
    assert open_night(airflow).run_id == "nightly__2018-06-30__1"


def test_a_night_that_still_runs_is_watched_and_not_started_twice():
    airflow = Airflow(runs=[("nightly__2018-06-30__1", "running", conf())])
    assert open_night(airflow).run_id == "nightly__2018-06-30__1"
    assert airflow.sent("/dagRuns") == []


def test_a_running_night_of_other_resources_is_waited_for_by_a_person():
    airflow = Airflow(runs=[("nightly__2018-06-30__1", "running", conf("penalty"))])
    with pytest.raises(ProblemError, match="running with other resources"):
        open_night(airflow)


def test_a_failed_night_repeats_what_failed_and_what_depends_on_it():
    airflow = Airflow(
        runs=[("nightly__2018-06-30__1", "failed", conf())],
        tasks=[task("resident", "failed"), task("division", "success"), task("watcher", "failed")],
    )
    assert open_night(airflow).run_id == "nightly__2018-06-30__1"
    [cleared] = airflow.sent("/clearTaskInstances")
    assert cleared["task_ids"] == ["resident", "watcher"]
    assert cleared["include_downstream"] is True
    assert cleared["dry_run"] is False


def test_a_failed_night_also_repeats_the_steps_that_a_release_waits_for():
    airflow = Airflow(
        runs=[("nightly__2018-06-30__1", "failed", conf())],
        tasks=[task("resident", "failed"), task("division", "success"), task("vat", "skipped")],
    )
    open_run(airflow.api(), DAY, [], lambda _: None, ["division", "vat"])
    [cleared] = airflow.sent("/clearTaskInstances")
    assert cleared["task_ids"] == ["resident", "division"]


def test_each_ended_step_is_told_once_with_its_sentence(capsys):
    airflow = Airflow(
        states=["running", "running", "failed"],
        tasks=[
            task("resident", "success"),
            task("penalty", "failed", 4),
            task("vat", "skipped"),
            task("watcher", "failed"),
        ],
    )
    api = airflow.api()
    night = followed(api)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("✓ resident")
    assert lines[0].endswith("3 批")
    assert lines[1].startswith("✗ penalty")
    assert lines[1].endswith("(try 4)")
    assert (night.state, night.failed) == ("failed", ["penalty"])


def test_a_dag_that_cannot_be_read_is_reported_with_airflows_reason():
    with pytest.raises(ProblemError, match=r"could not read dags/nightly.py \(NameError: moon\)"):
        wait_for_dag(Airflow(has_dag=False).api(), sleep=lambda _: None)


def test_a_night_whose_supervisor_was_killed_says_so_instead_of_waiting_for_ever():
    airflow = Airflow(runs=[("nightly__2018-06-30__1", "running", {})], states=["running"] * 50)
    looks = iter([True, True, False])
    with pytest.raises(ProblemError, match="supervisor of the platform was killed: give the same command again"):
        followed(airflow.api(), supervised=lambda: next(looks))
