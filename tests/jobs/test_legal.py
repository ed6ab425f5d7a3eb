"""The library of legal persons: one row under a code, alive or not by the evidence of each source, places and roles."""

import datetime
import re
from decimal import Decimal

import pytest

from catalog import load_catalog
from catalog.fusion import all_fusions
from taian.settings import ROOT
from taian.sqlguard import tables_of

pytestmark = pytest.mark.spark

JAN, MAY, JUN = (datetime.date(2018, month, 1) for month in (1, 5, 6))
DAY, LAST = datetime.date(2010, 5, 1), datetime.date(2018, 6, 30)
MOMENT = datetime.datetime(2018, 6, 30, 12)
FIRM = "913799010000000011"
"""The firm that the guide asks about."""
REGISTERED = (
    "entity_id string, register string, credit_code string, registration_number string, name string, "
    "former_name string, representative string, capital_10k_yuan decimal(20,4), industry_code string, address string, "
    "county_code string, established_on date, kind string, registration_status string, valid_from date, "
    "valid_to date, is_current boolean, _batch string"
)
RECORDED = "period string, _delivered_at timestamp, _source_row int, _batch string"
TAX = f"taxpayer_number string, name string, taxpayer_kind string, industry_code string, status string, {RECORDED}"
EMPLOYER = (
    "employer_number string, name string, representative string, county_code string, joined_on date, status string, "
    f"persons bigint, {RECORDED}"
)
POWER = f"account_number string, account_name string, electricity_kwh decimal(20,4), {RECORDED}"
LINK = (
    "record_id string, resource string, record_key string, entity_id string, state string, relation string, "
    "method string, evidence string"
)


def version(code, **changes):
    """A version of a legal person: an active firm 甲 known since January, but for what is said."""
    usual = {
        "entity_id": f"E{code}", "register": "enterprise_registration", "credit_code": code, "name": "甲",
        "kind": "firm", "representative": "张三", "industry_code": "1311", "address": "路1号",
        "county_code": "370921", "established_on": DAY, "registration_status": "active",
        "valid_from": JAN, "valid_to": None, "_batch": "g1",
        "registration_number": None, "former_name": None, "capital_10k_yuan": None,
    }  # fmt: skip
    row = usual | changes
    return row | {"is_current": row["valid_to"] is None}


def link(resource, key, code, relation="self", method="credit_code"):
    entity, state = (f"E{code}", "linked") if code else (None, "unlinked")
    return (f"{resource}:{key}", resource, key, entity, state, relation, method, "信用代码一致")


def taxpayer(number, status="normal", name="甲"):
    return (number, name, "general", "1311", status, "2018-06", MOMENT, 2, "t1")


def employer(number, status="paying", persons=8, name="甲", period="2018-06"):
    return (number, name, "张三", "370921", DAY, status, persons, period, MOMENT, 2, f"s{period[-1]}")


def power(number, kwh, period, moment=MOMENT):
    return (number, "甲", Decimal(kwh), period, moment, 2, "p1")


