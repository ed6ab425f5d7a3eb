"""Golden records: what each base library makes of a few rows."""

import datetime
import json
from decimal import Decimal

import pytest
import shapely

from jobs.inputs import MissingInputError

pytestmark = pytest.mark.spark

JAN, JUN, END = datetime.date(2018, 1, 1), datetime.date(2018, 6, 1), datetime.date(2018, 6, 30)


class Given:
    """Inputs of a builder: frames by resource or product, nothing else is published."""

    today = END

    def __init__(self, **frames):
        self.frames = frames

    def keep(self, frame):
        return frame

    def current(self, name):
        return self.frames.get(name)

    versions = table = current

    def first_period(self, name):
        return None


def test_a_person_has_the_township_and_county_of_the_registered_village(spark):
    from jobs.fuse.person import OF_REGISTER, build

    schema = ", ".join(["id_number string", *(f"{name} string" for name in (*OF_REGISTER, "status"))])
    columns = schema + ", _valid_from date, _valid_to date, _is_current boolean, _batch string"

    def version(status, began, ended, batch):
        attributes = ["张三", "1", "01", "1990-01-01", "h1", "370902001001", "路1号", None, status]
        return ("p1", *attributes, began, ended, ended is None, batch)

    rows = [version("registered", JAN, JUN, "b1"), version("moved_out", JUN, None, "b2")]
    found = build(Given(resident=spark.createDataFrame(rows, columns))).orderBy("valid_from").collect()
    assert [(r["township_code"], r["county_code"]) for r in found] == [("370902001", "370902")] * 2
    assert [(r["is_registered"], r["valid_from"], r["valid_to"], r["is_current"]) for r in found] == [
        (True, JAN, JUN, False),
        (False, JUN, None, True),
    ]
    assert [r["sources"] for r in found] == [{"*": "resident@b1"}, {"*": "resident@b2"}]


def test_credit_records_have_one_shape_and_a_repair_ends_a_penalty(spark):
    from jobs.fuse.credit_record import build

    common = "credit_code string, subject_name string, county_code string, _batch string"
    licence = spark.createDataFrame(
        [("A", "甲", "370902", "b1", "L1", "准许", JAN, END)],
        f"{common}, decision_number string, title string, decided_on date, valid_until date",
    )
    penalty = spark.createDataFrame(
        [
            ("A", "甲", "370902", "b2", "P1", "超标", "fine", Decimal("1.5"), JAN, END, JUN),
            ("A", "甲", "370902", "b2", "P2", "超标", "warning", None, JAN, END, None),
        ],
        f"{common}, decision_number string, offence string, kind string, fine_10k_yuan decimal(20,4), "
        "decided_on date, public_until date, repaired_on date",
    )
    debtor = spark.createDataFrame(
        [
            ("A", "甲", "370902", "b3", "D1", "legal_person", Decimal("7"), JAN, "none"),
            (None, "张三", "370902", "b3", "D2", "person", None, JAN, "none"),
        ],
        f"{common}, case_number string, subject_kind string, amount_10k_yuan decimal(20,4), published_on date, "
        "performance string",
    )
    given = {"license": licence, "penalty": penalty, "dishonest_debtor": debtor}
    rows = build(Given(**given)).orderBy("record_id").collect()
    two_years_later = datetime.date(2020, 1, 1)
    assert [
        (r["record_id"], r["item"], r["is_adverse"], r["amount_10k_yuan"], r["valid_to"], r["subject_name"])
        for r in rows
    ] == [
        ("dishonest_debtor:D1", "dishonest_debtor.none", True, Decimal("7"), two_years_later, "甲"),
        ("dishonest_debtor:D2", "dishonest_debtor.none", True, None, two_years_later, None),
        ("license:L1", "license", False, None, END, "甲"),
        ("penalty:P1", "penalty.fine", True, Decimal("1.5"), JUN, "甲"),
        ("penalty:P2", "penalty.warning", True, None, END, "甲"),
    ]
    assert rows[3]["source"] == "penalty@b2"


