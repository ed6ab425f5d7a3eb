"""The registers of the plan through the real steps: planted rows, systems, departments and townships are found."""

import datetime

import pytest

from catalog import Catalog, load_catalog
from catalog.plan import scheme
from jobs.governance import audits, projects, registers
from sample_data import governance, places, real
from sample_data.context import City

AMONG = [measure.among for measure in scheme().measures.values() if measure.table == registers.TABLE]

pytestmark = pytest.mark.spark

NIGHT = datetime.date(2018, 6, 30)
REGISTERS = (
    *registers.SOURCES,
    projects.FILINGS,
    audits.REGISTER,
    "information_system",
    "system_usage",
    "cloud_migration",
    "network_access",
)
PRODUCTS = ("topic_plan__system", "topic_plan__township", "topic_plan__measure", "topic_plan__task")


@pytest.fixture(scope="module")
def night(tmp_path_factory, at_home, spark):
    """The city, the refused rows of each register, and the rows of each product."""
    from jobs import build, lake, resource

    catalog = load_catalog()
    alone = Catalog({name: catalog[name] for name in (*REGISTERS, "plan_task")}, catalog.codelists)
    with at_home(tmp_path_factory.mktemp("plan")) as home:
        city = City(home, 0.001, 3, NIGHT, places.make_places(3))
        governance.deliver(city)
        real.deliver_plan(city)
        for name in alone.resources:
            resource.run_resource(alone[name], alone, NIGHT, "r1")
        for name in PRODUCTS:
            build.run_product(name, alone, NIGHT, "r1")
        refused = {
            (name, r["_batch"], r["_file"], r["_source_row"]): ";".join(sorted(set(r["codes"])))
            for name in REGISTERS
            for r in lake.read(spark, f"quarantine__{name}").collect()
        }
        yield city, refused, {name: [r.asDict() for r in lake.read(spark, name).collect()] for name in PRODUCTS}


def events(city, kind, name):
    return {event[name] for event in city.truth.events if event["kind"] == kind}


def test_every_planted_row_is_found_with_its_code_and_nothing_else_is(night):
    city, refused, _ = night
    planted = {
        (p.resource, p.batch, p.file, p.source_row): p.codes
        for p in city.truth.defects
        if p.codes and p.resource in REGISTERS
    }
    assert refused == planted


def test_every_batch_has_the_outcome_that_was_planted(night, at_home):
    from jobs import journal

    city, _, _ = night
    with at_home(city.out):
        found = {(row["resource"], row["batch"]): (row["state"], row["code"] or "") for row in journal.deliveries()}
    planted = {batch: outcome for batch, outcome in city.truth.batches.items() if batch[0] in (*REGISTERS, "plan_task")}
    assert found == planted


@pytest.mark.parametrize("verdict", ["zombie", "shadow", "unlisted"])
def test_planted_systems_are_found_after_the_dirt(night, verdict):
    city, _, made = night
    planted = events(city, f"{verdict}_system", "code")
    accused = {row["system_code"] for row in made["topic_plan__system"] if row["verdict"] == verdict}
    assert len(accused & planted) >= max(0.95 * len(accused), 0.90 * len(planted))


def test_departments_behind_and_townships_without_the_extranet_are_those_that_were_planted(night):
    city, _, made = night
    cloud = {row["owner"]: row["value"] for row in made["topic_plan__measure"] if row["measure"] == "cloud"}
    assert {owner for owner, value in cloud.items() if value < 70} == events(
        city, "behind_in_cloud_migration", "department"
    )
    without = {row["township_code"] for row in made["topic_plan__township"] if not row["is_connected"]}
    assert without == events(city, "township_without_extranet", "township")


@pytest.mark.parametrize(
    ("kind", "register", "states"),
    [
        ("merged_and_still_on", ("private_network", "internet_exit"), ("said_done",)),
        ("closed_site_still_up", ("website",), ("said_done",)),
        ("assessment_overdue", ("assessment",), ("overdue",)),
        ("never_restored", ("restore",), ("never",)),
        ("shut_system_still_used", ("mail", "video", "office", "mobile"), ("said_done",)),
    ],
)
def test_what_is_done_on_paper_only_overdue_or_never_tried_is_found(night, at_home, kind, register, states):
    from jobs.publish.registers import table

    city, _, _ = night
    with at_home(city.out):
        rows = table(load_catalog(), NIGHT).to_pylist()
    found = {row["code"] for row in rows if row["register"] in register and row["state"] in states}
    # A refused row of June leaves that of May standing, which says the same of these.
    assert found == events(city, kind, "code")
    assert {row["register"] for row in rows} == {each.split("'")[1] for each in AMONG}


@pytest.mark.parametrize("problem", ["unapproved", "off_ledger", "duplicate"])
def test_projects_with_something_wrong_are_found_after_the_dirt(night, at_home, problem):
    from jobs.publish.filed import table

    city, _, _ = night
    with at_home(city.out):
        rows = table(load_catalog(), NIGHT).to_pylist()
    # A row that was refused in both months is not there to be judged.
    there = {row["project_code"] for row in rows}
    planted = events(city, f"project_{problem}", "code")
    found = {row["project_code"] for row in rows if problem in row["problems"]}
    assert planted & there <= found and len(found - planted) <= 2
    assert len(planted & there) >= len(planted) - 1


def test_the_draw_that_was_changed_is_found_after_the_dirt_and_no_other_is_accused(night, at_home):
    from jobs.publish.audited import table

    city, _, _ = night
    with at_home(city.out):
        rows = table(load_catalog(), NIGHT).to_pylist()
    accused = {row["draw_number"] for row in rows if row["verdict"] == "different"}
    assert accused == events(city, "audit_draw_changed", "code")
    assert {row["draw_number"] for row in rows} == {"SJ-2018-04", "SJ-2018-05", "SJ-2018-06"}
    assert "same" in {row["verdict"] for row in rows}


def test_rows_read_beside_the_engine_are_those_that_the_engine_reads(night, at_home):
    from jobs.beside import current_rows
    from jobs.read import current

    city, _, _ = night
    website = load_catalog()["website"]
    with at_home(city.out):
        beside, frame = current_rows(website, NIGHT), current(website, NIGHT)
        assert frame is not None
        names = [*(column.name for column in website.columns), "_batch"]
        assert beside == [row.asDict() for row in frame.select(*names).orderBy("site_code").collect()]


def test_every_milestone_has_a_state_with_its_evidence(night):
    tasks = {row["task_id"]: row for row in night[2]["topic_plan__task"]}
    assert {row["article"] for row in tasks.values()} == set(range(1, 39))
    assert tasks["08-2"]["state"] == "done" and tasks["08-2"]["evidence"].endswith("已达到；3 个责任单位低于要求")
    assert {tasks[task]["basis"] for task in ("07-4", "29-3", "30-2")} == {"measure"}
    assert tasks["10-2"]["state"] == "at_risk"
    assert tasks["03-2"]["state"] == "overdue"
    assert tasks["16-1"]["state"] == "unproven"
    # From 31 December 2017: the working days of half a year.
    assert tasks["03-2"]["days_late"] == tasks["16-1"]["days_late"] == 123
    assert all(row["evidence"] for row in tasks.values())
