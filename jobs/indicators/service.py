"""Indicators of government services: how many cases come in online, and how many are done within the promised days."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.indicators.leaves import leaves
from jobs.indicators.servicecases import FINISHED, ON_TIME, ONLINE
from jobs.inputs import Inputs


def _cases(inputs: Inputs) -> DataFrame | None:
    cases = inputs.current("service_case")
    if cases is None:
        return None
    return cases.select(
        "area_code",
        F.date_format("accepted_at", "yyyy-MM").alias("period"),
        F.expr(ONLINE).alias("is_online"),
        F.expr(FINISHED).alias("is_finished"),
        F.expr(ON_TIME).alias("is_on_time"),
    )


def service_online_rate(inputs: Inputs) -> DataFrame | None:
    """Percent of the month's cases that were applied for online."""
    cases = _cases(inputs)
    return None if cases is None else leaves(cases, F.col("is_online").cast("int") * 100, F.lit(1))


def service_on_time_rate(inputs: Inputs) -> DataFrame | None:
    """Percent of the month's finished cases that took no more working days than promised."""
    cases = _cases(inputs)
    if cases is None:
        return None
    return leaves(cases.where("is_finished"), F.col("is_on_time").cast("int") * 100, F.lit(1))


FORMULAS: dict[str, Callable[[Inputs], DataFrame | None]] = {
    "service_online_rate": service_online_rate,
    "service_on_time_rate": service_on_time_rate,
}
