"""Prints every quarantined row of a home as JSON lines; run as a program of its own, for it needs Spark Connect."""

import json

from jobs import lake
from jobs.session import spark

for table in lake.tables():
    if table.startswith("quarantine__"):
        for row in lake.read(spark(), table).select("_batch", "_file", "_source_row", "codes").collect():
            print(json.dumps([table.removeprefix("quarantine__"), row[0], row[1], row[2], list(row[3])]))
