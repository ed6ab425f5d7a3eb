"""base_geo__grid: persons, addresses and facilities by squares of 500 m and 1 km.

Squares are those of the metre coordinates of ``jobs.fuse.locate``, four of 500 m in one of 1 km; only squares in which
something lies are listed. A registered person is counted where the standard address with the text of the registered
one lies; whom no address fits is spread over the squares of the village as its dwellings are.
"""

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.fuse.locate import in_degrees, located, outlines
from jobs.inputs import Inputs, Keep
from jobs.small_cells import LEAST

SIZES = (500, 1000)
"""Sides of the squares, metres."""


def build(inputs: Inputs) -> DataFrame:
    """The grid of today."""
    persons = inputs.table("base_population__person").where("is_current and is_registered")
    addresses = inputs.table("base_geo__address").where("coalesce(is_in_county, true)")
    facilities = inputs.table("base_geo__facility").where("status = 'open' and coalesce(is_in_county, true)")
    return grid(persons, addresses, facilities, outlines(inputs), inputs.keep)


def grid(
    persons: DataFrame, addresses: DataFrame, facilities: DataFrame, shapes: dict[str, str], keep: Keep
) -> DataFrame:
    """One row a size and square: its south-western corner and centre, the county of the centre, and counts.

    ``persons`` is null and ``is_suppressed`` true where telling it could tell of fewer than LEAST persons:
    there, or by subtraction from the square around it or from its county. ``exact_share`` is the part of the persons
    whose own address is known. ``keep`` holds what is read several times (Inputs.keep).
    """
    counted = keep(_fine(persons, addresses, facilities, keep))
    sized = [_of_size(counted, size) for size in SIZES]
    cells = keep(_placed(sized[0].unionByName(sized[1]), shapes))
    return _told(cells.withColumn("persons", F.round("persons").cast("bigint")))


def _corner(axis: str, size: int) -> Col:
    return (F.floor(F.col(axis) / size) * size).cast("double").alias(axis)


def _square(frame: DataFrame, *more: str) -> DataFrame:
    """The smallest square of each row, and the columns asked for."""
    return frame.select(*(_corner(axis, SIZES[0]) for axis in ("easting_m", "northing_m")), *more)


def _fine(persons: DataFrame, addresses: DataFrame, facilities: DataFrame, keep: Keep) -> DataFrame:
    """Counts of the smallest squares."""
    homes = addresses.withColumn("dwelling", (F.col("kind") == "dwelling").cast("int"))
    zero = {name: F.lit(0.0) for name in ("persons", "exact", "addresses", "dwellings", "facilities")}
    parts = (
        _square(homes, "dwelling").withColumns(
            zero | {"addresses": F.lit(1.0), "dwellings": F.col("dwelling").cast("double")}
        ),
        _square(facilities.where("easting_m is not null")).withColumns(zero | {"facilities": F.lit(1.0)}),
        _persons(persons, homes, keep).withColumns(
            {name: zero[name] for name in ("addresses", "dwellings", "facilities")}
        ),
    )
    names = ["easting_m", "northing_m", *zero]
    together = parts[0].select(*names).unionByName(parts[1].select(*names)).unionByName(parts[2].select(*names))
    return together.groupBy("easting_m", "northing_m").agg(*(F.sum(name).alias(name) for name in zero))


def _persons(persons: DataFrame, homes: DataFrame, keep: Keep) -> DataFrame:
    """Squares with ``persons`` (parts of persons where they are spread) and ``exact``, those at their own address."""
    by_address = persons.groupBy("village_code", "address").agg(F.count(F.lit(1)).cast("double").alias("n"))
    # An address that a village has twice is taken once, or its persons would be counted twice.
    known = homes.groupBy("village_code", "address").agg(
        F.min_by(F.struct("easting_m", "northing_m"), "address_id").alias("at")
    )
    found = keep(by_address.join(known, on=["village_code", "address"], how="left"))
    exact = found.where("at is not null").select("at.easting_m", "at.northing_m", F.col("n").alias("persons"))
    rest = found.where("at is null").groupBy("village_code").agg(F.sum("n").alias("n"))
    spread = rest.join(_shares(homes), on="village_code", how="inner").select(
        "easting_m", "northing_m", (F.col("n") * F.col("share")).alias("persons"), F.lit(0.0).alias("exact")
    )
    return _square(exact, "persons").withColumn("exact", F.col("persons")).unionByName(spread)


