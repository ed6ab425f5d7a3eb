"""The tools every generator uses: streams, deliveries, the corruptor, the truth."""

import csv
import datetime
import hashlib
import json
import sqlite3
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from sample_data import badfiles, corrupt, defects, delivery, rng
from sample_data.corrupt import Edit
from sample_data.delivery import Batch
from sample_data.truth import Planted, Truth

HEADER = ("编号", "姓名", "日期", "金额")
ROWS = 400


def _table(rows: int = ROWS) -> pa.Table:
    return pa.table(
        {
            "编号": [f"{i:06d}" for i in range(rows)],
            "姓名": [f"王{i}" for i in range(rows)],
            "日期": ["2018-06-05"] * rows,
            "金额": [str(1_234_567 + i) for i in range(rows)],
        }
    )


def _deliver(out: Path, *, encoding: str = "GB18030", quoted: bool = True, rows: int = ROWS) -> Path:
    batch = Batch("thing", "office", "2018-06", "thing-2018-06-01", "2018-06-30T18:00:00+08:00", encoding)
    content = delivery.csv_bytes(_table(rows), encoding=encoding, quoted=quoted)
    return delivery.write(out, batch, {"thing.csv": content}, rows)


def _lines(folder: Path, encoding: str = "GB18030") -> list[str]:
    return (folder / "thing.csv").read_bytes().decode(encoding).split("\n")


def _is_signed(folder: Path) -> bool:
    return all(
        entry["sha256"] == hashlib.sha256((folder / entry["name"]).read_bytes()).hexdigest()
        and entry["bytes"] == (folder / entry["name"]).stat().st_size
        for entry in delivery.read_manifest(folder)["files"]
    )


def _plant(folder: Path, *edits: Edit, share: float = 0.05) -> list[Planted]:
    return corrupt.edit_csv(folder, "thing.csv", edits, rng.stream(1, "test"), share=share)


def test_a_stream_repeats_itself_and_differs_from_its_neighbours() -> None:
    first = rng.stream(1, "a", "b").random(4)
    assert np.array_equal(first, rng.stream(1, "a", "b").random(4))
    assert not np.array_equal(first, rng.stream(1, "ab").random(4))
    assert not np.array_equal(first, rng.stream(2, "a", "b").random(4))


def test_rare_characters_survive_gb18030() -> None:
    content = delivery.csv_bytes(pa.table({"姓名": ["吴㛃", "李𬱖"]}), encoding="GB18030", quoted=True)
    assert content.decode("gb18030") == '"姓名"\n"吴㛃"\n"李𬱖"\n'


def test_a_field_is_quoted_only_when_it_must_be() -> None:
    table = pa.table({"a": ["1,5", 'say "x"', None], "b": ["x", "y", "z"]})
    assert delivery.csv_bytes(table).decode() == 'a,b\n"1,5",x\n"say ""x""",y\n,z\n'


def test_blocks_of_lines_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = delivery.csv_bytes(_table(), encoding="GB18030")
    monkeypatch.setattr("sample_data.forms.LINES_A_BLOCK", 7)
    delivery.write_csv(tmp_path / "x.csv", iter([_table().slice(0, 150), _table().slice(150)]), encoding="GB18030")
    assert (tmp_path / "x.csv").read_bytes() == whole


