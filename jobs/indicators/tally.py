"""Indicators that are tallies of one resource's rows (``catalog.indicators.Tally``): each resource is read once."""

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import groupby

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.indicators import Tally, Where, tallies
from catalog.model import Column
from jobs.exact import exact_sum
from jobs.inputs import Inputs

DIGITS = {"county": 6, "township": 9}
"""Digits of a statistical code down to that level."""


def tallied(inputs: Inputs) -> DataFrame | None:
    """Leaves of all declared tallies with their ``indicator``; None when nothing of their resources is published."""
    parts = list(_parts(inputs, tallies()))
    return reduce(DataFrame.unionByName, parts) if parts else None


def _parts(inputs: Inputs, declared: Mapping[str, Tally]) -> Iterator[DataFrame]:
    def place(entry: tuple[str, Tally]) -> tuple[str, str, str, str]:
        return entry[1].resource, entry[1].area, entry[1].level, entry[1].when

    for (resource, area, level, when), entries in groupby(sorted(declared.items(), key=place), key=place):
        rows = inputs.current(resource)
        if rows is not None:
            month = month_of(inputs.catalog[resource].column(when))
            yield leaves_of(rows, dict(entries), F.substring(area, 1, DIGITS[level]), month)


def month_of(column: Column) -> Col:
    """The month of a row, ``yyyy-MM``: as delivered, or that of a date."""
    return F.col(column.name) if column.type == "period" else F.date_format(column.name, "yyyy-MM")


def leaves_of(rows: DataFrame, declared: Mapping[str, Tally], area: Col, month: Col) -> DataFrame:
    """Leaves of tallies of the same rows by the same area and month: one aggregation, a row an indicator after it."""
    figures = {name: _figure(one) for name, one in declared.items()}
    cells = rows.groupBy(area.alias("area_code"), month.alias("period")).agg(
        *(column.cast("double").alias(f"{name}.{part}") for name, pair in figures.items() for part, column in pair)
    )
    each = [
        F.struct(
            F.lit(name).alias("indicator"),
            *(F.col(f"`{name}.{part}`").alias(part) for part, _ in pair),
        )
        for name, pair in figures.items()
    ]
    return (
        cells.select("area_code", "period", F.inline(F.array(*each)))
        .where("numerator is not null")
        .withColumn("months", F.lit(1))
    )


def _figure(one: Tally) -> list[tuple[str, Col]]:
    """Numerator, denominator and cases as aggregates; a sum has no denominator, no row that counts is no figure."""
    counts = _is_like(one.where)
    if one.share is not None:
        known = counts & reduce(Col.__and__, (F.col(name).isNotNull() for name in one.share))
        top = F.sum(F.when(known, F.when(_is_like(one.share), 100).otherwise(0)))
        return [("numerator", top), ("denominator", F.count_if(known)), ("cases", F.count_if(known))]
    if one.mean is not None:
        value = F.when(counts, F.col(one.mean))
        return [("numerator", exact_sum(value)), ("denominator", F.count(value)), ("cases", F.count(value))]
    return [
        ("numerator", exact_sum(F.when(counts, F.col(one.sum) if one.sum else F.lit(1)))),
        ("denominator", F.lit(None)),
        ("cases", F.count_if(counts)),
    ]


def _is_like(where: Where) -> Col:
    """Whether a row's columns hold the values asked for."""
    asked = (F.col(name).isin([value] if isinstance(value, str) else list(value)) for name, value in where.items())
    return reduce(Col.__and__, asked, F.lit(True))
