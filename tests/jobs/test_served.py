"""What publishing tells the pages beside the tables of the lake: a sample, the steps of the nights, the plan."""

import datetime
import json

import pytest

from catalog import Resource, load_catalog
from jobs import journal
from jobs.publish import plan
from jobs.publish.catalogue import resources

NIGHT = datetime.date(2018, 6, 30)


def test_the_steps_of_every_night_are_told_so_that_an_earlier_failure_stays_in_sight(home):
    journal.record_step("r2", "resident", "success", "fine")
    journal.record_step("r1", "resident", "failed", "OSError: full")
    assert plan.steps().to_pylist() == [
        {"run_id": "r1", "step": "resident", "state": "failed", "message": "OSError: full"},
        {"run_id": "r2", "step": "resident", "state": "success", "message": "fine"},
    ]


def test_the_way_of_the_data_is_the_plan_without_its_closing_steps():
    edges = {(row["source"], row["target"]) for row in plan.lineage(load_catalog()).to_pylist()}
    assert ("base_population__person", "topic_city__indicator") in edges
    assert ("resident", "base_population__person") in edges
    assert not {target for _, target in edges} & {"settle", "publish", "alert"}


def test_a_batch_delivered_twice_leaves_its_resource_in_the_state_it_was(home, declared, catalog_of):
    for number, state in enumerate(("published", "duplicate")):
        journal.record_deliveries(
            [
                journal.Delivery(
                    resource="visit",
                    batch=f"visit-{number}",
                    folder=f"visit/p/{number}",
                    state=state,
                    delivered_at=datetime.datetime(2018, 6, 29 + number, tzinfo=journal.CHINA),
                    run_id="r1",
                    period="2018-06-29",
                )
            ]
        )
    (row,) = resources(catalog_of(declared())).to_pylist()
    assert row["last_state"] == "published"


def test_a_sample_says_our_words_as_the_department_does_and_leaves_the_codes_of_a_standard(declared):
    from jobs.publish.sample import said

    kind = load_catalog()["license"].column("kind")
    assert [said(kind, value) for value in ("ordinary", "other", None)] == ["普通", "other", None]
    assert said(declared().column("sex"), "1") == "1"


@pytest.mark.spark
def test_a_sample_is_the_first_rows_of_the_last_published_batch_masked(
    spark, home, declared, catalog_of, deliver, table_text
):
    from jobs.publish.sample import samples
    from jobs.resource import run_resource

    closed = [
        Resource.model_validate(declared().model_dump() | {"resource": name, "share": share})
        for name, share in (("asked_for", "conditional"), ("secret", "none"))
    ]
    catalog = catalog_of(declared(share="unconditional"), *closed)
    first = [("V1", "张三丰", "男", "5", "2018-06-28")]
    last = [(f"V{i}", "李四", "女", "", "2018-06-29") for i in range(9, 2, -1)]
    for name in ("visit", "asked_for", "secret"):
        deliver(home / "landing", table_text(*first).encode("gb18030"), 1, "2018-06-28", resource=name)
        deliver(home / "landing", table_text(*last).encode("gb18030"), 7, "2018-06-29", resource=name)
        run_resource(catalog[name], catalog, NIGHT, "r1")
    rows = samples(catalog, NIGHT).to_pylist()
    assert {(row["resource"], row["batch"]) for row in rows} == {("visit", "visit-2018-06-29-01")}
    assert [row["source_row"] for row in rows] == [2, 3, 4, 5, 6]
    assert json.loads(rows[0]["row_masked"]) == {
        "编号": "V9",
        "姓名": "李*",
        "性别": "2",
        "金额": None,
        "日期": "2018-06-29",
    }


@pytest.mark.spark
def test_a_night_writes_only_the_files_that_something_new_decides(
    spark, home, declared, catalog_of, deliver, table_text, monkeypatch
):
    from jobs.publish import duck, serve
    from jobs.publish.meta import write_meta
    from jobs.resource import run_resource

    def files(catalog, run_id, day=NIGHT):
        serve.publish(catalog, day, run_id)
        return {name: served["file"] for name, served in duck.current()["tables"].items()}

    def changed(before, after):
        return {name for name in after if after[name] != before.get(name)}

    catalog = catalog_of(declared(share="unconditional"))
    journal.begin_run("r1", NIGHT)
    rows = [("V1", "张三丰", "男", "5", "2018-06-28"), ("V2", "乙", "妖", "5", "2018-06-28")]
    deliver(home / "landing", table_text(*rows).encode("gb18030"), 2, "2018-06-28")
    run_resource(catalog["visit"], catalog, NIGHT, "r1")
    write_meta(catalog)
    first = files(catalog, "r1")
    with monkeypatch.context() as patch:
        patch.setattr(duck, "write", lambda *_: pytest.fail("nothing is new"))
        assert files(catalog, "r2") == first
    journal.record_step("r2", "visit", "success", "没有新的批次")
    stepped = files(catalog, "r3")
    assert changed(first, stepped) == {"meta__step"}
    renamed = catalog_of(declared(share="unconditional", title="来客"))
    assert changed(stepped, files(renamed, "r4")) == {"meta__resource", "meta__quarantine_sample", "meta__sample"}
    stepped = files(catalog, "r5")
    deliver(home / "landing", table_text(*rows).encode("gb18030"), 2, "2018-06-29")
    run_resource(catalog["visit"], catalog, NIGHT, "r6")
    found = changed(stepped, files(catalog, "r6"))
    assert {"meta__resource", "meta__quarantine_sample", "meta__sample"} <= found
    assert not found & {"meta__run", "meta__delivery", "meta__lineage", "meta__indicator"}
    stepped = files(catalog, "r7")
    monkeypatch.setattr(serve, "code_version", lambda: "another")
    assert changed(stepped, files(catalog, "r8")) == set(stepped)
