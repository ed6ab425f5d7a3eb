"""topic_authenticity__finding: what the inspection has found in everything published so far, ranked anew each
night."""

import shutil

import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame

from alerts.verdicts import standing
from expectations.authenticity.book import Book, Examined, examined, informed
from expectations.authenticity.counties import counties_book
from expectations.authenticity.expectation import checked
from expectations.authenticity.finding import TABLE, Finding, to_frame
from jobs import journal, lake
from jobs.inputs import Inputs, MissingInputError
from jobs.inspection.beside import REFUSED
from jobs.inspection.inspect_hotline import orders_book
from jobs.inspection.inspect_residents import inspect_residents
from jobs.inspection.inspect_returns import firms_book
from jobs.session import spark
from taian.files import private_folder
from taian.settings import settings

_ARROW = {"string": pa.string(), "double": pa.float64(), "bigint": pa.int64()}


def build(inputs: Inputs) -> DataFrame:
    """Findings of every family. Raises MissingInputError when a source was never published."""
    seen = [examined(book) for book in books(inputs)]
    _document(seen)
    found = [finding for each in seen for finding in each.findings]
    return as_table(to_frame([*found, *_residents(inputs)], run_id=""))


def _document(seen: list[Examined]) -> None:
    """Great Expectations' Data Docs of the tests, of the last night only."""
    folder = settings().data_docs
    shutil.rmtree(folder, ignore_errors=True)
    private_folder(folder)
    for each in seen:
        checked(each.report, each.book.title, folder / each.book.title)


def books(inputs: Inputs) -> list[Book]:
    """The tables that the night examines."""
    names = inputs.catalog.codelists
    counties = names["county"].names
    firms = firms_book(
        _needed(inputs, "enterprise_return"),
        _needed(inputs, "enterprise_return_paradata"),
        _needed(inputs, "electricity"),
        _needed(inputs, "vat_invoice"),
        _needed(inputs, "enterprise_registration"),
        counties=counties,
        industries=names["industry"].names,
    )
    orders = inputs.current("hotline_12345")
    verdicts = standing(settings(), inputs.known_on)
    known = informed(firms, verdicts.confirmed, verdicts.cleared)
    return [known, counties_book(firms), *([orders_book(orders, counties)] if orders is not None else [])]


def as_table(found: pd.DataFrame) -> DataFrame:
    """The findings as a Spark frame of TABLE's columns, through Arrow, where a missing p-value is null and not
    NaN."""
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in TABLE.items()])
    return spark().createDataFrame(pa.Table.from_pandas(found, schema=schema, preserve_index=False))


def _residents(inputs: Inputs) -> list[Finding]:
    if not lake.exists(REFUSED):
        return []
    batches = {row["batch"]: row for row in journal.published("resident", inputs.known_on) if row["headers"]}
    refused = lake.read(spark(), REFUSED)
    counties = inputs.catalog.codelists["county"].names
    return inspect_residents(refused, inputs.resource("resident"), batches, counties)


def _needed(inputs: Inputs, name: str) -> DataFrame:
    frame = inputs.current(name)
    if frame is None:
        raise MissingInputError(name)
    return frame
