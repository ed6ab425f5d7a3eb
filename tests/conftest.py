"""What several rooms share: a small resource, and one local Spark session with Delta for tests that need the JVM."""

import copy
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as examples

from taian.settings import settings

ROOT = Path(__file__).resolve().parent.parent

# Python workers of the local session run in this environment; Spark's default is the first python3 of the machine.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

JAVA_OPTIONS = (
    # Many small plans, each run once: what the second compiler would gain is never earned back. Without it the JVM
    # would keep 48 MB for compiled code instead of 240, and throw away what it needs again.
    "-XX:+UseParallelGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m "
    # Delta remembers 10,000 tables for an hour; a test's table is asked for in that test alone.
    "-Ddelta.log.cacheSize=3"
)


# Machines are shared: how long an example takes says nothing of what it shows.
examples.register_profile("shared", deadline=None)
examples.load_profile("shared")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked ``spark`` has the session before anything else of it runs, whether it names it or not: without one
    the platform's own code looks for a Spark Connect server, and whether there is one depended on the tests before.
    """
    for item in items:
        if item.get_closest_marker("spark") and isinstance(item, pytest.Function) and "spark" not in item.fixturenames:
            item.fixturenames.insert(0, "spark")


VISIT: dict[str, Any] = {
    "resource": "visit",
    "title": "来访登记",
    "domain": "service",
    "code": "3-11-999/000001",
    "provider": {"code": "rexian", "name": "热线"},
    "summary": "测试",
    "cycle": "daily",
    "form": {"kind": "csv"},
    "key": ["visit_id"],
    "columns": [
        {"name": "visit_id", "title": "编号", "required": True},
        {"name": "sex", "title": "性别", "codelist": "sex"},
    ],
}


@pytest.fixture(scope="session")
def visit_declaration() -> Callable[..., dict[str, Any]]:
    """The declaration of a small resource, parts of it replaced; each call gives its own."""
    return lambda **changes: copy.deepcopy(VISIT) | changes


@pytest.fixture(scope="session")
def at_home() -> Callable[[Path], Any]:
    """A context in which all state lives under a folder."""

    def enter(folder: Path) -> Any:
        patch = pytest.MonkeyPatch()

        class Home:
            def __enter__(self) -> Path:
                patch.setenv("TAIAN_HOME", str(folder))
                settings.cache_clear()
                return folder

            def __exit__(self, *_: object) -> None:
                patch.undo()
                settings.cache_clear()

        return Home()

    return enter


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A classic session on two cores: Delta's jars from the checkout, no UI, everything on 127.0.0.1."""
    from pyspark.sql import SparkSession

    from jobs.session import WALKED

    jars = ",".join(str(jar) for jar in sorted((ROOT / ".jars").glob("*.jar")))
    home = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local[2]")
        .appName("tests")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1500m")
        # Without a page to show them on, the plans of a thousand finished queries are only so much heap.
        .config("spark.sql.ui.retainedExecutions", "10")
        .config("spark.ui.retainedJobs", "10")
        .config("spark.ui.retainedStages", "10")
        .config("spark.driver.extraJavaOptions", JAVA_OPTIONS)
        # Every broadcast, hash and sort takes a page at least; the default of 16 MB holds a hundred rows here.
        .config("spark.buffer.pageSize", "256k")
        # Tables of tests are so small that compiling queries would be most of the work.
        .config(map=WALKED)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        # Clearing old files lists the folders of a table in this many tasks; by itself in 10,000.
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "4")
        .config("spark.databricks.delta.snapshotPartitions", "2")
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .config("spark.sql.warehouse.dir", str(home / "warehouse"))
        .config("spark.local.dir", str(home / "local"))
        .getOrCreate()
    )
    yield session
    session.stop()
