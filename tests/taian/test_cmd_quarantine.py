"""Rejected rows: listed, shown masked, exported for their owner, and taken back when corrected."""

import csv
import datetime as dt
import json
import stat

import pytest

from catalog import Resource, load_catalog
from jobs import journal
from taian import cli, refusedrows, spreadsheet
from taian.commands import quarantine
from taian.errors import ProblemError
from taian.handover import hand_in, manifest_of

RESIDENT = load_catalog()["resident"]
HEADERS = [column.delivered_as for column in RESIDENT.columns]
BATCH = "resident-2018-06-30-01"
CELLS = {
    "公民身份号码": "370902199001011234",
    "姓名": "王小明",
    "性别": "男",
    "民族": "01",
    "出生日期": "1990-01-01",
    "户号": "370902000001",
    "村居代码": "370902001001",
    "户籍地址": "泰安市泰山区岱庙街道一号",
    "婚姻状况": "未婚",
    "户籍状态": "在册",
    "更新时间": "2018-06-30 10:00:00",
}


def raw(**changes):
    return ",".join({**CELLS, **changes}[header] for header in HEADERS)


def row(text, *codes, columns=("id_number",), number=2):
    return {
        "_batch": BATCH,
        "_file": "a.csv",
        "_source_row": number,
        "codes": list(codes),
        "columns": list(columns),
        "raw": text,
    }


def refused(*rows):
    layout = {"headers": HEADERS, "codec": "csv"}
    return [refusedrows.refused_row(each, layout, RESIDENT) for each in rows]


def delivered(batch=BATCH, resource="resident", period="2018-06-30", **more):
    outcome = journal.Delivery(
        resource=resource,
        batch=batch,
        folder=f"{resource}/{period}/{batch}",
        state="published",
        delivered_at=dt.datetime.fromisoformat("2018-06-30T20:00:00+08:00"),
        run_id="night-1",
        provider=None if resource != "resident" else "gonganju",
        period=period,
        headers=tuple(HEADERS),
        codec="csv",
        **{"rows_delivered": 10, "rows_accepted": 8, "rows_quarantined": 2, "codes": {"R006": 1, "R003": 1}, **more},
    )
    journal.record_deliveries([outcome])


