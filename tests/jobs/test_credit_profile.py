"""Credit profiles: every point leads to its record, ends with it, and any past day can be asked."""

import datetime

import pytest

from catalog.credit import CreditScore

pytestmark = pytest.mark.spark

TODAY = datetime.date(2018, 6, 30)
SCORE = CreditScore.model_validate(
    {
        "base": 1000,
        "floor": 0,
        "levels": [
            {"level": "A", "at_least": 950, "title": "好"},
            {"level": "B", "at_least": 800, "title": "一般"},
            {"level": "C", "at_least": 0, "title": "差"},
        ],
        "items": {
            "license": {"title": "许可", "points": 0, "reason": "事实"},
            "fine": {"title": "罚款", "points": -30, "reason": "违法"},
            "good": {"title": "表彰", "points": 20, "reason": "守信"},
            "fraud": {"title": "欺诈", "points": -1100, "reason": "严重"},
        },
    }
)
RECORD = (
    "record_id string, kind string, item string, credit_code string, subject_name string, county_code string, "
    "valid_from date, valid_to date, is_adverse boolean, source string"
)
PERSON = (
    "credit_code string, name string, county_code string, registration_status string, established_on date, "
    "is_current boolean"
)


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def record(number, item, began, ended=None, code="A", *, adverse=True, kind="penalty"):
    mark = (day(began), day(ended), adverse, f"{kind}@b1")
    return (f"{kind}:{number}", kind, item, code, f"{code}公司", "370902", *mark)


FIRM = ("A", "甲公司", "370911", "active", day("2010-01-01"), True)


@pytest.fixture
def profiles(spark):
    def build(records, persons=(FIRM,)):
        from jobs.fuse.credit_profile import profiles

        given = spark.createDataFrame(records, RECORD), spark.createDataFrame(list(persons), PERSON)
        return profiles(*given, SCORE, TODAY).orderBy("credit_code", "valid_from").collect()

    return build


def as_of(rows, when):
    """The row of a day, as the documents ask for it."""
    (found,) = [r for r in rows if r["valid_from"] <= day(when) and (not r["valid_to"] or r["valid_to"] > day(when))]
    return found


def test_the_score_is_the_base_and_its_points_and_each_point_names_its_record(profiles):
    records = [
        record("P1", "fine", "2017-03-01", "2018-03-01"),
        record("P2", "fine", "2018-01-01"),
        record("G1", "good", "2018-04-20", adverse=False, kind="tax_rating"),
        record("L1", "license", "2016-01-01", adverse=False, kind="license"),
    ]
    rows = profiles(records)
    assert all(r["score"] == 1000 + sum(p["points"] for p in r["points"]) for r in rows)
    last = rows[-1]
    assert (last["score"], last["level"], last["is_current"], last["adverse_records"]) == (990, "A", True, 1)
    assert [(p["record_id"], p["points"], p["title"], p["source"]) for p in last["points"]] == [
        ("penalty:P2", -30, "罚款", "penalty@b1"),
        ("tax_rating:G1", 20, "表彰", "tax_rating@b1"),
    ]
    assert {p["record_id"] for r in rows for p in r["points"]} <= {r[0] for r in records}


def test_a_repaired_record_ends_on_the_day_of_its_repair_and_the_past_stays(profiles):
    rows = profiles([record("P1", "fine", "2017-03-01", "2018-03-01")])
    asked = ("2017-02-28", "2017-03-01", "2018-02-28", "2018-03-01")
    assert [as_of(rows, when)["score"] for when in asked] == [1000, 970, 970, 1000]
    assert [r["valid_from"] for r in rows] == [day("2010-01-01"), day("2017-03-01"), day("2018-03-01")]
    assert [r["is_current"] for r in rows] == [False, False, True]


def test_what_ends_after_the_business_date_still_counts_and_says_when_it_ends(profiles):
    rows = profiles([record("P1", "fine", "2018-06-01", "2019-06-01"), record("P2", "fine", "2018-07-01")])
    assert (rows[-1]["score"], rows[-1]["valid_from"]) == (970, day("2018-06-01"))
    assert [p["valid_to"] for p in rows[-1]["points"]] == [day("2019-06-01")]


def test_a_record_that_ends_the_day_it_begins_never_counts(profiles):
    (row,) = profiles([record("P1", "fine", "2018-01-01", "2018-01-01")])
    assert (row["score"], row["points"]) == (1000, [])


def test_no_score_is_below_the_floor(profiles):
    rows = profiles([record("P1", "fraud", "2018-01-01")])
    assert (rows[-1]["score"], rows[-1]["level"]) == (0, "C")


def test_a_firm_without_records_has_the_base_and_one_that_is_not_registered_is_named_by_its_record(profiles):
    persons = [
        FIRM,
        ("A", "旧名", "370911", "active", day("2010-01-01"), False),
    ]
    rows = profiles([record("P1", "fine", "2018-01-01", code="B")], persons)
    assert [(r["credit_code"], r["name"], r["county_code"], r["registration_status"], r["score"]) for r in rows] == [
        ("A", "甲公司", "370911", "active", 1000),
        ("B", "B公司", "370902", None, 970),
    ]


def test_a_debtor_without_a_credit_code_makes_no_profile(profiles):
    rows = profiles([record("D1", "fine", "2018-01-01", code=None)])
    assert [r["credit_code"] for r in rows] == ["A"]
