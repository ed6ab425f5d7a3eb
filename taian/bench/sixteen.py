"""Sixteen checks of the residents, asked of one parsed table by four programs.

Ours is the gate's own way: the real suite, its figures from the fused pass. Beside it stand stock GX on its Spark
engine with the expectations it comes with, one Spark ``agg`` and a group-by written by hand, and the same in DuckDB's
SQL. None may start from anything but the parsed values: each works out for itself which rows break which rule.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb
from pyspark.sql import Column
from pyspark.sql import functions as F

from catalog import Catalog, Resource
from jobs.session import spark
from taian.clock import SHANGHAI

THREADS = 2
"""Of DuckDB, as many as the engine's cores."""
LEFT_OUT = ("sex", "ethnicity", "status")
"""Columns whose completeness is not asked: the declaration gives nineteen checks, of this kind ten."""

Kind = Literal["complete", "codes", "pattern", "range", "unique"]


class Found(NamedTuple):
    """What a program found of one check; ``wrong`` rows are None where it was asked for the verdict alone."""

    success: bool
    wrong: int | None


Answers = Mapping[str, Found]


@dataclass(frozen=True)
class Rule:
    """One check in words that every program understands, by the name that the gate gives it."""

    check: str
    kind: Kind
    column: str
    codes: tuple[str, ...] = ()
    pattern: str = ""
    least: str | None = None
    type: str = "string"


def sixteen(catalog: Catalog) -> list[Rule]:
    """The rules of the residents' declaration that the gate asks of accepted rows, those of LEFT_OUT aside."""
    resource = catalog["resident"]
    rules = [
        Rule(f"completeness.{c.name}", "complete", c.name)
        for c in resource.columns
        if c.required and c.name not in LEFT_OUT
    ]
    for column in resource.columns:
        if column.codelist:
            codes = tuple(catalog.codelists[column.codelist].names)
            rules.append(Rule(f"validity.codes.{column.name}", "codes", column.name, codes=codes))
        if column.pattern:
            rules.append(Rule(f"validity.pattern.{column.name}", "pattern", column.name, pattern=column.pattern))
        if column.minimum is not None:
            name = f"validity.range.{column.name}"
            # The upper bound moves with the business date and stays with the row rules, in the gate as here.
            rules.append(Rule(name, "range", column.name, least=str(column.minimum), type=column.type))
    return [*rules, Rule("uniqueness.key", "unique", resource.key[0])]


def by_ours(table: Path, batch: str, resource: Resource, rules: list[Rule]) -> Answers:
    """The gate's suite on the figures of the fused pass, as for any pending batch."""
    from expectations.engine import FusedSparkEngine, StockSparkEngine, check_of, validate
    from expectations.metrics import DUPLICATES, plan
    from expectations.suite import NULLS, data_checks, suite_of

    metrics = {
        "complete": NULLS,
        "codes": "column_values.in_codelist.unexpected_count",
        "pattern": "column_values.match_regex.unexpected_count",
        "range": "column_values.between.unexpected_count",
    }

    def wrong(engine: StockSparkEngine, rule: Rule) -> int:
        found = engine.value(DUPLICATES) if rule.kind == "unique" else engine.value(metrics[rule.kind], rule.column)
        return int(found or 0)

    frame = spark().read.parquet(str(table))
    asked = {rule.check: rule for rule in rules}
    suite = suite_of(resource, [check for check in data_checks(resource) if check.name in asked])
    engine = FusedSparkEngine(frame, plan(frame, suite, [batch])[batch])
    results = {check_of(result): bool(result.success) for result in validate(engine, suite)}
    return {name: Found(success, wrong(engine, asked[name])) for name, success in results.items()}


def by_stock(
    table: Path, rules: list[Rule], result_format: Literal["BOOLEAN_ONLY", "SUMMARY"] = "BOOLEAN_ONLY"
) -> Answers:
    """GX as it comes: its Spark data source, its own expectations, a validation of the whole frame.

    Without ``persist``, which is its default: keeping the frame took it twice as long.
    """
    import great_expectations.expectations as stock
    from great_expectations.core.expectation_suite import ExpectationSuite

    from expectations.context import context
    from expectations.engine import check_of, exception_of

    # GX exports its expectations in a way that type checkers do not follow.
    gxe: Any = stock
    makes: dict[Kind, Callable[[Rule], Any]] = {
        "complete": lambda rule: gxe.ExpectColumnValuesToNotBeNull(column=rule.column),
        "codes": lambda rule: gxe.ExpectColumnValuesToBeInSet(column=rule.column, value_set=list(rule.codes)),
        "pattern": lambda rule: gxe.ExpectColumnValuesToMatchRegex(column=rule.column, regex=f"^(?:{rule.pattern})$"),
        "range": lambda rule: gxe.ExpectColumnValuesToBeBetween(column=rule.column, min_value=rule.least),
        "unique": lambda rule: gxe.ExpectCompoundColumnsToBeUnique(column_list=["_batch", rule.column]),
    }
    suite = ExpectationSuite(
        name="stock",
        expectations=[makes[rule.kind](rule).copy(update={"meta": {"check": rule.check}}) for rule in rules],
    )
    source = context().data_sources.add_or_update_spark("stock", persist=False)
    whole = source.add_dataframe_asset("residents").add_batch_definition_whole_dataframe("all")
    batch = whole.get_batch({"dataframe": spark().read.parquet(str(table))})
    results = batch.validate(suite, result_format=result_format).results
    for result in results:
        if reason := exception_of(result):
            raise RuntimeError(f"stock GX could not compute {check_of(result)}: {reason}")
    return {check_of(each): Found(bool(each.success), each.result.get("unexpected_count")) for each in results}


