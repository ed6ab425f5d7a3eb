"""The one place that makes a Spark session: Spark Connect, on this machine or a cluster (SPARK_REMOTE)."""

from functools import cache

from pyspark.sql import SparkSession

from taian.settings import settings

OPTIONS = {
    "spark.sql.session.timeZone": "Asia/Shanghai",
    # A generated method of more than 8,000 bytes is never compiled by the JVM, and a wide projection makes one: below
    # this limit Spark keeps whole-stage code, above it falls back to many small methods, which are compiled.
    "spark.sql.codegen.hugeMethodLimit": "8000",
}


@cache
def spark() -> SparkSession:
    """The session of this process; one that is active already (a notebook's, a test's) is used as it is."""
    session: SparkSession = (
        SparkSession.getActiveSession() or SparkSession.builder.remote(settings().remote).getOrCreate()
    )
    for name, value in OPTIONS.items():
        session.conf.set(name, value)
    return session