def _shares(homes: DataFrame) -> DataFrame:
    """Share of each village's dwellings in each square; of all its addresses where none is a dwelling."""
    squares = (
        _square(homes, "village_code", "dwelling")
        .groupBy("village_code", "easting_m", "northing_m")
        .agg(F.sum("dwelling").alias("dwellings"), F.count(F.lit(1)).alias("addresses"))
    )
    village = Window.partitionBy("village_code")
    dwellings, addresses = F.sum("dwellings").over(village), F.sum("addresses").over(village)
    share = F.when(dwellings > 0, F.col("dwellings") / dwellings).otherwise(F.col("addresses") / addresses)
    return squares.select("village_code", "easting_m", "northing_m", share.alias("share")).where("share > 0")


def _of_size(fine: DataFrame, size: int) -> DataFrame:
    counts = ("persons", "exact", "addresses", "dwellings", "facilities")
    corner = [_corner(axis, size) for axis in ("easting_m", "northing_m")]
    around = [_corner(axis, SIZES[-1]).alias(f"_parent_{axis}") for axis in ("easting_m", "northing_m")]
    return (
        fine.select(F.lit(size).alias("cell_m"), *corner, *around, *counts)
        .groupBy("cell_m", "easting_m", "northing_m", "_parent_easting_m", "_parent_northing_m")
        .agg(*(F.sum(name).alias(name) for name in counts))
    )


def _placed(cells: DataFrame, shapes: dict[str, str]) -> DataFrame:
    """With a name, the centre in degrees, and the county that the centre lies in."""
    place = (F.format_string("%d", F.floor(F.col(axis) / F.col("cell_m"))) for axis in ("easting_m", "northing_m"))
    named = cells.withColumn("cell_id", F.concat_ws("-", F.concat(F.col("cell_m").cast("string"), F.lit("m")), *place))
    centres = in_degrees(named.select("cell_id", *(_middle(axis) for axis in ("easting_m", "northing_m"))), "cell_id")
    county = located(centres, "cell_id", shapes).select("cell_id", F.col("located_county_code").alias("county_code"))
    return named.join(centres, on="cell_id", how="inner").join(county, on="cell_id", how="inner")


def _middle(axis: str) -> Col:
    return (F.col(axis) + F.col("cell_m") / 2).alias(axis)


def _told(cells: DataFrame) -> DataFrame:
    """What may be told: the large squares within their county, then the small ones within their large one."""
    parent = ["_parent_easting_m", "_parent_northing_m"]
    small, large = (cells.where(F.col("cell_m") == size) for size in SIZES)
    large = large.withColumn("is_suppressed", _is_secret(["county_code"]))
    hidden = large.where("is_suppressed").select(*parent, F.lit(True).alias("_hidden"))
    small = (
        small.withColumn("_secret", _is_secret(parent))
        .join(hidden, on=parent, how="left")
        .withColumn("is_suppressed", F.col("_secret") | (F.col("_hidden").isNotNull() & (F.col("persons") > 0)))
        .drop("_secret", "_hidden")
    )
    told = small.unionByName(large)
    return told.select(
        "cell_m",
        "cell_id",
        "easting_m",
        "northing_m",
        "longitude",
        "latitude",
        "county_code",
        *(F.col(name).cast("bigint").alias(name) for name in ("addresses", "dwellings", "facilities")),
        F.when(~F.col("is_suppressed"), F.col("persons")).alias("persons"),
        F.when(
            ~F.col("is_suppressed") & (F.col("persons") > 0),
            F.round(F.least(F.lit(1.0), F.col("exact") / F.col("persons")), 2),
        ).alias("exact_share"),
        "is_suppressed",
    )


def _is_secret(within: list[str]) -> Col:
    """Whether a square's persons may not be told beside the total of the squares ``within`` the same one.

    Fewer than LEAST are secret; and where one is, so are the next larger ones, until at least two squares with
    together LEAST persons are: else the total would tell them.
    """
    peopled = F.when(F.col("persons") > 0, F.col("persons"))
    around = Window.partitionBy(*within)
    ascending = around.orderBy(peopled.asc_nulls_last(), "cell_id")
    before = F.coalesce(F.sum("persons").over(ascending.rowsBetween(Window.unboundedPreceding, -1)), F.lit(0))
    is_needed = (F.row_number().over(ascending) <= 2) | (before < LEAST)
    has_secret = F.coalesce(F.min(peopled).over(around) < LEAST, F.lit(False))
    return (F.col("persons") > 0) & ((F.col("persons") < LEAST) | (has_secret & is_needed))