def test_a_rating_lasts_to_the_next_one_and_wages_are_owed_until_they_are_settled(spark):
    from jobs.fuse.credit_record import SHAPES

    common = "credit_code string, subject_name string, county_code string, _batch string"

    def rating(code, year, level, rated_on):
        return (code, "甲", "370902", "r1", year, level, rated_on)

    ratings = spark.createDataFrame(
        [
            rating("A", "2016", "A", datetime.date(2017, 4, 20)),
            rating("A", "2017", "D", datetime.date(2018, 4, 16)),
            rating("B", "2015", "B", datetime.date(2016, 4, 20)),
            rating("B", "2017", "C", datetime.date(2018, 4, 16)),
        ],
        f"{common}, rating_year string, level string, rated_on date",
    )
    found = SHAPES["tax_rating"](ratings).orderBy("record_id").collect()
    assert [(r["record_id"], r["item"], r["is_adverse"], r["valid_to"]) for r in found] == [
        ("tax_rating:A:2016", "tax_rating.A", False, datetime.date(2018, 4, 16)),
        ("tax_rating:A:2017", "tax_rating.D", True, datetime.date(2019, 4, 30)),
        # Nobody rated B for 2016: its old rating does not live on.
        ("tax_rating:B:2015", "tax_rating.B", False, datetime.date(2017, 4, 30)),
        ("tax_rating:B:2017", "tax_rating.C", True, datetime.date(2019, 4, 30)),
    ]
    arrears = spark.createDataFrame(
        [("A", "甲", "370902", "w1", "W1", "2017-11", 30, Decimal("40"), JAN, JUN)],
        f"{common}, case_number string, owed_since string, workers bigint, amount_10k_yuan decimal(20,4), "
        "listed_on date, settled_on date",
    )
    (row,) = SHAPES["wage_arrears"](arrears).collect()
    assert (row["item"], row["valid_from"], row["valid_to"]) == ("wage_arrears", JAN, JUN)
    assert (row["summary"], row["source"]) == ("拖欠30人工资，自2017-11", "wage_arrears@w1")


def test_every_kind_of_credit_record_that_is_declared_is_scored():
    from catalog import load_catalog
    from catalog.credit import credit_score

    def stored(resource, column):
        return load_catalog()[resource].column(column).pattern.strip("[]").split("|")

    expected = {"license", "wage_arrears"}
    expected |= {f"penalty.{kind}" for kind in stored("penalty", "kind")}
    expected |= {f"dishonest_debtor.{done}" for done in stored("dishonest_debtor", "performance")}
    expected |= {f"tax_rating.{level}" for level in stored("tax_rating", "level")[0]}
    assert set(credit_score().items) == expected


def test_an_address_is_located_in_the_outline_and_beside_its_registered_county(spark):
    from jobs.fuse.address import build

    rows = [
        ("a1", "370902001001", 117.05, 36.05),
        ("a2", "370911001001", 117.05, 36.05),
        ("a3", "370902001001", 118.5, 36.05),
        ("a4", "370911001001", 117.15, 36.05),
    ]
    found = spark.createDataFrame(rows, "address_id string, village_code string, longitude double, latitude double")
    found = found.selectExpr(
        "*", "'路1号' as address", "'dwelling' as kind", "date'2018-06-01' as registered_on", "'b1' as _batch"
    )
    outlines = [
        ("370902", shapely.to_geojson(shapely.box(117.0, 36.0, 117.1, 36.1))),
        ("370911", json.dumps(shapely.geometry.mapping(shapely.box(117.1, 36.0, 117.2, 36.1)))),
    ]
    boundary = spark.createDataFrame(outlines, "code string, geojson string")
    located = build(Given(standard_address=found, boundary=boundary)).orderBy("address_id").collect()
    assert [(r["county_code"], r["located_county_code"], r["is_in_county"]) for r in located] == [
        ("370902", "370902", True),
        ("370911", "370902", False),
        ("370902", None, None),
        ("370911", "370911", True),
    ]
    assert located[0]["sources"] == {"register": "standard_address@b1"}


@pytest.mark.parametrize(
    ("module", "missing"),
    [
        ("person", "resident"),
        ("person_link", "resident"),
        ("household", "resident"),
        ("contradiction", "death"),
        ("legal_person", "enterprise_registration"),
        ("credit_record", "license"),
        ("address", "standard_address"),
        ("division", "division"),
    ],
)
def test_an_input_that_never_came_is_named_with_the_remedy(module, missing):
    import importlib

    with pytest.raises(MissingInputError, match=f"{missing} has no published data yet; deliver it"):
        importlib.import_module(f"jobs.fuse.{module}").build(Given())
