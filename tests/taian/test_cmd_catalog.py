"""The resource catalogue on the command line: listed, shown, checked, exported."""

import csv
import io
import json
import shutil

import pytest

from catalog import all_codes, load_catalog
from taian import cli
from taian.settings import ROOT


def test_every_resource_is_listed_with_who_delivers_it(capsys):
    assert cli.run(["catalog", "list", "--json"]) == 0
    rows = {row["resource"]: row for row in json.loads(capsys.readouterr().out)}
    assert set(rows) == set(load_catalog().resources)
    assert rows["resident"]["provider_name"] == "公安局"


def test_a_declaration_is_shown_with_its_columns_and_rules(capsys):
    assert cli.run(["catalog", "show", "resident"]) == 0
    out = capsys.readouterr().out
    assert "户籍人口基本信息" in out
    assert "R101" in out
    assert cli.run(["catalog", "show", "resident", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["resource"] == "resident"


def test_a_resource_nobody_declared_is_refused_with_those_there_are(capsys):
    assert cli.run(["catalog", "show", "moon"]) == 2
    assert capsys.readouterr().err.startswith("'moon' is not in the catalogue: it has air_quality")


def test_the_catalogue_of_this_project_is_valid(capsys):
    assert cli.run(["catalog", "check", str(ROOT / "catalog")]) == 0
    assert capsys.readouterr().out == "The catalogue is valid.\n"


@pytest.fixture
def broken(tmp_path):
    for folder in ("resources", "lists"):
        shutil.copytree(ROOT / "catalog" / folder, tmp_path / folder)
    path = tmp_path / "resources" / "resident.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("codelist: ethnicity", "codelist: moon").replace("codelist: sex", "codelist: sun"),
        encoding="utf-8",
    )
    return tmp_path


def test_a_wrong_catalogue_is_one_sentence_a_mistake_and_exit_code_1(broken, capsys):
    assert cli.run(["catalog", "check", str(broken)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("resident.yaml: column '") for line in lines)


def test_mistakes_as_json_keep_the_exit_code(broken, capsys):
    assert cli.run(["catalog", "check", str(broken), "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_a_folder_that_is_not_there_is_bad_input(tmp_path, capsys):
    assert cli.run(["catalog", "check", str(tmp_path / "gone")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_the_list_of_codes_is_complete(capsys):
    assert cli.run(["catalog", "codes", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["code"] for row in rows] == list(all_codes())
    assert all(row["meaning"] and row["remedy"] for row in rows)


def test_the_export_has_one_row_an_information_item_and_overwrites_nothing(tmp_path, capsys):
    out = tmp_path / "catalogue.csv"
    assert cli.run(["catalog", "export", "--format", "csv", "--out", str(out)]) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert len(rows) == sum(len(resource.columns) for resource in load_catalog().resources.values())
    assert rows[0]["信息资源代码"].count("-") == 2
    assert cli.run(["catalog", "export", "--out", str(out)]) == 2
    assert "exists already" in capsys.readouterr().err
