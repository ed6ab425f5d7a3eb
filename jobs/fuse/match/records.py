"""What other offices hold of legal persons, a row a record as it last stood, in the shape the match compares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Catalog
from jobs.fuse.match.desk import RECORD
from jobs.inputs import Inputs

PROVINCE = "山东省"
_CITY_LENGTH = 6


@dataclass(frozen=True)
class Source:
    """A resource that names legal persons: the column that is a record's ``key`` in it, and where a compared column
    has another name (or is an expression) in that resource. A record has a row a period; the last one counts.
    """

    key: str
    columns: Mapping[str, str] = field(default_factory=dict)


SOURCES = {
    "tax_registration": Source("taxpayer_number", {"code": "taxpayer_number", "began_on": "registered_on"}),
    "electricity": Source("account_number", {"name": "account_name", "code": "credit_code"}),
    "social_insurance_employer": Source("employer_number", {"code": "credit_code", "began_on": "joined_on"}),
    "statistical_unit": Source("unit_number", {"code": "credit_code", "began_on": "to_date(concat(opened_in, '-01'))"}),
}
"""Every office whose records are linked, with what it calls things."""

COMPARED = tuple(name for name in RECORD.names if name not in ("record_id", "resource", "batch"))


def compared(resource: str, frame: DataFrame) -> DataFrame:
    """A resource's records in the shape of ``RECORD``."""
    source = SOURCES[resource]

    def expression(name: str) -> str:
        return source.columns.get(name) or (name if name in frame.columns else "null")

    kinds = {name: "date" if name == "began_on" else "string" for name in COMPARED}
    said = F.struct(
        *(F.expr(expression(name)).cast(kinds[name]).alias(name) for name in COMPARED), F.col("_batch").alias("batch")
    )
    newest = frame.groupBy(source.key).agg(
        F.max_by(said, F.struct("period", "_delivered_at", "_source_row")).alias("row")
    )
    return newest.select(
        F.concat(F.lit(f"{resource}:"), F.col(source.key)).alias("record_id"),
        F.lit(resource).alias("resource"),
        "row.*",
    )


def all_records(inputs: Inputs) -> DataFrame | None:
    """The records of every source that has been published; None before the first.

    All rows are read, not the current versions of all periods: a record's last row is among them, and found once.
    """
    found = {name: inputs.rows(name) for name in SOURCES}
    parts = [compared(name, frame) for name, frame in found.items() if frame is not None]
    return reduce(DataFrame.unionByName, parts) if parts else None


def place_names(catalog: Catalog) -> tuple[str, str, tuple[str, ...]]:
    """Province, city and counties, with which names of legal persons begin."""
    areas = catalog.codelists["area_nbs"].names
    (city,) = [name for code, name in areas.items() if len(code) == _CITY_LENGTH and code.endswith("00")]
    return PROVINCE, city, tuple(catalog.codelists["county"].names.values())
