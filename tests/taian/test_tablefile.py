"""Tables from anywhere are read as their writer meant them, or one sentence says what is wrong."""

import datetime as dt
import os

import numpy as np
import openpyxl
import pandas as pd
import pytest

from taian import tablefile
from taian.errors import ProblemError
from taian.tablefile import read_table

TEXT = '单位,时间,产值\n甲,2018-01,"1,234"\n乙,2018-02,停产\n丙,2018-03,3\n'


@pytest.fixture
def table(tmp_path):
    def make(content, name="firms.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path)

    return make


@pytest.fixture
def refused(table):
    def refuse(content, name="firms.csv"):
        with pytest.raises(ProblemError) as problem:
            table(content, name)
        sentence = str(problem.value)
        assert sentence.startswith(name)
        assert "\n" not in sentence
        return sentence

    return refuse


def told(found):
    return " / ".join(note.en for note in found.notes)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_gives_the_same_table(table, codec):
    found = table(TEXT.encode(codec))
    assert found.columns == ["单位", "时间", "产值"]
    assert found.texts("单位").tolist() == ["甲", "乙", "丙"]
    assert found.quantities() == ["产值"]


def test_a_chinese_character_far_down_a_file_still_tells_its_encoding(table):
    rows = "".join(f"u{i},{i}\n" for i in range(60_000))
    found = table(("unit,v\n" + rows + "岱岳区,1\n").encode("gb18030"))
    assert found.texts("unit").tolist()[-1] == "岱岳区"


def test_a_western_file_is_read_and_its_encoding_said(table):
    found = table("naïve,b\né,2\n".encode("cp1252"))
    assert found.columns == ["naïve", "b"]
    assert "CP1252" in told(found)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(table, delimiter):
    found = table(delimiter.join("ab") + "\n" + delimiter.join(["x", "1.5"]) + "\n" + delimiter.join(["y", "2.5"]))
    assert found.columns == ["a", "b"]
    assert found.numbers("b").values.tolist() == [1.5, 2.5]


def test_decimal_commas_of_a_semicolon_file_are_no_thousands(table):
    assert table("a;b\nx;1.234,5\ny;12,25\n").numbers("b").values.tolist() == [1234.5, 12.25]


def test_titles_above_and_remarks_below_the_table_are_passed_over(table):
    found = table("泰安市企业表,,\n单位：万元,,\n" + TEXT + "注：初步数,,\n")
    assert found.columns == ["单位", "时间", "产值"]
    assert found.places.tolist() == [4, 5, 6]
    assert "remarks below the table were left out (row 7)" in told(found)


def test_a_line_end_inside_a_header_is_a_space(table):
    assert table('"营业收入\n(万元)",b\n1,2\n').columns == ["营业收入 (万元)", "b"]


def test_a_text_in_a_numeric_column_is_named_by_its_cell(table):
    found = table(TEXT)
    np.testing.assert_array_equal(found.numbers("产值").values, [1234, np.nan, 3])
    assert told(found) == "'产值': 1 cell is no number and counts as unknown (row 3: '停产')"


def test_infinite_values_are_unknown_and_said(table):
    found = table("a,b\n1,inf\n2,-∞\n3,4\n")
    np.testing.assert_array_equal(found.numbers("b").values, [np.nan, np.nan, 4])
    assert told(found) == "'b': 2 infinite values count as unknown (rows 2, 3)"


def test_a_second_header_of_the_same_name_is_renamed_and_said(table):
    found = table("a,v,v\nx,1,2\ny,3,4\n")
    assert found.columns == ["a", "v", "v (2)"]
    assert "the header 'v' stands twice: the second is called 'v (2)'" in told(found)


def test_a_column_that_is_there_twice_counts_once(table):
    found = table("a,v,v\nx,1,1\ny,3,3\n")
    assert found.columns == ["a", "v"]
    assert "stands twice, with the same cells" in told(found)


def test_a_file_without_header_keeps_its_first_row(table):
    found = table("1,2\n3,4\n")
    assert found.columns == ["第1列", "第2列"]
    assert found.rows == 2
    assert "no header" in told(found)


def test_rows_with_another_number_of_cells_are_left_out_by_number(table):
    found = table("a,b\n1,2\n3\n4,5,6\n7,8\n9,10\n")
    assert found.numbers("a").values.tolist() == [1, 7, 9]
    assert found.places.tolist() == [2, 5, 6]
    assert "2 rows have another number of cells than the header: left out (rows 3, 4)" in told(found)


def test_a_delimiter_at_every_row_end_is_no_column(table):
    assert table("a,b\n1,2,\n3,4,\n").columns == ["a", "b"]


def test_row_names_that_the_header_leaves_out_are_the_first_column(table):
    found = table("a,b\nx,1,2\ny,3,4\n")
    assert found.columns == ["第1列", "a", "b"]
    assert found.numbers("a").values.tolist() == [1, 3]


def test_codes_and_empty_columns_are_no_quantities(table):
    found = table("code,card,flag,empty,v\n0012,370901199001011234,yes,,1\n0013,370901199001011235,no,,2\n")
    assert found.quantities() == ["v"]
    assert found.texts("code").tolist() == ["0012", "0013"]


def test_the_name_of_a_column_may_differ_in_case_width_and_spaces(table):
    assert table(TEXT.replace("产值", "Output Value")).named("ｏｕｔｐｕｔvalue", "--value") == "Output Value"


def test_a_column_that_does_not_exist_is_answered_with_the_nearest_name(table):
    with pytest.raises(ProblemError) as problem:
        table("单位,营业收入\nx,1\n").named("营业收人", "--value")
    assert str(problem.value) == "--value '营业收人' is not a column of firms.csv: did you mean '营业收入'?"


def test_a_column_like_no_other_is_answered_with_all_names(table):
    with pytest.raises(ProblemError, match="its columns are 'a', 'b'"):
        table("a,b\nx,1\n").named("zzz", "--unit")


def test_a_column_without_any_number_is_refused_by_a_cell(table):
    with pytest.raises(ProblemError) as problem:
        table("a,b\nx,1\n").quantity("a", "--value")
    assert str(problem.value) == "--value 'a' of firms.csv holds no number (row 2: 'x'): name a numeric column."


def test_what_is_no_table_is_refused_in_one_sentence(refused):
    assert "is empty" in refused(b"")
    assert "is empty" in refused(b"\n\n")
    assert "is empty" in refused(b",,\n,,\n")
    assert "no row with data" in refused(b"a,b\n")
    assert "no text and no workbook" in refused(bytes(range(256)) * 10)
    assert "cannot be opened as a workbook" in refused(b"PK\x03\x04rest")
    assert "cannot be opened as Parquet" in refused(b"PAR1rest")
    assert "opens a quotation mark that is never closed, which swallows 2 rows" in refused(b'a,b\nx,"1\ny,2\nz,3')
    assert "is compressed: unpack it" in refused(b"\x1f\x8b\x08rest")
    assert "is a web page" in refused(b"<html><table>")
    assert "is JSON" in refused(b'[{"a": 1}]')


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ProblemError, match="save the table in a file first"):
        read_table(tmp_path / "pipe.csv")
    with pytest.raises(ProblemError, match="does not exist: check the path"):
        read_table(tmp_path / "absent.csv")
    with pytest.raises(ProblemError, match="is a folder: name a file"):
        read_table(tmp_path)


