"""Refused rows as their owner may see them: masked by column, whole rows not at all."""

import json

import pytest

from jobs.publish.refused import WHOLE_ROW, _row, _shown, delivered_cells

LAYOUT = {"headers": ["姓名", "编号", "备注", "性别", "金额", "日期"], "codec": "csv"}


def quarantined(code, raw='张三丰,V1,秘密,"男","1,000",2018-06-30', column="sex"):
    return {"_batch": "b", "_file": "visits.csv", "_source_row": 7, "code": code, "column": column, "raw": raw}


def test_a_row_is_shown_by_title_with_names_masked_and_extra_columns_left_out(declared):
    shown = _row(declared(), quarantined("R003"), LAYOUT)
    assert json.loads(shown.pop("row_masked")) == {
        "编号": "V1",
        "姓名": "张**",
        "性别": "男",
        "金额": "1,000",
        "日期": "2018-06-30",
    }
    assert shown == {
        "resource": "visit",
        "batch": "b",
        "file": "visits.csv",
        "source_row": 7,
        "code": "R003",
        "code_title": "代码不在代码表",
        "column_title": "性别",
        "remedy": "使用代码表中的代码或名称",
    }


def test_a_row_is_cut_by_the_headers_of_its_own_resource_though_another_has_the_same_number(declared):
    mine = {"resource": "visit", "batch": "b", **LAYOUT}
    other = {"resource": "parcel", "batch": "b", "headers": ["备注", "姓名"], "codec": "csv"}
    row = {**quarantined("R003"), "resource": "visit"}
    shown = _shown({"visit": declared()}, [row], [mine, other])
    assert json.loads(shown[0]["row_masked"])["姓名"] == "张**"
    assert _shown({"visit": declared()}, [row], [other]) == []


@pytest.mark.parametrize("code", WHOLE_ROW)
def test_of_a_row_that_is_no_record_nothing_is_shown(declared, code):
    shown = _row(declared(), quarantined(code, raw="张三,370902199001011234", column=""), LAYOUT)
    assert "张三" not in shown["row_masked"]
    assert "3709" not in shown["row_masked"]
    assert shown["column_title"] == "整行"


def test_cells_of_a_json_record_are_texts_and_missing_ones_stay_missing():
    raw = json.dumps({"a": 1.5, "b": None, "c": "x"})
    assert delivered_cells(raw, [], "json", ",") == {"a": "1.5", "b": None, "c": "x"}


def test_cells_that_are_long_or_hold_half_a_character_can_be_shown():
    outline = "117.1,36.2," * 20_000
    assert delivered_cells(f'1,"{outline}"', ["a", "b"], "csv", ",") == {"a": "1", "b": outline}
    assert delivered_cells('{"a": "\\ud83d"}', [], "json", ",") == {"a": "\ufffd"}


def test_a_row_with_fewer_cells_than_headers_shows_those_it_has():
    assert delivered_cells("1|2", ["a", "b", "c"], "csv", "|") == {"a": "1", "b": "2"}
