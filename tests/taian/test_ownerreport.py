"""The workbook of one batch: what its department reads, and what nobody may."""

import io

from python_calamine import CalamineWorkbook

from alerts.again import Step
from taian.ownerreport import OwnerReport, Sample

DELIVERY = {
    "resource": "resident",
    "batch": "resident-2018-06-30-01",
    "period": "2018-06-30",
    "state": "held",
    "code": "W101",
    "message": "隔离 40 行，其中 37090219900101123X",
    "delivered_at": "2018-06-30T20:00:00+08:00",
    "rows_delivered": 100,
    "rows_accepted": 60,
    "rows_quarantined": 40,
}


def sheets(**changes):
    given = {
        "title": "户籍人口基本信息",
        "provider_name": "公安局",
        "delivery": DELIVERY,
        "codes": {"R003": 4, "R006": 36},
        "checks": [
            {"dimension": "accuracy", "success": True, "observed": "甲", "expected": "乙"},
            {"dimension": "accuracy", "success": None, "observed": "无历史", "expected": "丙"},
            {"dimension": "completeness", "success": False, "observed": "40 行", "expected": "20%"},
        ],
        "samples": [Sample("a.csv", 7, "R006", "身份号码校验不符", "公民身份号码", {"姓名": "=**", "备注": None})],
        "quality": [
            {"dimension": "conformity", "numerator": 999, "denominator": 1000, "business_date": "2018-06-30"},
            {"dimension": "timeliness", "numerator": 0, "denominator": 0, "business_date": "2018-06-30"},
        ],
        "steps": [Step("改好后重新提交。", "taian quarantine resubmit refused.xlsx")],
    }
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(OwnerReport(**{**given, **changes}).workbook()))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def test_the_outcome_says_what_became_of_it_why_and_how_to_hand_in_again():
    facts = {row[0]: row[1] for row in sheets()["概况"]}
    assert facts["结果"] == "待核未发布"
    assert facts["原因"] == "W101 隔离比例过高待核"
    assert (facts["交付行"], facts["接受行"], facts["隔离行"]) == ("100", "60", "40")
    assert facts["怎样再报 1"] == "改好后重新提交。 taian quarantine resubmit refused.xlsx"
    assert "37090219900101123X" not in facts["说明"]


def test_reasons_stand_in_plain_words_the_most_frequent_first():
    header, first, second = sheets()["原因"]
    assert first[:5] == ["R006", "身份号码校验不符", "准确性", "36", "36.00%"]
    assert second[0] == "R003"
    assert header[-1] == "处理办法"


def test_samples_have_their_place_and_no_cell_that_a_spreadsheet_runs():
    header, row = sheets()["样例（脱敏）"]
    assert dict(zip(header, row, strict=True)) == {
        "文件": "a.csv", "行号": "7", "代码": "R006", "原因": "身份号码校验不符", "信息项": "公民身份号码",
        "姓名": "'=**", "备注": "",
    }  # fmt: skip


def test_what_did_not_pass_stands_before_what_was_not_judged_and_what_passed():
    assert [row[0] for row in sheets()["发布门检查"]] == ["结果", "未通过", "未判定", "通过"]


def test_quality_that_cannot_be_judged_is_no_number():
    assert [row[1] for row in sheets()["质量评价"]] == ["数值", "99.90%", "无从评价"]


def test_a_rejected_file_has_no_rows_and_no_empty_sheets():
    rejected = {**DELIVERY, "state": "rejected", "code": "F003", "message": None}
    rejected |= dict.fromkeys(("rows_delivered", "rows_accepted", "rows_quarantined"))
    found = sheets(delivery=rejected, codes={}, checks=[], samples=[], quality=[])
    assert list(found) == ["概况"]
    facts = {row[0]: row[1] for row in found["概况"]}
    assert facts["交付行"] == ""
    assert facts["说明"] == "文件的 SHA-256 或字节数与清单不一致"
