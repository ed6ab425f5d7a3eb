"""Real data that ships with the sample city (sources and licences in reference/NOTICE.md)."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "reference"


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a reference CSV by file name."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def boundary() -> dict[str, Any]:
    """County boundaries as published: GCJ-02, three of six polygons invalid by OGC rules."""
    collection: dict[str, Any] = json.loads((HERE / "boundary_gcj02.geojson").read_text(encoding="utf-8"))
    return collection


def plan_tasks() -> list[dict[str, Any]]:
    """The dated and undated tasks of the plan's 38 articles, read from its text."""
    tasks: list[dict[str, Any]] = yaml.safe_load((HERE / "plan_task.yaml").read_text(encoding="utf-8"))
    return tasks
