"""Handing in a delivery: counted, named, moved in one step, refused in one sentence."""

import hashlib
import json

import pytest

from catalog import Form
from taian import cli, handover
from taian.errors import ProblemError


def test_rows_of_a_csv_are_records_and_not_lines(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes('姓名,住址\n"王","泰山区\n一号"\n"李","岱岳区"\n\n'.encode("gb18030"))
    assert handover.count_rows(file, Form(kind="csv", encoding="GB18030")) == 2


def test_rows_of_json_lines_and_wrapped_json_are_counted(tmp_path):
    lines, wrapped = tmp_path / "a.jsonl", tmp_path / "a.json"
    lines.write_text('{"a": 1}\n{"a": 2}\n', encoding="utf-8")
    wrapped.write_text('{"code": "200", "data": {"list": [1, 2, 3]}}', encoding="utf-8")
    assert handover.count_rows(lines, Form(kind="jsonl")) == 2
    assert handover.count_rows(wrapped, Form(kind="json", records="data.list")) == 3


def test_a_file_in_another_encoding_than_declared_is_named(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes("姓名\n王\n".encode("gb18030"))
    with pytest.raises(ProblemError, match=r"a.csv is not readable as csv in UTF-8 .*mend the file or give --rows"):
        handover.count_rows(file, Form(kind="csv", encoding="UTF-8"))


def test_a_workbook_needs_its_number_of_rows(tmp_path):
    with pytest.raises(ProblemError, match="give their number with --rows"):
        handover.count_rows(tmp_path / "a.xlsx", Form(kind="xlsx"))


def test_batches_of_a_period_are_numbered_on(tmp_path):
    assert handover.next_batch(tmp_path, "resident", "2018-06") == "resident-2018-06-01"
    (tmp_path / "resident" / "2018-06" / "resident-2018-06-09").mkdir(parents=True)
    assert handover.next_batch(tmp_path, "resident", "2018-06") == "resident-2018-06-10"


def test_a_delivery_lands_whole_with_its_manifest(tmp_path, home, capsys):
    file = tmp_path / "residents.csv"
    content = "姓名\n王\n李\n".encode("gb18030")
    file.write_bytes(content)
    assert cli.run(["deliver", str(file), "--resource", "resident", "--period", "2018-06-30", "--rows", "2"]) == 0
    folder = home / "landing" / "resident" / "2018-06-30" / "resident-2018-06-30-01"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"] == [
        {"name": "residents.csv", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    ]
    assert (manifest["resource"], manifest["rows"], manifest["replaces"]) == ("resident", 2, None)
    assert manifest["delivered_at"].endswith("+08:00")
    assert not file.exists()
    assert "resident-2018-06-30-01" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--period", "June"], "--period 'June' does not fit resident"),
        (["--period", "2018-06-30", "--provider", "moon"], "--provider 'moon' does not deliver resident"),
    ],
)
def test_a_delivery_that_cannot_be_right_is_refused_and_stays_where_it_was(tmp_path, home, capsys, more, sentence):
    file = tmp_path / "residents.csv"
    file.write_text("姓名\n", encoding="utf-8")
    assert cli.run(["deliver", str(file), "--resource", "resident", *more]) == 2
    assert capsys.readouterr().err.startswith(sentence)
    assert file.exists()
    assert not (home / "landing").exists()
