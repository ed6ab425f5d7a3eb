"""Building one product: skipped when nothing it stands on has changed, and never older than what is up."""

import hashlib
import importlib
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Catalog
from jobs import journal, killpoints, lake
from jobs.inputs import Inputs, MissingInputError
from jobs.products import BY_TABLE, Product
from jobs.session import spark
from jobs.stages import Stages
from taian.settings import ROOT, settings

Builder = Callable[[Inputs], DataFrame]


def _named(function: str) -> Any:
    """The function that ``module:function`` names."""
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)


@cache
def code_version() -> str:
    """Hash of the code that makes products, with the code lists: a changed rule or formula makes them anew."""
    found = hashlib.sha256()
    for folder in ("catalog", "expectations", "jobs"):
        for path in sorted((ROOT / folder).rglob("*.py")) + sorted((ROOT / folder).glob("*.yaml")):
            found.update(path.read_bytes())
    for path in sorted((settings().catalog_dir / "lists").glob("*")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _fingerprint(product: Product, inputs: Inputs) -> dict[str, Any]:
    """What decides a product's content: its inputs' published batches and declarations, the business date, and the
    code that builds it.
    """
    found: dict[str, Any] = {"business_date": inputs.business_date.isoformat(), "code": code_version()}
    if product.beside:
        found["beside"] = _named(product.beside)()
    for name in product.inputs(inputs.catalog):
        if name in BY_TABLE:
            known = journal.product(name)
            found[name] = known["inputs"] if known else None
        else:
            batches = [row["batch"] for row in journal.published(name, inputs.business_date)]
            declared = inputs.resource(name).model_dump_json()
            found[name] = hashlib.sha256("\n".join([*sorted(batches), declared]).encode()).hexdigest()[:16]
    return found


def run_product(name: str, catalog: Catalog, business_date: date, run_id: str) -> str:
    """Build one base library or topic; returns one sentence. Raises MissingInputError when an input never came."""
    product, stages = BY_TABLE[name], Stages(run_id, name)
    inputs = Inputs(catalog, business_date)
    last = journal.product(name)
    if last and last["business_date"] > business_date.isoformat():
        return f"{name}：已有 {last['business_date']} 的版本，保留较新的"
    missing = [
        needed for needed in product.needs if needed not in BY_TABLE and not journal.published(needed, business_date)
    ]
    if missing:
        raise MissingInputError(missing[0])
    builder: Builder = _named(product.builder)
    fingerprint = _fingerprint(product, inputs)
    if last and last["inputs"] == fingerprint and lake.exists(name):
        return f"{name}：输入未变，沿用上一版本（{last['rows']} 行）"
    with stages("build") as measured:
        killpoints.here(f"product.before:{name}")
        built = builder(inputs)
        lake.overwrite(built.withColumn("run_id", F.lit(run_id)) if "run_id" in built.columns else built, name)
        killpoints.here(f"product.after:{name}")
        measured.rows = lake.read(spark(), name).count()
    journal.record_product(name, business_date, fingerprint, run_id, measured.rows)
    stages.save()
    return f"{name}：{measured.rows} 行"
