"""Registers and records out of the lake, in the shape the match compares, and the table of links."""

import datetime

import pytest

from catalog import load_catalog
from jobs.inputs import MissingInputError

pytestmark = pytest.mark.spark

OLD, NEW = datetime.date(2018, 1, 1), datetime.date(2018, 6, 1)
VERSIONED = "_valid_from date, _valid_to date, _is_current boolean, _batch string"
COMMON = (
    "credit_code string, name string, representative string, capital_10k_yuan decimal(20,4), address string, "
    "county_code string, established_on date, status string"
)
RECORDED = "period string, _delivered_at timestamp, _source_row int, _batch string"


class Given:
    """Inputs of a builder: frames by resource."""

    catalog = load_catalog()

    def __init__(self, **frames):
        self.frames = frames

    def current(self, name):
        return self.frames.get(name)

    versions = rows = current


@pytest.fixture
def firms(spark):
    """Versions of firms of the business register: (code, name, former name, representative, began, ended)."""

    def make(*rows):
        said = (None, "府前街1号", "370921", OLD, "active", "3799")
        values = [
            (code, name, person, *said, former, "0610", "firm", a, b, b is None, "g1")
            for code, name, former, person, a, b in rows
        ]
        own = "registration_number string, former_name string, industry_code string, kind string"
        return spark.createDataFrame(values, f"{COMMON}, {own}, {VERSIONED}")

    return make


def body(spark, *rows, kind="", own=""):
    """Versions of a register of bodies: (code, name, status, began, ended)."""
    values = [
        (code, name, "李四", None, "府前街2号", "370921", OLD, status, *([kind] if kind else []), a, b, b is None, "b1")
        for code, name, status, a, b in rows
    ]
    return spark.createDataFrame(values, f"{COMMON}{', kind string' if kind else ''}, {VERSIONED}")


def test_three_registers_have_one_shape_and_versions_that_never_held_are_none(spark, firms):
    from jobs.fuse.match.registry import registered

    renamed = firms(("A", "甲", "旧甲", "张三", OLD, NEW), ("A", "新甲", "甲", "张三", NEW, None))
    found = registered(
        Given(
            enterprise_registration=renamed,
            public_institution=body(spark, ("B", "小学", "active", NEW, NEW), ("B", "小学", "cancelled", NEW, None)),
            social_organization=body(spark, ("C", "商会", "revoked", OLD, None), kind="association"),
        )
    )
    rows = found.orderBy("credit_code", "valid_from").collect()
    assert [(r["credit_code"], r["name"], r["kind"], r["registration_status"], r["is_current"]) for r in rows] == [
        ("A", "甲", "firm", "active", False),
        ("A", "新甲", "firm", "active", True),
        ("B", "小学", "institution", "cancelled", True),
        ("C", "商会", "association", "revoked", True),
    ]
    assert rows[0]["entity_id"] == rows[1]["entity_id"] != rows[2]["entity_id"]
    assert {len(r["entity_id"]) for r in rows} == {16}


def test_an_entity_s_id_is_made_from_its_row_in_its_register_alone(spark, firms):
    from jobs.fuse.match.registry import registered

    alone = registered(Given(enterprise_registration=firms(("A", "甲", None, "张三", OLD, None)))).collect()
    changed = firms(("A", "改名", None, "李四", NEW, None), ("Z", "乙", None, "王五", OLD, None))
    other = registered(Given(enterprise_registration=changed)).where("credit_code = 'A'").collect()
    assert alone[0]["entity_id"] == other[0]["entity_id"] == "FR217E97F354C4EB"


def test_without_the_business_register_the_reader_is_told(spark):
    from jobs.fuse.match.link import build

    with pytest.raises(MissingInputError, match="enterprise_registration has no published data yet"):
        build(Given())


def test_a_record_is_its_last_row_in_the_words_of_its_office(spark):
    from jobs.fuse.match.records import compared

    moment = datetime.datetime(2018, 6, 30)
    tax = spark.createDataFrame(
        [
            ("T1", "旧名", "370921", OLD, "2018-05", moment, 9, "t1"),
            ("T1", "新名", "370921", OLD, "2018-06", moment, 2, "t2"),
        ],
        f"taxpayer_number string, name string, county_code string, registered_on date, {RECORDED}",
    )
    unit = spark.createDataFrame(
        [("U1", "甲", "9137", "12345678-9", "张三", "370921", "路1号", "2010-05", "2017", moment, 2, "u1")],
        "unit_number string, name string, credit_code string, organisation_code string, representative string, "
        f"county_code string, address string, opened_in string, {RECORDED}",
    )
    (row,) = compared("tax_registration", tax).collect()
    assert (row["record_id"], row["name"], row["code"], row["began_on"], row["batch"]) == (
        "tax_registration:T1",
        "新名",
        "T1",
        OLD,
        "t2",
    )
    assert (row["representative"], row["address"], row["organisation_code"]) == (None, None, None)
    (row,) = compared("statistical_unit", unit).collect()
    assert (row["code"], row["organisation_code"], row["began_on"]) == ("9137", "12345678-9", datetime.date(2010, 5, 1))


def test_the_table_of_links_names_record_entity_and_layer(spark, firms, home, credit_code):
    from jobs.fuse.match.link import build

    moment = datetime.datetime(2018, 6, 30)
    code = credit_code(1)
    power = spark.createDataFrame(
        [
            ("3700000001", "岱穗澜食品（宁阳）", code, "370921", "2018-06", moment, 2, "e1"),
            ("3700000002", "无人", None, "370921", "2018-06", moment, 3, "e1"),
        ],
        f"account_number string, account_name string, credit_code string, county_code string, {RECORDED}",
    )
    register = firms(
        (code, "宁阳旧名商贸有限公司", None, "张三", OLD, NEW),
        (code, "宁阳岱穗澜食品有限公司", None, "张三", NEW, None),
    )
    first, second = build(Given(enterprise_registration=register, electricity=power)).orderBy("record_id").collect()
    assert (first["resource"], first["record_key"], first["credit_code"]) == ("electricity", "3700000001", code)
    assert (first["method"], first["state"], first["batch"]) == ("credit_code", "linked", "e1")
    assert (second["entity_id"], second["state"]) == (None, "unlinked")
