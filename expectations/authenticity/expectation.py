"""The cross-source test as a Great Expectations expectation: its unexpected rows are those of the flagged firms."""

from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

from expectations.authenticity import cross_source
from expectations.authenticity.panel import SOURCES
from expectations.authenticity.units import Directory

COLUMNS = ("unit", "period", "industry_code", cross_source.OUTPUT, *SOURCES)
"""What the expectation needs of a rectangular panel, in this order; ``industry_code`` is constant within a unit."""


class CarriedByOtherSources(MulticolumnMapMetricProvider):
    """True for the rows of firms without a strong cross-source finding."""

    condition_metric_name = "multicolumn_values.carried_by_other_sources"
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805 - the decorator hands over the class
        panel = column_list.sort_values(["unit", "period"])
        industry = panel.groupby("unit")["industry_code"].first()
        units = pd.DataFrame({"industry_code": industry, "name": industry.index})
        findings = cross_source.inspect(panel, Directory(units))
        strong = {finding.unit for finding in findings if finding.strength == "strong"}
        return ~column_list["unit"].isin(strong)


class ExpectReturnsToBeCarriedByOtherSources(MulticolumnMapExpectation):
    """Expect no firm to report output that neither its electricity nor its invoices carry.

    ``column_list`` is COLUMNS; the batch is a rectangular panel (``panel.build``). A failing batch is never
    deleted or held for this: its unexpected rows open leads.
    """

    map_metric: ClassVar[str] = "multicolumn_values.carried_by_other_sources"
