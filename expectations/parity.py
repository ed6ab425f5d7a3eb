"""The same suite by stock GX and by the fused pass: verdicts and counts have to agree."""

from collections.abc import Sequence
from typing import Any

from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.execution_engine.sparkdf_execution_engine import SparkDFExecutionEngine
from great_expectations.validator.validator import Validator
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from catalog.model import Resource
from expectations.context import context
from expectations.engine import FusedSparkEngine, batch_of, check_of, exception_of, validate
from expectations.metrics import plan
from expectations.profile import BatchFacts, BatchProfile
from expectations.suite import data_checks, history_checks, structure_checks, suite_of

COUNTS = ("element_count", "unexpected_count", "missing_count", "observed_value")


def parity(resource: Resource, frame: DataFrame, history: Sequence[BatchProfile] = ()) -> list[str]:
    """Where stock GX and the fused pass disagree on the rows of one batch, a sentence each; empty when they agree.

    An expectation that stock GX cannot compute is a disagreement too: it is broken, whatever the fused pass says.
    ``history`` stands for the batches that ``frame`` is compared with, so that volume and drift are exercised.
    """
    rows = frame.count()
    row = frame.select("_batch").first()
    batch = row[0] if row else "none"
    facts = BatchFacts(batch=batch, period="2018", rows_delivered=rows, rows_accepted=rows, rows_quarantined=0)
    checks = [*structure_checks(resource), *data_checks(resource), *history_checks(resource, facts, history)]
    suite = suite_of(resource, checks)
    stock = {check_of(result): _answer(result) for result in _stock(frame, suite)}
    try:
        answers = plan(frame, suite, [batch])[batch]
    except PySparkException as error:
        return [f"{resource.resource}: the fused pass cannot run: {str(error).splitlines()[0]}"]
    results = validate(FusedSparkEngine(frame, answers), suite, "SUMMARY")
    fused = {check_of(result): _answer(result) for result in results}
    return [
        f"{resource.resource}: {name}: stock GX says {stock[name]}, the fused pass {fused[name]}"
        for name in sorted(stock)
        if stock[name] != fused[name] or "exception" in stock[name]
    ]


def _stock(frame: DataFrame, suite: ExpectationSuite) -> list[ExpectationValidationResult]:
    """GX as it comes: its own engine, nothing planned, nothing remembered."""
    engine = SparkDFExecutionEngine(spark=frame.sparkSession, persist=False)
    validator = Validator(execution_engine=engine, batches=[batch_of(engine, frame)], data_context=context())
    return validator.graph_validate(
        configurations=suite.expectation_configurations,
        runtime_configuration={"result_format": {"result_format": "SUMMARY"}, "catch_exceptions": True},
    )


def _answer(result: ExpectationValidationResult) -> dict[str, Any]:
    if exception := exception_of(result):
        return {"success": result.success, "exception": exception.splitlines()[0]}
    return {"success": result.success} | {key: result.result.get(key) for key in COUNTS if key in result.result}
