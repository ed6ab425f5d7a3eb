"""Every R code: a row that breaks the rule, one that keeps it, and one where nothing is known."""

import datetime
import json
from decimal import Decimal

import pytest

from catalog import load_catalog
from jobs.journal import CHINA

pytestmark = pytest.mark.spark

ID_NUMBER, CREDIT_CODE = "379901199001011237", "91379901MA0000007R"


@pytest.fixture(scope="module")
def resource(visit_declaration):
    from catalog import Resource

    columns = [
        {"name": "visit_id", "title": "编号", "required": True, "pattern": "V\\d+"},
        {"name": "sex", "title": "性别", "labels": {"男": "1"}, "codelist": "sex"},
        {"name": "id_number", "title": "号码", "checksum": "id_number"},
        {"name": "credit_code", "title": "代码", "checksum": "credit_code"},
        {"name": "amount_yuan", "title": "金额", "type": "decimal", "required": True, "minimum": 0, "maximum": 1000},
        {"name": "visited_on", "title": "日期", "type": "date", "minimum": "1900-01-01", "maximum": "business_date"},
        {"name": "left_at", "title": "离开", "type": "timestamp", "minimum": "2018-01-01", "maximum": "business_date"},
        {"name": "remark", "title": "备注"},
    ]
    rule = {
        "code": "R105",
        "columns": ["visited_on", "left_at"],
        "expression": "to_date(left_at) >= visited_on",
        "message": "x",
    }
    return Resource.model_validate(visit_declaration(columns=columns, rules=[rule]))


@pytest.fixture
def violations(projected, resource):
    """Lines (or ``(line, defect)``) to the marks of the rules they break, in one frame."""
    from jobs.standardize.project import VIOLATIONS

    def run(lines, **more):
        headers = [column.delivered_as for column in resource.columns]
        rows = projected(resource, lines, headers, **more).orderBy("_source_row").select(VIOLATIONS).collect()
        return [row[0] for row in rows]

    return run


def line(**changes):
    """A row that keeps every rule, some cells replaced."""
    cells = {
        "visit_id": "V1",
        "sex": "男",
        "id_number": ID_NUMBER,
        "credit_code": CREDIT_CODE,
        "amount_yuan": "12.5",
        "visited_on": "2018-06-29",
        "left_at": "2018-06-30 23:59:59",
        "remark": "x",
    }
    return ",".join(f'"{value}"' if "," in value else value for value in (cells | changes).values())


CASES = {
    line(): "",
    # R001: an empty required cell is missing and nothing else; blanks are no value.
    line(visit_id=""): "R001:visit_id",
    line(visit_id="\u3000 "): "R001:visit_id",
    line(amount_yuan=""): "R001:amount_yuan",
    # R002: an unreadable value is unreadable and nothing else, also where it is required or bounded.
    line(amount_yuan="许多"): "R002:amount_yuan",
    line(visited_on="昨天"): "R002:visited_on",
    line(left_at="2018-02-30 10:00:00"): "R002:left_at",
    # R003, R004: only of a value that is there.
    line(sex="5"): "R003:sex",
    line(sex=""): "",
    line(visit_id="W1"): "R004:visit_id",
    line(visit_id="V1x"): "R004:visit_id",
    # R005: bounds are inside, the business date to its last second.
    line(amount_yuan="-0.01"): "R005:amount_yuan",
    line(amount_yuan="1000.01"): "R005:amount_yuan",
    line(amount_yuan="0"): "",
    line(amount_yuan="1000"): "",
    line(visited_on="0168-01-01"): "R005:visited_on",
    line(visited_on="2018-06-30"): "",
    line(visited_on="2018-07-01", left_at=""): "R005:visited_on",
    line(left_at="2018-07-01 00:00:00"): "R005:left_at",
    # R006, R007: an empty cell is no accusation.
    line(id_number=ID_NUMBER[:-1] + "0"): "R006:id_number",
    line(id_number="37090290010112"): "R006:id_number",
    line(id_number="370902901301123"): "R006:id_number",
    # A number of fifteen digits is an old form of a right one.
    line(id_number="370902900101123"): "",
    line(id_number=""): "",
    line(credit_code=CREDIT_CODE[:-1] + "0"): "R007:credit_code",
    line(credit_code=""): "",
    # A declared rule speaks only where all of its columns were read.
    line(visited_on="2018-06-30", left_at="2018-06-29 10:00:00"): "R105:visited_on",
    line(visited_on="", left_at="2018-06-29 10:00:00"): "",
    line(visited_on="昨天", left_at="2018-06-29 10:00:00"): "R002:visited_on",
    # Several at once, in the order of the declaration.
    line(visit_id="", sex="5", amount_yuan="-1"): "R001:visit_id;R003:sex;R005:amount_yuan",
    # A row that is no record has its one code alone, whatever its cells say.
    line(remark="合计"): "R010:",
    line(visit_id="小计", sex="5"): "R010:",
    line(remark="合计数核对过"): "",
    "0,0,0.00,,0,0,,": "R011:",
    ",,,,,,,": "R011:",
    line(remark="张\ufffd"): "R013:",
}


