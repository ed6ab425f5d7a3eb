"""The GX suite of a batch, built from the declaration of its resource and from the batches published before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.core.expect_column_to_exist import ExpectColumnToExist
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
from great_expectations.expectations.core.expect_column_values_to_be_of_type import ExpectColumnValuesToBeOfType
from great_expectations.expectations.core.expect_column_values_to_match_regex import ExpectColumnValuesToMatchRegex
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.core.expect_compound_columns_to_be_unique import ExpectCompoundColumnsToBeUnique
from great_expectations.expectations.core.expect_table_row_count_to_be_between import ExpectTableRowCountToBeBetween
from great_expectations.expectations.core.expect_table_row_count_to_equal import ExpectTableRowCountToEqual
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from catalog.model import DIGEST_VERDICT, SIGNATURE_VERDICT, Column, Dimension, Resource
from expectations import volume
from expectations.custom import (
    BIN_COUNTS,
    MIN_QUARANTINED,
    ExpectColumnToBeStable,
    ExpectColumnValuesToBeInCodelist,
    ExpectQuarantinedShareToBeAtMost,
)
from expectations.drift import binning_of, reference_of, stability
from expectations.engine import StockSparkEngine
from expectations.profile import BatchFacts, BatchProfile, Severity, is_of_rest

SPARK_TYPES = {
    "string": "StringType",
    "integer": "LongType",
    "decimal": "DecimalType",
    "number": "DoubleType",
    "date": "DateType",
    "timestamp": "TimestampType",
    "period": "StringType",
}
STANDARD = "GB/T 36344-2018"
NULLS = "column_values.nonnull.unexpected_count"


class Observation(NamedTuple):
    """What was found, in words; ``is_judged`` is false where there was nothing to judge by: unknown is never a pass."""

    words: str
    is_judged: bool = True


NO_ROWS = Observation("无数据行，未判定", is_judged=False)
NO_VALUES = Observation("没有值，未判定", is_judged=False)
NO_HISTORY = Observation("无历史，未判定", is_judged=False)
FEW_ROWS = Observation("行数太少，未判定", is_judged=False)


@dataclass(frozen=True)
class Check:
    """One expectation with what the data owner reads of it.

    ``expectation`` is None where there is nothing to judge by; ``observe`` then says why. ``code`` is the outcome when
    it fails: W0xx flags, W1xx holds. ``columns`` are those it reads.
    """

    name: str
    dimension: Dimension
    code: str
    expected: str
    observe: Callable[[StockSparkEngine], Observation]
    expectation: Expectation | None
    columns: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """Whether a failure holds the batch (critical) or flags it (warning)."""
        return "critical" if self.code.startswith("W1") else "warning"


def suite_of(resource: Resource, checks: Sequence[Check]) -> ExpectationSuite:
    """The GX suite of these checks; each expectation knows its check, dimension and code."""
    expectations = []
    for check in checks:
        if check.expectation is not None:
            meta = {"check": check.name, "dimension": check.dimension, "standard": STANDARD, "code": check.code}
            severity = FailureSeverity(check.severity)
            expectations.append(check.expectation.copy(update={"meta": meta, "severity": severity}))
    return ExpectationSuite(name=resource.table, expectations=expectations)


def structure_checks(resource: Resource) -> list[Check]:
    """Declared columns, declared types: the same for all batches of a frame."""
    return [check for column in resource.columns for check in _structure(column)]


def data_checks(resource: Resource) -> list[Check]:
    """What the rows of any batch of the resource must be: complete, valid, unique by their key."""
    checks = []
    for column in resource.columns:
        checks += _completeness(column, resource.gate.mostly.get(column.name))
        checks += _validity(column)
    if resource.integrity:
        checks += [_integrity(DIGEST_VERDICT, "摘要"), _integrity(SIGNATURE_VERDICT, "签名")]
    return [*checks, _uniqueness(resource)]


def _structure(column: Column) -> list[Check]:
    kind = SPARK_TYPES[column.type]

    def exists(engine: StockSparkEngine) -> Observation:
        return Observation("有" if column.name in (engine.value("table.columns") or ()) else "缺少")

    def of_type(engine: StockSparkEngine) -> Observation:
        types = {item["name"]: type(item["type"]).__name__ for item in engine.value("table.column_types") or ()}
        return Observation(types.get(column.name, "缺少"))

    return [
        Check(
            f"structure.exists.{column.name}", "conformity", "W105", f"有信息项{column.title}", exists,
            ExpectColumnToExist(column=column.name), (column.name,),
        ),
        Check(
            f"structure.type.{column.name}", "conformity", "W105", f"{column.title}的类型为 {kind}", of_type,
            ExpectColumnValuesToBeOfType(column=column.name, type_=kind), (column.name,),
        ),
    ]  # fmt: skip


def _completeness(column: Column, mostly: float | None) -> list[Check]:
    if not column.required and mostly is None:
        return []
    # The row rules quarantine an empty required cell, so that among the accepted rows there is none.
    least = 1.0 if column.required or mostly is None else mostly

    def observe(engine: StockSparkEngine) -> Observation:
        rows, nulls = engine.value("table.row_count") or 0, engine.value(NULLS, column.name)
        if not rows or nulls is None:
            return NO_ROWS
        return Observation(f"{column.title}非空 {(rows - nulls) / rows:.1%}，空 {nulls:,} 行")

    expectation = ExpectColumnValuesToNotBeNull(column=column.name, mostly=least)
    expected = f"{column.title}非空不低于 {least:.0%}"
    return [
        Check(f"completeness.{column.name}", "completeness", "W104", expected, observe, expectation, (column.name,))
    ]


def _validity(column: Column) -> list[Check]:
    checks = []

    def add(rule: str, dimension: Dimension, expected: str, metric: str, expectation: Expectation) -> None:
        def observe(engine: StockSparkEngine) -> Observation:
            rows, nulls = engine.value("table.row_count") or 0, engine.value(NULLS, column.name)
            wrong = engine.value(f"{metric}.unexpected_count", column.name)
            if not rows or nulls is None or wrong is None:
                return NO_ROWS
            return NO_VALUES if nulls == rows else Observation(f"不符 {wrong:,} 行")

        name = f"validity.{rule}.{column.name}"
        checks.append(Check(name, dimension, "W105", f"{column.title}{expected}", observe, expectation, (column.name,)))

    if column.codelist:
        in_list = ExpectColumnValuesToBeInCodelist(column=column.name, codelist=column.codelist)
        add("codes", "conformity", f"在代码表 {column.codelist} 内", "column_values.in_codelist", in_list)
    if column.pattern:
        matching = ExpectColumnValuesToMatchRegex(column=column.name, regex=f"^(?:{column.pattern})$")
        add("pattern", "conformity", f"符合格式 {column.pattern}", "column_values.match_regex", matching)
    least, most = _bound(column, column.minimum), _bound(column, column.maximum, is_upper=True)
    if least is not None or most is not None:
        within = ExpectColumnValuesToBeBetween(column=column.name, min_value=least, max_value=most)
        limits = "，".join(text for text in (_at("不低于", least), _at("不高于", most)) if text)
        add("range", "accuracy", limits, "column_values.between", within)
    return checks


def _bound(column: Column, bound: float | str | None, *, is_upper: bool = False) -> Any:
    """A declared bound as GX compares it; the business date moves every night and stays with the row rule (R005)."""
    if bound == "business_date":
        return None
    # As in the row rules, a day includes its last moment.
    return f"{bound} 23:59:59.999" if is_upper and column.type == "timestamp" and bound is not None else bound


def _at(words: str, bound: object) -> str:
    return "" if bound is None else f"{words} {bound}"


def _integrity(verdict: str, title: str) -> Check:
    """No record whose digest or signature was verified and found wrong; what was not verified says nothing."""

    def observe(engine: StockSparkEngine) -> Observation:
        rows, nulls = engine.value("table.row_count") or 0, engine.value(NULLS, verdict)
        wrong = engine.value("column_values.in_set.unexpected_count", verdict)
        if not rows or nulls is None or wrong is None:
            return NO_ROWS
        return NO_VALUES if nulls == rows else Observation(f"验证{title} {rows - nulls:,} 条，不符 {wrong:,} 条")

    expectation = ExpectColumnValuesToBeInSet(column=verdict, value_set=[True])
    return Check(f"integrity.{verdict}", "accuracy", "W008", f"{title}全部相符", observe, expectation, (verdict,))


def _uniqueness(resource: Resource) -> Check:
    titles = "、".join(resource.column(name).title for name in resource.key)

    def observe(engine: StockSparkEngine) -> Observation:
        if not engine.value("table.row_count"):
            return NO_ROWS
        return Observation(f"重复 {engine.value('compound_columns.unique.unexpected_count'):,} 行")

    # A column of its own in the list: GX asks for two columns at least, and uniqueness is within a batch.
    expectation = ExpectCompoundColumnsToBeUnique(column_list=["_batch", *resource.key])
    return Check("uniqueness.key", "consistency", "W105", f"{titles}在批次内唯一", observe, expectation, resource.key)


def history_checks(resource: Resource, facts: BatchFacts, past: Sequence[BatchProfile]) -> list[Check]:
    """What a batch must be beside its declaration: not mostly refused, of usual size, distributed as before.

    ``past`` are the published batches it may be compared with, oldest first.
    """
    return [
        _rows(facts),
        *_quarantine(resource, facts),
        *_volume(resource, facts, past),
        *(check for name in resource.gate.drift_columns for check in _drift(resource, resource.column(name), past)),
    ]


def _rows(facts: BatchFacts) -> Check:
    """The rows that were accepted are the rows that are here."""
    expectation = ExpectTableRowCountToEqual(value=facts.rows_accepted)
    return Check("rows.accepted", "consistency", "W105", f"实有 {facts.rows_accepted:,} 行", _count, expectation)


def _quarantine(resource: Resource, facts: BatchFacts) -> list[Check]:
    def observe(_: StockSparkEngine) -> Observation:
        if not facts.rows_delivered:
            return NO_ROWS
        share = facts.rows_quarantined / facts.rows_delivered
        return Observation(f"隔离 {facts.rows_quarantined:,} 行，占 {share:.1%}")

    def check(name: str, code: str, limit: float) -> Check:
        expected = f"隔离比例不高于 {limit:.0%}（不足 {MIN_QUARANTINED} 行不计）"
        expectation = ExpectQuarantinedShareToBeAtMost(rows_delivered=facts.rows_delivered, max_share=limit)
        return Check(name, "accuracy", code, expected, observe, expectation if facts.rows_delivered else None)

    return [
        check("quarantine.hold", "W101", resource.gate.quarantine_hold),
        check("quarantine.warn", "W005", resource.gate.quarantine_warn),
    ]


def _volume(resource: Resource, facts: BatchFacts, past: Sequence[BatchProfile]) -> list[Check]:
    counts, resting = [profile.rows for profile in past], [p.rows for p in past if is_of_rest(p.period)]
    # What a Sunday may have is told by days off, or it is not told at all; it may have as much as any other day.
    told = [counts, resting] if is_of_rest(facts.period) else [counts]
    usual = volume.usual_rows(told[-1]) if resource.cycle != "event" else None

    def observe(engine: StockSparkEngine) -> Observation:
        if usual is None:
            return NO_HISTORY
        return Observation(f"{engine.value('table.row_count'):,} 行，历史中位数 {usual:,.0f} 行")

    def check(name: str, code: str, limit: float, z: float) -> Check:
        bounds = volume.widest([volume.bounds(each, limit, z) for each in told]) if usual is not None else None
        if bounds is None:
            expected = (
                "按事件报送，不比较行数" if resource.cycle == "event" else f"至少 {volume.MIN_HISTORY} 个可比批次"
            )
            return Check(name, "completeness", code, expected, observe, None)
        most = "" if bounds.most is None else f"，不多于 {bounds.most:,} 行"
        expectation = ExpectTableRowCountToBeBetween(min_value=bounds.least, max_value=bounds.most)
        return Check(name, "completeness", code, f"不少于 {bounds.least:,} 行{most}", observe, expectation)

    checks = [
        check("volume.hold", "W102", resource.gate.volume_hold, volume.Z_HOLD),
        check("volume.warn", "W002", resource.gate.volume_warn, volume.Z_WARN),
    ]
    if resource.load == "replace":
        # An empty full copy would wipe the last good version.
        expectation = ExpectTableRowCountToBeBetween(min_value=1)
        checks.append(Check("volume.replace", "completeness", "W102", "全量报送不为空", _count, expectation))
    return checks


def _count(engine: StockSparkEngine) -> Observation:
    return Observation(f"{engine.value('table.row_count'):,} 行")


def _drift(resource: Resource, column: Column, past: Sequence[BatchProfile]) -> list[Check]:
    reference = reference_of(past, column.name)

    def observe(engine: StockSparkEngine) -> Observation:
        if not reference:
            return NO_HISTORY
        moved = stability(engine.value(BIN_COUNTS, column.name) or {}, reference)
        if moved is None:
            return FEW_ROWS
        chance = "" if moved.is_significant else "，不超出偶然"
        return Observation(f"{column.title} PSI {moved.psi:.2f}{chance}")

    def check(kind: str, code: str, limit: float) -> Check:
        # Without a reference the counts are still asked for: they become the reference of the next batch.
        expectation = ExpectColumnToBeStable(
            column=column.name, binning=binning_of(column), reference=reference, max_psi=limit
        )
        expected = f"{column.title} PSI 不高于 {limit}"
        return Check(f"drift.{kind}.{column.name}", "accuracy", code, expected, observe, expectation, (column.name,))

    return [check("hold", "W103", resource.gate.drift_hold), check("warn", "W003", resource.gate.drift_warn)]


def figures_of(engine: StockSparkEngine, resource: Resource) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Nulls by column and rows by column and bin, as far as the suite asked for them: the memory of this batch."""
    nulls: dict[str, Any] = {column.name: engine.value(NULLS, column.name) for column in resource.columns}
    bins: dict[str, Any] = {name: engine.value(BIN_COUNTS, name) for name in resource.gate.drift_columns}
    return (
        {name: count for name, count in nulls.items() if count is not None},
        {name: counts for name, counts in bins.items() if counts},
    )
