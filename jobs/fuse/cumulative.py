"""1-本月累计 and the figure of a period itself, the one derived from the other: the only place that does either.

A period's *position* is how many months of its year are over at its end (2018-05: 5, 2018Q2: 6, 2018: 12). A figure of
a period itself covers the months since the position before it, so that a January that nobody reports makes February two
months, and a missing March makes April two: ``months`` says so, and only figures of as many months compare.
"""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

MONTHS_A_YEAR = 12


def position(period: Col) -> Col:
    """Months of the year that are over at the end of a stored period (2018-06, 2018Q2, 2018)."""
    last = F.substring(period, 6, 2).try_cast("int")
    quarter = F.substring(period, 6, 1).try_cast("int") * 3
    return F.when(F.length(period) == 4, F.lit(MONTHS_A_YEAR)).when(period.contains("Q"), quarter).otherwise(last)


def year(period: Col) -> Col:
    """The year of a stored period, as text."""
    return F.substring(period, 1, 4)


def _in_year(keys: Sequence[str]) -> WindowSpec:
    return Window.partitionBy(*keys, year(F.col("period"))).orderBy("_position")


def from_cumulative(frame: DataFrame, keys: Sequence[str], own: Mapping[str, str]) -> DataFrame:
    """Add the figure of each period itself for every sum since January; ``own`` maps the sum's column to the figure's.

    ``frame`` has one row a ``period`` of each series named by ``keys``. A row without a sum has no figure either, and
    the next figure reaches back over it. ``months`` says how many months the (first) figure covers.
    """
    before = _in_year(keys).rowsBetween(Window.unboundedPreceding, -1)

    def since(column: Col) -> Col:
        return column - F.coalesce(F.last(column, ignorenulls=True).over(before), F.lit(0))

    reached = F.when(F.col(next(iter(own))).isNotNull(), F.col("_position"))
    figures = {name: since(F.col(cumulative)) for cumulative, name in own.items()}
    placed = frame.withColumn("_position", position(F.col("period")))
    return placed.withColumns({**figures, "months": since(reached)}).drop("_position")


def to_cumulative(frame: DataFrame, keys: Sequence[str], own: str, cumulative: str) -> DataFrame:
    """Add ``cumulative``, the sum since January, to figures that each cover ``months`` months.

    Null where a month of the year is missing up to there: a sum with a hole is not a smaller sum.
    """
    so_far = _in_year(keys).rowsBetween(Window.unboundedPreceding, 0)
    covered = F.sum(F.when(F.col(own).isNotNull(), F.col("months"))).over(so_far)
    return (
        frame.withColumn("_position", position(F.col("period")))
        .withColumn(cumulative, F.when(covered == F.col("_position"), F.sum(own).over(so_far)))
        .drop("_position")
    )