def test_a_manifest_says_what_was_written(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    manifest = delivery.read_manifest(folder)
    assert folder == tmp_path / "landing/thing/2018-06/thing-2018-06-01"
    assert (manifest["rows"], manifest["encoding"], manifest["replaces"]) == (ROWS, "GB18030", None)
    assert _is_signed(folder)


def test_a_writer_that_fails_leaves_no_manifest(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    batch = Batch("thing", "office", "2018", "thing-2018-01", "2018-06-01T06:00:00+08:00")
    with pytest.raises(OSError, match="disk full"):
        delivery.write(tmp_path, batch, {"a.csv": fail}, 1)
    assert not (delivery.folder_of(tmp_path, batch) / delivery.MANIFEST).exists()


def test_every_form_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    rows = [["泰山区", 1, datetime.date(2018, 6, 1)], ["泰山区", 2.5, None]]
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        header = ["县", "值", "日期"]
        delivery.write_xlsx(folder / "m.xlsx", {"一": rows}, header=header, titles=["标题"], merged_columns=[0])
        delivery.write_xlsx(folder / "s.xlsx", {"一": rows}, header=header)
        delivery.write_parquet(folder / "p.parquet", _table())
        delivery.write_jsonl(folder / "j.jsonl", _table())
        delivery.write_sqlite_view(folder / "d.sqlite", "v_thing", _table())
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


CELL_EDITS = (
    (Edit("空", "R001", "姓名", defects.blank), '"000000","","2018-06-05"'),
    (Edit("古", "R005", "日期", defects.ancient_date), "0168-05-01"),
    (Edit("未来", "R005", "日期", defects.future_date), "2197-01-01"),
    (Edit("斜线", "", "日期", defects.slash_date), "2018/6/5"),
    (Edit("紧凑", "", "日期", defects.compact_date), '"20180605"'),
    (Edit("序号", "", "日期", defects.excel_serial), '"43256"'),
    (Edit("千分位", "", "金额", defects.thousands), '"1,234,567"'),
    (Edit("单位", "", "金额", defects.with_unit("万元", 10_000)), '"123.4567万元"'),
    (Edit("全角", "", "编号", defects.full_width), '"００００００"'),
    (corrupt.lost_character("姓名"), "\ufffd"),
    (corrupt.TRAILING_COMMAS, '"1234567",,'),
)


@pytest.mark.parametrize(("edit", "expected"), CELL_EDITS, ids=[edit.defect for edit, _ in CELL_EDITS])
def test_a_cell_goes_wrong_on_the_line_the_truth_names(tmp_path: Path, edit: Edit, expected: str) -> None:
    folder = _deliver(tmp_path, rows=1)
    (planted,) = _plant(folder, edit, share=1.0)
    assert (planted.source_row, planted.codes) == (2, edit.codes)
    assert expected in _lines(folder)[1]
    assert _is_signed(folder)


def test_each_row_gets_one_defect_at_most_and_the_rest_stay_untouched(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    before = _lines(folder)
    planted = _plant(
        folder, Edit("空", "R001", "姓名", defects.blank), Edit("文字", "R002", "金额", defects.not_a_number)
    )
    after = _lines(folder)
    assert [i + 1 for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [
        p.source_row for p in planted
    ]
    assert len(planted) == ROWS * 0.05
    assert {p.defect for p in planted} == {"空", "文字"}


def test_rows_that_are_no_records_stand_where_the_truth_says_and_are_counted(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    planted = {p.defect: p for p in _plant(folder, *(corrupt.REPEATED_HEADER, corrupt.TOTALS, corrupt.ALL_ZERO))}
    lines = _lines(folder)
    assert lines[planted["中间重复表头"].source_row - 1] == lines[0]
    assert lines[planted["合计行"].source_row - 1].startswith('"合计",""')
    assert lines[planted["末尾全零行"].source_row - 1] == '"0","0","0","0"'
    assert planted["末尾全零行"].source_row == len(lines) - 1
    assert delivery.read_manifest(folder)["rows"] == ROWS + 3 == len(lines) - 2


def test_of_two_equal_rows_the_later_one_is_the_defect(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    planted = _plant(folder, corrupt.DUPLICATE, share=0.01)
    lines = _lines(folder)
    assert len(planted) == 4
    for p in planted:
        assert lines.index(lines[p.source_row - 1]) + 1 < p.source_row


def test_an_accident_waits_for_a_row_that_fits(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    planted = _plant(folder, Edit("改", "R002", "编号", defects.not_a_number, fits=lambda cell: cell.endswith("7")))
    before = _table()["编号"].to_pylist()
    assert planted
    assert all(before[p.source_row - 2].endswith("7") for p in planted)


def test_unquoted_csv_stays_unquoted_after_editing(tmp_path: Path) -> None:
    folder = _deliver(tmp_path, encoding="UTF-8", quoted=False)
    (first, *_) = _plant(folder, Edit("千分位", "", "金额", defects.thousands))
    row = next(csv.reader([_lines(folder, "utf-8")[first.source_row - 1]]))
    assert len(row) == 4
    assert row[3].count(",") == 2
    assert _lines(folder, "utf-8")[0] == "编号,姓名,日期,金额"


def test_json_lines_are_edited_by_line_number(tmp_path: Path) -> None:
    batch = Batch("thing", "office", "2018-06-01", "thing-2018-06-01-01", "2018-06-01T20:00:00+08:00")
    folder = delivery.write(tmp_path, batch, {"t.jsonl": lambda p: delivery.write_jsonl(p, _table())}, ROWS)
    edits = (Edit("空", "R001", "姓名", defects.blank), corrupt.BROKEN_RECORD, corrupt.DUPLICATE)
    planted = corrupt.edit_jsonl(folder, "t.jsonl", edits, rng.stream(1, "t"), share=0.02)
    lines = (folder / "t.jsonl").read_text().split("\n")
    for p in planted:
        line = lines[p.source_row - 1]
        if p.codes == "R001":
            assert json.loads(line)["姓名"] == ""
        elif p.codes == "R008":
            assert lines.index(line) + 1 < p.source_row
        else:
            with pytest.raises(json.JSONDecodeError):
                json.loads(line)
    assert {p.codes for p in planted} == {"R001", "R008", "R014"}
    assert _is_signed(folder)


def test_wrapped_json_and_parquet_are_edited_by_ordinal(tmp_path: Path) -> None:
    batch = Batch("thing", "office", "2018-06", "thing-2018-06-01", "2018-06-30T18:00:00+08:00")
    files = {
        "t.json": lambda p: delivery.write_wrapped_json(p, _table()),
        "t.parquet": lambda p: delivery.write_parquet(p, _table()),
    }
    folder = delivery.write(tmp_path, batch, files, ROWS)
    edits = (Edit("空", "R001", "姓名", defects.always(None)),)
    wrapped = corrupt.edit_wrapped_json(folder, "t.json", edits, rng.stream(1, "t"))
    columnar = corrupt.edit_parquet(folder, "t.parquet", edits, rng.stream(1, "u"))
    records = json.loads((folder / "t.json").read_text())["data"]
    names = pq.read_table(folder / "t.parquet")["姓名"].to_pylist()
    assert [i + 1 for i, record in enumerate(records) if record["姓名"] is None] == [p.source_row for p in wrapped]
    assert [i + 1 for i, name in enumerate(names) if name is None] == [p.source_row for p in columnar]


@pytest.mark.parametrize("merged", [(), (0,)], ids=["streamed", "merged cells"])
def test_a_sheet_is_edited_in_the_row_a_person_sees(tmp_path: Path, merged: tuple[int, ...]) -> None:
    rows = [[f"县{i // 10}", f"项{i}", i * 1.5] for i in range(100)]

    def write(path: Path) -> None:
        header = ["县", "项", "值"]
        delivery.write_xlsx(path, {"甲": rows, "乙": rows}, header=header, titles=["一", "二"], merged_columns=merged)

    batch = Batch("thing", "office", "2018-06", "thing-2018-06-01", "2018-06-30T18:00:00+08:00")
    folder = delivery.write(tmp_path, batch, {"t.xlsx": write}, 200)
    edits = (Edit("文字", "R002", "值", defects.not_a_number), corrupt.TOTALS)
    planted = corrupt.edit_xlsx(folder, "t.xlsx", edits, rng.stream(1, "t"), sheet="乙", header_row=3, share=0.03)
    book = CalamineWorkbook.from_path(str(folder / "t.xlsx"))
    sheet = book.get_sheet_by_name("乙").to_python(skip_empty_area=False)
    assert {p.file for p in planted} == {"t.xlsx#乙"}
    for p in planted:
        assert sheet[p.source_row - 1][0 if p.codes == "R010" else 2] == ("合计" if p.codes == "R010" else "abc")
    assert len([row for row in sheet if row[2] == "abc"]) == 3
    assert all(row[2] != "abc" for row in book.get_sheet_by_name("甲").to_python(skip_empty_area=False))
    assert delivery.read_manifest(folder)["rows"] == 201


def test_a_database_row_is_named_by_its_place_in_the_declared_order(tmp_path: Path) -> None:
    table = _table().append_column("统计期", pa.array(["2018-05", "2018-06"] * (ROWS // 2)))
    path = delivery.source_file(tmp_path, "office")
    delivery.write_sqlite_view(path, "v_thing", table.take(pa.array(np.arange(ROWS)[::-1])))
    batch = Batch("thing", "office", "2018-06", "thing-2018-06-01", "2018-06-30T18:00:00+08:00")
    folder = delivery.write(tmp_path, batch, {}, ROWS // 2)
    edits = (Edit("空", "R001", "姓名", defects.blank), corrupt.DUPLICATE)
    period = ("统计期", "2018-06")
    planted = corrupt.edit_sqlite(folder, path, "v_thing", edits, rng.stream(1, "t"), period=period, order=["编号"])
    connection = sqlite3.connect(path)
    rows = connection.execute(
        'SELECT "编号", "姓名" FROM v_thing WHERE "统计期" = ? ORDER BY "编号"', ("2018-06",)
    ).fetchall()
    connection.close()
    assert {p.codes for p in planted} == {"R001", "R008"}
    for p in planted:
        here = rows[p.source_row - 1]
        assert here[1] == "" if p.codes == "R001" else here[0] == rows[p.source_row - 2][0]
    assert delivery.read_manifest(folder)["rows"] == len(rows)


def test_a_truncated_file_ends_inside_a_line_and_is_otherwise_in_order(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    badfiles.truncate(folder, "thing.csv")
    content = (folder / "thing.csv").read_bytes()
    assert not content.endswith(b"\n")
    assert delivery.read_manifest(folder)["rows"] == content.count(b"\n")
    assert _is_signed(folder)


def test_a_wrong_digest_is_the_only_thing_wrong(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    before = delivery.read_manifest(folder)
    badfiles.wrong_digest(folder)
    after = delivery.read_manifest(folder)
    assert not _is_signed(folder)
    assert {key for key in before if before[key] != after[key]} == {"files"}
    assert len(after["files"][0]["sha256"]) == 64


@pytest.mark.parametrize(
    ("spoil", "header"),
    [
        (lambda folder: badfiles.rename_column(folder, "thing.csv", "金额", "金额（元）"), "编号,姓名,日期,金额（元）"),
        (lambda folder: badfiles.drop_column(folder, "thing.csv", "姓名"), "编号,日期,金额"),
        (lambda folder: badfiles.add_column(folder, "thing.csv", "备注", "无"), "编号,姓名,日期,金额,备注"),
    ],
    ids=["renamed", "missing", "new"],
)
def test_a_changed_header_keeps_every_row_in_shape(tmp_path: Path, spoil: object, header: str) -> None:
    folder = _deliver(tmp_path)
    spoil(folder)  # type: ignore[operator]
    rows = list(csv.reader((folder / "thing.csv").read_bytes().decode("gb18030").splitlines()))
    assert rows[0] == header.split(",")
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == ROWS + 1
    assert _is_signed(folder)


def test_commas_too_many_stay_at_the_end_of_a_row_that_got_a_new_column(tmp_path: Path) -> None:
    folder = _deliver(tmp_path, encoding="UTF-8", quoted=False)
    path = folder / "thing.csv"
    first, second, *rest = path.read_bytes().decode().splitlines()
    path.write_bytes("\n".join([first, f"{second},,", *rest, ""]).encode())
    badfiles.add_column(folder, "thing.csv", "备注", "无")
    rows = list(csv.reader(path.read_bytes().decode().splitlines()))
    assert [row[4:] for row in rows[:3]] == [["备注"], ["无", "", ""], ["无"]]


def test_a_file_in_another_encoding_cannot_be_read_as_declared(tmp_path: Path) -> None:
    folder = _deliver(tmp_path, encoding="UTF-8", quoted=False)
    badfiles.reencode(folder, "thing.csv", "GB18030")
    with pytest.raises(UnicodeDecodeError):
        (folder / "thing.csv").read_bytes().decode("utf-8")
    assert delivery.read_manifest(folder)["encoding"] == "UTF-8"


def test_a_batch_sent_again_has_the_same_files_under_another_name(tmp_path: Path) -> None:
    folder = _deliver(tmp_path)
    again = badfiles.send_again(folder, "thing-2018-06-02", "2018-06-30T21:00:00+08:00")
    first, second = delivery.read_manifest(folder), delivery.read_manifest(again)
    assert first["files"] == second["files"]
    assert (second["batch"], second["period"]) == ("thing-2018-06-02", first["period"])


def test_an_unknown_outcome_is_refused_by_the_truth() -> None:
    with pytest.raises(ValueError, match="'lost' is not one of published"):
        Truth().expect("thing", "thing-2018-06-01", "lost")
