"""The one place that makes a Spark session: Spark Connect, on this machine or a cluster (SPARK_REMOTE)."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from pyspark.sql import DataFrame, SparkSession

from taian.settings import settings

OPTIONS = {
    "spark.sql.session.timeZone": "Asia/Shanghai",
    # A generated method of more than 8,000 bytes is never compiled by the JVM, and a wide projection makes one: below
    # this limit Spark keeps whole-stage code, above it falls back to many small methods, which are compiled.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # Deliveries are compressed: at 128 MB a task, the whole city would be four tasks for two cores.
    "spark.sql.files.maxPartitionBytes": "16m",
    # Every delivery adds files of its own: an append that finds fifty small ones puts them together afterwards.
    "spark.databricks.delta.autoCompact.enabled": "true",
}

WHOLE_STAGE = "spark.sql.codegen.wholeStage"
INTERPRETED = {
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    WHOLE_STAGE: "false",
    # Looking after each commit for small files to put together, and writing down what the table then weighs, is a
    # third of the commit of a few hundred rows.
    "spark.databricks.delta.autoCompact.enabled": "false",
    "spark.databricks.delta.writeChecksumFile.enabled": "false",
}
"""Where data are so few that preparing to read many of them is most of the work."""


@cache
def spark() -> SparkSession:
    """The session of this process; one that is active already (a notebook's, a test's) is used as it is."""
    session: SparkSession = (
        SparkSession.getActiveSession() or SparkSession.builder.remote(settings().remote).getOrCreate()
    )
    for name, value in (OPTIONS if settings().spark_codegen else OPTIONS | INTERPRETED).items():
        session.conf.set(name, value)
    return session


def small(frame: DataFrame) -> DataFrame:
    """The frame, computed now, as one partition: for figures by area and month, which are few whatever the size of the
    city. What is then grouped and joined needs no exchange.
    """
    return spark().createDataFrame(frame.toArrow()).coalesce(1)


@contextmanager
def plain_codegen() -> Iterator[None]:
    """Plan what is inside without whole-stage code.

    A projection with all rules of a wide resource makes a method too large to be compiled: Spark generates it, throws
    it away and falls back, on every plan. Asking for small methods at once took a sixth off 570,000 residents.
    """
    usual = str(spark().conf.get(WHOLE_STAGE))
    spark().conf.set(WHOLE_STAGE, "false")
    try:
        yield
    finally:
        spark().conf.set(WHOLE_STAGE, usual)