# A defect found while reading is the row's only code, whatever its cells say.
DEFECTS = {
    ("V1,x", "R012"): "R012:",
    (line(sex="5"), "R009"): "R009:",
    ("{", "R014"): "R014:",
    (line(), "R016"): "R016:",
}


def test_every_cell_rule_speaks_once_and_only_of_what_it_knows(violations):
    expected = CASES | DEFECTS
    assert dict(zip(expected, violations(list(expected)), strict=True)) == expected


def test_the_last_possible_day_moves_with_the_business_date(violations):
    lines = [line(visited_on=day, left_at="2018-06-27 10:00:00") for day in ("2018-06-27", "2018-06-28", "2018-06-29")]
    found = violations(lines, business_date="2018-06-27")
    assert found == ["", "R005:visited_on;R105:visited_on", "R005:visited_on;R105:visited_on"]


def test_a_json_record_is_judged_like_a_line_and_its_numbers_keep_their_digits(projected, resource):
    from jobs.standardize.project import VIOLATIONS

    record = {"编号": "V1", "性别": None, "号码": "", "金额": 12.3400, "日期": "2018-06-29", "多余": {"a": 1}}
    lines = [json.dumps(record | change) for change in ({}, {"金额": "x"}, {"编号": None})]
    headers = ["编号", "性别", "号码", "代码", "金额", "日期", "离开", "备注", "多余"]
    rows = projected(resource, lines, headers, codec="json").orderBy("_source_row").collect()
    assert [row[VIOLATIONS] for row in rows] == ["", "R002:amount_yuan", "R001:visit_id"]
    assert rows[0]["amount_yuan"] == Decimal("12.34")
    assert rows[0]["sex"] is None


def test_cells_are_found_by_their_header_beside_extra_and_missing_columns(projected, resource):
    from jobs.standardize.project import VIOLATIONS

    (row,) = projected(resource, ['o,"两\n行,""x""",男,V1'], ["多余", "备注", "性别", "编号"]).collect()
    assert (row["visit_id"], row["sex"], row["remark"]) == ("V1", "1", '两\n行,"x"')
    assert row["visited_on"] is None
    assert row[VIOLATIONS] == "R001:amount_yuan"


def test_the_first_row_of_a_key_is_kept_and_only_valid_rows_of_one_batch_are_compared(spark, resource):
    from jobs.standardize.duplicates import repeated_rows

    rows = [
        ("b1", "a.csv", 2, "V1", ""),
        ("b1", "a.csv", 10, "V1", ""),
        ("b1", "b.csv", 2, "V1", ""),
        ("b1", "a.csv", 3, "V2", "R003:sex"),
        ("b1", "a.csv", 4, "V2", ""),
        ("b2", "a.csv", 2, "V1", ""),
    ]
    schema = "_batch string, _file string, _source_row bigint, visit_id string, _violations string"
    found = repeated_rows(spark.createDataFrame(rows, schema), resource).collect()
    assert {(row["_batch"], row["_file"], row["_source_row"]) for row in found} == {
        ("b1", "a.csv", 10),
        ("b1", "b.csv", 2),
    }


def test_a_reference_that_is_not_published_is_r015_and_an_empty_one_is_not(spark, declared):
    from jobs.standardize.project import VIOLATIONS, check_references

    columns = [
        {"name": "visit_id", "title": "编号", "required": True},
        {"name": "place", "title": "地点", "references": "place.code"},
    ]
    rows = [
        (1, "P1", ""),
        (2, "P9", ""),
        (3, None, ""),
        (4, "P9", "R003:sex"),
        (5, "P9", "R012:"),
        (6, "P1", "R003:sex"),
    ]
    frame = spark.createDataFrame(rows, f"visit_id int, place string, {VIOLATIONS} string")
    known = spark.createDataFrame([("P1",), ("P1",), ("P2",)], "value string")
    found = check_references(frame, declared(columns=columns), {"place": known}).orderBy("visit_id").collect()
    assert [row[VIOLATIONS] for row in found] == ["", "R015:place", "", "R003:sex;R015:place", "R012:", "R003:sex"]
    nothing = check_references(frame, declared(columns=columns), {"place": known.where("false")})
    assert nothing.where(f"{VIOLATIONS} = ''").count() == 1


