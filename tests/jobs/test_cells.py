"""Raw rows to cells: whole blocks at once give what one row after another would."""

import csv
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog import Resource
from jobs.ingest import cells as cells_module
from jobs.ingest.cells import BLANKS, PREFIX, json_cells, with_cells
from jobs.ingest.rows import record_batch

HEADERS = ("编号", "姓名", "性别", "金额", "日期")
GOOD = "V1,张三,男,12.5,2018-06-30"


@pytest.fixture(scope="module")
def split(visit_declaration):
    """Lines (or ``(line, defect)``) to their cells by column, and their defects."""
    usual = [{"name": f"c{at}", "title": title, "required": True} for at, title in enumerate(HEADERS)]

    def run(lines, headers=HEADERS, codec="csv", columns=usual):
        resource = Resource.model_validate(visit_declaration(columns=columns, key=[columns[0]["name"]]))
        pairs = [line if isinstance(line, tuple) else (line, None) for line in lines]
        rows = record_batch("visits.csv", range(2, 2 + len(pairs)), *(list(part) for part in zip(*pairs, strict=True)))
        found = with_cells(rows, resource, headers, codec)
        cells = [[row[PREFIX + column.name] for column in resource.columns] for row in found.to_pylist()]
        return cells, found.column("_defect").to_pylist()

    return run


def test_cells_stand_under_their_columns_without_blanks_and_empty_ones_are_null(split):
    cells, defects = split([GOOD, " V2 ,\u3000李四\u00a0,, ,2018-06-29\t"])
    assert cells == [["V1", "张三", "男", "12.5", "2018-06-30"], ["V2", "李四", None, None, "2018-06-29"]]
    assert defects == [None, None]


def test_columns_are_found_by_their_header_and_a_missing_one_is_null_throughout(split):
    cells, _ = split(["2018-06-30,x,V1,张三"], headers=("日期", "备注", "编号", "姓名"))
    assert cells == [["V1", "张三", None, None, "2018-06-30"]]


def test_odd_rows_between_regular_ones_keep_their_places(split):
    lines = [GOOD, 'V2,"李,四",女,1,2018-06-29', GOOD, "V3,王五,男,2,2018-06-28,,", GOOD]
    cells, defects = split(lines)
    assert [row[1] for row in cells] == ["张三", "李,四", "张三", "王五", "张三"]
    assert defects == [None] * 5


def test_a_quoted_separator_that_makes_up_for_a_missing_cell_is_r012_and_shifts_nothing(split):
    cells, defects = split([GOOD, 'V2,"李,四",女,2018-06-29', GOOD])
    assert defects == [None, "R012", None]
    assert cells[0] == cells[2] == ["V1", "张三", "男", "12.5", "2018-06-30"]
    assert cells[1] == [None] * 5


def test_a_line_break_inside_quotes_is_part_of_its_cell(split):
    cells, _ = split([GOOD, 'V2,"两\n行",女,1,2018-06-29', 'V3,"他说""好""",女,1,2018-06-29'])
    assert [row[1] for row in cells] == ["张三", "两\n行", '他说"好"']


def test_a_row_with_a_defect_has_no_cells_and_keeps_its_code(split):
    cells, defects = split([("V9,x", "R012"), GOOD, (",".join(HEADERS), "R009")])
    assert defects == ["R012", None, "R009"]
    assert [row[0] for row in cells] == [None, "V1", None]


def test_a_block_without_a_sound_row_is_read_too(split):
    assert split([("x", "R012")]) == ([[None] * 5], ["R012"])


def test_json_values_are_texts_as_they_were_written(split):
    lines = ['{"编号": "V1", "姓名": null, "性别": true, "金额": 12.50, "日期": {"年": 2018}}', "{", "[1]"]
    cells, defects = split(lines, codec="json")
    assert cells[0] == ["V1", None, "true", "12.50", '{"年": 2018}']
    assert defects == [None, "R014", "R014"]


@pytest.mark.parametrize("value", ['{"x": [1, 2.50, "2", null, true], "丙\\"": {}}', "[]", "1e400", "-0"])
def test_nested_json_values_stay_as_they_stand(split, value):
    cells, _ = split([f'{{"编号": {value}}}'], codec="json")
    assert cells[0][0] == value


def test_half_a_character_is_one_that_was_lost_wherever_it_stands(split):
    whole, half = "\\ud83d\\ude00", "\\ud83d"
    lines = [f'{{"编号": "{whole}", "姓名": "张{half}", "性别": {{"{half}": "{half}"}}, "{half}": 1}}']
    cells, defects = split(lines, codec="json")
    assert cells[0][:3] == ["\U0001f600", "张\ufffd", '{"\ufffd": "\ufffd"}']
    assert defects == [None]


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 100_000 + "]" * 100_000])
def test_json_of_a_size_that_nobody_means_stops_no_other_row(split, value):
    cells, defects = split([f'{{"编号": {value}}}', '{"编号": "V2"}'], codec="json")
    assert cells[1][0] == "V2"
    assert defects == ["R014" if "[" in value else None, None]


