"""The plans that reach a Spark Connect server: its messages may nest a hundred levels and no more."""

import json
import subprocess
import sys

PROGRAM = """
import json
from datetime import date
from types import SimpleNamespace
from google.protobuf.message import DecodeError
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.plan import Read
from catalog import load_catalog
from jobs.standardize.project import project

catalog, found = load_catalog(), {}
for resource in catalog.resources.values():
    try:
        staged = DataFrame(Read("staged"), SimpleNamespace())
        judged = project(staged, resource, catalog.codelists, date(2018, 6, 30))
        message = judged._plan.plan(SimpleNamespace())
        found[resource.resource] = len(type(message).FromString(message.SerializeToString()).SerializeToString())
    except DecodeError as error:
        found[resource.resource] = str(error)
print(json.dumps(found))
"""


def test_the_projection_of_every_resource_is_a_message_that_connect_can_read(monkeypatch):
    # Without a server: only this variable makes the functions build Connect's expressions.
    monkeypatch.setenv("SPARK_CONNECT_MODE_ENABLED", "1")
    printed = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    sizes = json.loads(printed)
    assert {"resident", "enterprise_return"} <= set(sizes)
    assert {name: size for name, size in sizes.items() if not isinstance(size, int) or size > 400_000} == {}
