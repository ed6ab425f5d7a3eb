"""The queries that docs/libraries.md shows for public credit and certificates, run on a few rows."""

import datetime
import re

import pytest

from taian.settings import ROOT
from taian.sqlguard import tables_of

pytestmark = pytest.mark.spark

TODAY = datetime.date(2018, 6, 30)
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
QUESTION = re.compile(r"^### (.+?)\n.*?^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRM = "913799010000000011"


def questions(section):
    """The section's questions with the query that answers each."""
    text = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    _, *parts = SECTION.split(text)
    found = dict(zip(parts[::2], parts[1::2], strict=True))[section]
    queries = dict(QUESTION.findall(found))
    assert len(queries) == found.count("```sql")
    return queries


@pytest.fixture
def ask(spark):
    """The rows of each query of a section; the tables stand as temporary views, as ``taian query`` makes them."""

    def run(section, **tables):
        for name, frame in tables.items():
            frame.createOrReplaceTempView(name)
        answers = {}
        for question, sql in questions(section).items():
            assert tables_of(sql, tables)
            answers[question] = [tuple(row) for row in spark.sql(sql).collect()]
        for name in tables:
            spark.catalog.dropTempView(name)
        return answers

    return run


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def credit(spark):
    """A firm with a repaired fine, a fine in force, an A rating and wages it owes, in both tables."""
    from catalog.credit import credit_score
    from jobs.fuse.credit_profile import profiles

    def record(number, item, summary, amount, lasts, *, adverse=True):
        kind = number.partition(":")[0]
        mark = (summary, amount, *map(day, lasts), adverse, f"{kind}@{kind}-2018-05-31-01")
        return (number, kind, item, FIRM, "泰安甲公司", "370902", *mark)

    records = spark.createDataFrame(
        [
            record("penalty:P1", "penalty.fine", "超限运输", 1.0, ("2017-09-01", "2018-02-01")),
            record("penalty:P2", "penalty.fine", "超标排放", 3.0, ("2018-05-02", "2019-05-02")),
            record("tax_rating:T1", "tax_rating.A", "A级", None, ("2018-04-18", "2019-04-30"), adverse=False),
            record("wage_arrears:W1", "wage_arrears", "拖欠30人工资", 40.0, ("2018-06-01", None)),
        ],
        "record_id string, kind string, item string, credit_code string, subject_name string, county_code string, "
        "summary string, amount_10k_yuan double, valid_from date, valid_to date, is_adverse boolean, source string",
    )
    persons = spark.createDataFrame(
        [(FIRM, "泰安甲公司", "370902", "active", day("2011-03-04"), True)],
        "credit_code string, name string, county_code string, registration_status string, established_on date, "
        "is_current boolean",
    )
    return {
        "base_credit__record": records,
        "base_credit__profile": profiles(records, persons, credit_score(), TODAY),
    }


def test_the_queries_of_public_credit_answer_what_they_say(spark, ask):
    found = ask("公共信用库", **credit(spark))
    assert found == {
        "一家企业现在的信用怎样": [("泰安甲公司", 870, "B", 2, day("2018-06-01"))],
        "每一分从哪条记录来": [
            (
                "拖欠劳动者工资",
                -150,
                day("2018-06-01"),
                None,
                "拖欠30人工资",
                "wage_arrears@wage_arrears-2018-05-31-01",
            ),
            ("行政处罚：罚款", -30, day("2018-05-02"), day("2019-05-02"), "超标排放", "penalty@penalty-2018-05-31-01"),
            ("纳税信用A级", 50, day("2018-04-18"), day("2019-04-30"), "A级", "tax_rating@tax_rating-2018-05-31-01"),
        ],
        "过去某一天是多少分": [("泰安甲公司", 1000, "A")],
        "修复了的处罚还计分吗": [
            ("penalty:P1", "超限运输", day("2018-02-01"), 0),
            ("penalty:P2", "超标排放", day("2019-05-02"), 1),
        ],
        "哪些企业还拖欠工资": [("370902", "泰安甲公司", "拖欠30人工资", 40.0, day("2018-06-01"))],
    }
