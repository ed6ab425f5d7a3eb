"""Which aggregates of reporting units may leave: none of fewer than three units, none that one unit dominates.

统计法 (2009) art. 25: what identifies a unit serves statistics alone. A figure is unsafe with fewer than MIN_UNITS
units, or when the largest of them holds more than MOST of it (the (1, k) dominance rule; Hundepool et al., Handbook on
Statistical Disclosure Control, chapter 4, magnitude tables; k is ours). The measure ``largest - MOST x magnitude`` is
subadditive: two safe figures add up to a safe one, which two rules rest on.

- City less the other counties is the unsafe county. So a second one is withheld with it, the smallest whose margin
  outweighs what is unsafe; where there is none, the city's figure is.
- Cumulative less cumulative is the month. So from a withheld month on, the year's cumulative figures are withheld.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.fuse.cumulative import position, year

MIN_UNITS = 3
MOST = 0.75

FEW, DOMINATED, COMPLEMENT, SINCE = "few_units", "dominated", "complement", "since_withheld"
"""Why a figure is withheld: 单位过少, 一家独大, 防止倒推, 本年有月份不公布."""


def withhold(cells: DataFrame, group: list[str], city: str) -> DataFrame:
    """Add ``withheld``: why a figure may not be shown, null where it may.

    ``cells`` has one row an area of each ``group``: the counties and the ``city``, their sum, with ``units`` (how many
    reported), ``magnitude`` (sum of absolute values) and ``largest`` (of one unit, absolute). Figures whose units are
    null were no unit's to begin with and are always shown.
    """
    beside = Window.partitionBy(*group)
    is_city = F.col("area_code") == city
    excess = F.col("largest").cast("double") - F.lit(MOST) * F.col("magnitude").cast("double")
    own = F.when(F.col("units") < MIN_UNITS, F.lit(FEW)).when(F.col("_excess") > 0, F.lit(DOMINATED))
    # Of too few units nothing may be known, not even that none is the largest.
    need = F.when(F.col("_own") == FEW, F.col("largest").cast("double")).when(F.col("_own") == DOMINATED, excess)
    judged = (
        cells.withColumn("_excess", excess)
        .withColumn("_own", own)
        .withColumns(
            {
                "_need": F.sum(F.when(~is_city, need)).over(beside),
                "_city_is_shown": F.max(F.when(is_city, F.col("_own").isNull())).over(beside),
            }
        )
    )
    helps = ~is_city & F.col("_own").isNull() & (-F.col("_excess") >= F.col("_need"))
    smallest = Window.partitionBy(*group).orderBy(F.col("_helps").desc(), "magnitude", "area_code")
    judged = judged.withColumn("_helps", F.coalesce(helps & F.col("_city_is_shown"), F.lit(False))).withColumns(
        {"_rank": F.row_number().over(smallest), "_is_helped": F.max("_helps").over(beside)}
    )
    second = F.col("_helps") & (F.col("_rank") == 1)
    alone = is_city & F.col("_need").isNotNull() & ~F.col("_is_helped")
    reason = F.coalesce("_own", F.when(second | alone, F.lit(COMPLEMENT)))
    made = ("_excess", "_own", "_need", "_city_is_shown", "_helps", "_rank", "_is_helped")
    return judged.withColumn("withheld", reason).drop(*made)


def withheld_since(cells: DataFrame, keys: list[str]) -> DataFrame:
    """Add ``withheld_since``: why a cumulative figure may not be shown, where a month of its year is withheld."""
    so_far = Window.partitionBy(*keys, year(F.col("period"))).orderBy(position(F.col("period")))
    return cells.withColumn("withheld_since", F.when(F.max("withheld").over(so_far).isNotNull(), F.lit(SINCE)))
