"""``taian plan sample`` on the command line: drawn, written down, drawn again, handed in as the register."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from alerts import audit
from catalog import load_catalog
from jobs.governance import audits
from jobs.publish import duck
from taian import cli
from taian.settings import settings
from taian.spreadsheet import read_table

DAY = dt.date(2018, 6, 30)
CODES = [f"DZ2017{number:03d}" for number in range(30)]


@pytest.fixture
def filed(home):
    """A home with a published night of thirty projects, five of them risky."""

    def publish(large=9.5):
        rows = [
            {"project_code": code, "name": f"项目{code}", "department_name": "公安局", "budget_10k_yuan": 12.0}
            | {"risk": large if code < "DZ2017005" else 1.0, "evidence": ""}
            for code in CODES
        ]
        table = duck.write("topic_plan__project", pa.Table.from_pylist(rows), ["project_code"], None)
        duck.switch("r1", DAY, {"topic_plan__project": table})

    publish()
    yield publish
    settings.cache_clear()


def drawn(capsys, *arguments):
    assert cli.run(["plan", "sample", *arguments, "--json"]) == 0
    return [row["project_code"] for row in json.loads(capsys.readouterr().out)]


def test_a_seed_draws_once_and_its_draw_comes_out_again_until_the_risks_change(filed, capsys):
    first = drawn(capsys, "--size", "6", "--seed", "审2018-1", "--who", "周敏")
    assert len(set(first)) == 6 and set(first) < set(CODES)
    assert cli.run(["plan", "sample", "--size", "6", "--seed", "审2018-1"]) == 2
    assert "--seed 审2018-1 was used for SJ-001" in capsys.readouterr().err
    assert cli.run(["plan", "sample", "--check", "SJ-001"]) == 0
    assert "SJ-001 comes out again" in capsys.readouterr().out
    assert cli.run(["plan", "sample", "--json"]) == 0
    [listed] = json.loads(capsys.readouterr().out)
    assert (listed["number"], listed["seed"], listed["who"], listed["among"]) == ("SJ-001", "审2018-1", "周敏", 30)
    assert audit.verify(settings()).broken == ""
    filed(large=2.0)
    assert cli.run(["plan", "sample", "--check", "SJ-001"]) == 2
    assert "drawn from other projects or risks" in capsys.readouterr().err


def test_the_workbook_of_a_draw_is_the_register_and_comes_out_again(filed, capsys, tmp_path):
    file = tmp_path / "审计抽样.xlsx"
    codes = drawn(capsys, "--size", "6", "--seed", "审2018-1", "--out", str(file))
    head, *rows = read_table(file)
    columns = load_catalog()["audit_sample"].columns
    assert head == [column.title for column in columns]
    read = {"integer": int, "decimal": float, "date": dt.date.fromisoformat}
    records = [
        {c.name: read.get(c.type, str)(cell) if cell else None for c, cell in zip(columns, row, strict=True)}
        | {"_batch": "b"}
        for row in rows
    ]
    assert len(records) == 30
    served = audits.rows(records).to_pylist()
    assert [row["project_code"] for row in served] == codes
    assert {row["verdict"] for row in served} == {"same"}
    assert cli.run(["plan", "sample", "--size", "2", "--out", str(tmp_path / "no" / "x.xlsx")]) == 2
    assert "SJ-002 is drawn: taian plan sample lists it" in capsys.readouterr().err


def test_before_a_night_and_for_too_many_there_is_a_sentence(home, capsys):
    assert cli.run(["plan", "sample", "--size", "6"]) == 2
    assert "No night with filed projects is published" in capsys.readouterr().err
    settings.cache_clear()


def test_more_than_there_are_is_refused(filed, capsys):
    assert cli.run(["plan", "sample", "--size", "31"]) == 2
    assert "30 projects are filed: take 1 to 30" in capsys.readouterr().err
