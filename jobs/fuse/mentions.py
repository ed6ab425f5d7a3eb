"""Where the resources of other departments speak of a person, as data: one entry a person of a record.

Residence permits are not among them: the police check their numbers as they check the register's, so that a permit is
its number's owner's.
"""

from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.fuse.sources import source
from jobs.inputs import Inputs

MEN, WOMEN = "'1'", "'2'"
"""Sexes of GB/T 2261.1 as expressions, for roles that only one of them can have."""


@dataclass(frozen=True)
class Mention:
    """One person of a record: SQL expressions over the resource's columns, null where the form does not ask.

    ``record`` identifies the subject within the resource; of several rows of one record the one with the greatest
    ``latest`` counts. ``family`` are roles of the same record whose household is this person's too. ``is_unique`` says
    that a person stands in the resource once: a second record without a usable number must be somebody else.
    """

    role: str
    record: str
    name: str
    number: str = "cast(null as string)"
    sex: str = "cast(null as string)"
    birth_date: str = "cast(null as date)"
    village_code: str = "cast(null as string)"
    county_code: str = "cast(null as string)"
    latest: str | None = None
    family: tuple[str, ...] = ()
    is_unique: bool = False


def _person(record: str, **more: str | bool) -> Mention:
    """The one person a record is about, under the usual names of columns."""
    usual = {"number": "id_number", "name": "name", "sex": "sex", "birth_date": "birth_date"}
    return Mention(role="person", record=record, **(usual | more))  # type: ignore[arg-type]


MENTIONS: dict[str, tuple[Mention, ...]] = {
    "birth": (
        Mention(
            "child",
            "certificate_number",
            "name",
            sex="sex",
            birth_date="birth_date",
            village_code="village_code",
            family=("mother", "father"),
            is_unique=True,
        ),
        Mention("mother", "certificate_number", "mother_name", "mother_id_number", sex=WOMEN),
        Mention("father", "certificate_number", "father_name", "father_id_number", sex=MEN),
    ),
    "death": (_person("certificate_number", village_code="village_code", is_unique=True),),
    "marriage": (
        Mention("husband", "registration_number", "husband_name", "husband_id_number", sex=MEN),
        Mention("wife", "registration_number", "wife_name", "wife_id_number", sex=WOMEN),
    ),
    # Employees are insured where their employer is, which says nothing of where they live.
    "social_insurance_person": (
        _person("insurance_id", county_code="case when scheme = 'resident' then county_code end", is_unique=True),
    ),
    "minimum_living_allowance": (
        _person("allowance_number", village_code="village_code", latest="period", is_unique=True),
    ),
}


def mentions(inputs: Inputs) -> DataFrame | None:
    """Every person of every record of the resources that are published, or None when there is none.

    Columns: ``resource, record, role``, what is said of the person (``written`` is the number as delivered), ``family``
    (array of roles), ``is_unique`` and ``source``.
    """
    frames = [
        _mentioned(rows, resource, found)
        for resource, found in MENTIONS.items()
        if (rows := inputs.current(resource)) is not None
    ]
    return reduce(DataFrame.unionByName, frames) if frames else None


def _mentioned(rows: DataFrame, resource: str, found: tuple[Mention, ...]) -> DataFrame:
    """The persons of each record; its rows are read once, however many persons it speaks of."""
    if latest := found[0].latest:
        newest = Window.partitionBy(F.expr(found[0].record)).orderBy(F.col(latest).desc())
        rows = rows.withColumn("_place", F.row_number().over(newest)).where("_place = 1")
    entries = F.array(*(F.struct(*_said(mention)) for mention in found))
    mark = source(resource, F.col("_batch")).alias("source")
    return rows.select(F.lit(resource).alias("resource"), F.inline(entries), mark)


def _said(mention: Mention) -> tuple[Col, ...]:
    roles: Col = F.array(*map(F.lit, mention.family)) if mention.family else F.array().cast("array<string>")
    return (
        F.expr(mention.record).alias("record"),
        F.lit(mention.role).alias("role"),
        F.expr(mention.number).alias("written"),
        F.expr(mention.name).alias("name"),
        F.expr(mention.sex).alias("sex"),
        F.expr(mention.birth_date).alias("birth_date"),
        F.expr(mention.village_code).alias("village_code"),
        F.coalesce(F.expr(mention.county_code), F.substring(F.expr(mention.village_code), 1, 6)).alias("county_code"),
        roles.alias("family"),
        F.lit(mention.is_unique).alias("is_unique"),
    )
