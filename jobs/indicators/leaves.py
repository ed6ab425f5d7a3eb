"""Leaves of an indicator: ``area_code`` (county or township), ``period``, ``numerator``, ``denominator``, ``months``,
``cases``.

``denominator`` is null for sums; ``months`` says how many months a value covers (February of a return covers two);
``cases`` is how many rows stand behind the figure, for the rule of small cells.
"""

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.exact import exact_sum


def leaves(frame: DataFrame, numerator: Col, denominator: Col | None = None) -> DataFrame:
    """Sum up to area and month; ``frame`` has ``area_code``, ``period`` and optionally ``months``."""
    months = F.max("months") if "months" in frame.columns else F.lit(1)
    bottom = exact_sum(denominator) if denominator is not None else F.lit(None).cast("double")
    return frame.groupBy("area_code", "period").agg(
        exact_sum(numerator).alias("numerator"),
        bottom.alias("denominator"),
        months.alias("months"),
        F.count(F.lit(1)).cast("double").alias("cases"),
    )