@pytest.mark.parametrize("outline", ['{"x": "' + "甲," * 60_000 + '"}', "两\r\n行" * 60_000])
def test_a_quoted_cell_may_be_as_long_as_an_outline(split, outline):
    quoted = outline.replace('"', '""')
    cells, defects = split([f'V1,"{quoted}",男,1,2018-06-30'])
    assert cells == [["V1", outline, "男", "1", "2018-06-30"]]
    assert defects == [None]


@given(st.lists(st.lists(st.text('a,"\n 甲\u3000', max_size=4), min_size=5, max_size=5), min_size=1, max_size=6))
def test_any_written_table_reads_as_the_standard_library_reads_it(split, rows):
    buffer = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    cells, defects = split(buffer)
    assert cells == [[cell.strip(BLANKS) or None for cell in row] for row in rows]
    assert defects == [None] * len(rows)
    assert [next(csv.reader([line])) for line in buffer] == rows


@example(['x"y,z,"a', '"1\n2",b,c'])
@given(st.lists(st.text('a,"\n', min_size=1, max_size=9), min_size=2, max_size=6))
def test_a_row_reads_the_same_alone_and_beside_any_others(split, lines):
    headers = ("c1", "c2", "c3")
    columns = [{"name": name, "title": name, "required": True} for name in headers]
    alone = [split([line], headers, columns=columns) for line in lines]
    assert split(lines, headers, columns=columns) == (
        [cells[0] for cells, _ in alone],
        [defects[0] for _, defects in alone],
    )


VALUES = st.one_of(st.none(), st.text('a"\\\n 甲\u3000\u2028', max_size=3), st.integers(), st.lists(st.text("a")))
OBJECTS = st.dictionaries(st.sampled_from([*HEADERS, "备注"]), VALUES)


@example(['{"编号": "V1"} {"编号": "V2"}', '{"编号": "V3"}'])
@example(['{"编号": "V1", "编号": "V2"}', '{"编号": "V3"}'])
@example(['{"编号": "V1", "备注": "1"}', '{"编号": "V2", "备注": 2}'])
@given(st.lists(st.builds(json.dumps, OBJECTS, ensure_ascii=st.booleans()), min_size=1, max_size=6))
def test_a_record_reads_the_same_alone_and_beside_any_others(split, lines):
    alone = [split([line], codec="json") for line in lines]
    assert split(lines, codec="json") == ([cells[0] for cells, _ in alone], [defects[0] for _, defects in alone])


@given(st.lists(st.dictionaries(st.sampled_from(HEADERS), st.text('a"\\\n 甲', max_size=3)), min_size=1, max_size=6))
def test_texts_read_at_once_are_those_that_the_standard_library_reads(split, records):
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    cells, defects = split(lines, codec="json")
    assert cells == [[record.get(header, "").strip(BLANKS) or None for header in HEADERS] for record in records]
    assert defects == [None] * len(records)


PARTS = ['"编号"', '"姓名"', '""', '"', ":", ": ", ",", ', "', "{", "}", "[1, 2.5]", "\\", "\\\\", "null", "\t", " "]
NUMBERS = ["0", "01", "12", "-3", "2.50", "1e5", "1E+2", "-", "e9", "NaN"]
TOKENS = st.sampled_from([*PARTS, *NUMBERS])
FIELDS = st.builds('"{}": {}'.format, st.sampled_from([*HEADERS, "备注"]), TOKENS)
WRITTEN = st.one_of(st.lists(TOKENS, max_size=9).map("".join), st.lists(FIELDS, max_size=4).map(", ".join))


@example(['"编号":":12,"', '"编号":1'])
@example(['"编号":"\\":12,"', '"编号":1'])
@example(['"备注":":12,","编号":1'])
@example(['"编号":12,"":34,"姓名":56', '"编号":01'])
@given(st.lists(WRITTEN, min_size=1, max_size=8))
def test_whatever_is_written_reads_as_one_record_after_another_reads(split, written):
    lines = [f"{{{each}}}" for each in written]
    cells, defects = split(lines, codec="json")
    alone = [json_cells(line) for line in lines]
    assert defects == [None if record is not None else "R014" for record in alone]
    assert cells == [
        [((record or {}).get(header) or "").strip(BLANKS) or None for header in HEADERS] for record in alone
    ]


def test_a_spoiled_record_among_many_costs_only_those_beside_it(split, monkeypatch):
    looked_at = []
    monkeypatch.setattr(cells_module, "json_cells", lambda text: looked_at.append(text) or json_cells(text))
    lines = [f'{{"编号": {number}}}' for number in range(1000)]
    lines[333], lines[700], lines[999] = '{"编号": "V1', '{"编号": "V\n2"}', '{"编号": 1 2}'
    cells, defects = split(lines, codec="json")
    assert [at for at, defect in enumerate(defects) if defect] == [333, 700, 999]
    assert [row[0] for row in cells] == [None if at in (333, 700, 999) else str(at) for at in range(1000)]
    assert {lines[333], lines[700], lines[999]} <= set(looked_at)
    assert len(looked_at) <= 2 + cells_module.FEW
