"""The data owner's report on one delivery as a workbook: outcome, reasons, masked samples, checks and quality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.again import Step
from alerts.words import DELIVERY_TITLES, without_identifiers
from catalog.codes import all_codes
from catalog.model import DIMENSION_TITLES
from taian.spreadsheet import as_workbook

VERDICTS = {True: "通过", False: "未通过", None: "未判定"}


@dataclass(frozen=True)
class Sample:
    """One refused row: where it stood, why, and its cells by title, already masked."""

    file: str
    source_row: int
    codes: str
    reason: str
    columns: str
    cells: Mapping[str, str | None]


@dataclass(frozen=True)
class OwnerReport:
    """What one department is told of one batch.

    ``delivery`` is a row of ``meta__delivery`` with ``codes`` (rows by code) beside it, ``checks`` rows of
    ``meta__check``, ``quality`` the latest rows of ``meta__quality``.
    """

    title: str
    provider_name: str
    delivery: Mapping[str, Any]
    codes: Mapping[str, int]
    checks: Sequence[Mapping[str, Any]]
    samples: Sequence[Sample]
    quality: Sequence[Mapping[str, Any]]
    steps: Sequence[Step]

    def workbook(self) -> bytes:
        """The report as XLSX; every cell is a text."""
        sheets = {
            "概况": self._outcome(),
            "原因": self._reasons(),
            "样例（脱敏）": self._samples(),
            "发布门检查": self._checks(),
            "质量评价": self._quality(),
        }
        return as_workbook({name: rows for name, rows in sheets.items() if len(rows) > 1})

    def _outcome(self) -> list[list[str]]:
        row, code = self.delivery, all_codes().get(self.delivery["code"] or "")
        lines = [
            ["数据提供部门的报送结果", ""],
            ["资源", self.title],
            ["提供方", self.provider_name],
            ["批次", str(row["batch"])],
            ["统计期", str(row["period"] or "")],
            ["送达", str(row["delivered_at"])],
            ["结果", DELIVERY_TITLES[str(row["state"])]],
            ["原因", f"{code.code} {code.title}" if code else ""],
            ["说明", without_identifiers(str(row["message"] or (code.meaning if code else "")))],
            ["处理办法", code.remedy if code else ""],
            ["交付行", _count(row["rows_delivered"])],
            ["接受行", _count(row["rows_accepted"])],
            ["隔离行", _count(row["rows_quarantined"])],
        ]
        for number, step in enumerate(self.steps, 1):
            lines.append([f"怎样再报 {number}", f"{step.words} {step.command}".strip()])
        return lines

    def _reasons(self) -> list[list[str]]:
        delivered = self.delivery["rows_delivered"]
        lines = [["代码", "名称", "维度", "行数", "占交付行", "含义", "处理办法"]]
        for name, rows in sorted(self.codes.items(), key=lambda item: (-item[1], item[0])):
            code = all_codes()[name]
            share = f"{rows / delivered:.2%}" if delivered else ""
            dimension = DIMENSION_TITLES[code.dimension]
            lines.append([name, code.title, dimension, _count(rows), share, code.meaning, code.remedy])
        return lines

    def _samples(self) -> list[list[str]]:
        titles = list(dict.fromkeys(title for sample in self.samples for title in sample.cells))
        lines = [["文件", "行号", "代码", "原因", "信息项", *titles]]
        for sample in self.samples:
            where = [sample.file, str(sample.source_row), sample.codes, sample.reason, sample.columns]
            lines.append([*where, *(sample.cells.get(title) or "" for title in titles)])
        return lines

    def _checks(self) -> list[list[str]]:
        lines = [["结果", "维度", "实测", "要求"]]
        for check in sorted(self.checks, key=lambda each: (each["success"] is not False, each["success"] is True)):
            dimension = DIMENSION_TITLES[check["dimension"]]
            lines.append([VERDICTS[check["success"]], dimension, str(check["observed"]), str(check["expected"])])
        return lines

    def _quality(self) -> list[list[str]]:
        lines = [["维度", "数值", "分子", "分母", "截至"]]
        for each in self.quality:
            value = f"{each['numerator'] / each['denominator']:.2%}" if each["denominator"] else "无从评价"
            figures = [_count(each["numerator"]), _count(each["denominator"])]
            lines.append([DIMENSION_TITLES[each["dimension"]], value, *figures, str(each["business_date"])])
        return lines


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
