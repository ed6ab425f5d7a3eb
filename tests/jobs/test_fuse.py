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

    business_date = END

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


FIRM = (
    "credit_code string, registration_number string, name string, representative string, capital_10k_yuan int, "
    "industry_code string, address string, county_code string, established_on date, kind string, status string, "
    "_valid_from date, _valid_to date, _is_current boolean, _batch string"
)
TAX = (
    "taxpayer_number string, period string, name string, taxpayer_kind string, status string, "
    "_delivered_at timestamp, _source_row int, _batch string"
)


def firm(code, number, *, ended=None, name="甲公司"):
    return (code, number, name, "张三", 10, "C", "路", "370902", JAN, "firm", "active", JAN, ended, ended is None, "b1")


def taxpayer(number, period, status, batch="t1"):
    return (number, period, "税名", "general", status, datetime.datetime(2018, 6, 30), 2, batch)


def test_a_tax_record_joins_on_the_credit_code_or_the_old_number_and_the_latest_counts(spark):
    from jobs.fuse.legal_person import build

    registration = [
        firm("A", "111", ended=JUN, name="旧名"),
        firm("A", "111"),
        firm("B", "222"),
        firm("C", None),
        firm("D", "333"),
        firm("E", "333"),
    ]
    tax = [
        taxpayer("A", "2018-05", "normal"),
        taxpayer("A", "2018-06", "suspended", "t2"),
        taxpayer("222", "2018-06", "abnormal"),
        taxpayer("333", "2018-06", "normal"),
        taxpayer("999", "2018-06", "normal"),
    ]
    inputs = Given(
        enterprise_registration=spark.createDataFrame(registration, FIRM),
        tax_registration=spark.createDataFrame(tax, TAX),
    )
    rows = build(inputs).orderBy("credit_code", "is_current").collect()
    assert [(r["credit_code"], r["name"], r["tax_status"], r["registration_status"]) for r in rows] == [
        ("A", "旧名", "suspended", "active"),
        ("A", "甲公司", "suspended", "active"),
        ("B", "甲公司", "abnormal", "active"),
        ("C", "甲公司", None, "active"),
        # An old number that two firms share decides for neither.
        ("D", "甲公司", None, "active"),
        ("E", "甲公司", None, "active"),
    ]
    assert rows[1]["sources"] == {"register": "enterprise_registration@b1", "tax": "tax_registration@t2"}
    assert rows[3]["sources"] == {"register": "enterprise_registration@b1"}


def test_without_a_tax_register_the_same_columns_are_there_and_empty(spark):
    from jobs.fuse.legal_person import build

    registration = spark.createDataFrame([firm("A", "111")], FIRM)
    alone = build(Given(enterprise_registration=registration))
    beside = build(Given(enterprise_registration=registration, tax_registration=spark.createDataFrame([], TAX)))
    assert set(alone.columns) == set(beside.columns)
    (row,) = alone.collect()
    assert (row["tax_status"], row["taxpayer_kind"], row["tax_name"]) == (None, None, None)


def test_credit_records_have_one_shape_and_a_repair_ends_a_penalty(spark):
    from jobs.fuse.credit_record import build

    common = "credit_code string, subject_name string, county_code string, _batch string"
    licence = spark.createDataFrame(
        [("A", "甲", "370902", "b1", "L1", "准许", JAN, END)],
        f"{common}, decision_number string, title string, decided_on date, valid_until date",
    )
    penalty = spark.createDataFrame(
        [
            ("A", "甲", "370902", "b2", "P1", "超标", Decimal("1.5"), JAN, END, JUN),
            ("A", "甲", "370902", "b2", "P2", "超标", None, JAN, END, None),
        ],
        f"{common}, decision_number string, offence string, fine_10k_yuan decimal(20,4), decided_on date, "
        "public_until date, repaired_on date",
    )
    debtor = spark.createDataFrame(
        [
            ("A", "甲", "370902", "b3", "D1", "legal_person", Decimal("7"), JAN, "none"),
            (None, "张三", "370902", "b3", "D2", "person", None, JAN, "none"),
        ],
        f"{common}, case_number string, subject_kind string, amount_10k_yuan decimal(20,4), published_on date, "
        "performance string",
    )
    rows = build(Given(license=licence, penalty=penalty, dishonest_debtor=debtor)).orderBy("record_id").collect()
    assert [
        (r["record_id"], r["is_adverse"], r["amount_10k_yuan"], r["valid_to"], r["subject_name"]) for r in rows
    ] == [
        ("dishonest_debtor:D1", True, Decimal("7"), None, "甲"),
        ("dishonest_debtor:D2", True, None, None, None),
        ("license:L1", False, None, END, "甲"),
        ("penalty:P1", True, Decimal("1.5"), JUN, "甲"),
        ("penalty:P2", True, None, END, "甲"),
    ]
    assert rows[3]["source"] == "penalty@b2"


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
