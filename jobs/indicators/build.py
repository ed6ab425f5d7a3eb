"""topic_city__indicator: all declared indicators that have data, by city, county and township."""

from functools import partial, reduce

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.indicators import Indicator, all_indicators
from expectations.profile import period_of
from jobs.indicators.economy import city_figures, indices
from jobs.indicators.formulas import FIRST_MONTH, FORMULAS, SEVERAL
from jobs.indicators.rollup import CITY, compare, roll_up
from jobs.indicators.told import told
from jobs.inputs import Inputs, MissingInputError
from jobs.quality import days_overdue
from jobs.session import small, spark


def build(inputs: Inputs) -> DataFrame:
    """Values, comparisons, names of areas, and how old each indicator's newest source is."""
    found = [(name, formula(inputs)) for name, formula in FORMULAS.items()]
    parts = [part.withColumn("indicator", F.lit(name)) for name, part in found if part is not None]
    parts += [part for several in SEVERAL if (part := several(inputs)) is not None]
    economy = city_figures(inputs)
    if not parts and economy is None:
        raise MissingInputError("topic_city__indicator")
    leaves = [roll_up(small(_together(parts).where(F.col("area_code").isNotNull())))] if parts else []
    together = partial(DataFrame.unionByName, allowMissingColumns=True)
    figures = reduce(together, [*leaves, *([economy] if economy is not None else [])])
    # What is withheld is compared with nothing: a change and one figure give the other.
    compared = compare(_told(figures.where(F.col("period") >= FIRST_MONTH)))
    is_index = F.col("indicator").isin(indices())
    compared = compared.withColumns({name: F.when(~is_index, F.col(name)) for name in ("yoy", "mom")})
    named = compared.join(F.broadcast(_areas(inputs)), on="area_code", how="inner")
    return named.join(F.broadcast(_stamps(inputs)), on="indicator", how="inner").select(
        "indicator",
        "area_code",
        "area_name",
        "area_level",
        "parent_code",
        "period",
        "value",
        "is_withheld",
        "yoy",
        "mom",
        "months",
        "as_of",
        "source",
        "days_stale",
    )


TOLD = pa.schema(
    [
        ("indicator", pa.string()),
        ("area_code", pa.string()),
        ("period", pa.string()),
        ("value", pa.float64()),
        ("months", pa.int32()),
        ("is_withheld", pa.bool_()),
    ]
)


def _told(figures: DataFrame) -> DataFrame:
    """The figures, computed now, without those about too few persons."""
    rows = pa.Table.from_pandas(told(figures.toPandas()), schema=TOLD, preserve_index=False)
    return spark().createDataFrame(rows).coalesce(1)


def _together(parts: list[DataFrame]) -> DataFrame:
    """The union, made in pairs: one long chain nests deeper than a message of Spark Connect may (100 levels)."""
    half = len(parts) // 2
    return _together(parts[:half]).unionByName(_together(parts[half:])) if half else parts[0]


def _areas(inputs: Inputs) -> DataFrame:
    """Names of the city, its counties and townships in the statistical codes, which the resources use."""
    divisions = inputs.table("base_geo__division").where(
        "is_current and system = 'nbs' and level in ('county', 'township')"
    )
    named = divisions.select(
        F.col("code").alias("area_code"),
        F.col("name").alias("area_name"),
        F.col("level").alias("area_level"),
        "parent_code",
    )
    city = spark().createDataFrame(
        [(CITY, "泰安市", "city", "")], "area_code string, area_name string, area_level string, parent_code string"
    )
    return named.unionByName(city)


def _stamps(inputs: Inputs) -> DataFrame:
    """Date, source and lateness of each indicator: of its sources the oldest and the latest decide."""
    rows = [(name, *_stamp(inputs, indicator)) for name, indicator in all_indicators().items()]
    return spark().createDataFrame(rows, "indicator string, as_of string, source string, days_stale int")


def _stamp(inputs: Inputs, indicator: Indicator) -> tuple[str | None, str, int]:
    known = {source: period for source in indicator.sources if (period := inputs.last_period(source))}
    if not known:
        return None, indicator.owner, 0
    late = [days_overdue(inputs.resource(source), period, inputs.today) for source, period in known.items()]
    return min(known.values(), key=lambda period: period_of(period)[1]), indicator.owner, max(late)
