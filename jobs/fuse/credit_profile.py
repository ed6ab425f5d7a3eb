"""base_credit__profile: what public credit makes of each legal person, day by day, every point with its record."""

from datetime import date

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog.credit import CreditScore, credit_score
from jobs.inputs import Inputs


def build(inputs: Inputs) -> DataFrame:
    """Profiles of every registered legal person and of every other one that has a record."""
    records, persons = inputs.table("base_credit__record"), inputs.table("base_legal__legal_person")
    return profiles(records, persons, credit_score(), inputs.today)


def profiles(records: DataFrame, persons: DataFrame, score: CreditScore, business_date: date) -> DataFrame:
    """One row a legal person and span of days in which nothing changed: ``valid_from`` (incl.) to ``valid_to`` (excl.,
    null for the span of the business date, ``is_current``).

    ``score`` is the declared base and the sum of ``points``, never below the floor; each entry of ``points`` names the
    record it comes from, its source and how long it counts. Records of subjects without a credit code (natural
    persons) make no profile. What begins after the business date is not known yet.
    """
    today = F.lit(business_date.isoformat()).cast("date")
    known = records.where(F.col("credit_code").isNotNull() & (F.col("valid_from") <= today))
    subjects = _subjects(known, persons.where("is_current"))
    scored = _scored(known, score)
    spans = _spans(subjects, scored, today)
    counted = _counted(spans, scored)
    total = F.greatest(F.lit(score.base) + F.coalesce("_sum", F.lit(0)), F.lit(score.floor)).cast("int")
    return (
        spans.join(counted, on=["credit_code", "valid_from"], how="left")
        .join(subjects, on="credit_code", how="inner")
        .withColumn("score", total)
        .select(
            "credit_code",
            "name",
            "county_code",
            "registration_status",
            "score",
            _level(score).alias("level"),
            F.coalesce("points", F.array().cast(POINTS)).alias("points"),
            F.coalesce("adverse_records", F.lit(0)).alias("adverse_records"),
            "valid_from",
            "valid_to",
            F.col("valid_to").isNull().alias("is_current"),
        )
    )


POINTS = "array<struct<valid_from:date,record_id:string,title:string,points:int,valid_to:date,source:string>>"


def _subjects(records: DataFrame, persons: DataFrame) -> DataFrame:
    """One row a legal person: as the library of legal persons has it, else as its latest record names it."""
    named = records.groupBy("credit_code").agg(
        F.max_by("subject_name", F.struct("valid_from", "record_id")).alias("_name"),
        F.max_by("county_code", F.struct("valid_from", "record_id")).alias("_county"),
        F.min("valid_from").alias("_first"),
    )
    registered = persons.select("credit_code", "name", "county_code", "registration_status", "established_on")
    return registered.join(named, on="credit_code", how="full").select(
        "credit_code",
        F.coalesce("name", "_name").alias("name"),
        F.coalesce("county_code", "_county").alias("county_code"),
        "registration_status",
        F.least("established_on", "_first").alias("_opened"),
    )


def _scored(records: DataFrame, score: CreditScore) -> DataFrame:
    """Records that add or take points while they are in force; one that ends before it begins never does."""
    entries = score.items.items()
    points = F.create_map(*(F.lit(v) for name, item in entries for v in (name, item.points)))
    titles = F.create_map(*(F.lit(v) for name, item in entries for v in (name, item.title)))
    return records.select(
        "credit_code",
        "record_id",
        F.col("valid_from").alias("_from"),
        F.col("valid_to").alias("_to"),
        F.element_at(points, F.col("item")).alias("_points"),
        F.element_at(titles, F.col("item")).alias("_title"),
        "is_adverse",
        "source",
    ).where((F.col("_points") != 0) & (F.col("_to").isNull() | (F.col("_to") > F.col("_from"))))


def _spans(subjects: DataFrame, scored: DataFrame, today: Col) -> DataFrame:
    """Days on which a subject's records change, each to the next one."""
    days = (
        subjects.select("credit_code", F.col("_opened").alias("valid_from"))
        .unionByName(scored.select("credit_code", F.col("_from").alias("valid_from")))
        .unionByName(scored.where(F.col("_to") <= today).select("credit_code", F.col("_to").alias("valid_from")))
        .where("valid_from is not null")
        .distinct()
    )
    following = F.lead("valid_from").over(Window.partitionBy("credit_code").orderBy("valid_from"))
    return days.withColumn("valid_to", following)


def _counted(spans: DataFrame, scored: DataFrame) -> DataFrame:
    """The records in force in each span, with their sum."""
    entry = F.struct(
        F.col("_from").alias("valid_from"),
        "record_id",
        F.col("_title").alias("title"),
        F.col("_points").alias("points"),
        F.col("_to").alias("valid_to"),
        "source",
    )
    began = F.col("valid_from") >= F.col("_from")
    lasts = F.col("_to").isNull() | (F.col("valid_from") < F.col("_to"))
    return (
        spans.select("credit_code", "valid_from")
        .join(scored, on="credit_code", how="inner")
        .where(began & lasts)
        .groupBy("credit_code", "valid_from")
        .agg(
            F.sum("_points").alias("_sum"),
            F.array_sort(F.collect_list(entry)).alias("points"),
            F.count_if("is_adverse").cast("int").alias("adverse_records"),
        )
    )


def _level(score: CreditScore) -> Col:
    return F.coalesce(*(F.when(F.col("score") >= level.at_least, F.lit(level.level)) for level in score.levels))
