"""Great Expectations on Spark, with metrics answered from figures that one pass over all batches has found.

GX stays what decides: its own expectations, its own dependency graph, its own results. Only where it would start a
Spark job for a metric of the plan (``expectations.metrics``), the figure is there already. Whatever was not planned, or
could not be, goes the stock way, slower and with the same answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from great_expectations.core.batch import Batch, LegacyBatchDefinition
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.core.id_dict import IDDict
from great_expectations.execution_engine.sparkdf_batch_data import SparkDFBatchData
from great_expectations.execution_engine.sparkdf_execution_engine import SparkDFExecutionEngine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.validator.metric_configuration import MetricConfiguration, MetricConfigurationID
from great_expectations.validator.validator import Validator
from pyspark.sql import DataFrame

from expectations.context import context

BATCH = LegacyBatchDefinition("lake", "gate", "staged", IDDict({"batch": "one"}))
"""Every batch has an engine of its own and goes by this one name, so that a metric's id is the same for all of them."""

Answers = Mapping[MetricConfigurationID, Any]
"""Values of the metrics of one batch."""


def batch_of(engine: SparkDFExecutionEngine, frame: DataFrame) -> Batch:
    """The rows of one batch, for GX."""
    # GX annotates the class of the data where it takes an instance.
    data: Any = SparkDFBatchData(engine, frame)
    return Batch(data=data, batch_definition=BATCH)


class StockSparkEngine(SparkDFExecutionEngine):
    """Stock Spark engine over one frame, remembering what each metric came to."""

    def __init__(self, frame: DataFrame) -> None:
        super().__init__(spark=frame.sparkSession, persist=False)
        self.batch = batch_of(self, frame)
        self._values: dict[tuple[str, str | None], Any] = {}

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: dict[MetricConfigurationID, Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[MetricConfigurationID, Any]:
        """Values of the metrics GX asks for."""
        wanted = list(metrics_to_resolve)
        found = super().resolve_metrics(wanted, metrics, runtime_configuration)
        self._remember(wanted, found)
        return found

    def value(self, metric: str, column: str | None = None) -> Any:
        """What a metric of a column (or of the table) came to; None when it could not be resolved."""
        return self._values.get((metric, column))

    def _remember(self, wanted: Iterable[MetricConfiguration], found: Mapping[MetricConfigurationID, Any]) -> None:
        for metric in wanted:
            if metric.id in found:
                self._values[metric.metric_name, metric.metric_domain_kwargs.get("column")] = found[metric.id]


class FusedSparkEngine(StockSparkEngine):
    """Spark engine that has the answers of one batch before GX asks."""

    def __init__(self, frame: DataFrame, answers: Answers) -> None:
        super().__init__(frame)
        self._answers = answers

    def resolve_metrics(
        self,
        metrics_to_resolve: Iterable[MetricConfiguration],
        metrics: dict[MetricConfigurationID, Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> dict[MetricConfigurationID, Any]:
        """Planned metrics from the plan, the others from Spark."""
        wanted = list(metrics_to_resolve)
        found = {metric.id: self._answers[metric.id] for metric in wanted if metric.id in self._answers}
        self._remember(wanted, found)
        others = [metric for metric in wanted if metric.id not in found]
        if others:
            found.update(super().resolve_metrics(others, metrics, runtime_configuration))
        return found


@contextmanager
def _configurations_made_once() -> Iterator[None]:
    """Keep the configuration of each expectation while GX validates.

    GX 1.24 makes it anew at each of some forty readings per expectation, four fifths of the time that a suite over
    finished figures takes. It is the same each time: an expectation is not changed while it is validated.
    """
    patched: Any = Expectation
    stock = patched.configuration
    known: dict[int, tuple[Expectation, ExpectationConfiguration]] = {}

    def configuration(self: Expectation) -> ExpectationConfiguration:
        if id(self) not in known:
            # The expectation is kept too, so that no other object can get its id.
            known[id(self)] = self, stock.fget(self)
        return known[id(self)][1]

    patched.configuration = property(configuration)
    try:
        yield
    finally:
        patched.configuration = stock


def validate(
    engine: StockSparkEngine, suite: ExpectationSuite, result_format: str = "BOOLEAN_ONLY"
) -> list[ExpectationValidationResult]:
    """Results of every expectation of a suite on the engine's batch, in no particular order."""
    validator = Validator(execution_engine=engine, batches=[engine.batch], data_context=context())
    with _configurations_made_once():
        results: list[ExpectationValidationResult] = validator.graph_validate(
            configurations=suite.expectation_configurations,
            runtime_configuration={"result_format": {"result_format": result_format}, "catch_exceptions": True},
        )
    return results


def check_of(result: ExpectationValidationResult) -> str:
    """Name of the check that a result belongs to."""
    config = result.expectation_config
    return str(config.meta["check"]) if config and config.meta else ""


def exception_of(result: ExpectationValidationResult) -> str:
    """The exception that kept GX from computing an expectation; empty when it was computed."""
    info = result.exception_info or {}
    raised = [info] if "raised_exception" in info else list(info.values())
    return next((str(item["exception_message"]) for item in raised if item["raised_exception"]), "")
