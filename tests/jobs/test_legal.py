"""The library of legal persons: one row under a code, alive or not by the evidence of each source, places and roles."""

import datetime
from decimal import Decimal

import pytest

from catalog.fusion import all_fusions

pytestmark = pytest.mark.spark

JAN, JUN, DAY = datetime.date(2018, 1, 1), datetime.date(2018, 6, 1), datetime.date(2010, 5, 1)
MOMENT = datetime.datetime(2018, 6, 30, 12)
REGISTERED = (
    "entity_id string, register string, credit_code string, registration_number string, name string, "
    "former_name string, representative string, capital_10k_yuan decimal(20,4), industry_code string, address string, "
    "county_code string, established_on date, kind string, registration_status string, valid_from date, "
    "valid_to date, is_current boolean, _batch string"
)
RECORDED = "period string, _delivered_at timestamp, _source_row int, _batch string"
TAX = (
    "taxpayer_number string, name string, taxpayer_kind string, industry_code string, county_code string, "
    f"status string, {RECORDED}"
)
EMPLOYER = (
    "employer_number string, name string, representative string, county_code string, joined_on date, status string, "
    f"persons bigint, {RECORDED}"
)
POWER = f"account_number string, account_name string, county_code string, electricity_kwh decimal(20,4), {RECORDED}"
LINK = "record_id string, resource string, record_key string, entity_id string, state string, relation string"


@pytest.fixture
def registers(spark):
    """Versions of legal persons; each row says what differs from an active firm 甲 known since January."""

    def make(*rows):
        usual = {
            "entity_id": "E1", "register": "enterprise_registration", "credit_code": "C1", "name": "甲", "kind": "firm",
            "representative": "张三", "industry_code": "1311", "address": "路1号", "county_code": "370921",
            "established_on": DAY, "registration_status": "active", "valid_from": JAN, "valid_to": None, "_batch": "g1",
            "registration_number": None, "former_name": None, "capital_10k_yuan": None,
        }  # fmt: skip
        made = [{**usual, **row} for row in rows]
        return spark.createDataFrame([{**row, "is_current": row["valid_to"] is None} for row in made], REGISTERED)

    return make


@pytest.fixture
def link(spark):
    """Links of (resource, key, entity[, relation])."""

    def make(*rows):
        full = [(resource, key, entity, *(rest or ("self",))) for resource, key, entity, *rest in rows]
        return spark.createDataFrame(
            [(f"{r}:{k}", r, k, e, "linked" if e else "unlinked", relation) for r, k, e, relation in full], LINK
        )

    return make


@pytest.fixture
def fused(spark, registers, link):
    """Golden legal persons by code (current version)."""
    from jobs.fuse.legal_person import legal_persons

    def make(rows, links=(), tax=(), employers=(), power=()):
        said = {
            "tax_registration": (tax, TAX),
            "social_insurance_employer": (employers, EMPLOYER),
            "electricity": (power, POWER),
        }
        published = {name: spark.createDataFrame(list(own), schema) for name, (own, schema) in said.items() if own}
        found = legal_persons(registers(*rows), link(*links), published, all_fusions()["base_legal__legal_person"])
        return {(row["credit_code"], row["valid_from"]): row for row in found.collect()}

    return make


def taxpayer(number, status="normal", name="甲", period="2018-06", county="370921"):
    return (number, name, "general", "1311", county, status, period, MOMENT, 2, "t1")


def employer(number, status="paying", persons=8, name="甲", representative="张三"):
    return (number, name, representative, "370921", DAY, status, persons, "2018-06", MOMENT, 2, "s1")


def power(number, kwh, period):
    return (number, "甲", "370921", Decimal(kwh), period, MOMENT, 2, "p1")


def test_a_legal_person_is_one_row_though_a_source_has_an_old_number_and_another_spelling(fused):
    found = fused(
        [{}],
        links=[("tax_registration", "379903200000001", "E1"), ("social_insurance_employer", "9", "E1")],
        tax=[taxpayer("379903200000001", name="泰安市甲")],
        employers=[employer("9")],
    )
    ((_, row),) = found.items()
    assert (row["entity_id"], row["name"], row["tax_status"], row["insured_persons"]) == ("E1", "甲", "normal", 8)
    assert row["conflicts"] == ["name=enterprise_registration/tax_registration"]
    assert row["sources"] == {"*": "enterprise_registration@g1"}
    assert row["evidence"] == [
        "register=active@2018-01-01",
        "social_insurance_employer=active@2018-06",
        "tax_registration=active@2018-06",
    ]


def test_each_register_leads_for_its_own(fused):
    school = {
        "entity_id": "E2",
        "register": "public_institution",
        "credit_code": "C2",
        "name": "小学",
        "kind": "institution",
    }
    found = fused([{}, school], links=[("tax_registration", "T2", "E2")], tax=[taxpayer("T2", name="中学")])
    row = found["C2", JAN]
    assert row["sources"] == {"*": "public_institution@g1"}
    assert row["conflicts"] == ["name=public_institution/tax_registration"]


