"""Records of interfaces: a record a line, or all of them in one answer."""

import json

import pytest

from jobs.ingest import json_records
from jobs.ingest.cells import with_cells
from jobs.ingest.json_records import read_json_lines, read_wrapped_json
from jobs.ingest.rejected import RejectedError

RECORD = {"编号": "V1", "姓名": "㛃𬱖", "性别": "男", "金额": 12.50, "日期": "2018-06-30"}
WRAPPED = {"kind": "json", "records": "data", "ok": "code", "ok_value": "200"}


def line(**changes):
    return json.dumps(RECORD | changes, ensure_ascii=False) + "\n"


@pytest.fixture
def rows(declared):
    """Number, text and defect of each record, as they are once its cells were read."""

    def taken_apart(content):
        assert content.codec == "json"
        split = (with_cells(batch, declared(), content.headers, content.codec) for batch in content.batches)
        return [(row["_source_row"], row["raw"], row["_defect"]) for batch in split for row in batch.to_pylist()]

    return taken_apart


@pytest.fixture
def read(tmp_path, declared):
    def run(data, form="jsonl"):
        path = tmp_path / "visits.json"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        if form == "jsonl":
            return read_json_lines(path, declared(form={"kind": "jsonl"}))
        return read_wrapped_json(path, declared(form=WRAPPED))

    return run


@pytest.fixture
def code(read):
    def refuse(data, form="jsonl"):
        with pytest.raises(RejectedError) as raised:
            list(read(data, form).batches)
        assert raised.value.message.startswith("文件“visits.json”")
        return raised.value.code

    return refuse


@pytest.mark.parametrize("chunk", [1, 2, 20_000])
def test_a_broken_line_is_a_row_of_its_own_and_blank_lines_still_count(monkeypatch, read, rows, chunk):
    monkeypatch.setattr(json_records, "CHUNK", chunk)
    data = line() + "\n" + '{"编号": "V2", \n' + "[1, 2]\n" + line(编号="V3")
    found = rows(read(data))
    assert [(number, defect) for number, _, defect in found] == [(1, None), (3, "R014"), (4, "R014"), (5, None)]
    assert json.loads(found[0][1]) == RECORD


def test_a_whole_last_record_needs_no_line_end(read, rows):
    assert [defect for _, _, defect in rows(read(line() + line(编号="V2").rstrip()))] == [None, None]


@pytest.mark.parametrize("chunk", [1, 20_000])
def test_a_file_that_ends_inside_a_record_is_f011(monkeypatch, code, chunk):
    monkeypatch.setattr(json_records, "CHUNK", chunk)
    assert code(line() + line(编号="V2")[:-9]) == "F011"


@pytest.mark.parametrize("before", [1, 200])
def test_a_file_that_ends_inside_a_character_is_f011_too(code, before):
    cut = line(编号="V2").encode()
    assert code((line() * before).encode() + cut[: cut.index("姓".encode()) + 1]) == "F011"


def test_a_byte_order_mark_and_windows_line_ends_are_read(read, rows):
    data = b"\xef\xbb\xbf" + (line() + line(编号="V2")).replace("\n", "\r\n").encode()
    assert [(number, json.loads(raw)["编号"]) for number, raw, _ in rows(read(data))] == [(1, "V1"), (2, "V2")]


def test_fields_that_only_later_records_have_are_no_missing_columns(read):
    first = {key: value for key, value in RECORD.items() if key != "金额"}
    content = read(json.dumps(first, ensure_ascii=False) + "\n" + line(备注="x"))
    assert content.headers == ("编号", "姓名", "性别", "日期", "金额", "备注")


def test_lines_of_another_encoding_are_f005(code):
    assert code(line().encode("gb18030")) == "F005"
    assert code((line() * 200).encode() + line().encode("gb18030")) == "F005"


def test_a_renamed_field_is_f006(code):
    assert code(line().replace("金额", "款项")) == "F006"


@pytest.mark.parametrize("text", ["", "\n\n", "[]\n"])
def test_lines_without_a_record_are_f009(code, text):
    assert code(text) == "F009"


@pytest.mark.parametrize("text", ["<!DOCTYPE html><html>", "<html><body>502", "<?xml version='1.0'?>"])
def test_an_error_page_is_f010_in_both_forms(code, text):
    assert code(text) == "F010"
    assert code(text, "json") == "F010"


def test_the_records_of_an_answer_are_numbered_from_one(read, rows):
    data = json.dumps({"code": 200, "msg": "ok", "data": [RECORD, 7, RECORD | {"编号": "V3"}]})
    found = rows(read(data, "json"))
    assert [(number, defect) for number, _, defect in found] == [(1, None), (2, "R014"), (3, None)]
    assert json.loads(found[2][1]) == RECORD | {"编号": "V3"}


@pytest.mark.parametrize("answer", [{"code": 500, "msg": "会话已过期", "data": None}, {"error": 1}, []])
def test_an_answer_that_is_an_error_is_f010(code, answer):
    assert code(json.dumps(answer, ensure_ascii=False), "json") == "F010"


def test_the_error_that_the_interface_gave_is_said(read):
    with pytest.raises(RejectedError, match="错误返回（会话已过期）"):
        read(json.dumps({"code": 500, "msg": "会话已过期"}), "json")


def test_an_answer_without_a_list_of_records_is_f012(code):
    assert code(json.dumps({"code": "200", "data": {"rows": []}}), "json") == "F012"


def test_an_answer_with_no_record_is_f009(code):
    assert code(json.dumps({"code": "200", "data": []}), "json") == "F009"


def test_a_cut_answer_is_f012(code):
    assert code(json.dumps({"code": "200", "data": [RECORD]})[:-5], "json") == "F012"


HALF = "\\ud83d"


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 100_000 + "]" * 100_000])
def test_what_no_reader_can_hold_is_a_row_of_its_own_or_refuses_the_answer(read, rows, code, value):
    data = line() + f'{{"编号": {value}}}\n'
    assert [defect for _, _, defect in rows(read(data))] == [None, "R014"]
    assert code(f'{{"code": "200", "data": [{{"编号": {value}}}]}}', "json") == "F012"


def test_half_a_character_in_an_answer_is_one_that_was_lost(read, rows):
    answer = json.dumps({"code": "200", "data": [RECORD | {"姓名": "张HALF", "HALF": 1}]}).replace("HALF", HALF)
    content = read(answer, "json")
    assert content.headers[-1] == "\ufffd"
    [(_, raw, defect)] = rows(content)
    assert (json.loads(raw)["姓名"], defect) == ("张\ufffd", None)


def test_the_reason_of_an_error_answer_can_be_stored(read):
    with pytest.raises(RejectedError) as raised:
        read(f'{{"code": "500", "msg": "失败{HALF}"}}', "json")
    assert "失败\ufffd" in raised.value.message
