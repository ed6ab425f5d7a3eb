"""Where columns come from, and what each run of a step says of itself."""

import datetime as dt
import json
import uuid

import pytest

from catalog import load_catalog
from catalog.fusion import Fusion
from jobs import journal, night
from jobs.lineage import columns, events
from jobs.lineage.columns import edges_of
from jobs.plan import night_plan

DATE = dt.date(2018, 6, 30)
CATALOG = load_catalog()


def told(edges):
    return [(edge.column, edge.source_table, edge.source_column, edge.how) for edge in edges]


def test_a_typed_column_comes_from_the_item_its_declaration_names(declared, catalog_of):
    found = told(
        edges_of("dwd_service__visit", ["visit_id", "sex", "amount_yuan", "_batch"], {}, catalog_of(declared()))
    )
    assert found == [
        ("visit_id", "landing:visit", "编号", "原样"),
        ("sex", "landing:visit", "性别", "名称换为代码（2 个）"),
        ("amount_yuan", "landing:visit", "金额", "读作decimal；换算为 yuan（可写单位：无、万元）"),
    ]


def test_a_golden_attribute_comes_from_everyone_who_has_a_say_in_it_in_order(monkeypatch):
    rules = {"name": {"sources": ["tax_registration", "enterprise_registration"], "prefer": "freshest"}}
    fusion = Fusion.model_validate({"leading": "enterprise_registration", "attributes": rules})
    monkeypatch.setattr(columns, "all_fusions", lambda: {"base_legal__legal_person": fusion})
    found = told(edges_of("base_legal__legal_person", ["credit_code", "name", "sources"], {}, CATALOG))
    assert found == [
        ("credit_code", "dwd_legal__enterprise_registration", "credit_code", "同名列"),
        ("name", "dwd_legal__tax_registration", "name", "取最新的，第 1 位"),
        ("name", "dwd_legal__enterprise_registration", "name", "取最新的，第 2 位"),
    ]


def test_a_column_of_a_product_comes_from_those_of_its_name_and_one_that_is_computed_from_nowhere():
    known = {"base_geo__division": ["code", "parent_code"], "base_population__person": ["id_number"]}
    found = told(edges_of("topic_city__indicator", ["parent_code", "yoy"], known, CATALOG))
    assert found == [("parent_code", "base_geo__division", "parent_code", "同名列")]
    assert edges_of("meta__run", ["run_id"], {}, CATALOG) == []


def lines(home, step, day=DATE):
    path = home / "lineage" / day.isoformat() / f"{step}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def step(name):
    return next(each for each in night_plan(CATALOG) if each.name == name)


def test_a_step_tells_its_start_and_its_end_as_one_run_of_its_night(home):
    journal.begin_run("night-1", DATE)
    for name in ("settle", "alert"):
        run = events.StepRun(step(name), CATALOG, DATE, "night-1")
        run.begin()
        run.complete()
    first, last = lines(home, "settle")
    assert (first["eventType"], last["eventType"]) == ("START", "COMPLETE")
    assert first["run"]["runId"] == last["run"]["runId"] == str(uuid.UUID(first["run"]["runId"]))
    assert first["job"] == {**first["job"], "namespace": "taian", "name": "nightly.settle"}
    assert first["schemaURL"].endswith("OpenLineage.json#/$defs/RunEvent")
    assert {first["producer"], first["run"]["facets"]["parent"]["_producer"]} == {"urn:taian:nightly"}
    assert [each["name"] for each in last["outputs"]][-1] == "meta__quality"
    parents = {event["run"]["facets"]["parent"]["run"]["runId"] for event in (first, *lines(home, "alert"))}
    assert len(parents) == 1
    assert (home / "lineage" / "2018-06-30" / "settle.jsonl").stat().st_mode & 0o077 == 0


def test_a_failed_step_says_why_and_names_nobody(home, monkeypatch):
    def broken(*_):
        raise ValueError("The value '370902196801021233' cannot be cast")

    monkeypatch.setattr(night, "_do", broken)
    with pytest.raises(ValueError):
        night.run_step("resident", DATE, "night-1")
    last = lines(home, "resident")[-1]
    assert last["eventType"] == "FAIL"
    message = last["run"]["facets"]["errorMessage"]["message"]
    assert "［已隐去］" in message and "370902196801021233" not in message


def test_a_night_goes_on_where_its_lineage_cannot_be_written(home, monkeypatch, caplog):
    home.mkdir(parents=True)
    (home / "lineage").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(night, "_do", lambda *_: "done")
    assert night.run_step("settle", DATE, "night-1") == "done"
    assert "no lineage of settle" in caplog.text


def test_events_of_nights_long_past_are_removed(home):
    for day in ("2017-05-25", "2017-05-26", "2018-06-29"):
        (home / "lineage" / day).mkdir(parents=True)
    events.forget_before(DATE)
    assert sorted(path.name for path in (home / "lineage").iterdir()) == ["2017-05-26", "2018-06-29"]


@pytest.mark.spark
def test_a_resource_and_a_product_tell_their_batches_rows_and_columns(
    spark, home, declared, catalog_of, deliver, table_text, monkeypatch
):
    from jobs import lake, products
    from jobs.publish.plan import column_lineage

    catalog = catalog_of(declared())
    product = products.Product("base_service__visit", "base", "jobs.fuse.person:build", ("visit",))
    for module in (products, events, columns):
        monkeypatch.setattr(module, "BY_TABLE", {"base_service__visit": product})
    monkeypatch.setattr(products, "PRODUCTS", (product,))
    monkeypatch.setattr(night, "_catalog", lambda: catalog)
    rows = [("V1", "甲", "男", "20", "2018-06-29"), ("V2", "乙", "妖", "20", "2018-06-29")]
    deliver(home / "landing", table_text(*rows).encode("gb18030"), 2)
    night.run_step("visit", DATE, "night-1")
    last = lines(home, "visit")[-1]
    delivered, batch = last["inputs"]
    assert (delivered["name"], batch["name"]) == ("visit", "visit/2018-06-30/visit-2018-06-30-01")
    assert batch["inputFacets"]["inputStatistics"]["rowCount"] == 2
    written = {each["name"]: each for each in last["outputs"]}
    counts = {name: each["outputFacets"]["outputStatistics"]["rowCount"] for name, each in written.items()}
    assert counts == {"ods_service__visit": 2, "dwd_service__visit": 1, "quarantine__visit": 1}
    fields = written["dwd_service__visit"]["facets"]["columnLineage"]["fields"]
    assert [(each["namespace"], each["name"], each["field"]) for each in fields["sex"]["inputFields"]] == [
        ("taian.landing", "visit", "性别")
    ]

    lake.overwrite(
        lake.read(spark, "dwd_service__visit").selectExpr("visit_id", "name AS called"), "base_service__visit"
    )
    journal.record_product("base_service__visit", DATE, {}, "night-1", 1)
    monkeypatch.setattr(night, "_do", lambda *_: "done")
    night.run_step("base_service__visit", DATE, "night-1")
    (made,) = lines(home, "base_service__visit")[-1]["outputs"]
    assert [field["name"] for field in made["facets"]["schema"]["fields"]] == ["visit_id", "called"]
    assert list(made["facets"]["columnLineage"]["fields"]) == ["visit_id"]
    assert made["outputFacets"]["outputStatistics"]["rowCount"] == 1
    found = column_lineage(catalog).to_pylist()
    assert [row["source_table"] for row in found if row["table"] == "base_service__visit"] == ["dwd_service__visit"]
