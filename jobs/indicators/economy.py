"""The city's economy: the current figures of the macro library's monthly and quarterly series, as indicators."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.indicators import city_series
from jobs.inputs import Inputs
from jobs.products import is_made

OBSERVATION = "base_macro__observation"


def indices() -> list[str]:
    """Series that are comparisons already (上年同月=100): they are not compared with themselves once more."""
    return [one.indicator for one in city_series() if one.kind == "index"]


def city_figures(inputs: Inputs) -> DataFrame | None:
    """Figures of the period itself by city and county, a quarter under its last month: ``indicator, area_code,
    period, value, months``. None where the catalogue has no macro library. Withheld figures are not among them.
    """
    if not is_made(OBSERVATION, inputs.catalog):
        return None
    series = [one.indicator for one in city_series()]
    figures = inputs.table(OBSERVATION).where("is_current and not is_cumulative and value is not null")
    quarter_end = F.format_string("%s-%02d", F.substring("period", 1, 4), F.substring("period", 6, 1).cast("int") * 3)
    return figures.where(F.col("indicator").isin(series)).select(
        "indicator",
        "area_code",
        F.when(F.col("period_kind") == "quarter", quarter_end).otherwise(F.col("period")).alias("period"),
        F.col("value").cast("double").alias("value"),
        "months",
    )
