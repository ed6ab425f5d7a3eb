"""Indicators of utilities and of how the city runs: water, persons present, diseases, accidents, food prices.

Area series hold months of the past and days of the present; a month that has both is made of its days.
"""

from collections.abc import Callable

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.exact import exact_mean, exact_sum
from jobs.indicators.leaves import leaves
from jobs.inputs import Inputs

ALL_DISEASES = "infectious_cases"
DISEASES = {
    "influenza": "influenza_cases",
    "hfmd": "hand_foot_mouth_cases",
    "tuberculosis": "tuberculosis_cases",
    "hepatitis": "hepatitis_cases",
    "dysentery": "dysentery_cases",
}
"""Code of a disease to the indicator of its cases."""
BASE_YEAR = "2016"


def water_use(inputs: Inputs) -> DataFrame | None:
    """Tap water used by all accounts, cubic metres."""
    used = inputs.current("water")
    return None if used is None else leaves(used.withColumnRenamed("township_code", "area_code"), F.col("used_m3"))


def persons_present(inputs: Inputs) -> DataFrame | None:
    """Persons present on the mean day of the month, each day the mean of its bands."""
    found = inputs.current("mobile_presence")
    if found is None:
        return None
    mean_of_day = found.groupBy("township_code", "grain", "started_on").agg(
        exact_mean(F.col("persons")).alias("persons")
    )
    monthly = _by_month(mean_of_day, [F.col("township_code").alias("area_code")], exact_mean, "persons")
    return leaves(monthly, F.col("persons"))


def _by_month(frame: DataFrame, keys: list[Col], merged: Callable[[Col], Col], value: str) -> DataFrame:
    """``value`` of each key and month, its days ``merged``; where there are none, the month's own figure."""
    of_days, of_month = (merged(F.when(F.col("grain") == grain, F.col(value))) for grain in ("day", "month"))
    month = F.date_format("started_on", "yyyy-MM").alias("period")
    return frame.groupBy(*keys, month).agg(F.coalesce(of_days, of_month).alias(value))


def diseases(inputs: Inputs) -> DataFrame | None:
    """Reported cases of all notifiable diseases and of those that are watched, with their ``indicator``."""
    reported = inputs.current("infectious_disease")
    if reported is None:
        return None
    keys = [F.col("county_code").alias("area_code"), F.col("disease")]
    monthly = _by_month(reported, keys, exact_sum, "cases")
    named = F.create_map(*(F.lit(text) for pair in DISEASES.items() for text in pair))
    indicators = F.array_compact(F.array(F.lit(ALL_DISEASES), F.try_element_at(named, F.col("disease"))))
    each = monthly.select("area_code", "period", "cases", F.explode(indicators).alias("indicator"))
    return each.groupBy("indicator", "area_code", "period").agg(
        exact_sum(F.col("cases")).alias("numerator"),
        F.lit(None).cast("double").alias("denominator"),
        F.lit(1).alias("months"),
        exact_sum(F.col("cases")).alias("cases"),
    )


def _accidents(inputs: Inputs) -> DataFrame | None:
    happened = inputs.current("safety_accident")
    if happened is None:
        return None
    period = F.date_format("occurred_at", "yyyy-MM").alias("period")
    return happened.select(F.col("township_code").alias("area_code"), period, "deaths")


def accidents(inputs: Inputs) -> DataFrame | None:
    """Accidents at work that happened in the month."""
    happened = _accidents(inputs)
    return None if happened is None else leaves(happened, F.lit(1))


def accident_deaths(inputs: Inputs) -> DataFrame | None:
    """Deaths in accidents at work that happened in the month."""
    happened = _accidents(inputs)
    return None if happened is None else leaves(happened, F.col("deaths"))


def food_prices(inputs: Inputs) -> DataFrame | None:
    """Retail prices of food against 2016 (= 100): an unweighted geometric mean over the items, by county.

    That is Jevons' index, which needs no weights (ILO and others, Consumer Price Index Manual, 2020, ch. 8); the mean
    of a county's months of 2016 is each item's base. The city's is the mean of its counties'.
    """
    watched = inputs.current("food_price")
    if watched is None:
        return None
    keys = [F.col("county_code").alias("area_code"), F.col("item")]
    monthly = _by_month(watched, keys, exact_mean, "price_yuan")
    base = (
        monthly.where(F.col("period").startswith(BASE_YEAR))
        .groupBy("area_code", "item")
        .agg(exact_mean(F.col("price_yuan")).alias("base"))
    )
    ratio = F.log(F.col("price_yuan") / F.col("base"))
    index = (
        monthly.join(base, on=["area_code", "item"], how="inner")
        .groupBy("area_code", "period")
        .agg((F.exp(exact_mean(ratio, 12)) * 100).alias("index"))
    )
    return leaves(index, F.col("index"), F.lit(1))


FORMULAS: dict[str, Callable[[Inputs], DataFrame | None]] = {
    "water_use": water_use,
    "persons_present": persons_present,
    "accidents": accidents,
    "accident_deaths": accident_deaths,
    "food_prices": food_prices,
}
