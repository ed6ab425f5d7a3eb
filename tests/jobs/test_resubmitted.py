"""The way of a refused row: out to its department with the reason, corrected in a spreadsheet, handed in, and in."""

import datetime as dt

import pytest
from openpyxl import load_workbook

from jobs import journal
from jobs.journal import CHINA
from taian import spreadsheet
from taian.commands import quarantine
from taian.refusedrows import BATCH

pytestmark = pytest.mark.spark

FIRST, NEXT = dt.date(2018, 6, 30), dt.date(2018, 7, 1)
GATE = {"quarantine_warn": 0.9, "quarantine_hold": 0.95}
ROWS = [
    ("V1", "甲", "男", "20", "2018-06-29"),
    ("V2", "乙", "妖", "20", "2018-06-29"),
    ("X3", "丙", "女", "20", "2018-06-29"),
    ("V4", "丁", "女", "20", "四月"),
]


@pytest.fixture(params=["csv", "xlsx"])
def form(request):
    """How the department delivers."""
    return request.param


@pytest.fixture
def catalog(home, spark, declared, catalog_of, form, monkeypatch):
    """The catalogue of the one resource, known to the command too; deliveries of today arrive on the next day."""
    found = catalog_of(declared(form={"kind": form, "encoding": "UTF-8"}, gate=GATE))
    monkeypatch.setattr(quarantine, "usable", lambda: found)
    monkeypatch.setattr(quarantine, "engine", lambda: spark)
    monkeypatch.setattr(quarantine, "delivery_moment", lambda _: dt.datetime(2018, 7, 1, 9, tzinfo=CHINA))
    return found


def test_a_refused_row_is_exported_corrected_handed_in_and_in(home, tmp_path, catalog, form, deliver):
    from jobs.read import current
    from jobs.resource import run_resource

    resource = catalog["visit"]
    table = [[column.delivered_as for column in resource.columns], *ROWS]
    delivered = spreadsheet.as_csv(table) if form == "csv" else spreadsheet.as_xlsx(table, "visit")
    deliver(home / "landing", {f"visits.{form}": delivered}, len(ROWS), encoding="UTF-8")

    def known():
        return {(row["visit_id"], row["name"], row["sex"]) for row in current(resource).collect()}

    run_resource(resource, catalog, FIRST, "night-1")
    assert known() == {("V1", "甲", "1")}

    out = tmp_path / "refused.xlsx"
    assert quarantine.export_rows(resource, None, out) == 3
    book = load_workbook(out)
    sheet = book.active
    at = {cell.value: cell.column for cell in sheet[2]}
    reasons = {sheet.cell(row, at["编号"]).value: sheet.cell(row, at["原因"]).value for row in (3, 4, 5)}
    assert reasons == {"V2": "代码不在代码表", "X3": "格式不符", "V4": "类型不符"}
    assert {sheet.cell(row, at[BATCH]).value for row in (3, 4, 5)} == {"visit-2018-06-30-01"}
    for row in (5, 4, 3):
        match sheet.cell(row, at["编号"]).value:
            case "V2":
                sheet.cell(row, at["性别"]).value = "女"
            case "X3":
                sheet.cell(row, at["编号"]).value = "V3"
            case _:
                sheet.delete_rows(row)
    book.save(out)

    assert quarantine.resubmit_file(out) == ("visit-2018-06-30-02", 2)
    run_resource(resource, catalog, NEXT, "night-2")
    assert known() == {("V1", "甲", "1"), ("V2", "乙", "2"), ("V3", "丙", "2")}
    assert [row["rows_accepted"] for row in journal.published("visit")] == [1, 2]
