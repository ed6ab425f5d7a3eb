"""CSV files as departments send them: numbered lines, and one code for whatever is wrong."""

import csv
import io

import pytest

from jobs.ingest import csv_lines
from jobs.ingest.csv_lines import read_csv
from jobs.ingest.rejected import RejectedError

GOOD = ("V1", "张三", "男", "12.5", "2018-06-30")


@pytest.fixture
def lines(tmp_path, declared):
    """Write bytes, read them, and give ``(row number, line, defect)`` of every row."""

    def read(data, encoding="GB18030", **changes):
        path = tmp_path / "visits.csv"
        path.write_bytes(data)
        content = read_csv(path, declared(**changes), encoding)
        assert content.codec == "csv"
        return [
            (row["_source_row"], row["raw"], row["_defect"]) for batch in content.batches for row in batch.to_pylist()
        ]

    return read


@pytest.fixture
def code(lines):
    """The code with which bytes are refused, and the sentence."""

    def refuse(data, encoding="GB18030", **changes):
        with pytest.raises(RejectedError) as raised:
            lines(data, encoding, **changes)
        assert raised.value.message.startswith("文件“visits.csv”")
        assert str(raised.value) == raised.value.message
        return raised.value.code, raised.value.message

    return refuse


def cells(line):
    return next(csv.reader(io.StringIO(line)))


def test_rows_are_numbered_as_an_editor_shows_them(lines, table_text):
    found = lines(table_text(GOOD, ("V2", "李四", "女", "", "2018-06-29")).encode("gb18030"))
    assert found == [(2, "V1,张三,男,12.5,2018-06-30", None), (3, "V2,李四,女,,2018-06-29", None)]


