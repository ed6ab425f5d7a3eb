"""The tests of authenticity as Great Expectations: one expectation a test, its unexpected rows the units it names.

The batch is the outcome of an examination (``outcomes``): a row a unit, a column a test. What a test could not judge is
missing there, which GX counts apart from what met the expectation: unknown is never a pass.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import great_expectations as gx
import pandas as pd
from great_expectations.checkpoint.actions import UpdateDataDocsAction
from great_expectations.checkpoint.checkpoint import CheckpointResult
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation, render_suite_parameter_string
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)
from great_expectations.render.components import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer

from expectations.authenticity.examine import Report
from expectations.context import SITE, with_docs

UNIT = "unit"
CLEAN = "clean"


class ColumnValuesNotFound(ColumnMapMetricProvider):
    """Whether a test that could judge a unit saw nothing in it."""

    condition_metric_name = "column_values.not_found"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: "pd.Series[str]", **_: Any) -> "pd.Series[bool]":  # noqa: N805 - GX hands over the class
        return column == CLEAN


class ExpectTestToNameNoUnit(ColumnMapExpectation):
    """Expect a test of authenticity (``column``) to name no unit, alone or as a member of a group.

    A failure accuses nobody and holds no batch: its unexpected rows are questions for an inspector. ``family`` is the
    test's family, ``why`` why it could not judge the units that are missing.
    """

    family: str
    why: str = ""

    map_metric: ClassVar[str] = "column_values.not_found"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly",)

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    @render_suite_parameter_string
    def _prescriptive_renderer(
        cls,
        configuration: ExpectationConfiguration | None = None,
        result: ExpectationValidationResult | None = None,
        runtime_configuration: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> list[RenderedStringTemplateContent]:
        said = configuration.kwargs if configuration else {}
        text = "检验 $column（$family）不应指出任何单位" + ("；不能判断的单位：$why" if said.get("why") else "")
        values = {name: said.get(name, "") for name in ("column", "family", "why")}
        template = {"template": text, "params": values, "styling": {"params": {"column": {"classes": ["badge"]}}}}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]


def outcomes(report: Report) -> pd.DataFrame:
    """What each test said of each unit: ``clean``, ``weak``, ``strong``, or missing where it could not judge."""
    units = [each.unit for each in report.units]
    table = pd.DataFrame({UNIT: units})
    for test in report.tests:
        said = pd.Series(CLEAN, index=pd.Index(units), dtype=object).where(test.applied)
        found = [lead for lead in report.findings if lead.test == test.test and not lead.is_error]
        for lead in sorted(found, key=lambda lead: lead.strength == "strong"):
            said.loc[[name for name in (lead.unit, *lead.members) if name in said.index]] = lead.strength
        table[test.test] = said.to_numpy()
    return table


def checked(report: Report, name: str, docs: Path) -> CheckpointResult:
    """Run the checkpoint of all tests over an examination called ``name``, and write its Data Docs into ``docs``."""
    context = with_docs(docs)
    frames = context.data_sources.add_pandas("authenticity").add_dataframe_asset(name)
    tests = [ExpectTestToNameNoUnit(column=test.test, family=test.family, why=test.why) for test in report.tests]
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=tests))
    whole = frames.add_batch_definition_whole_dataframe("outcomes")
    definition = gx.ValidationDefinition(name=name, data=whole, suite=suite)
    checkpoint = gx.Checkpoint(
        name=name,
        validation_definitions=[context.validation_definitions.add(definition)],
        actions=[UpdateDataDocsAction(name="docs", site_names=[SITE])],
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [UNIT]},
    )
    return context.checkpoints.add(checkpoint).run(batch_parameters={"dataframe": outcomes(report)})
