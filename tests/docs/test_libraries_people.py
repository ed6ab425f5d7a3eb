"""docs/libraries.md, 人口库: every example runs over masked tables, and its answer carries no name."""

import datetime
import re
from decimal import Decimal

import pytest

from catalog import load_catalog
from taian.masking import masked_view, masks_of
from taian.settings import ROOT
from taian.sqlguard import tables_of

DAY = datetime.date
BEGAN = DAY(2017, 1, 1)
SECTION = re.search(r"^## 人口库\n(.*?)(?=^## |\Z)", (ROOT / "docs/libraries.md").read_text("utf-8"), re.M | re.S)
BLOCKS = re.findall(r"^```sql\n(.*?)^```$", SECTION[1], re.M | re.S)
PERSONAL = {
    "base_population__person": {"person_id", "id_number", "name", "address", "residence_address"},
    "base_population__household": {"head_person_id", "address"},
    "base_population__link": {"person_id"},
    "topic_population__contradiction": {"person_id", "name"},
}
TABLES = set(PERSONAL)
PERSON = {
    "person_id": "string",
    "name": "string",
    "sex": "string",
    "birth_date": "date",
    "county_code": "string",
    "residence_village_code": "string",
    "residence_address": "string",
    "residence_county_code": "string",
    "is_living": "boolean",
    "is_registered": "boolean",
    "is_resident": "boolean",
    "valid_from": "date",
    "valid_to": "date",
    "is_current": "boolean",
}


def block(words):
    """The one example that has these words."""
    (found,) = [sql for sql in BLOCKS if words in sql]
    return found


def test_every_table_of_the_library_has_an_example_that_may_run():
    assert set().union(*(tables_of(sql, sorted(TABLES)) for sql in BLOCKS)) == TABLES


@pytest.mark.parametrize("table", sorted(PERSONAL))
def test_every_personal_column_of_the_library_is_masked(table):
    assert PERSONAL[table] <= set(masks_of(table, load_catalog()))


def person(number, county, home, *, began=BEGAN, ended=None, is_registered=True, is_resident=True):
    village = home and home + "001001"
    own = (number, "王小明", "1", DAY(1990, 1, 1), county, village, home and "山东省泰安市泰山区路1号", home)
    return (*own, True, is_registered, is_resident, began, ended, ended is None)


@pytest.fixture
def library(spark):
    """The library's tables with a few rows, masked as for a query."""
    from jobs.fuse.person import COLUMNS

    catalog = load_catalog()
    assert set(PERSON) <= set(COLUMNS)
    persons = [
        person("370902199001011234", "370902", "370902", ended=DAY(2018, 6, 15)),
        person("370902199001011234", "370902", "370911", began=DAY(2018, 6, 15)),
        person("370902199001015678", None, "370902", is_registered=False),
        person("370902199001019012", "370911", None, is_registered=False, is_resident=False),
    ]
    frames = {
        "base_population__person": spark.createDataFrame(persons, ", ".join(f"{n} {t}" for n, t in PERSON.items())),
        "base_population__household": spark.createDataFrame(
            [("h1", "370902", 3, True), ("h2", "370902", 2, True), ("h1", "370902", 4, False)],
            "household_id string, county_code string, members long, is_current boolean",
        ),
        "base_population__link": spark.createDataFrame(
            [("death", "S1", "person", "p1", "number", ["name"]), ("death", "S2", "person", None, None, None)],
            "resource string, record string, role string, person_id string, method string, conflicts array<string>",
        ),
        "topic_population__contradiction": spark.createDataFrame(
            [
                ("allowance_after_death", "李四", "370902", DAY(2018, 3, 5), DAY(2018, 4, 1), 2, Decimal(610), ["r"]),
                ("registered_after_death", "李四", "370902", DAY(2018, 3, 5), DAY(2018, 3, 5), None, None, ["r"]),
            ],
            "kind string, name string, county_code string, died_on date, since date, months long, "
            "amount_yuan decimal(20,4), rows array<string>",
        ),
    }
    for name, frame in frames.items():
        masked_view(frame, masks_of(name, catalog)).createOrReplaceTempView(name)
    yield spark
    for name in frames:
        spark.catalog.dropTempView(name)


def ask(spark, sql):
    return [row.asDict() for row in spark.sql(sql).collect()]


@pytest.mark.spark
def test_the_examples_answer_what_they_promise(library):
    (lived,) = [row for row in ask(library, block("DATE'2018-06-10'")) if row["is_registered"]]
    assert (lived["name"], lived["residence_address"]) == ("王**", "山东省泰安市****")
    assert ask(library, block("UNION ALL")) == [
        {"county": "370902", "registered": 1, "resident": 1},
        {"county": "370911", "registered": 0, "resident": 1},
    ]
    (drawn,) = ask(library, block("died_on, since, months"))
    assert (drawn["name"], drawn["months"], drawn["amount_yuan"]) == ("李*", 2, 610)
    assert [row["kind"] for row in ask(library, block("sum(amount_yuan)"))] == [
        "allowance_after_death",
        "registered_after_death",
    ]
    assert ask(library, block("avg(members)")) == [{"county_code": "370902", "households": 2, "members": 2.5}]
    assert {row["method"] for row in ask(library, block("'nobody'"))} == {"number", "nobody"}
    assert ask(library, block("explode(conflicts)")) == [{"resource": "death", "conflict": "name", "records": 1}]


def test_every_example_is_asked_above():
    asked = ("DATE'2018-06-10'", "UNION ALL", "died_on, since, months", "sum(amount_yuan)", "avg(members)", "'nobody'")
    assert len(BLOCKS) == len({block(words) for words in (*asked, "explode(conflicts)")})