def test_codes_and_columns_of_a_row_are_read_apart(spark):
    from jobs.standardize.project import VIOLATIONS, is_valid, keep_refused_raw, violated

    frame = spark.createDataFrame(
        [("R001:a;R003:b", "x"), ("R012:", "y"), ("", "z")], f"{VIOLATIONS} string, raw string"
    )
    kept = keep_refused_raw(frame)
    refused = kept.where(~is_valid()).select(violated(0), violated(1), "raw").collect()
    assert [tuple(row) for row in refused] == [(["R001", "R003"], ["a", "b"], "x"), (["R012"], [""], "y")]
    assert [row["raw"] for row in kept.where(is_valid()).collect()] == [None]


def test_the_projection_of_a_real_resource_is_one_spark_job_however_many_rules(spark, projected, tmp_path):
    resident = load_catalog()["resident"]
    headers = [column.delivered_as for column in resident.columns]
    frame = projected(resident, [",".join("x" for _ in headers)] * 6, headers)
    spark.sparkContext.setJobGroup("projection", "projection")
    frame.write.parquet(str(tmp_path / "typed"))
    jobs = spark.sparkContext.statusTracker().getJobIdsForGroup("projection")
    spark.sparkContext.setJobGroup("other", "other")
    assert len(jobs) == 1


def date(text):
    return datetime.date.fromisoformat(text)


def moment(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=CHINA)


