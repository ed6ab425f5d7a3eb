"""The one place that makes a Spark session: Spark Connect, on this machine or a cluster (SPARK_REMOTE)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache

from pyspark.sql import DataFrame, SparkSession

from jobs.lake import SMALL_BYTES
from taian.settings import settings

OPTIONS = {
    "spark.sql.session.timeZone": "Asia/Shanghai",
    # A generated method of more than 8,000 bytes is never compiled by the JVM, and a wide projection makes one: below
    # this limit Spark keeps whole-stage code, above it falls back to many small methods, which are compiled.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # Deliveries are compressed: at 128 MB a task, the whole city would be four tasks for two cores.
    "spark.sql.files.maxPartitionBytes": "16m",
    "spark.databricks.delta.optimize.minFileSize": str(SMALL_BYTES),
    # Opening a file of a local disk costs little: at Spark's 4 MB each, thirty small deliveries would be eight tasks.
    "spark.sql.files.openCostInBytes": "64k",
    # Delta can keep a table's files in its checksum; where the time zone is not UTC, it then reads them once more after
    # each commit and compares the two: more than half of a small commit.
    "spark.databricks.delta.allFilesInCrc.enabled": "false",
}

WHOLE_STAGE = "spark.sql.codegen.wholeStage"
FEW_ROWS = 50_000
"""Input rows below which a step is over sooner than the code for its queries would be generated and compiled."""
COMPILED = {"spark.sql.codegen.factoryMode": "FALLBACK", WHOLE_STAGE: "true"}
WALKED = {"spark.sql.codegen.factoryMode": "NO_CODEGEN", WHOLE_STAGE: "false"}
"""Expressions evaluated as trees, node by node."""


@cache
def spark() -> SparkSession:
    """The session of this process; one that is active already (a notebook's, a test's) is used as it is."""
    session: SparkSession = (
        SparkSession.getActiveSession() or SparkSession.builder.remote(settings().remote).getOrCreate()
    )
    for name, value in OPTIONS.items():
        session.conf.set(name, value)
    return session


def small(frame: DataFrame) -> DataFrame:
    """The frame, computed now, as one partition: for figures by area and month, which are few whatever the size of the
    city. What is then grouped and joined needs no exchange.
    """
    return spark().createDataFrame(frame.toArrow()).coalesce(1)


@contextmanager
def _set(options: dict[str, str]) -> Iterator[None]:
    """Other options for what is inside."""
    usual = {name: was for name, value in options.items() if (was := str(spark().conf.get(name))) != value}
    for name in usual:
        spark().conf.set(name, options[name])
    try:
        yield
    finally:
        for name, was in usual.items():
            spark().conf.set(name, was)


def suited_to(rows: int) -> AbstractContextManager[None]:
    """Plan what is inside for so many input rows: few are read before code for them would be compiled."""
    return _set(WALKED if rows < FEW_ROWS else COMPILED)


def plain_codegen() -> AbstractContextManager[None]:
    """Plan what is inside without whole-stage code.

    A projection with all rules of a wide resource makes a method too large to be compiled: Spark generates it, throws
    it away and falls back, on every plan. Asking for small methods at once took a sixth off 570,000 residents.
    """
    return _set({WHOLE_STAGE: "false"})
