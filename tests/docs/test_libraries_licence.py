"""The queries that docs/libraries.md shows for public credit and certificates, run on a few rows."""

import datetime
import re

import pytest

from catalog import load_catalog
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


def licences(spark):
    """A certificate in order, one of a dead holder, one altered after its issue, one of a firm with a verified seal."""
    from jobs.fuse.certificate import certificates

    def certificate(number, kind, holder, *proof):
        """``proof``: whether the digest is right, whether there is a signature, and whether it is right."""
        is_person, (digest, signature, verdict) = kind.startswith("2"), proof
        who = (holder, None, "张三") if is_person else (None, holder, "泰安甲公司")
        holding = ("person" if is_person else "legal_person", *who, "gonganju" if is_person else "gongshangju")
        term = (day("2016-11-30"), day("2022-11-28") if is_person else None)
        moment = datetime.datetime(2016, 11, 30, 10)
        mark = ("valid", "d", signature, moment, digest, verdict, "certificate-2018-05-31-01")
        return (f"37{kind}370902{number:09d}", kind, "N", *holding, "370902", *term, *mark)

    found = spark.createDataFrame(
        [
            certificate(1, "201", "P1", True, None, None),
            certificate(2, "201", "P2", True, None, None),
            certificate(3, "201", "P1", False, None, None),
            certificate(1, "101", FIRM, True, "s", True),
        ],
        "certificate_id string, kind_code string, number string, holder_kind string, id_number string, "
        "credit_code string, holder_name string, issuer_code string, county_code string, issued_on date, "
        "expires_on date, status string, digest string, signature string, updated_at timestamp, "
        "is_digest_right boolean, is_signature_right boolean, _batch string",
    )
    holders = spark.createDataFrame(
        [("P1", True, "registered"), ("P2", False, "cancelled"), (FIRM, True, "active")],
        "_holder string, _is_alive boolean, _state string",
    )
    kinds = load_catalog().codelists["certificate_kind"].names
    return {"base_licence__certificate": certificates(found, holders, kinds, TODAY)}


def test_the_queries_of_certificates_answer_what_they_say(spark, ask):
    found = ask("电子证照库", **licences(spark))
    assert found == {
        "这张证照今天有效吗": [
            ("机动车驾驶证", "张三", day("2016-11-30"), day("2022-11-28"), True, [], TODAY),
        ],
        "持证人已不在而证照还有效的有多少": [("机动车驾驶证", "cancelled", 1)],
        "哪些证照的内容颁发后被改动过": [
            ("37201370902000000003", "机动车驾驶证", "gonganju", None, "certificate@certificate-2018-05-31-01"),
        ],
        "各颁发机构的签名验了多少": [("gonganju", "unsigned", 3), ("gongshangju", "verified", 1)],
        "各县有效的证照有多少": [("370902", "机动车驾驶证", 1, 2, 0), ("370902", "营业执照", 1, 0, 0)],
    }
