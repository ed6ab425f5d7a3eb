"""Government services: own systems that are not docked, matters still on paper and departments that promise too much
are found, and the measures of the plan count the rows that the page lists.
"""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from catalog import load_catalog
from catalog.plan import Task, scheme
from dashboards.pages.services_cards import kept_by
from jobs.governance.follow import follow
from jobs.governance.measures import _of
from jobs.governance.services import CASE, ITEM, TABLE, query
from sample_data import places
from sample_data.context import City
from sample_data.service import platform
from sample_data.service.cases import Applicants, make_cases
from sample_data.service.items import HEADER, _rows, make_items

DAY = dt.date(2018, 6, 30)
NAMES = load_catalog().codelists["department"].names
PENALTIES = ("penalty", "enforcement")


def typed(column, cell):
    labelled = column.labels.get(cell, cell)
    return dt.date.fromisoformat(cell) if column.type == "date" and cell else labelled


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A small city, and its services as the platform counts them, before dirt fell on the catalogue."""
    made = City(tmp_path_factory.mktemp("city"), 0.001, 6, DAY, places.make_places(6))
    platform.tell(made)
    items = make_items(made)
    declared = {column.delivered_as: column for column in load_catalog()["service_item"].columns}
    columns = zip(HEADER, zip(*_rows(items, 1, DAY), strict=True), strict=True)
    known = pd.DataFrame(
        {declared[name].name: [typed(declared[name], cell) for cell in cells] for name, cells in columns}
    )
    nobody = Applicants(pa.array(["1", "2"]), pa.array(["甲", "乙"]), 1)
    cases = make_cases(made, items, np.ones(len(items.code), dtype=bool), nobody)
    handled = pd.DataFrame(
        {
            "item_code": items.code[cases.item],
            "channel": np.where(cases.is_online, "online", "window"),
            "accepted_at": cases.accepted - np.timedelta64(8, "h"),
            "promised_days": items.promised[cases.item],
            "finished_at": cases.finished,
            "actual_days": cases.actual,
        }
    )
    with duckdb.connect() as connection:
        connection.register("known", known.assign(_batch="b"))
        connection.register("handled", handled)
        text = query("SELECT * FROM known", "SELECT * FROM handled", NAMES, DAY)
        connection.execute(f"CREATE TABLE {TABLE} AS {text}")
        yield made, connection.execute(f"SELECT * FROM {TABLE}").df(), connection


def planted(city, kind, *names):
    return {tuple(event[name] for name in names) for event in city.truth.events if event["kind"] == kind}


def test_the_own_systems_that_are_not_docked_are_those_that_were_planted(city):
    made, rows, _ = city
    found = rows[rows["state"] == "undocked"]
    assert set(zip(found["office"], found["own_system"], strict=True)) == planted(
        made, "undocked_system", "office", "system"
    )
    assert not found["is_on_platform"].any() and rows[rows["state"] == "docked"]["is_on_platform"].all()


def test_penalties_that_a_county_has_not_brought_to_the_platform_are_found(city):
    made, rows, _ = city
    found = rows[(rows["state"] == "offline") & rows["kind"].isin(PENALTIES)]
    assert set(zip(found["office"], found["area_code"], strict=True)) == planted(
        made, "items_off_the_platform", "office", "county"
    )


def test_departments_that_promise_more_than_they_keep_are_those_that_were_planted(city):
    made, rows, _ = city
    found = kept_by(rows)
    assert {(one.name,) for one in found if one.is_late} == planted(made, "late_department", "office")
    assert {one.name for one in found[:2]} == set(platform.LATE_DEPARTMENTS), "the latest stand first"
    assert all(one.actual < one.promised for one in found), "on the whole everybody is quicker than promised"


def test_every_measure_counts_what_the_page_lists_for_the_city_and_each_owner(city):
    _, rows, connection = city
    whole = {
        "items_online": (rows["is_online"].sum(), len(rows)),
        "cases_online": (rows["online_cases"].sum(), rows["cases"].sum()),
        "cases_on_time": (rows["on_time_cases"].sum(), rows["finished_cases"].sum()),
    }
    docked = rows[rows["kind"].isin(PENALTIES) & rows["own_system"].notna()]
    whole["penalties_docked"] = (docked["is_on_platform"].sum(), len(docked))
    measured = {name: measure for name, measure in scheme().measures.items() if measure.table == TABLE}
    for name, measure in measured.items():
        told = {row[3]: (row[5], row[6]) for row in _of(name, measure, connection, NAMES)}
        city_wide = told.pop("370900")
        assert 0 < city_wide[0] < city_wide[1]
        assert tuple(map(sum, zip(*told.values(), strict=True))) == city_wide
        assert city_wide == whole.get(name, city_wide)
        assert {"gonganju", "370902"} <= set(told)
    assert {measure.page for measure in measured.values()} == {"services"}


ITEMS = [
    ("A", "户口登记核发", "licence", "公安局", "370900", "3", 20, 10, "platform", None, None),
    ("B", "治安处罚", "penalty", "公安局", "370902", "2", 20, 10, "own_system", "执法系统", None),
    ("C", "残疾人证确认", "confirmation", "残疾人联合会", "370900", "4", 20, 10, None, None, None),
]
CASES = [
    ("A", "online", dt.datetime(2017, 6, 30, 15, 59), 10, dt.datetime(2017, 7, 3), 1),
    ("A", "online", dt.datetime(2017, 6, 30, 16, 0), 10, dt.datetime(2017, 7, 12), 11),
    ("A", "window", dt.datetime(2018, 6, 30, 15, 59), 10, dt.datetime(2018, 6, 30, 16), 10),
    ("A", "window", dt.datetime(2018, 6, 30, 16, 0), 10, None, None),
    ("A", "window", dt.datetime(2018, 6, 29), 10, None, None),
    ("Z", "window", dt.datetime(2018, 6, 29), 10, None, None),
]


def of_few(cases):
    """The rows of three matters by their codes."""
    with duckdb.connect() as connection:
        connection.register("known", pd.DataFrame(ITEMS, columns=list(ITEM)).assign(_batch="b"))
        connection.register("handled", pd.DataFrame(CASES, columns=list(CASE)))
        found = connection.execute(query("SELECT * FROM known", cases, NAMES, DAY))
        names = [column[0] for column in found.description or ()]
        return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def test_a_year_of_cases_ends_with_the_day_in_the_city_and_an_open_case_is_neither_in_time_nor_late():
    row = of_few("SELECT * FROM handled")["A"]
    names = ("cases", "online_cases", "finished_cases", "on_time_cases", "promised_sum", "actual_sum", "median_days")
    assert tuple(row[name] for name in names) == (3, 1, 2, 1, 20, 21, 10.5)


def test_who_answers_is_the_county_the_citys_department_or_a_name_without_a_code():
    rows = of_few(None)
    assert {code: (row["department"], row["department_name"]) for code, row in rows.items()} == {
        "A": ("gonganju", "公安局"), "B": ("370902", "泰山区政府"), "C": ("残疾人联合会", "残疾人联合会"),
    }  # fmt: skip
    assert rows["A"]["cases"] == 0 and rows["A"]["median_days"] is None


def test_a_matter_of_which_nothing_is_said_is_not_on_the_platform():
    rows = of_few(None)
    assert {code: (row["state"], row["is_on_platform"]) for code, row in rows.items()} == {
        "A": ("platform", True), "B": ("undocked", False), "C": ("unknown", False),
    }  # fmt: skip
    assert [rows[code]["is_online"] for code in "ABC"] == [True, False, True]


def test_a_milestone_without_a_percentage_shows_its_measure_and_is_done_only_by_report():
    told = {"title": "事项网上可办率", "value": 100.0, "numerator": 3, "denominator": 3, "curve": None, "as_of": None}
    found = follow(None, DAY, None, told, None)
    assert (found.state, found.evidence) == ("under_way", "事项网上可办率 100.0%（3/3），方案没有写比例")
    assert follow(None, DAY, None, {**told, "value": 0.0}, None).state == "not_started"
    assert follow(None, DAY, Task(measure="items_online", at_least=90), told, None).state == "done"
    assert scheme().evidence == {"22-1": "items_online"} and scheme().shown_by("24-1") == "penalties_docked"
