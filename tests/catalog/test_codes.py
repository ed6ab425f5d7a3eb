"""codes.yaml is what departments read: it is complete, nothing in it is unused, and a number keeps its meaning."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from catalog import all_codes, load_catalog

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("catalog", "jobs", "expectations", "alerts", "taian", "dashboards")
CODE = re.compile(r"[FRW]\d{3}")

# A number is never used again: a code that was given once keeps its title here for ever, also when it is withdrawn.
GIVEN = {
    "F001": "清单不可用",
    "F002": "文件缺失",
    "F003": "摘要不符",
    "F004": "行数不符",
    "F005": "编码不符",
    "F006": "缺少信息项",
    "F007": "统计期不符",
    "F008": "提供方不符",
    "F009": "空文件",
    "F010": "错误页面",
    "F011": "文件截断",
    "F012": "文件损坏",
    "F013": "资源未登记",
    "F014": "更正对象不存在",
    "F015": "数据源不可用",
    "F016": "批次号重复",
    "R001": "必填项为空",
    "R002": "类型不符",
    "R003": "代码不在代码表",
    "R004": "格式不符",
    "R005": "超出范围",
    "R006": "身份号码校验不符",
    "R007": "信用代码校验不符",
    "R008": "主键重复",
    "R009": "重复表头",
    "R010": "合计行",
    "R011": "全零行",
    "R012": "列数不符",
    "R013": "字符丢失",
    "R014": "记录不可读",
    "R015": "引用不存在",
    "R016": "图形无效",
    "R101": "出生日期与身份号码矛盾",
    "R102": "性别与身份号码矛盾",
    "R103": "分项与合计不平衡",
    "R104": "位置与区划矛盾",
    "R105": "日期先后矛盾",
    "R106": "数值之间矛盾",
    "W001": "出现新信息项",
    "W002": "行数异常",
    "W003": "分布漂移",
    "W004": "迟到",
    "W005": "隔离比例偏高",
    "W006": "图形已修复",
    "W007": "坐标已转换",
    "W008": "摘要或签名不符",
    "W101": "隔离比例过高待核",
    "W102": "行数偏离过大待核",
    "W103": "分布突变待核",
    "W104": "完整率不足待核",
    "W105": "与声明不符待核",
}


def codes_in_the_programs() -> dict[str, set[str]]:
    """Code to the files with a text that is that code alone or its mark ``R015:`` (sentences do not count)."""
    found: dict[str, set[str]] = {}
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = (
                node.value.removesuffix(":") if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            )
            if CODE.fullmatch(text):
                found.setdefault(text, set()).add(path.relative_to(ROOT).as_posix())
    return found


def codes_in_the_declarations() -> set[str]:
    return {rule.code for resource in load_catalog().resources.values() for rule in resource.rules}


def test_every_code_that_a_program_or_a_declaration_gives_is_listed():
    unlisted = {code: files for code, files in codes_in_the_programs().items() if code not in all_codes()}
    assert unlisted == {}
    assert codes_in_the_declarations() <= set(all_codes())


def test_every_listed_code_is_given_somewhere():
    assert set(all_codes()) - set(codes_in_the_programs()) - codes_in_the_declarations() == set()


def test_a_number_never_changes_its_meaning_and_no_code_is_listed_without_being_remembered():
    assert {code: entry.title for code, entry in all_codes().items() if GIVEN.get(code) != entry.title} == {}


def test_no_code_is_listed_twice():
    lines = (ROOT / "catalog" / "codes.yaml").read_text(encoding="utf-8").splitlines()
    keys = [line.split(":")[0] for line in lines if CODE.match(line)]
    assert keys == sorted(set(keys))
    assert keys == list(all_codes())


@pytest.mark.parametrize("code", all_codes())
def test_a_code_says_what_it_means_and_what_to_do(code):
    entry = all_codes()[code]
    assert CODE.fullmatch(code)
    assert entry.code == code
    assert entry.title
    assert entry.meaning
    assert entry.remedy
    assert entry.meaning != entry.remedy


def test_the_file_is_what_is_read():
    content = yaml.safe_load((ROOT / "catalog" / "codes.yaml").read_text(encoding="utf-8"))
    assert {code: entry.remedy for code, entry in all_codes().items()} == {c: v["remedy"] for c, v in content.items()}
