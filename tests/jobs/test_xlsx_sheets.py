"""Workbooks as finance bureaus send them: titles above the header, merged cells, a sheet a county."""

import csv
import datetime
import io

import pytest
import xlsxwriter

from jobs.ingest.rejected import RejectedError
from jobs.ingest.xlsx_sheets import read_xlsx

COLUMNS = [
    {"name": "county", "title": "县区", "required": True},
    {"name": "month", "title": "统计期", "type": "period", "required": True},
    {"name": "item", "title": "项目", "required": True},
    {"name": "amount", "title": "金额", "type": "decimal"},
]
HEADER = ["统计期", "项目", "金额"]


@pytest.fixture
def resource(declared):
    return declared(form={"kind": "xlsx", "sheet_column": "县区"}, columns=COLUMNS, key=["county"])


@pytest.fixture
def workbook(tmp_path):
    """A workbook filled by ``fill(book)``."""

    def write(fill):
        path = tmp_path / "fiscal.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            fill(book)
        return path

    return write


def sheet(book, name, rows, top=0):
    added = book.add_worksheet(name)
    for offset, row in enumerate(rows):
        added.write_row(top + offset, 0, row)
    return added


def rows(path, resource):
    content = read_xlsx(path, resource)
    assert content.headers == ("县区", "统计期", "项目", "金额")
    return [
        (row["_file"], row["_source_row"], next(csv.reader(io.StringIO(row["raw"]))), row["_defect"])
        for batch in content.batches
        for row in batch.to_pylist()
    ]


def test_every_sheet_counts_and_its_name_is_the_county(workbook, resource):
    def fill(book):
        sheet(book, "泰山区", [HEADER, ["2018-06", "税收", 12.5]])
        sheet(book, "新泰市", [HEADER, ["2018-06", "税收", 7]])

    assert rows(workbook(fill), resource) == [
        ("fiscal.xlsx#泰山区", 2, ["泰山区", "2018-06", "税收", "12.5"], None),
        ("fiscal.xlsx#新泰市", 2, ["新泰市", "2018-06", "税收", "7"], None),
    ]


def test_title_rows_above_the_header_are_passed_over_and_rows_keep_their_number(workbook, resource):
    def fill(book):
        added = sheet(book, "泰山区", [HEADER, ["2018-06", "税收", 1]], top=3)
        added.merge_range(0, 0, 0, 2, "2018年6月财政收支")
        added.write(1, 2, "单位：万元")

    assert rows(workbook(fill), resource) == [("fiscal.xlsx#泰山区", 5, ["泰山区", "2018-06", "税收", "1"], None)]


def test_merged_cells_are_filled_with_their_first_value(workbook, resource):
    def fill(book):
        added = sheet(book, "泰山区", [HEADER, ["", "税收", 1], ["", "非税", 2], ["2018-05", "税收", 3]])
        added.merge_range(1, 0, 2, 0, "2018-06")

    assert [row[2][1:3] for row in rows(workbook(fill), resource)] == [
        ["2018-06", "税收"],
        ["2018-06", "非税"],
        ["2018-05", "税收"],
    ]


def test_a_repeated_header_is_r009_and_empty_rows_are_passed_over(workbook, resource):
    def fill(book):
        sheet(book, "泰山区", [HEADER, ["2018-05", "税收", 1], [], HEADER, ["2018-06", "税收", 2]])

    assert [(row[1], row[3]) for row in rows(workbook(fill), resource)] == [(2, None), (4, "R009"), (5, None)]


def test_dates_become_iso_text_and_unformatted_days_stay_serial_numbers(workbook, resource):
    def fill(book):
        added = sheet(book, "泰山区", [HEADER, ["", "日期", 1], [43281, "序号", 2], ["", "时刻", 3]])
        added.write_datetime(1, 0, datetime.datetime(2018, 6, 30), book.add_format({"num_format": "yyyy-mm-dd"}))
        moment = datetime.datetime(2018, 6, 30, 20, 15)
        added.write_datetime(3, 0, moment, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    assert [row[2][1] for row in rows(workbook(fill), resource)] == ["2018-06-30", "43281", "2018-06-30 20:15:00"]


def test_quotes_and_line_breaks_in_a_cell_stay_in_their_row(workbook, resource):
    def fill(book):
        sheet(book, "泰山区", [HEADER, ["2018-06", '税"收\n合并,', 1]])

    assert [row[2][2] for row in rows(workbook(fill), resource)] == ['税"收\n合并,']


def test_a_sheet_without_a_declared_column_is_f006_and_named(workbook, resource):
    def fill(book):
        sheet(book, "泰山区", [HEADER, ["2018-06", "税收", 1]])
        sheet(book, "新泰市", [["统计期", "项目名", "金额"], ["2018-06", "税收", 1]])

    with pytest.raises(RejectedError) as raised:
        read_xlsx(workbook(fill), resource)
    assert raised.value.code == "F006"
    assert "fiscal.xlsx#新泰市" in raised.value.message
    assert "缺少信息项“项目”（是否改名为“项目名”？）" in raised.value.message


def test_a_workbook_without_content_is_f009(workbook, resource):
    with pytest.raises(RejectedError) as raised:
        read_xlsx(workbook(lambda book: book.add_worksheet("泰山区")), resource)
    assert raised.value.code == "F009"


def test_a_file_that_is_no_workbook_or_a_cut_one_is_f012(tmp_path, workbook, resource):
    whole = workbook(lambda book: sheet(book, "泰山区", [HEADER])).read_bytes()
    for data in (b"PK not a workbook", "编号,姓名\n".encode(), whole[: len(whole) // 2]):
        path = tmp_path / "broken.xlsx"
        path.write_bytes(data)
        with pytest.raises(RejectedError) as raised:
            read_xlsx(path, resource)
        assert raised.value.code == "F012"
        assert "broken.xlsx" in raised.value.message