# (resource, code, first column): a row that breaks the rule and one that keeps it, as typed values of all it reads.
DECLARED = {
    ("resident", "R101", "id_number"): (
        {"id_number": ID_NUMBER, "birth_date": date("1990-01-02")},
        {"id_number": ID_NUMBER, "birth_date": date("1990-01-01")},
    ),
    ("resident", "R102", "id_number"): ({"id_number": ID_NUMBER, "sex": "2"}, {"id_number": ID_NUMBER, "sex": "1"}),
    ("enterprise_registration", "R105", "established_on"): (
        {"established_on": date("2018-06-30"), "updated_at": moment("2018-06-29 23:00")},
        {"established_on": date("2018-06-30"), "updated_at": moment("2018-06-30 00:00")},
    ),
    ("enterprise_return", "R103", "output_10k_yuan"): (
        {"output_10k_yuan": Decimal(100), "domestic_10k_yuan": Decimal(60), "export_10k_yuan": Decimal(30)},
        {"output_10k_yuan": Decimal(100), "domestic_10k_yuan": Decimal(60), "export_10k_yuan": Decimal(36)},
    ),
    ("vat_invoice", "R106", "sales_yuan"): (
        {"sales_yuan": Decimal(100), "tax_yuan": Decimal(22)},
        {"sales_yuan": Decimal(100), "tax_yuan": Decimal(20)},
    ),
    ("fiscal", "R106", "month_10k_yuan"): (
        {"month_10k_yuan": Decimal(2), "cumulative_10k_yuan": Decimal(1)},
        {"month_10k_yuan": Decimal(2), "cumulative_10k_yuan": Decimal(2)},
    ),
    ("license", "R105", "decided_on"): (
        {"decided_on": date("2018-06-02"), "valid_until": date("2018-06-01")},
        {"decided_on": date("2018-06-01"), "valid_until": date("2018-06-01")},
    ),
    ("penalty", "R105", "decided_on"): (
        {"decided_on": date("2018-06-02"), "repaired_on": date("2018-06-01")},
        {"decided_on": date("2018-06-01"), "repaired_on": date("2018-06-02")},
    ),
    ("dishonest_debtor", "R105", "filed_on"): (
        {"filed_on": date("2018-06-02"), "published_on": date("2018-06-01")},
        {"filed_on": date("2018-06-01"), "published_on": date("2018-06-01")},
    ),
    ("service_case", "R105", "finished_at"): (
        {"finished_at": moment("2018-06-01 09:00"), "accepted_at": moment("2018-06-01 10:00")},
        {"finished_at": moment("2018-06-01 10:00"), "accepted_at": moment("2018-06-01 10:00")},
    ),
    ("service_item", "R106", "promised_days"): (
        {"promised_days": 21, "legal_days": 20},
        {"promised_days": 20, "legal_days": 20},
    ),
    ("service_item", "R106", "docked_on"): (
        {"docked_on": date("2018-06-01"), "runs_on": "platform"},
        {"docked_on": date("2018-06-01"), "runs_on": "own_system"},
    ),
    ("hotline_12345", "R105", "handled_at"): (
        {"handled_at": moment("2018-06-01 09:59"), "received_at": moment("2018-06-01 10:00")},
        {"handled_at": moment("2018-06-01 10:00"), "received_at": moment("2018-06-01 10:00")},
    ),
    ("standard_address", "R104", "village_code"): (
        {"village_code": "370902001001", "longitude": 116.5, "latitude": 36.2},
        {"village_code": "370902001001", "longitude": 117.1, "latitude": 36.2},
    ),
    ("division", "R106", "code"): (
        {"code": "370911001", "parent_code": "370902"},
        {"code": "370902001", "parent_code": "370902"},
    ),
    ("water", "R106", "previous_reading_m3"): (
        {"previous_reading_m3": Decimal(100), "reading_m3": Decimal(90), "used_m3": Decimal(10)},
        {"previous_reading_m3": Decimal(90), "reading_m3": Decimal(100), "used_m3": Decimal(10)},
    ),
    ("public_facility", "R104", "geojson"): (
        {"geojson": '{"type": "Point", "coordinates": [36.2, 117.1]}'},
        {"geojson": '{"type": "Point", "coordinates": [117.1, 36.2]}'},
    ),
    ("mobile_presence", "R106", "persons"): ({"persons": 100, "visitors": 101}, {"persons": 100, "visitors": 100}),
    ("infectious_disease", "R106", "disease"): (
        {"disease": "influenza", "legal_class": "class_b"},
        {"disease": "hepatitis", "legal_class": "class_b"},
    ),
    ("safety_accident", "R105", "occurred_at"): (
        {"occurred_at": moment("2018-06-01 10:00"), "reported_at": moment("2018-06-01 09:59")},
        {"occurred_at": moment("2018-06-01 10:00"), "reported_at": moment("2018-06-01 10:00")},
    ),
    ("safety_accident", "R106", "level"): (
        {"level": "ordinary", "deaths": 3, "severe_injuries": 0, "loss_10k_yuan": Decimal(1)},
        {"level": "larger", "deaths": 3, "severe_injuries": 0, "loss_10k_yuan": Decimal(1)},
    ),
    ("private_network", "R106", "status"): (
        {"status": "not_merged", "merged_on": date("2018-06-01")},
        {"status": "merged_external", "merged_on": date("2018-06-01")},
    ),
    ("internet_exit", "R106", "status"): (
        {"status": "kept", "merged_on": date("2018-06-01")},
        {"status": "merged", "merged_on": date("2018-06-01")},
    ),
    ("website", "R106", "status"): (
        {"status": "running", "done_on": date("2018-06-01")},
        {"status": "closed", "done_on": date("2018-06-01")},
    ),
    ("security_assessment", "R105", "due_on"): (
        {"due_on": date("2018-06-01"), "assessed_on": date("2018-06-01")},
        {"due_on": date("2019-06-01"), "assessed_on": date("2018-06-01")},
    ),
    ("security_assessment", "R106", "backup"): (
        {"backup": "none", "restored_on": date("2018-06-01")},
        {"backup": "local", "restored_on": date("2018-06-01")},
    ),
    ("project_filing", "R105", "approved_on"): (
        {"approved_on": date("2018-05-31"), "filed_on": date("2018-06-01")},
        {"approved_on": date("2018-06-01"), "filed_on": date("2018-06-01")},
    ),
    ("project_filing", "R106", "paid_10k_yuan"): (
        {"paid_10k_yuan": Decimal(11), "budget_10k_yuan": Decimal(10)},
        {"paid_10k_yuan": Decimal(10), "budget_10k_yuan": Decimal(10)},
    ),
    ("project_filing", "R106", "review"): (
        {"review": "refused", "approved_on": date("2018-06-01")},
        {"review": "passed", "approved_on": date("2018-06-01")},
    ),
    ("audit_sample", "R106", "size"): ({"size": 13, "among": 12}, {"size": 12, "among": 12}),
    ("audit_sample", "R106", "place"): ({"place": 13, "size": 12}, {"place": 12, "size": 12}),
    ("exchange_log", "R106", "row_count"): (
        {"row_count": 3, "result": "failed"},
        {"row_count": 0, "result": "failed"},
    ),
    ("exchange_log", "R106", "taker"): (
        {"taker": "gonganju", "giver": "gonganju"},
        {"taker": "gonganju", "giver": "jiaoyuju"},
    ),
    ("system_usage", "R106", "users"): ({"users": 6, "logins": 5}, {"users": 5, "logins": 5}),
    ("cloud_migration", "R106", "progress"): (
        {"progress": Decimal(99), "status": "moved"},
        {"progress": Decimal(100), "status": "moved"},
    ),
    ("information_system", "R105", "changed_on"): (
        {"changed_on": date("2015-03-01"), "built_on": date("2015-03-02")},
        {"changed_on": date("2015-03-02"), "built_on": date("2015-03-02")},
    ),
    ("birth", "R105", "birth_date"): (
        {"birth_date": date("2018-06-02"), "issued_on": date("2018-06-01")},
        {"birth_date": date("2018-06-01"), "issued_on": date("2018-06-01")},
    ),
    ("certificate", "R105", "expires_on"): (
        {"expires_on": date("2018-05-31"), "issued_on": date("2018-06-01")},
        {"expires_on": date("2018-06-01"), "issued_on": date("2018-06-01")},
    ),
    ("certificate", "R106", "holder_kind"): (
        {"id_number": None, "credit_code": CREDIT_CODE, "holder_kind": "person"},
        {"id_number": None, "credit_code": CREDIT_CODE, "holder_kind": "legal_person"},
    ),
    ("county_account", "R103", "gdp_10k_yuan"): (
        {
            "gdp_10k_yuan": Decimal(104),
            "primary_10k_yuan": Decimal(10),
            "secondary_10k_yuan": Decimal(40),
            "tertiary_10k_yuan": Decimal(50),
        },
        {
            "gdp_10k_yuan": Decimal(103),
            "primary_10k_yuan": Decimal(10),
            "secondary_10k_yuan": Decimal(40),
            "tertiary_10k_yuan": Decimal(50),
        },
    ),
    ("county_account", "R103", "secondary_10k_yuan"): (
        {"secondary_10k_yuan": Decimal(44), "industry_10k_yuan": Decimal(30), "construction_10k_yuan": Decimal(10)},
        {"secondary_10k_yuan": Decimal(43), "industry_10k_yuan": Decimal(30), "construction_10k_yuan": Decimal(10)},
    ),
    ("death", "R105", "birth_date"): (
        {"birth_date": date("2018-06-02"), "died_on": date("2018-06-01")},
        {"birth_date": date("2018-06-01"), "died_on": date("2018-06-01")},
    ),
    ("death", "R105", "died_on"): (
        {"died_on": date("2018-06-02"), "registered_on": date("2018-06-01")},
        {"died_on": date("2018-06-01"), "registered_on": date("2018-06-01")},
    ),
    ("investment_project", "R106", "cumulative_10k_yuan"): (
        {"cumulative_10k_yuan": Decimal(1), "month_10k_yuan": Decimal(2)},
        {"cumulative_10k_yuan": Decimal(2), "month_10k_yuan": Decimal(2)},
    ),
    ("investment_project", "R106", "since_start_10k_yuan"): (
        {"since_start_10k_yuan": Decimal(1), "cumulative_10k_yuan": Decimal(2)},
        {"since_start_10k_yuan": Decimal(2), "cumulative_10k_yuan": Decimal(2)},
    ),
    ("marriage", "R102", "husband_id_number"): (
        {"husband_id_number": "37990219900101002X"},
        {"husband_id_number": "37990219900101001X"},
    ),
    ("marriage", "R102", "wife_id_number"): (
        {"wife_id_number": "37990219900101001X"},
        {"wife_id_number": "37990219900101002X"},
    ),
    ("public_institution", "R105", "established_on"): (
        {"established_on": date("2018-06-02"), "updated_on": date("2018-06-01")},
        {"established_on": date("2018-06-01"), "updated_on": date("2018-06-01")},
    ),
    ("residence_permit", "R101", "id_number"): (
        {"id_number": ID_NUMBER, "birth_date": date("1990-01-02")},
        {"id_number": ID_NUMBER, "birth_date": date("1990-01-01")},
    ),
    ("residence_permit", "R102", "id_number"): (
        {"id_number": ID_NUMBER, "sex": "2"},
        {"id_number": ID_NUMBER, "sex": "1"},
    ),
    ("residence_permit", "R105", "issued_on"): (
        {"issued_on": date("2018-06-02"), "valid_until": date("2018-06-01")},
        {"issued_on": date("2018-06-01"), "valid_until": date("2018-06-01")},
    ),
    ("social_organization", "R105", "established_on"): (
        {"established_on": date("2018-06-02"), "updated_on": date("2018-06-01")},
        {"established_on": date("2018-06-01"), "updated_on": date("2018-06-01")},
    ),
    ("tax_rating", "R106", "level"): (
        {"level": "B", "score": Decimal(90)},
        {"level": "B", "score": Decimal(89)},
    ),
    ("wage_arrears", "R105", "settled_on"): (
        {"settled_on": date("2018-05-31"), "listed_on": date("2018-06-01")},
        {"settled_on": date("2018-06-01"), "listed_on": date("2018-06-01")},
    ),
}