STATES = {
    "L1": ("active", None, "alive", False),
    "L2": ("active", "normal", "alive", False),
    "L3": ("active", "abnormal", "dormant", False),
    "L4": ("revoked", None, "dormant", False),
    "L5": ("revoked", "normal", "dormant", True),
    "L6": ("cancelled", "cancelled", "gone", False),
    "L7": ("cancelled", "normal", "gone", True),
}
"""Legal persons by code: what their register and the tax office say, and what follows."""
VERSIONS = [
    version(FIRM, name="旧甲", valid_to=JUN),
    version(FIRM, valid_from=JUN, representative="李四"),
    version("school", register="public_institution", name="小学", kind="institution"),
    version("club", register="social_organization", industry_code=None, kind="association"),
    version("seasonal"),
    version("idle"),
    version("branchy"),
    version("closed", valid_to=JUN),
    version("closed", registration_status="cancelled", valid_from=JUN),
    version("noodles", name="面馆", kind="sole_trader", valid_to=MAY),
    version("noodles", name="面馆", kind="sole_trader", valid_from=MAY, valid_to=JUN, address="路2号"),
    version("noodles", name="面馆", kind="sole_trader", valid_from=JUN, representative="李四"),
    *(version(code, registration_status=said[0]) for code, said in STATES.items()),
]
TAXPAYERS = [
    taxpayer("379903200000001", name="泰安市甲"),
    taxpayer("T-school", name="中学"),
    taxpayer("T-club"),
    taxpayer("T-seasonal", "abnormal"),
    taxpayer("T-idle", "abnormal"),
    taxpayer("T-nobody", "abnormal"),
    taxpayer("T-closed", "cancelled"),
    *(taxpayer(f"T-{code}", said[1]) for code, said in STATES.items() if said[1]),
]
EMPLOYERS = [
    employer("9"),
    employer("9", persons=50, period="2018-05"),
    employer("10", name="甲门市部"),
    employer("10", "ended", 0, name="甲旧门市部", period="2018-05"),
    employer("11", "ended", 0),
]
METERS = [
    power("A-seasonal", "5", "2018-04"),
    power("A-seasonal", "0", "2018-06"),
    power("A-idle", "5", "2018-03"),
    power("A-idle", "7", "2018-06", MOMENT - datetime.timedelta(days=9)),  # corrected since
    power("A-idle", "0", "2018-06"),
]
LINKS = [
    link("tax_registration", "379903200000001", FIRM, method="old_number"),
    link("social_insurance_employer", "9", FIRM),
    link("social_insurance_employer", "10", FIRM, "branch", "branch_name"),
    link("social_insurance_employer", "11", "branchy", "branch"),
    link("tax_registration", "T-nobody", None),
    *(
        link("tax_registration", f"T-{code}", code)
        for code in ("school", "club", "seasonal", "idle", "closed", *(c for c, said in STATES.items() if said[1]))
    ),
    *(link("electricity", f"A-{code}", code) for code in ("seasonal", "idle")),
]


@pytest.fixture(scope="module")
def library(spark):
    """The tables of the library, each built once and held as rows."""
    from jobs.fuse.establishment import establishments
    from jobs.fuse.legal_person import claim, legal_persons
    from jobs.fuse.role import roles

    def held(frame):
        return spark.createDataFrame(frame.collect(), frame.schema)

    links = spark.createDataFrame(LINKS, LINK)
    frames = {
        "tax_registration": spark.createDataFrame(TAXPAYERS, TAX),
        "social_insurance_employer": spark.createDataFrame(EMPLOYERS, EMPLOYER),
        "electricity": spark.createDataFrame(METERS, POWER),
    }
    claims = {name: claim(name, frame, links, "2018-06") for name, frame in frames.items()}
    fusion = all_fusions()["base_legal__legal_person"]
    golden = held(legal_persons(spark.createDataFrame(VERSIONS, REGISTERED), claims, fusion))
    return {
        "base_legal__legal_person": golden,
        "base_legal__link": links,
        "base_legal__establishment": held(establishments(golden, links, frames["social_insurance_employer"])),
        "base_legal__role": held(roles(golden)),
    }


@pytest.fixture(scope="module")
def golden(library):
    """Golden legal persons by code and first day."""
    return {(row["credit_code"], row["valid_from"]): row for row in library["base_legal__legal_person"].collect()}


def test_a_legal_person_is_one_row_though_a_source_has_an_old_number_and_another_spelling(golden):
    row = golden[FIRM, JUN]
    assert (row["name"], row["tax_status"], row["taxpayer_kind"], row["insured_persons"]) == (
        "甲",
        "normal",
        "general",
        8,
    )
    assert "name=enterprise_registration/tax_registration" in row["conflicts"]
    assert row["sources"] == {"*": "enterprise_registration@g1"}
    assert row["evidence"] == [
        "register=active@2018-06-01",
        "social_insurance_employer=active@2018-06",
        "tax_registration=active@2018-06",
    ]
    assert len(golden) == len(VERSIONS)
    assert (golden[FIRM, JAN]["name"], golden[FIRM, JAN]["is_current"]) == ("旧甲", False)


def test_each_register_leads_for_its_own_and_what_it_lacks_comes_from_the_next_and_says_so(golden):
    school, club = golden["school", JAN], golden["club", JAN]
    assert (school["name"], school["sources"]) == ("小学", {"*": "public_institution@g1"})
    assert school["conflicts"] == ["name=public_institution/tax_registration"]
    assert (club["industry_code"], club["sources"]["industry_code"]) == ("1311", "tax_registration@t1")
    assert club["source_dates"]["industry_code"] == LAST


def test_life_is_what_the_register_and_the_others_say(golden):
    found = {code: (golden[code, JAN]["life"], golden[code, JAN]["is_contradicted"]) for code in STATES}
    assert found == {code: said[2:] for code, said in STATES.items()}


