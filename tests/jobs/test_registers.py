"""Networks, exits, websites and graded systems: what is done on paper only is told apart, and the measures count it."""

import datetime
from decimal import Decimal

import duckdb
import pytest
from on_paper import ON_PAPER

from catalog import load_catalog
from catalog.plan import scheme
from jobs.governance import registers
from jobs.governance.measures import _of
from sample_data import places
from sample_data.context import City
from sample_data.governance import assurance, connections, ledger, shared, websites
from sample_data.governance.systems import make_systems
from sample_data.governance.workbook import Workbook

DAY = datetime.date(2018, 6, 30)
READ = {"date": datetime.date.fromisoformat, "decimal": lambda cell: Decimal(str(cell)), "integer": int}
BOOKS = (connections.NETWORK_BOOK, connections.EXIT_BOOK, websites.BOOK, assurance.BOOK)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A small city and the records of each register as the platform types them, before dirt fell on them."""
    made = City(tmp_path_factory.mktemp("city"), 0.001, 8, DAY, places.make_places(8))
    found = {}

    def keep(book, _city, rows_on):
        resource = load_catalog()[book.office.resource]
        found[resource.resource] = [
            {column.name: typed(column, dict(zip(book.header, row, strict=True))) for column in resource.columns}
            | {"_batch": "b"}
            for row in rows_on(DAY)
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workbook, "deliver", keep)
        connections.deliver(made)
        websites.deliver(made)
        assurance.deliver(made, make_systems(made))
    found[registers.SYSTEMS] = [seen_of(system) for system in [*make_systems(made), *shared.make_shared(made)]]
    return made, found


def seen_of(system):
    """A system as the product has it: what the ledger says of it, and the last day on which somebody signed in."""
    resource = load_catalog()["information_system"]
    row = dict(zip(ledger.HEADER, ledger.ledger_row(system, DAY), strict=True))
    listed = {column.name: typed(column, row) for column in resource.columns if column.name in registers.KNOWN}
    last = system.ended_on - datetime.timedelta(1) if system.ended_on else DAY
    return {**listed, "last_used_on": min(last, DAY), "source": "information_system@b"}


def typed(column, record):
    cell = record[column.delivered_as]
    if cell is None:
        return None
    return READ[column.type](cell) if column.type in READ else column.labels.get(cell, cell)


def coded(city, kind):
    return {event["code"] for event in city.truth.events if event["kind"] == kind}


@pytest.mark.parametrize(("kind", "register", "state"), ON_PAPER)
def test_what_was_planted_is_found_and_nothing_else_is(city, kind, register, state):
    made, records = city
    rows = registers.rows(records, {}, DAY).to_pylist()
    found = {row["code"] for row in rows if row["register"] in register and row["state"] == state}
    assert found == coded(made, kind)
    assert not any(row["is_done"] for row in rows if row["state"] == state)


def test_every_measure_of_the_registers_counts_the_rows_that_the_page_lists(city):
    rows = registers.rows(city[1], {}, DAY)
    listed = rows.to_pylist()
    with duckdb.connect() as connection:
        connection.register(registers.TABLE, rows)
        for name, measure in scheme().measures.items():
            if measure.table != registers.TABLE:
                continue
            register = measure.among.split("'")[1]
            whole = [row for row in listed if row["register"] == register and row["is_counted"]]
            told = {row[3]: (row[5], row[6]) for row in _of(name, measure, connection, {})}
            assert told["370900"] == (sum(row["is_done"] for row in whole), len(whole)) and whole
            assert sum(done for owner, (done, _) in told.items() if owner != "370900") == told["370900"][0]


@pytest.mark.parametrize(
    ("kind", "status", "unified_on", "last_used_on", "state"),
    [
        ("mail", "in_use", None, DAY, "waiting"),
        ("mail", "in_use", "2018-03-01", DAY, "waiting"),  # the plan wants mail shut, not joined
        ("messaging", "closed", "2018-03-01", "2018-02-28", "done"),
        ("messaging", "closed", "2018-03-01", "2018-03-01", "done"),
        ("conferencing", "closed", "2018-03-01", "2018-03-02", "said_done"),
        ("surveillance", "in_use", "2018-03-01", DAY, "done"),
        ("office", "closed", None, DAY, "done"),  # it does not say since when: nothing to hold its use against
        ("mobile", "closed", "2018-03-01", None, "done"),
    ],
)
def test_a_system_for_all_counts_when_it_is_shut_and_unused_or_joined(kind, status, unified_on, last_used_on, state):
    days = [datetime.date.fromisoformat(each) if isinstance(each, str) else each for each in (unified_on, last_used_on)]
    values = ("TA1", "系统", "gonganju", kind, status, *days, "information_system@b")
    record = dict(zip(registers.KNOWN, values, strict=True))
    (row,) = registers.rows({registers.SYSTEMS: [record]}, {}, DAY).to_pylist()
    assert (row["register"], row["state"]) == (registers.SHARED[kind], state)
    assert row["done_on"] == (days[0] if state == "done" else None) and row["source"] == "information_system@b"
    business = {**record, "kind": "business"}
    assert registers.rows({registers.SYSTEMS: [business]}, {}, DAY).num_rows == 0


def test_an_assessment_and_a_trial_grow_too_old_without_a_delivery(city):
    record = next(each for each in city[1]["security_assessment"] if each["due_on"] > DAY and each["restored_on"])
    only = {"security_assessment": [record]}
    change = registers.changes_on(only, DAY)
    assert change == min(record["due_on"], record["restored_on"] + datetime.timedelta(days=365)) + datetime.timedelta(1)

    def states(day):
        return {row["register"]: row["state"] for row in registers.rows(only, {}, day).to_pylist()}

    assert states(change - datetime.timedelta(days=1)) == states(DAY) != states(change)


def test_what_may_stay_is_not_counted_and_a_failed_trial_is_none():
    network = {
        "network_code": "ZW0001", "name": "专网", "department": "gonganju", "status": "kept", "approval": "1号",
        "merged_on": None, "traffic_gb": Decimal(5), "why_not": None, "planned_on": None, "_batch": "b",
    }  # fmt: skip
    (row,) = registers.rows({"private_network": [network]}, {"gonganju": "公安局"}, DAY).to_pylist()
    assert (row["state"], row["is_counted"], row["reason"], row["department_name"]) == ("kept", False, "1号", "公安局")
    system = {
        "system_code": "S", "name": "系统", "department": "gonganju", "due_on": DAY, "assessed_on": None,
        "conclusion": "failed", "is_public": "no", "signed_in_on": None, "restored_on": DAY,
        "restore_result": "failed", "_batch": "b",
    }  # fmt: skip
    rows = registers.rows({"security_assessment": [system]}, {}, DAY).to_pylist()
    assert {row["register"]: row["state"] for row in rows} == {
        "assessment": "failed", "sign_in": "exempt", "restore": "failed",
    }  # fmt: skip