@pytest.mark.parametrize("block", [1, 2, 3, 5, 7, 64, 1 << 23])
def test_rare_characters_survive_any_block_border(monkeypatch, lines, table_text, block):
    monkeypatch.setattr(csv_lines, "BLOCK", block)
    text = table_text(("V1", "㛃𬱖", "男", "1", "2018-06-30"), ("V2", "王\n𬱖", "女", "2", "2018-06-30"), GOOD)
    for encoding, codec in (("GB18030", "gb18030"), ("UTF-8", "utf-8")):
        found = lines(text.encode(codec), encoding)
        assert [(number, cells(line)[1], defect) for number, line, defect in found] == [
            (2, "㛃𬱖", None),
            (3, "王\n𬱖", None),
            (5, "张三", None),
        ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("has_last_end", [True, False])
def test_line_ends_of_both_systems_and_a_missing_last_one_are_read(lines, table_text, end, has_last_end):
    text = table_text(GOOD, ("V2", "两\n行", "女", "1", "2018-06-30"), end=end)
    data = (text if has_last_end else text.removesuffix(end)).encode("gb18030")
    assert [(number, cells(line)[1]) for number, line, _ in lines(data)] == [(2, "张三"), (3, "两\n行")]


def test_a_byte_order_mark_is_no_part_of_the_first_header(lines, table_text):
    assert lines(table_text(GOOD).encode("utf-8-sig"), "UTF-8") == [(2, ",".join(GOOD), None)]


def test_blank_lines_are_passed_over_and_still_counted(lines, table_text):
    data = (table_text(GOOD) + "\n\r\n" + "V2,李四,女,1,2018-06-30\n").encode("gb18030")
    assert [number for number, _, _ in lines(data)] == [2, 5]


def test_a_header_in_the_middle_is_r009(lines, table_text):
    text = table_text(GOOD)
    assert [defect for _, _, defect in lines((text + text).encode("gb18030"))] == [None, "R009", None]


def test_trailing_commas_are_accepted_and_a_value_beyond_the_last_column_is_not(lines, table_text):
    head = table_text(GOOD)
    found = lines((head + "V2,李四,女,1,2018-06-30,,\nV3,王五,女,1,2018-06-30,x\n").encode("gb18030"))
    assert [defect for _, _, defect in found] == [None, None, "R012"]


def test_a_short_row_is_r012_and_the_rows_around_it_stay(lines, table_text):
    found = lines((table_text(GOOD) + "V2,李四\nV3,王五,女,1,2018-06-30\n").encode("gb18030"))
    assert [(number, defect) for number, _, defect in found] == [(2, None), (3, "R012"), (4, None)]


def test_a_separator_inside_quotes_is_no_extra_column(lines, table_text):
    found = lines(table_text(("V1", "张,三", "男", '引"号', "2018-06-30")).encode("gb18030"))
    assert [(cells(line), defect) for _, line, defect in found] == [
        (["V1", "张,三", "男", '引"号', "2018-06-30"], None)
    ]


def test_a_bare_carriage_return_in_a_cell_is_r012(lines, table_text):
    found = lines((table_text(GOOD) + "V2,李\r四,女,1,2018-06-30\n").encode("gb18030"))
    assert [defect for _, _, defect in found] == [None, "R012"]


def test_another_delimiter_is_read_as_declared(lines):
    data = "编号|姓名|性别|金额|日期\nV1|张三|男|1|2018-06-30\n".encode("gb18030")
    assert lines(data, form={"kind": "csv", "encoding": "GB18030", "delimiter": "|"}) == [
        (2, "V1|张三|男|1|2018-06-30", None)
    ]


def test_columns_may_come_in_another_order_and_with_more_of_them(tmp_path, declared):
    path = tmp_path / "visits.csv"
    path.write_text("日期,备注,编号,姓名,性别,金额\n2018-06-30,x,V1,张三,男,1\n", encoding="utf-8")
    assert read_csv(path, declared(), "UTF-8").headers == ("日期", "备注", "编号", "姓名", "性别", "金额")


@pytest.mark.parametrize("cut", ["V2,李四,女", "V2,李四,女,1", 'V2,"李四', 'V2,李四,女,1,"2018-06-30'])
@pytest.mark.parametrize("block", [16, 1 << 23])
def test_a_file_that_ends_inside_a_row_is_f011(monkeypatch, code, table_text, cut, block):
    monkeypatch.setattr(csv_lines, "BLOCK", block)
    found, message = code((table_text(GOOD) + cut).encode("gb18030"))
    assert found == "F011"
    assert "最后一行中间" in message


def test_a_file_that_ends_inside_a_character_is_f011(code, table_text):
    assert code(table_text(GOOD, GOOD).encode("gb18030")[:-40] + b"\x81")[0] == "F011"


def test_a_file_that_ends_inside_its_header_is_f011(code):
    found, message = code("编号,姓名,性".encode("gb18030"))
    assert found == "F011"
    assert "表头处截断" in message


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_file_with_a_header_alone_has_no_rows(lines, table_text, end):
    assert lines(table_text().strip().encode("gb18030") + end.encode()) == []


@pytest.mark.parametrize(("written", "said"), [("utf-8", "GB18030"), ("utf-8-sig", "GB18030"), ("gb18030", "UTF-8")])
def test_a_wrong_encoding_is_f005_in_both_directions(code, table_text, written, said):
    found, message = code(table_text(GOOD).encode(written), said)
    assert found == "F005"
    assert said in message


def test_utf_8_that_happens_to_read_as_gb18030_is_f005_and_no_missing_column(code, table_text):
    data = table_text(("V1", "张三", "不明", "1", "2018-06-30")).encode()
    assert "编号" not in data.decode("gb18030")
    found, message = code(data)
    assert found == "F005"
    assert "实际是 UTF-8 编码，而清单声明 GB18030" in message


def test_a_wrong_byte_deep_in_a_file_is_f005_with_its_place(monkeypatch, code, table_text):
    monkeypatch.setattr(csv_lines, "BLOCK", 16)
    data = table_text(*[GOOD] * 20).encode("utf-8")
    found, message = code(data + b"\xff\xff,x\n" + data, "UTF-8")
    assert found == "F005"
    assert f"第 {len(data)} 字节附近" in message


def test_an_encoding_nobody_supports_is_f005(code, table_text):
    found, message = code(table_text(GOOD).encode("utf-16"), "UTF-16")
    assert found == "F005"
    assert "UTF-16" in message


def test_a_renamed_column_is_f006_and_names_the_likeliest_new_name(code):
    found, message = code("编号,姓名,性别,金额（元）,日期\nV1,张三,男,1,2018-06-30\n".encode("gb18030"))
    assert found == "F006"
    assert "缺少信息项“金额”（是否改名为“金额（元）”？）" in message


def test_missing_columns_are_f006_without_a_guess_when_nothing_is_new(code):
    found, message = code("编号,姓名\nV1,张三\n".encode("gb18030"))
    assert found == "F006"
    assert "“性别”、“金额”、“日期”" in message
    assert "改名" not in message


def test_a_column_that_stands_twice_is_f006(code):
    found, message = code("编号,姓名,性别,金额,日期,姓名\n".encode("gb18030"))
    assert found == "F006"
    assert "“姓名”出现了两次" in message


def test_a_stray_quote_costs_no_more_than_its_file(code, table_text):
    many = "".join(f"V{i},张三,男,1,2018-06-30\n" for i in range(20_000))
    assert code((table_text(GOOD) + 'V0,5" 管,男,1,2018-06-30\n' + many).encode("gb18030"))[0] == "F011"