def by_bare_spark(table: Path, rules: list[Rule]) -> Answers:
    """One aggregation for all rules but the key's, one group-by for the key."""
    frame = spark().read.parquet(str(table))
    counted = [rule for rule in rules if rule.kind != "unique"]
    row = frame.agg(*(F.count_if(_breaks(rule)).alias(rule.check) for rule in counted)).first()
    assert row is not None
    found = {rule.check: int(row[rule.check]) for rule in counted}
    for rule in rules:
        if rule.kind == "unique":
            groups = frame.groupBy(rule.column).agg(F.count(F.lit(1)).alias("n")).where("n > 1")
            found[rule.check] = int(groups.agg(F.coalesce(F.sum("n"), F.lit(0))).collect()[0][0])
    return _answers(found)


def _breaks(rule: Rule) -> Column:
    value = F.col(rule.column)
    match rule.kind:
        case "complete":
            return value.isNull()
        case "codes":
            return ~value.isin(list(rule.codes))
        case "pattern":
            return ~value.rlike(f"^(?:{rule.pattern})$")
        case _:
            return value < F.lit(rule.least).cast(rule.type)


def by_duckdb(table: Path, rules: list[Rule]) -> Answers:
    """The same aggregation and the same group-by, in one process with two threads."""
    source = f"read_parquet('{table}/*.parquet')"
    counted = [rule for rule in rules if rule.kind != "unique"]
    found: dict[str, int] = {}
    with duckdb.connect(config={"threads": THREADS}) as connection:
        for rule in counted:
            if rule.codes:
                # A list of thousands inside an aggregate is compared one by one, a table by its hash.
                connection.execute(f"CREATE TEMP TABLE {rule.column}_codes AS SELECT unnest(?) AS code", [rule.codes])
        sums = ", ".join(f"count_if({_breaks_sql(rule)})" for rule in counted)
        row = connection.execute(f"SELECT {sums} FROM {source}").fetchone()
        assert row is not None
        found |= {rule.check: int(count) for rule, count in zip(counted, row, strict=True)}
        for rule in rules:
            if rule.kind == "unique":
                groups = f"SELECT count(*) AS n FROM {source} GROUP BY {rule.column} HAVING count(*) > 1"
                row = connection.execute(f"SELECT coalesce(sum(n), 0) FROM ({groups})").fetchone()
                assert row is not None
                found[rule.check] = int(row[0])
    return _answers(found)


def _breaks_sql(rule: Rule) -> str:
    match rule.kind:
        case "complete":
            return f"{rule.column} IS NULL"
        case "codes":
            return f"{rule.column} NOT IN (SELECT code FROM {rule.column}_codes)"
        case "pattern":
            return f"NOT regexp_full_match({rule.column}, {_text(rule.pattern)})"
        case _:
            if rule.type == "timestamp":
                # What Spark writes as a timestamp is a moment, and midnight that of its session's zone.
                midnight = dt.datetime.fromisoformat(rule.least or "").replace(tzinfo=SHANGHAI)
                return f"epoch_us({rule.column}) < {int(midnight.timestamp() * 1_000_000)}"
            return f"{rule.column} < CAST({_text(rule.least or '')} AS {rule.type})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _answers(wrong: Mapping[str, int]) -> Answers:
    return {check: Found(count == 0, count) for check, count in wrong.items()}


def differing(sides: Mapping[str, Answers]) -> list[str]:
    """Where the sides disagree about a check, a sentence each: its verdict, or its rows where both counted them."""
    checks = sorted({check for found in sides.values() for check in found})
    said = []
    for check in checks:
        answers = {side: found.get(check) for side, found in sides.items()}
        verdicts = {None if answer is None else answer.success for answer in answers.values()}
        counts = {answer.wrong for answer in answers.values() if answer is not None and answer.wrong is not None}
        if len(verdicts) > 1 or len(counts) > 1:
            told = ", ".join(f"{side} {_told(answer)}" for side, answer in answers.items())
            said.append(f"{check}: {told}")
    return said


def _told(answer: Found | None) -> str:
    if answer is None:
        return "does not answer"
    return ("passes" if answer.success else "fails") + ("" if answer.wrong is None else f" ({answer.wrong} rows)")