def test_batches_with_refused_rows_are_listed_with_their_codes(home, capsys):
    delivered()
    delivered("resident-2018-06-29-01", period="2018-06-29", rows_accepted=10, rows_quarantined=0, codes={})
    assert cli.run(["quarantine", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(each["batch"], each["codes"]) for each in found] == [(BATCH, "R003 1  R006 1")]


def test_before_the_first_night_the_list_is_empty_and_makes_no_journal(home, capsys):
    assert cli.run(["quarantine", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert not home.exists()


def test_nothing_refused_is_said_in_one_sentence(home, capsys):
    assert cli.run(["quarantine", "show", "resident"]) == 2
    assert capsys.readouterr().err.startswith("No row of resident is quarantined")


def test_a_shown_row_is_masked_by_its_columns():
    [found] = [
        refusedrows.shown(each, RESIDENT) for each in refused(row(raw(), "R006", "R001", columns=("id_number", "name")))
    ]
    assert found["cells"]["公民身份号码"] == "370902**********34"
    assert found["cells"]["姓名"] == "王**"
    assert found["columns"] == "公民身份号码、姓名"
    assert "王小明" not in json.dumps(found, ensure_ascii=False)


def test_an_identity_number_in_a_wrong_column_is_masked_too():
    [found] = [refusedrows.shown(each, RESIDENT) for each in refused(row(raw(户号="370902199001011234"), "R004"))]
    assert found["cells"]["户号"] == "370902**********34"


def test_a_row_that_is_no_record_is_not_shown_at_all():
    [found] = [
        refusedrows.shown(each, RESIDENT) for each in refused(row("370902199001011234,王小明", "R012", columns=("",)))
    ]
    assert "370902199001011234" not in json.dumps(found, ensure_ascii=False)
    assert found["row"] == "not readable as a record"


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-5", "@x", "\tx", "'=1", "'", "普通", "", "1990-01-01"])
def test_a_neutralised_cell_starts_no_formula_and_comes_back_as_it_was(cell):
    assert not spreadsheet.neutral(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert spreadsheet.plain(spreadsheet.neutral(cell)) == cell


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_an_export_holds_the_rows_as_delivered_for_their_owner_only(home, tmp_path, monkeypatch, suffix):
    rows = refused(row(raw(姓名="=cmd()"), "R006"), row("破损", "R012", columns=("",), number=3))
    monkeypatch.setattr(quarantine, "read_refused", lambda *_: rows)
    out = tmp_path / f"refused.{suffix}"
    assert cli.run(["quarantine", "export", "resident", "--out", str(out)]) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    table = spreadsheet.read_table(out)
    assert "本文件含个人信息" in table[0][0]
    first = dict(zip(table[1], table[2], strict=False))
    assert (first["公民身份号码"], first["代码"], first["原因"]) == (CELLS["公民身份号码"], "R006", "身份号码校验不符")
    assert dict(zip(table[1], table[3], strict=False))["整行原文"] == "破损"
    if suffix == "csv":
        assert "'=cmd()" in out.read_text(encoding="utf-8-sig")
    line = json.loads((home / "log" / "export.jsonl").read_text(encoding="utf-8"))
    assert (line["resource"], line["rows"]) == ("resident", 2)


def test_an_export_never_overwrites_a_file(home, tmp_path, capsys):
    out = tmp_path / "refused.xlsx"
    out.write_text("mine", encoding="utf-8")
    assert cli.run(["quarantine", "export", "resident", "--out", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_corrected_rows_become_a_new_batch_in_the_declared_form(home, tmp_path, suffix, capsys):
    delivered()
    table = refusedrows.sheet(
        refused(row(raw(户籍地址="=一号,东"[:3]), "R006"), row("破损", "R012", columns=("",), number=3)), RESIDENT
    )
    at = table[1].index("公民身份号码")
    table[2][at] = "37090219900101123X"
    file = tmp_path / f"corrected.{suffix}"
    content = spreadsheet.as_csv(table) if suffix == "csv" else spreadsheet.as_xlsx(table, "resident")
    spreadsheet.write_new(file, content)
    assert cli.run(["quarantine", "resubmit", str(file)]) == 0
    assert "1 corrected rows as resident-2018-06-30-01" in capsys.readouterr().out
    folder = home / "landing" / "resident" / "2018-06-30" / "resident-2018-06-30-01"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["rows"], manifest["replaces"], manifest["provider"]) == (1, None, "gonganju")
    lines = list(csv.reader((folder / manifest["files"][0]["name"]).read_text(encoding="gb18030").splitlines()))
    assert lines[0] == HEADERS
    assert dict(zip(lines[0], lines[1], strict=True))["公民身份号码"] == "37090219900101123X"
    assert dict(zip(lines[0], lines[1], strict=True))["户籍地址"] == "=一号"


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        ("boundary", "boundary is delivered whole each time"),
        ("tax_registration", "tax_registration is read from a view of"),
        ("plan_task", "plan_task is delivered whole each time"),
    ],
)
def test_a_resource_of_another_form_says_how_it_is_corrected(home, tmp_path, capsys, resource, sentence):
    delivered("b-1", resource, "2018-06")
    file = tmp_path / "corrected.csv"
    file.write_text("批次,编号\nb-1,7\n", encoding="utf-8")
    assert cli.run(["quarantine", "resubmit", str(file)]) == 2
    assert capsys.readouterr().err.startswith(sentence)
    assert not (home / "landing").exists()


FORMS = {
    "csv": {"kind": "csv", "encoding": "GB18030", "delimiter": ";"},
    "xlsx": {"kind": "xlsx", "sheet_column": "性别"},
    "jsonl": {"kind": "jsonl"},
    "json": {"kind": "json", "records": "list", "ok": "code", "ok_value": "0"},
    "parquet": {"kind": "parquet"},
}


@pytest.mark.parametrize("form", FORMS)
def test_corrected_rows_are_read_like_any_delivery_of_their_form(home, tmp_path, visit_declaration, form):
    import pyarrow.parquet as pq

    from jobs.ingest.stage import stage
    from jobs.manifest import read_manifest

    resource = Resource.model_validate(visit_declaration(form=FORMS[form]))
    table = [["批次", "编号", "性别"], ["b-1", "=V1;,", "男"], ["b-1", "V2", "女"], ["b-1", "V3", "男"]]
    content = refusedrows.delivery_file(refusedrows.corrected(table, "x"), resource)
    file = tmp_path / f"b-2.{form}"
    file.write_bytes(content)
    facts = manifest_of(resource, "rexian", "2018-06-30", 3, dt.datetime(2018, 6, 30, 20, tzinfo=journal.CHINA))
    folder = hand_in(tmp_path / "landing", file, {**facts, "batch": "b-2"})
    staged = stage(read_manifest(folder), resource, tmp_path / "raw.parquet")
    cells = pq.read_table(staged.raw, columns=["_cell_visit_id", "_cell_sex"]).to_pylist()
    found = sorted((row["_cell_visit_id"], row["_cell_sex"]) for row in cells)
    assert found == [("=V1;,", "男"), ("V2", "女"), ("V3", "男")]
    assert (staged.rows, staged.extra, staged.notes) == (3, (), ())


def test_what_a_json_record_left_out_can_be_filled_in(visit_declaration):
    resource = Resource.model_validate(visit_declaration(form={"kind": "jsonl"}))
    layout = {"headers": ["编号"], "codec": "json"}
    rows = [refusedrows.refused_row({**row('{"编号": "V1"}', "R001"), "columns": ["sex"]}, layout, resource)]
    header = refusedrows.sheet(rows, resource)[1]
    assert header[-3:] == ["编号", "性别", "整行原文"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("姓名\n王\n", "has no column '批次'"),
        ("批次,姓名\n,\n", "holds no row to deliver"),
        ("批次,姓名\nmoon-1,王\n", "names the batch 'moon-1', which was never delivered"),
        (f"批次,姓名\n{BATCH},王\n", "lacks the column '公民身份号码'"),
        (f"批次,姓名\n{BATCH},王\nresident-2018-06-29-01,李\n", "holds rows of several periods"),
    ],
)
def test_a_file_that_is_no_corrected_export_is_refused(home, tmp_path, capsys, text, sentence):
    delivered()
    delivered("resident-2018-06-29-01", period="2018-06-29")
    file = tmp_path / "corrected.csv"
    file.write_text(text, encoding="utf-8")
    assert cli.run(["quarantine", "resubmit", str(file)]) == 2
    assert sentence in capsys.readouterr().err
    assert not (home / "landing").exists()


@pytest.mark.spark
def test_refused_rows_are_read_in_the_order_of_their_place(home, spark, monkeypatch):
    delivered()
    names = "_batch string, _file string, _source_row bigint, codes array<string>, columns array<string>, raw string"
    rows = [row(raw(), "R006", number=9), row(raw(), "R003", number=2), {**row(raw(), "R003"), "_batch": "other"}]
    values = [
        tuple(each[name] for name in ("_batch", "_file", "_source_row", "codes", "columns", "raw")) for each in rows
    ]
    spark.createDataFrame(values, names).write.format("delta").save(str(home / "lake" / "quarantine__resident"))
    monkeypatch.setattr(quarantine, "engine", lambda: spark)
    found = quarantine.read_refused(RESIDENT, BATCH)
    assert [each.source_row for each in found] == [2, 9]
    assert found[0].cells == CELLS
    delivered("resident-2018-01-01-01")
    with pytest.raises(ProblemError, match="rows of resident-2018-01-01-01 left quarantine after 180 days"):
        quarantine.read_refused(RESIDENT, "resident-2018-01-01-01")
