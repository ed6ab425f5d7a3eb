"""Enterprise returns beside their paradata and other departments' books: Spark aligns, pure functions judge.

Spark resolves whose meter it is and sums by firm and month; what reaches the driver is a compact panel (20,000
firms x 30 months x a dozen numbers), on which the tests of ``expectations.authenticity`` run as vectorised
numpy.
"""

from collections.abc import Mapping

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.authenticity.book import Book
from expectations.authenticity.returns import FILED, PARADATA, returns_book


def firms_book(
    returns: DataFrame,
    paradata: DataFrame,
    electricity: DataFrame,
    vat: DataFrame,
    registration: DataFrame,
    *,
    counties: Mapping[str, str],
    industries: Mapping[str, str],
) -> Book:
    """The returns of all firms, ready for examination.

    The frames are the current dwd rows of ``enterprise_return``, ``enterprise_return_paradata``, ``electricity``,
    ``vat_invoice`` and ``enterprise_registration``; ``counties`` and ``industries`` map codes to names.
    """
    firms = returns.select("credit_code").distinct()
    filings = paradata.select(F.col("credit_code").alias("unit"), "period", "agency_number", *PARADATA)
    return returns_book(
        _numbers(returns, [*FILED, "headcount"]),
        _numbers(firm_electricity(electricity, registration, firms), ["electricity_kwh"]),
        _numbers(vat.join(firms, on="credit_code", how="left_semi"), ["sales_yuan"]),
        filings.toPandas(),
        _units(returns, registration, counties, industries),
    )


def firm_electricity(electricity: DataFrame, registration: DataFrame, firms: DataFrame) -> DataFrame:
    """Consumption by ``credit_code`` and ``period``, all meters of a firm together, for the codes in ``firms``.

    A meter belongs to the 18-character code it carries, to the firm with its 15-digit registration number, to
    the firm it carried in other months, or to the one firm registered under exactly its name. Any other meter
    stays out: whose it is is unknown, and unknown is not zero.
    """
    by_number = _only(registration, "registration_number")
    by_name = _only(registration, "name")
    known = electricity.select("account_number", "account_name", "period", "electricity_kwh", "credit_code").join(
        F.broadcast(by_number), on=F.col("credit_code") == F.col("registration_number"), how="left"
    )
    known = known.withColumn(
        "own", F.when(F.length("credit_code") == 18, F.col("credit_code")).otherwise(F.col("by_registration_number"))
    )
    meters = known.groupBy("account_number").agg(F.max("own").alias("usual"), F.max("account_name").alias("name"))
    meters = meters.join(F.broadcast(by_name), on="name", how="left").select(
        "account_number", F.coalesce("usual", "by_name").alias("holder")
    )
    return (
        known.select("account_number", "period", "electricity_kwh", "own")
        .join(meters, on="account_number", how="left")
        .withColumn("credit_code", F.coalesce("own", "holder"))
        .join(firms, on="credit_code", how="left_semi")
        .groupBy("credit_code", "period")
        .agg(F.sum("electricity_kwh").alias("electricity_kwh"))
    )


def _only(registration: DataFrame, column: str) -> DataFrame:
    """``column`` to the one credit code registered under it (``by_<column>``); ambiguous values are left out."""
    named = registration.where(F.col(column).isNotNull()).groupBy(column)
    counted = named.agg(F.min("credit_code").alias(f"by_{column}"), F.count_distinct("credit_code").alias("codes"))
    return counted.where("codes = 1").drop("codes")


def _numbers(frame: DataFrame, columns: list[str]) -> pd.DataFrame:
    """unit, period and the columns as doubles: exact decimals are of no use to statistics and slow to move."""
    return frame.select(
        F.col("credit_code").alias("unit"), "period", *(F.col(name).cast("double") for name in columns)
    ).toPandas()


def reported_by(returns: DataFrame, registration: DataFrame) -> DataFrame:
    """Who reports: credit_code, the industry_code last returned, name and county_code as registered."""
    reported = returns.groupBy("credit_code").agg(F.max_by("industry_code", "period").alias("industry_code"))
    return reported.join(registration.select("credit_code", "name", "county_code"), on="credit_code", how="left")


def _units(
    returns: DataFrame, registration: DataFrame, counties: Mapping[str, str], industries: Mapping[str, str]
) -> pd.DataFrame:
    """Name, county and industry by credit code, with their names; ``""`` where unknown."""
    units = reported_by(returns, registration).toPandas().set_index("credit_code").sort_index()
    units["county_name"] = units["county_code"].map(counties)
    units["industry_name"] = units["industry_code"].map(industries)
    return units.astype(object).where(units.notna(), "")
