"""The states of the plan's tasks as the nights knew them: a row when one changes, nothing that a later night adds."""

import datetime
import json

import pyarrow as pa
import pyarrow.parquet as pq

from jobs import journal, lake
from jobs.governance import states
from jobs.publish import duck, serve


def task(number="08-2", state="under_way", **more):
    usual = {"evidence": "上云率 60%", "value": 60.0, "target": 70.0, "basis": "measure", "source": "plan_task@1"}
    return {"task_id": number, "state": state, **usual, **more}


def kept():
    return [(row["task_id"], row["since"], row["state"]) for row in states.table().to_pylist()]


def test_a_row_is_written_when_a_state_changes_and_the_same_night_again_changes_nothing(home):
    for day, *tasks in (
        ("2018-06-28", task(), task("17-1", "unproven")),
        ("2018-06-29", task(evidence="上云率 65%"), task("17-1", "unproven")),
        ("2018-06-30", task(state="done"), task("17-1", "unproven")),
    ):
        states.record(day, tasks)
        once = states.table()
        states.record(day, tasks)
        assert states.table().equals(once)
    assert kept() == [
        ("08-2", "2018-06-28", "under_way"), ("08-2", "2018-06-30", "done"), ("17-1", "2018-06-28", "unproven"),
    ]  # fmt: skip
    first, last, _ = states.table().to_pylist()
    assert first["evidence"] == "上云率 60%", "what the state began with"
    assert first["digest"] == states.digest_of(task()) != last["digest"]


def test_a_night_that_comes_out_differently_puts_its_own_rows_again_and_a_past_one_changes_nothing(home):
    states.record("2018-06-28", [task()])
    states.record("2018-06-29", [task(state="done")])
    states.record("2018-06-29", [task()])
    assert kept() == [("08-2", "2018-06-28", "under_way")]
    states.record("2018-06-30", [task(state="done")])
    states.record("2018-06-28", [task(state="overdue")])
    assert kept() == [("08-2", "2018-06-28", "under_way"), ("08-2", "2018-06-30", "done")]


def test_the_publish_step_keeps_and_serves_them(home, declared, catalog_of, monkeypatch):
    # The other tables of the lake need the engine; this one is read from its files.
    monkeypatch.setattr(serve, "ORDERS", {})
    monkeypatch.setattr(serve, "_sampled", lambda *_: [])

    def publish(day, state):
        log = lake.path(states.TASKS) / "_delta_log"
        log.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([task(state=state)]), log.parent / "a.parquet")
        (log / f"{0:020}.json").write_text(json.dumps({"add": {"path": "a.parquet"}}))
        journal.record_product(states.TASKS, day, {}, "r1", 1)
        serve.publish(catalog_of(declared()), day, "r1")
        return duck.read(states.TABLE, f"SELECT since, state FROM {states.TABLE} ORDER BY since")

    before, after = datetime.date(2018, 6, 29), datetime.date(2018, 6, 30)
    publish(before, "under_way")
    expected = [{"since": "2018-06-29", "state": "under_way"}, {"since": "2018-06-30", "state": "done"}]
    assert publish(after, "done") == publish(after, "done") == expected
