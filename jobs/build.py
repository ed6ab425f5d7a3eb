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
from jobs.products import BY_TABLE, Product, behind
from jobs.session import spark, suited_to
from jobs.stages import Stages
from taian.settings import ROOT, settings

DATE = "date"
"""Key of a fingerprint under which a product that asked for the date has it; no resource or product has this name."""
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
    """What decides a product's content beside the date: its inputs' published batches and declarations, and the code
    that builds it. An input that is a product brings its own, with the date that it was made for if it asked for one.
    """
    found: dict[str, Any] = {"code": code_version()}
    if product.beside:
        found["beside"] = _named(product.beside)(inputs.known_on)
    for name in product.inputs(inputs.catalog):
        if name in BY_TABLE:
            known = journal.product(name)
            found[name] = known["inputs"] if known else None
        else:
            batches = journal.published_batches(name, inputs.known_on)
            declared = inputs.resource(name).model_dump_json()
            found[name] = hashlib.sha256("\n".join([*sorted(batches), declared]).encode()).hexdigest()[:16]
    return found


def _with_date(fingerprint: dict[str, Any], inputs: Inputs) -> dict[str, Any]:
    """The fingerprint of what was built, with the date it was built for and the day it holds until, if it asked."""
    if inputs.changes_on is None:
        return fingerprint
    return {**fingerprint, DATE: {"on": inputs.known_on.isoformat(), "until": inputs.changes_on.isoformat()}}


def _still_holds(made_from: dict[str, Any], fingerprint: dict[str, Any], business_date: date) -> bool:
    """Whether what was made is what would be made for a business date that is no earlier."""
    asked = made_from.get(DATE)
    is_due = asked is not None and asked["until"] <= business_date.isoformat()
    return not is_due and {key: value for key, value in made_from.items() if key != DATE} == fingerprint


def _rows_of(name: str, inputs: Inputs) -> int:
    """Rows of an input: those of a product, or the accepted ones of a resource's published batches."""
    if name not in BY_TABLE:
        return sum(row["rows_accepted"] or 0 for row in journal.published(name, inputs.known_on))
    made = journal.product(name)
    return (made["rows"] or 0) if made else 0


def run_product(name: str, catalog: Catalog, business_date: date, run_id: str) -> str:
    """Build one base library or topic; returns one sentence. Raises MissingInputError when an input never came."""
    product, stages = BY_TABLE[name], Stages(run_id, name)
    inputs = Inputs(catalog, business_date, behind(name))
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
    if last and lake.exists(name) and _still_holds(last["inputs"], fingerprint, business_date):
        # As good as made today: pages and lineage say of which day it is.
        journal.record_product(name, business_date, last["inputs"], last["run_id"], last["rows"])
        return f"{name}：输入未变，沿用上一版本（{last['rows']} 行）"
    with stages("build") as measured:
        killpoints.here(f"product.before:{name}")
        # A column made before there is a session asks for a SparkContext, which a client of Connect does not have.
        spark()
        with suited_to(sum(_rows_of(needed, inputs) for needed in product.inputs(catalog))):
            built = builder(inputs)
            lake.overwrite(built.withColumn("run_id", F.lit(run_id)) if "run_id" in built.columns else built, name)
        killpoints.here(f"product.after:{name}")
        measured.rows = lake.read(spark(), name).count()
    journal.record_product(name, business_date, _with_date(fingerprint, inputs), run_id, measured.rows)
    stages.save()
    return f"{name}：{measured.rows} 行"