def test_codes_of_an_earlier_edition_are_stored_as_their_successors_while_they_were_in_force(projected):
    from jobs.standardize.project import VIOLATIONS

    resource = load_catalog()["enterprise_return"]
    columns = [c for c in resource.columns if c.name in ("credit_code", "period", "industry_code")]
    small = resource.model_copy(update={"columns": tuple(columns), "rules": ()})
    # 3130 was iron casting until 2017-09 and is steel rolling since; 1310 is gone and was split into classes of 131.
    cases = [("2017-09", "3130"), ("2017年10月", "3130"), ("201602", "1310"), ("2018-02", "1310"), ("2017-09", "1711")]
    lines = [f"{CREDIT_CODE},{period},{code}" for period, code in cases]
    headers = [column.delivered_as for column in columns]
    rows = projected(small, lines, headers).orderBy("_source_row").collect()
    assert [(row["industry_code"], row[VIOLATIONS]) for row in rows] == [
        ("3391", ""),
        ("3130", ""),
        ("131", ""),
        ("1310", "R003:industry_code"),
        ("1711", ""),
    ]


def test_the_code_of_a_merged_village_is_stored_as_the_village_it_became(projected):
    from jobs.standardize.project import VIOLATIONS

    resource = load_catalog()["resident"]
    small = resource.model_copy(update={"columns": (resource.column("village_code"),), "rules": ()})
    rows = projected(small, ["370982001399", "370982001010", "370982001398"], ["村居代码"]).orderBy("_source_row")
    assert [(row["village_code"], row[VIOLATIONS]) for row in rows.collect()] == [
        ("370982001010", ""),
        ("370982001010", ""),
        ("370982001398", "R003:village_code"),
    ]