def test_activity_in_any_source_keeps_alive_what_another_calls_stopped(golden):
    assert (golden["seasonal", JAN]["life"], golden["idle", JAN]["life"]) == ("alive", "dormant")
    assert "electricity=stopped@2018-06" in golden["idle", JAN]["evidence"]


def test_what_a_branch_or_nobody_says_is_not_said_of_the_legal_person(golden):
    row = golden["branchy", JAN]
    assert (row["life"], row["evidence"], row["tax_status"]) == ("alive", ["register=active@2018-01-01"], None)


def test_a_past_version_is_judged_by_its_register_alone(golden):
    versions = [golden["closed", day] for day in (JAN, JUN)]
    assert [(row["life"], len(row["evidence"])) for row in versions] == [("alive", 1), ("gone", 2)]


def test_without_the_other_offices_the_same_columns_are_there_and_empty(spark, golden):
    from jobs.fuse.legal_person import legal_persons

    registers = spark.createDataFrame([version("L1")], REGISTERED)
    (row,) = legal_persons(registers, {}, all_fusions()["base_legal__legal_person"]).collect()
    assert set(row.asDict()) == set(golden["L1", JAN].asDict())
    assert (row["life"], row["tax_status"], row["insured_persons"]) == ("alive", None, None)


def test_establishments_are_seats_sole_traders_and_branches_as_last_reported(library):
    found = library["base_legal__establishment"].where("is_current").collect()
    assert {row["kind"] for row in found if row["entity_id"] == "Enoodles"} == {"sole_trader"}
    (branch,) = [row for row in found if row["establishment_id"] == "social_insurance_employer:10"]
    assert (branch["kind"], branch["entity_id"], branch["name"], branch["is_open"]) == (
        "branch",
        f"E{FIRM}",
        "甲门市部",
        True,
    )
    assert branch["source"] == "social_insurance_employer@s6"


def test_a_role_lasts_while_the_representative_stays(library):
    found = library["base_legal__role"].where("credit_code = 'noodles'").orderBy("valid_from").collect()
    assert [(r["representative"], r["valid_from"], r["valid_to"], r["is_current"], r["role"]) for r in found] == [
        ("张三", JAN, JUN, False, "operator"),
        ("李四", JUN, None, True, "operator"),
    ]


def test_every_query_of_the_guide_answers_what_it_says(spark, library):
    text = (ROOT / "docs" / "libraries.md").read_text(encoding="utf-8")
    section = re.search(r"^## 法人库\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    queries = re.findall(r"^### (.+?)\n.*?^```sql\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    for name, frame in library.items():
        frame.createOrReplaceTempView(name)
    found = {}
    for question, sql in queries:
        assert tables_of(sql, library)
        found[question] = [tuple(row) for row in spark.sql(sql).collect()]
    for name in library:
        spark.catalog.dropTempView(name)
    said = "信用代码一致"
    assert found["一个法人在各部门是哪些记录"] == [
        ("甲", "social_insurance_employer", "10", "branch", "branch_name", said),
        ("甲", "social_insurance_employer", "9", "self", "credit_code", said),
        ("甲", "tax_registration", "379903200000001", "self", "old_number", said),
    ]
    assert [row[:4] for row in found["它还在吗，凭什么"]] == [("甲", "active", "alive", False)]
    assert ("public_institution", "alive", 1) in found["存续、停业、终止的各有多少"]
    assert [row[0] for row in found["哪些已注销、吊销却还在活动"]] == ["L5", "L7"]
    assert found["过去某一天它叫什么、谁是法定代表人"] == [("旧甲", "legal_representative", "张三", JAN)]
    assert [row[:2] for row in found["一个法人有哪些场所和分支机构"]] == [("branch", "甲门市部"), ("seat", "甲")]
    assert ("tax_registration", "unlinked", 1) in found["各部门的记录有多少找到了法人"]
    assert len(found) == section[1].count("```sql")


def test_names_of_representatives_are_masked_and_links_of_statistical_units_are_shown_to_nobody(spark):
    from taian.masking import masks_of, shown_rows

    catalog = load_catalog()
    for table in ("base_legal__legal_person", "base_legal__role"):
        assert masks_of(table, catalog)["representative"] == "name"
    links = spark.createDataFrame([link("statistical_unit", "1", FIRM), link("electricity", "1", FIRM)], LINK)
    assert [row["resource"] for row in shown_rows(links, "base_legal__link", catalog).collect()] == ["electricity"]
