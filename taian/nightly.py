"""One night by hand: a real Airflow run for a business date, watched until it ends, and taken up again after a kill."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from taian.airflow_api import AirflowApi, Run, TaskState
from taian.errors import ProblemError
from taian.progress import Board

DAG = "nightly"
WATCHER = "watcher"
ENDED = frozenset({"success", "failed", "upstream_failed", "skipped", "removed"})
BROKEN = frozenset({"failed", "upstream_failed"})
POLL_SECONDS = 3.0
"""Listing the tasks of a night takes its server 0.09 CPU seconds: asked each second, a tenth of a core."""
DAG_SECONDS = 120.0
MARKS = {"success": "✓", "failed": "✗", "upstream_failed": "✗", "skipped": "–"}


@dataclass
class Night:
    """How a night ended: its run, the steps that failed, and the seconds of each step's last try."""

    run_id: str
    state: str
    failed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def run_prefix(date: dt.date) -> str:
    """What the names of all attempts of one business date begin with."""
    return f"nightly__{date.isoformat()}__"


def attempt_of(run: Run) -> int:
    """Which attempt of its date a run is, from its name."""
    tail = run.run_id.rpartition("__")[2]
    return int(tail) if tail.isdigit() else 0


def wait_for_dag(api: AirflowApi, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait until Airflow has read the DAG. Raises ProblemError with Airflow's reason when it cannot."""
    deadline = time.monotonic() + DAG_SECONDS
    while not api.has_dag(DAG):
        reason = api.import_error()
        if reason or time.monotonic() > deadline:
            raise ProblemError(
                f"Airflow could not read dags/nightly.py ({reason or 'no reason given'}): mend it and try again."
            )
        sleep(POLL_SECONDS)


def open_run(
    api: AirflowApi, date: dt.date, resources: list[str], say: Callable[[str], None], due: Sequence[str] = ()
) -> Run:
    """The run to watch: the one of this date that is still going, the failed one taken up again, or a new one.

    ``due``: steps that have something to do although they ended well (a batch was released since). A night of the same
    date that ended well is followed by a new attempt, which finds nothing left to do.
    """
    runs = sorted(api.runs(DAG, run_prefix(date)), key=attempt_of)
    last = runs[-1] if runs else None
    if last is not None and last.state in ("queued", "running"):
        if sorted(last.conf.get("resources") or []) != sorted(resources):
            raise ProblemError(
                f"The night {last.run_id} is running with other resources: wait for its end, then try again."
            )
        say(f"The night {last.run_id} is still running: watching it.")
        return last
    if last is not None and last.state == "failed" and sorted(last.conf.get("resources") or []) == sorted(resources):
        tasks = api.tasks(DAG, last.run_id)
        broken = [t.task for t in tasks if t.state in BROKEN or (t.task in due and t.state == "success")]
        what = ", ".join(sorted(set(broken) - {WATCHER})) or "its end"
        say(f"The night {last.run_id} did not finish: taking up {what}.")
        api.clear(DAG, last.run_id, broken or [WATCHER])
        return api.run(DAG, last.run_id)
    number = attempt_of(last) + 1 if last is not None else 1
    conf = {"business_date": date.isoformat(), "resources": resources}
    return api.trigger(DAG, f"{run_prefix(date)}{number}", conf)


def describe(task: TaskState, sentence: str) -> str:
    """One line for a step that has ended."""
    seconds = f"{task.seconds:6.1f} s" if task.seconds is not None else " " * 8
    again = f"  (try {task.tries})" if task.tries > 1 else ""
    return f"{MARKS.get(task.state or '', '·')} {task.task:<32} {seconds}  {sentence}{again}".rstrip()


def watch(
    api: AirflowApi,
    run: Run,
    board: Board,
    is_supervised: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> Night:
    """Follow a run until it ends, telling each step once it has ended.

    Raises ProblemError when nobody supervises the platform any more (``is_supervised``): what supervisord leaves
    behind runs on for a while and then stands still.
    """
    told: dict[str, str] = {}
    while True:
        if not is_supervised():
            raise ProblemError("The supervisor of the platform was killed: give the same command again, it goes on.")
        current = api.run(DAG, run.run_id)
        tasks = [task for task in api.tasks(DAG, run.run_id) if task.task != WATCHER]
        for task in tasks:
            if task.state in ENDED and told.get(task.task) != f"{task.state}{task.tries}":
                told[task.task] = f"{task.state}{task.tries}"
                if task.state != "skipped":
                    board.line(describe(task, api.said(DAG, run.run_id, task.task)))
        running = [task.task for task in tasks if task.state == "running"]
        board.now(sum(task.state in ENDED for task in tasks), len(tasks), ", ".join(running))
        if current.state in ("success", "failed"):
            return Night(
                run.run_id,
                current.state,
                failed=[task.task for task in tasks if task.state in BROKEN],
                seconds={t.task: t.seconds for t in tasks if t.seconds is not None and t.state != "skipped"},
            )
        sleep(POLL_SECONDS)
