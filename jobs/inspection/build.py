"""topic_authenticity__finding: what the inspection has found in everything published so far, ranked anew each
night."""

import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame

from expectations.authenticity.finding import TABLE, to_frame
from jobs import journal, lake
from jobs.inputs import Inputs, MissingInputError
from jobs.inspection.inspect_residents import inspect_residents
from jobs.inspection.inspect_returns import inspect_returns
from jobs.session import spark

_ARROW = {"string": pa.string(), "double": pa.float64(), "bigint": pa.int64()}
_REFUSED = "quarantine__resident"


def build(inputs: Inputs) -> DataFrame:
    """Findings on enterprise returns and residents. Raises MissingInputError when a source was never published."""
    names = inputs.catalog.codelists
    firms = inspect_returns(
        _needed(inputs, "enterprise_return"),
        _needed(inputs, "enterprise_return_paradata"),
        _needed(inputs, "electricity"),
        _needed(inputs, "vat_invoice"),
        _needed(inputs, "enterprise_registration"),
        counties=names["county"].names,
        industries=names["industry"].names,
    )
    return as_table(pd.concat([firms, _residents(inputs)], ignore_index=True) if lake.exists(_REFUSED) else firms)


def as_table(found: pd.DataFrame) -> DataFrame:
    """The findings as a Spark frame of TABLE's columns, through Arrow, where a missing p-value is null and not
    NaN."""
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in TABLE.items()])
    return spark().createDataFrame(pa.Table.from_pandas(found, schema=schema, preserve_index=False))


def _residents(inputs: Inputs) -> pd.DataFrame:
    batches = {row["batch"]: row for row in journal.published("resident", inputs.business_date) if row["headers"]}
    refused = lake.read(spark(), _REFUSED)
    counties = inputs.catalog.codelists["county"].names
    return to_frame(inspect_residents(refused, inputs.resource("resident"), batches, counties), run_id="")


def _needed(inputs: Inputs, name: str) -> DataFrame:
    frame = inputs.current(name)
    if frame is None:
        raise MissingInputError(name)
    return frame
