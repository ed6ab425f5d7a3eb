"""base_geo__facility: public facilities of every office, placed, with what their position says beside their codes."""

from datetime import date

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.fuse.division import places_of
from jobs.fuse.locate import located, outlines
from jobs.fuse.nearest import nearest_village
from jobs.fuse.places import Gazetteer
from jobs.fuse.sources import source, sources
from jobs.inputs import Inputs, MissingInputError
from jobs.session import spark

SURE = 1.0
"""A village is taken from the nearest addresses only where all that were asked agree."""


def build(inputs: Inputs) -> DataFrame:
    """Facilities as they stand."""
    found = inputs.current("public_facility")
    if found is None:
        raise MissingInputError("public_facility")
    known = Gazetteer(places_of(inputs.table("base_geo__division")))
    addresses = inputs.table("base_geo__address").where("coalesce(is_in_county, true)")
    day = inputs.today_until(known.changes_after(inputs.known_on))
    return facilities(found, known, addresses, outlines(inputs), day)


def facilities(
    found: DataFrame, known: Gazetteer, addresses: DataFrame, shapes: dict[str, str], day: date
) -> DataFrame:
    """Golden facilities.

    ``declared_code`` and ``declared_system`` are as delivered, ``township_code`` is the statistical code of that place
    (null: the code meant none on ``day``). ``located_county_code`` is certain (an outline), ``near_village_code`` a
    guess with its ``near_share``. ``village_code`` is the declared one, or else the guess where all addresses agree;
    ``village_by`` says which. ``is_in_county`` and ``is_in_township`` are false where position and declared code
    contradict each other, and null where the position says nothing.
    """
    placed = found.select(
        "facility_id",
        "name",
        "kind",
        "address",
        F.col("code_system").alias("declared_system"),
        F.col("township_code").alias("declared_code"),
        F.col("village_code").alias("declared_village_code"),
        "capacity",
        "opened_on",
        "status",
        *(_axis(number).alias(name) for number, name in enumerate(("longitude", "latitude"))),
        sources({"register": source("public_facility", F.col("_batch"))}).alias("sources"),
    )
    towns = F.broadcast(_towns(placed, known, day))
    points = located(placed, "facility_id", shapes)
    near = nearest_village(points, "facility_id", addresses)
    joined = (
        placed.join(towns, on=["declared_system", "declared_code"], how="left")
        .join(points, on="facility_id", how="left")
        .join(near, on="facility_id", how="left")
    )
    return joined.select(
        *(name for name in placed.columns if name not in ("sources", "declared_village_code")),
        "township_code",
        F.substring("township_code", 1, 6).alias("county_code"),
        F.coalesce("declared_village_code", F.when(_is_sure(), F.col("near_village_code"))).alias("village_code"),
        F.when(F.col("declared_village_code").isNotNull(), F.lit("declared"))
        .when(_is_sure(), F.lit("nearest_addresses"))
        .alias("village_by"),
        "easting_m",
        "northing_m",
        "located_county_code",
        "near_village_code",
        "near_distance_m",
        "near_share",
        (F.col("located_county_code") == F.substring("township_code", 1, 6)).alias("is_in_county"),
        F.array_contains("near_townships", F.col("township_code")).alias("is_in_township"),
        "sources",
    )


def _axis(number: int) -> Col:
    return F.get_json_object("geojson", f"$.coordinates[{number}]").try_cast("double")


def _is_sure() -> Col:
    return F.col("near_share") >= SURE


def _towns(placed: DataFrame, known: Gazetteer, day: date) -> DataFrame:
    """The statistical code of every declared township: some hundred codes of two systems."""
    rows = []
    for row in placed.select("declared_system", "declared_code").distinct().collect():
        place = known.on(row["declared_system"], row["declared_code"], day)
        same = known.now_in("nbs", place) if place else None
        rows.append((row["declared_system"], row["declared_code"], same.code if same else None))
    return spark().createDataFrame(rows, "declared_system string, declared_code string, township_code string")