def test_what_a_register_does_not_hold_comes_from_the_next_and_says_so(fused):
    club = {"register": "social_organization", "industry_code": None, "kind": "association"}
    row = fused([club], links=[("tax_registration", "T1", "E1")], tax=[taxpayer("T1")])["C1", JAN]
    assert row["industry_code"] == "1311"
    assert row["sources"]["industry_code"] == "tax_registration@t1"
    assert row["source_dates"]["industry_code"] == datetime.date(2018, 6, 30)


def test_a_version_that_is_past_keeps_its_own_words(fused):
    found = fused([{"name": "旧甲", "valid_to": JUN}, {"valid_from": JUN}])
    assert [(found["C1", day]["name"], found["C1", day]["is_current"]) for day in (JAN, JUN)] == [
        ("旧甲", False),
        ("甲", True),
    ]


@pytest.mark.parametrize(
    ("status", "tax", "life", "contradicted"),
    [
        ("active", None, "alive", False),
        ("active", "normal", "alive", False),
        ("active", "abnormal", "dormant", False),
        ("revoked", None, "dormant", False),
        ("revoked", "normal", "dormant", True),
        ("cancelled", "cancelled", "gone", False),
        ("cancelled", "normal", "gone", True),
    ],
)
def test_life_is_what_the_register_and_the_others_say(fused, status, tax, life, contradicted):
    said = {"links": [("tax_registration", "T1", "E1")], "tax": [taxpayer("T1", tax)]} if tax else {}
    row = fused([{"registration_status": status}], **said)["C1", JAN]
    assert (row["life"], row["is_contradicted"]) == (life, contradicted)


def test_activity_in_any_source_keeps_alive_what_another_calls_stopped(fused):
    links = [("tax_registration", "T1", "E1"), ("electricity", "A1", "E1")]
    alive = fused(
        [{}], links, tax=[taxpayer("T1", "abnormal")], power=[power("A1", "5", "2018-04"), power("A1", "0", "2018-06")]
    )
    assert alive["C1", JAN]["life"] == "alive"
    dormant = fused(
        [{}], links, tax=[taxpayer("T1", "abnormal")], power=[power("A1", "5", "2018-03"), power("A1", "0", "2018-06")]
    )
    assert dormant["C1", JAN]["life"] == "dormant"
    assert "electricity=stopped@2018-06" in dormant["C1", JAN]["evidence"]


def test_what_a_branch_or_nobody_says_is_not_said_of_the_legal_person(fused):
    links = [("social_insurance_employer", "9", "E1", "branch"), ("tax_registration", "T1", None)]
    row = fused([{}], links, tax=[taxpayer("T1", "abnormal")], employers=[employer("9", "ended", 0)])["C1", JAN]
    assert (row["life"], row["evidence"], row["tax_status"]) == ("alive", ["register=active@2018-01-01"], None)


def test_a_past_version_is_judged_by_its_register_alone(fused):
    rows = [{"valid_to": JUN}, {"registration_status": "cancelled", "valid_from": JUN}]
    found = fused(rows, links=[("tax_registration", "T1", "E1")], tax=[taxpayer("T1", "cancelled")])
    assert [(found["C1", day]["life"], len(found["C1", day]["evidence"])) for day in (JAN, JUN)] == [
        ("alive", 1),
        ("gone", 2),
    ]


def test_establishments_are_seats_sole_traders_and_branches(spark, registers, link):
    from jobs.fuse.establishment import establishments

    people = registers({}, {"entity_id": "E2", "credit_code": "C2", "kind": "sole_trader", "name": "面馆"})
    branches = spark.createDataFrame([employer("9", name="甲门市部"), employer("8", name="甲")], EMPLOYER)
    links = link(("social_insurance_employer", "9", "E1", "branch"), ("social_insurance_employer", "8", "E1"))
    found = establishments(people, links, branches).orderBy("kind").collect()
    assert [(r["kind"], r["entity_id"], r["name"], r["is_open"]) for r in found] == [
        ("branch", "E1", "甲门市部", True),
        ("seat", "E1", "甲", True),
        ("sole_trader", "E2", "面馆", True),
    ]
    assert (found[0]["establishment_id"], found[0]["source"]) == (
        "social_insurance_employer:9",
        "social_insurance_employer@s1",
    )


def test_a_role_lasts_while_the_representative_stays(registers):
    from jobs.fuse.role import roles

    may = datetime.date(2018, 5, 1)
    rows = [
        {"valid_to": may},
        {"valid_from": may, "valid_to": JUN, "address": "路2号"},
        {"valid_from": JUN, "representative": "李四"},
    ]
    found = roles(registers(*rows)).orderBy("valid_from").collect()
    assert [(r["representative"], r["valid_from"], r["valid_to"], r["is_current"], r["role"]) for r in found] == [
        ("张三", JAN, JUN, False, "legal_representative"),
        ("李四", JUN, None, True, "legal_representative"),
    ]


def test_the_names_of_representatives_are_masked_in_every_table_of_the_library():
    from catalog import load_catalog
    from taian.masking import masks_of

    for table in ("base_legal__legal_person", "base_legal__role"):
        assert masks_of(table, load_catalog())["representative"] == "name"