def test_a_file_that_does_not_fit_into_memory_says_so_and_why(refused, monkeypatch):
    monkeypatch.setitem(tablefile.MEMORY_PER_BYTE, "csv", 1e15)
    assert "GiB are free: keep only the columns that matter" in refused(TEXT)


def test_a_workbook_is_read_with_its_dates_merged_cells_and_title(tmp_path):
    path = tmp_path / "firms.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["泰安市企业表"])
    sheet.merge_cells("A1:C1")
    sheet.append(["县", "时间", "产值"])
    sheet.append(["泰山区", dt.datetime(2018, 6, 30), 1.5])
    sheet.append([None, dt.datetime(2018, 7, 31), "停产"])
    sheet.merge_cells("A3:A4")
    book.create_sheet("说明").append(["x"])
    book.save(path)
    found = read_table(path)
    assert found.columns == ["县", "时间", "产值"]
    assert found.texts("县").tolist() == ["泰山区", "泰山区"]
    assert found.times("时间").labels().tolist() == ["2018-06-30", "2018-07-31"]
    found.numbers("产值")
    assert "only the sheet 'Sheet' was read" in told(found)
    assert "row 4: '停产'" in told(found)


def test_a_workbook_named_csv_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "firms.csv"
    with path.open("wb") as file:
        pd.DataFrame({"a": ["x"], "b": [1.5]}).to_excel(file, index=False, engine="openpyxl")
    assert read_table(path).numbers("b").values.tolist() == [1.5]


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "firms.parquet"
    days = pd.to_datetime(["2018-06-30", "2018-07-31"])
    pd.DataFrame(
        {"unit": [37.0, 38.0], "day": days, "v": [1, 2], "who": pd.Categorical(["甲", None]), "nested": [[1], [2]]}
    ).to_parquet(path)
    found = read_table(path)
    assert found.columns == ["unit", "day", "v", "who"]
    assert found.texts("unit").tolist() == ["37", "38"]
    assert found.times("day").labels().tolist() == ["2018-06-30", "2018-07-31"]
    assert found.texts("who").isna().tolist() == [False, True]
    assert "nested columns were left out: nested" in told(found)