def test_every_declared_rule_refuses_a_bad_row_accepts_a_good_one_and_is_silent_on_a_missing_value(spark):
    from pyspark.sql import functions as F

    from jobs.standardize.rules import row_rules
    from jobs.standardize.values import TYPES

    catalog = load_catalog()
    declared = {(r.resource, rule.code, rule.columns[0]): rule for r in catalog.resources.values() for rule in r.rules}
    assert set(DECLARED) == set(declared)
    # One frame a rule, all of them in one job.
    answers = {}
    for (name, code, column), (bad, good) in DECLARED.items():
        resource, rule = catalog[name], declared[name, code, column]
        (violation,) = row_rules(resource.model_copy(update={"rules": (rule,)}), {read: F.col(read) for read in bad})
        assert (violation.code, violation.column) == (code, column)
        unknown = bad | {rule.columns[-1]: None}
        schema = ", ".join(f"{read} {TYPES[resource.column(read).type]}" for read in bad)
        rows = [(i, *(case[read] for read in bad)) for i, case in enumerate((bad, good, unknown))]
        frame = spark.createDataFrame(rows, f"i int, {schema}")
        part = frame.select(F.lit(f"{name} {code} {column}").alias("rule"), "i", violation.broken.alias("is_broken"))
        answers[name, code, column] = part
    first, *others = answers.values()
    for part in others:
        first = first.unionByName(part)
    found = {}
    for row in first.coalesce(1).collect():
        found.setdefault(row["rule"], {})[row["i"]] = row["is_broken"]
    assert found == {" ".join(key): {0: True, 1: False, 2: False} for key in DECLARED}
