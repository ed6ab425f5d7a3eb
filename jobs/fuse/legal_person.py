"""base_legal__legal_person: a row per legal person and period of validity, its register first, the others beside it."""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.fusion import Fusion, all_fusions
from jobs.fuse.life import evidence, life, said_of
from jobs.fuse.match.records import SOURCES, latest
from jobs.fuse.match.registry import REGISTERS, registered
from jobs.fuse.survive import survive
from jobs.inputs import Inputs

TABLE = "base_legal__legal_person"
CLAIMANTS = ("tax_registration", "social_insurance_employer", "electricity")
"""Offices beside the registers that have a say. The statistics bureau's directory has none: what it holds of a single
unit serves statistics only (统计法 2009, art. 25)."""

_ORDER = {"social_insurance_employer": "persons", "electricity": "electricity_kwh"}
"""Of several records of one legal person the largest speaks for it; where nothing measures them, the last."""


def build(inputs: Inputs) -> DataFrame:
    """Legal persons of all registers with their history, and what other offices say of them now.

    Raises MissingInputError when the business register was never published or the links were never made.
    """
    found = {name: inputs.current(name) for name in CLAIMANTS}
    published = {name: frame for name, frame in found.items() if frame is not None}
    return legal_persons(registered(inputs), inputs.table("base_legal__link"), published, all_fusions()[TABLE])


def legal_persons(registers: DataFrame, link: DataFrame, published: dict[str, DataFrame], fusion: Fusion) -> DataFrame:
    """Golden legal persons under ``entity_id`` and 统一社会信用代码.

    ``life`` is alive, dormant or gone (``jobs.fuse.life``), ``evidence`` what each source says, as
    ``resource=state@period``. ``tax_status``, ``taxpayer_kind`` and ``insured_persons`` stand beside the register's.
    """
    linked = {name: _linked(name, frame, link) for name, frame in published.items()}
    claims = {name: _claim(name, frame) for name, frame in linked.items()}
    leading = registers.withColumn("_as_of", F.col("valid_from"))
    parts = [
        survive(
            leading.where(F.col("register") == register),
            "entity_id",
            claims,
            fusion.model_copy(update={"leading": register}),
        )
        for register in REGISTERS
    ]
    golden = reduce(DataFrame.unionByName, parts)
    beside = {
        "tax_registration": {"tax_status": "status", "taxpayer_kind": "taxpayer_kind"},
        "social_insurance_employer": {"insured_persons": "persons"},
    }
    for resource, columns in beside.items():
        golden = _beside(golden, claims.get(resource), columns)
    return life(golden, evidence([said_of(name, frame) for name, frame in linked.items()]))


def _linked(resource: str, frame: DataFrame, link: DataFrame) -> DataFrame:
    """All rows of a resource's records that are a legal person themselves, not a branch of it."""
    mine = link.where((F.col("resource") == resource) & (F.col("state") == "linked") & (F.col("relation") == "self"))
    key = SOURCES[resource].key
    return frame.join(mine.select(F.col("record_key").alias(key), "entity_id"), on=key, how="inner")


def _claim(resource: str, linked: DataFrame) -> DataFrame:
    """What a resource says of each legal person: one row, in the golden table's words."""
    key = SOURCES[resource].key
    newest = latest(linked, key)
    rest = [name for name in newest.columns if name != "entity_id"]
    size = [F.col(_ORDER[resource])] if resource in _ORDER else []
    best = F.max_by(F.struct(*rest), F.struct("period", *size, F.col(key)))
    claim = newest.groupBy("entity_id").agg(best.alias("row")).select("entity_id", "row.*")
    renamed = claim.withColumnRenamed("account_name", "name")
    return renamed.withColumn("_as_of", F.to_date("_delivered_at"))


def _beside(golden: DataFrame, claim: DataFrame | None, columns: dict[str, str]) -> DataFrame:
    if claim is None:
        kinds = {"insured_persons": "bigint"}
        return golden.withColumns({name: F.lit(None).cast(kinds.get(name, "string")) for name in columns})
    said = (F.col(of).alias(name) for name, of in columns.items())
    return golden.join(claim.select("entity_id", *said), on="entity_id", how="left")
