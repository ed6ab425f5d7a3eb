"""base_legal__legal_person: a row per legal person and period of validity, its register first, the others beside it."""

from collections.abc import Mapping

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.fusion import Fusion, all_fusions
from jobs.fuse.life import activity, life
from jobs.fuse.match.records import SOURCES
from jobs.fuse.match.registry import registered
from jobs.fuse.survive import survive
from jobs.inputs import Inputs

TABLE = "base_legal__legal_person"
CLAIMANTS = ("tax_registration", "social_insurance_employer", "electricity")
"""Offices beside the registers that have a say. The statistics bureau's directory has none: what it holds of a single
unit serves statistics only (统计法 2009, art. 25)."""

_SIZE = {"social_insurance_employer": "persons", "electricity": "electricity_kwh"}
"""Of several records of one legal person the largest speaks for it; where nothing measures them, the last by key."""
_SAID = ("name", "representative", "industry_code", "county_code", "status", "taxpayer_kind", "persons")
_BESIDE = {
    "tax_status": ("tax_registration", "status", "string"),
    "taxpayer_kind": ("tax_registration", "taxpayer_kind", "string"),
    "insured_persons": ("social_insurance_employer", "persons", "bigint"),
}
"""What other offices say that no register does: column, office, its word for it, type."""


def build(inputs: Inputs) -> DataFrame:
    """Legal persons of all registers with their history, and what other offices say of them now.

    Raises MissingInputError when the business register was never published or the links were never made.
    """
    registers, link = registered(inputs), inputs.table("base_legal__link")
    claims = {}
    for name in CLAIMANTS:
        frame, last = inputs.rows(name), inputs.last_period(name)
        if frame is not None and last is not None:
            claims[name] = claim(name, frame, link, last)
    return legal_persons(registers, claims, all_fusions()[TABLE])


def legal_persons(registers: DataFrame, claims: Mapping[str, DataFrame], fusion: Fusion) -> DataFrame:
    """Golden legal persons under ``entity_id`` and 统一社会信用代码, from versions of all registers and the claims of
    other offices.

    ``life`` is alive, dormant or gone (``jobs.fuse.life``), ``evidence`` what each source says, as
    ``resource=state@period``. ``tax_status``, ``taxpayer_kind`` and ``insured_persons`` stand beside the register's.
    """
    golden = survive(
        registers.withColumn("_as_of", F.col("valid_from")),
        "entity_id",
        claims,
        fusion,
        beside=_beside(claims),
        leader=F.col("register"),
    )
    return life(golden, list(claims))


def _beside(claims: Mapping[str, DataFrame]) -> dict[str, Col]:
    told = {
        column: (F.col(f"{office}__{word}") if office in claims else F.lit(None)).cast(kind)
        for column, (office, word, kind) in _BESIDE.items()
    }
    heard = (f"{office}__{what}" for office in claims for what in ("is_active", "spoke_in"))
    return told | {name: F.col(name) for name in heard}


def claim(resource: str, frame: DataFrame, link: DataFrame, last: str) -> DataFrame:
    """What a resource says of each legal person: one row, in the golden table's words, with whether it sees it act.

    Only records that are the legal person itself speak, not those of a branch. ``frame`` has every published row,
    ``last`` is the resource's last period.
    """
    mine = link.where((F.col("resource") == resource) & (F.col("state") == "linked") & (F.col("relation") == "self"))
    key = SOURCES[resource].key
    named = frame.withColumnRenamed("account_name", "name")
    size = [_SIZE[resource]] if resource in _SIZE else []
    words = dict.fromkeys((*_SAID, *size, "period", "_batch", "_delivered_at"))
    order = F.struct("period", "_delivered_at", "_batch", "_source_row")
    records = named.groupBy(key).agg(
        F.max_by(F.struct(*(name for name in words if name in named.columns)), order).alias("row"),
        *(value.alias(name) for name, value in activity(resource, last, order).items()),
    )
    linked = records.join(mine.select(F.col("record_key").alias(key), "entity_id"), on=key, how="inner")
    speaks = F.struct("row.period", *(f"row.{name}" for name in size), key)
    persons = linked.groupBy("entity_id").agg(
        F.max_by("row", speaks).alias("row"),
        F.bool_or("is_active").alias("is_active"),
        F.max("spoke_in").alias("spoke_in"),
    )
    return persons.select("entity_id", "row.*", "is_active", "spoke_in", F.to_date("row._delivered_at").alias("_as_of"))
