"""Where a number comes from: its definition, tables, columns, batches, and the rows behind it."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from jobs import journal
from jobs.publish import duck
from taian import cli

DATE = dt.date(2018, 6, 30)


@pytest.fixture
def published(home):
    """One night: two batches of the VAT source, one of residents, a figure, and the origin of a golden name."""
    for resource, period, day, accepted in (
        ("vat_invoice", "2018-05", 15, 90),
        ("vat_invoice", "2018-06", 30, 95),
        ("resident", "2018-06-30", 30, 7),
    ):
        batch = f"{resource}-{period}-01"
        journal.record_deliveries(
            [
                journal.Delivery(
                    resource=resource,
                    batch=batch,
                    folder=f"{resource}/{period}/{batch}",
                    state="published",
                    delivered_at=dt.datetime(2018, 6, day, 20, tzinfo=journal.CHINA),
                    run_id="night-1",
                    period=period,
                    rows_delivered=100,
                    rows_accepted=accepted,
                    rows_quarantined=100 - accepted,
                )
            ]
        )
    journal.record_product("topic_city__indicator", DATE, {}, "night-1", 1)
    figure = {"indicator": "vat_sales", "area_code": "370900", "area_name": "泰安市", "period": "2018-05", "months": 1}
    figure |= {"value": 1234.5, "as_of": "2018-05", "days_stale": 30}
    edge = {"table": "base_population__person", "column": "name", "source_table": "dwd_population__resident"}
    edge |= {"source_column": "name", "how": "同名列"}
    tables = {"topic_city__indicator": figure, "meta__column_lineage": edge}
    served = {name: duck.write(name, pa.Table.from_pylist([row]), [], None) for name, row in tables.items()}
    duck.switch("night-1", DATE, served)


def asked(capsys, *arguments):
    assert cli.run(["lineage", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *arguments):
    assert cli.run(["lineage", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return said.err


@pytest.mark.usefixtures("published")
def test_a_number_leads_to_its_definition_its_sources_and_their_batches(capsys):
    found = asked(capsys, "vat_sales")
    assert (found["kind"], found["title"]) == ("indicator", "增值税开票销售额")
    assert found["definition"].startswith("本月增值税发票不含税销售额之和")
    assert found["value"]["value"] == 1234.5
    assert [each["table"] for each in found["inputs"]][:2] == ["topic_city__indicator", "dwd_macro__vat_invoice"]
    invoices = found["batches"][0]
    assert (invoices["batches"], invoices["rows"], invoices["refused"]) == (2, 185, 15)
    assert invoices["numbers"] == ["vat_invoice-2018-05-01", "vat_invoice-2018-06-01"]
    assert invoices["query"].endswith("""FROM dwd_macro__vat_invoice WHERE _batch = 'vat_invoice-2018-06-01'\"""")


@pytest.mark.usefixtures("published")
def test_people_read_the_same_in_lines(capsys):
    assert cli.run(["lineage", "vat_sales", "--area", "370900", "--period", "2018-05"]) == 0
    out = capsys.readouterr().out
    for words in ("泰安市 (370900) 2018-05: 1,234.50", "dwd_macro__vat_invoice", "国税局", "vat_invoice-2018-06-01"):
        assert words in out


@pytest.mark.usefixtures("published")
def test_a_golden_column_is_followed_down_to_the_delivered_item(capsys):
    found = asked(capsys, "base_population__person.name")
    assert [(each["table"], each["source_table"], each["source_column"]) for each in found["columns"]] == [
        ("base_population__person", "dwd_population__resident", "name"),
        ("dwd_population__resident", "landing:resident", "姓名"),
    ]
    assert [each["resource"] for each in found["batches"] if each["batches"]] == ["resident"]


@pytest.mark.usefixtures("published")
def test_a_resource_is_found_by_its_name_its_table_and_its_column(capsys):
    assert asked(capsys, "resident")["batches"] == asked(capsys, "dwd_population__resident")["batches"]
    (edge,) = asked(capsys, "resident.sex")["columns"]
    assert (edge["table"], edge["source_column"]) == ("dwd_population__resident", "性别")


def test_before_the_first_night_the_declaration_answers_alone(home, capsys):
    found = asked(capsys, "industrial_output")
    assert found["value"] is None
    assert {each["batches"] for each in found["batches"]} == {0}
    assert not home.exists()


@pytest.mark.usefixtures("published")
def test_what_nobody_knows_is_said_in_one_sentence(capsys):
    assert refused(capsys, "moon").startswith("'moon' is no indicator, resource, table or TABLE.COLUMN")
    assert "'moon' of dwd_population__resident has no declared origin" in refused(capsys, "resident.moon")
    wanted = refused(capsys, "vat_sales", "--area", "370902", "--period", "2018-01")
    assert wanted.startswith("No figure of vat_sales for area 370902 and period 2018-01 is published")
