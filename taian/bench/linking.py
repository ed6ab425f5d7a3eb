"""``taian bench linking``: how well records of other departments find their persons, against planted truth.

Two rules that an office would use beside ours, on the same records: the number alone, believed whatever the name says,
and name, sex and birthday alone, where one person of the city has them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from taian.bench.night import run_of, share_landing
from taian.bench.nightly import DAY, city_of
from taian.bench.place import own_engine, scratch_place, use_home
from taian.bench.report import Goal, Measure, measure
from taian.settings import settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Say = Callable[[str], None]

TABLE = "base_population__link"
MOST_WRONG = Goal("<=", 1.0)
"""Links to the wrong person, of 10,000: a precision of .9999."""
MOST_MISSED = Goal("<=", 1.0)
"""Records whose person is known and was not found, of 1,000: a recall of .999."""


def bench_linking(home: Path, scale: float, say: Say) -> list[Measure]:
    """Take in what speaks of persons, link it, and compare with ``truth/identities.csv``."""
    with scratch_place(home) as scratch:
        city = city_of(home, scale, say)
        use_home(scratch / "night")
        share_landing(city, scratch / "night")
        with own_engine():
            return _measure(city / "truth" / "identities.csv", say)


def _measure(truth: Path, say: Say) -> list[Measure]:
    from catalog import load_catalog
    from jobs import lake, night
    from jobs.fuse.mentions import MENTIONS, mentions
    from jobs.fuse.person_link import by_number, known_persons
    from jobs.inputs import Inputs
    from jobs.session import spark

    run = run_of(DAY)
    night.begin(run, DAY)
    for step in ("division", "resident", "residence_permit", *MENTIONS, TABLE):
        say(night.run_step(step, DAY, run))
    inputs = Inputs(load_catalog(settings().catalog_dir), DAY)
    residents, mentioned = inputs.current("resident"), mentions(inputs)
    assert residents is not None
    assert mentioned is not None
    persons = known_persons(residents, inputs.rows("residence_permit"))
    numbered = inputs.keep(by_number(mentioned, persons))
    expected = inputs.keep(expected_links(numbered, persons, spark().read.csv(str(truth), header=True)))
    linkers = {
        "": lake.read(spark(), TABLE),
        "number_alone.": numbered,
        "name_and_birthday.": by_name_and_birthday(mentioned, persons),
    }
    measures = [found for name, links in linkers.items() for found in compared(name, links, expected)]
    return measures + by_method(linkers[""], expected)


def expected_links(numbered: "DataFrame", persons: "DataFrame", truth: "DataFrame") -> "DataFrame":
    """Of every mention whose person it is: ``expected`` (null for somebody nobody knows) and ``is_hard``.

    A record that the truth does not list is its number's owner's; a hard one has no number that says so by itself.
    """
    from pyspark.sql import functions as F

    place = ["resource", "record", "role"]
    listed = truth.select(*place, F.col("id_number").alias("true_number"), F.lit(True).alias("is_hard"))
    joined = numbered.select(*place, "number").join(listed, on=place, how="left")
    is_hard = F.coalesce("is_hard", F.lit(False))
    expected = F.when(is_hard, F.col("true_number")).otherwise(F.col("number"))
    joined = joined.select(*place, is_hard.alias("is_hard"), expected.alias("person_id"))
    known = joined.join(persons.select("person_id", F.lit(True).alias("_known")), on="person_id", how="left")
    return known.select(*place, "is_hard", F.when(F.col("_known"), F.col("person_id")).alias("expected"))


def by_name_and_birthday(mentioned: "DataFrame", persons: "DataFrame") -> "DataFrame":
    """The one person of the city with a record's name, sex and date of birth; nobody where there are two."""
    from pyspark.sql import functions as F

    from jobs.fuse.survive import text

    name, same = text(F.col("name")).alias("name"), ["name", "sex", "birth_date"]
    alike = persons.select("person_id", name, "sex", "birth_date").groupBy(*same)
    only = alike.agg(F.min("person_id").alias("person_id"), F.count(F.lit(1)).alias("n")).where("n = 1")
    asked = mentioned.select("resource", "record", "role", name, "sex", "birth_date")
    found: DataFrame = asked.join(only, on=same, how="left")
    return found


def compared(name: str, links: "DataFrame", expected: "DataFrame") -> list[Measure]:
    """Wrong links of 10,000 and missed persons of 1,000, of all records and of those without a telling number."""
    from pyspark.sql import functions as F

    place = ["resource", "record", "role"]
    # A newborn's own record stands for nobody of the register.
    found = F.when(~F.col("person_id").contains(":"), F.col("person_id"))
    joined = links.select(*place, found.alias("found")).join(expected, on=place)
    counted = joined.groupBy("is_hard").agg(
        F.count(F.lit(1)).alias("records"),
        F.count("found").alias("linked"),
        F.count("expected").alias("known"),
        F.count_if(F.col("found") == F.col("expected")).alias("right"),
    )
    rows = {row["is_hard"]: row for row in counted.collect()}
    goals = (MOST_WRONG, MOST_MISSED) if name == "" else (None, None)
    parts = {"all": list(rows.values()), "without_number": [row for is_hard, row in rows.items() if is_hard]}
    measures = []
    for part, chosen in parts.items():
        records, linked, known, right = (
            sum(row[column] for row in chosen) for column in ("records", "linked", "known", "right")
        )
        wrong = 10_000 * (linked - right) / max(linked, 1)
        missed = 1_000 * (known - right) / max(known, 1)
        limits = goals if part == "all" else (None, None)
        measures += [
            measure(f"{name}{part}.records", records, "records"),
            measure(f"{name}{part}.wrong", wrong, f"of 10,000 links ({linked - right} of {linked})", limits[0]),
            measure(f"{name}{part}.missed", missed, f"of 1,000 known persons ({known - right} of {known})", limits[1]),
        ]
    return measures


def by_method(links: "DataFrame", expected: "DataFrame") -> list[Measure]:
    """Wrong links of 10,000 of each method; a newborn's own record is wrong when the register knows the child."""
    from pyspark.sql import functions as F

    place = ["resource", "record", "role"]
    named = F.when(~F.col("person_id").contains(":"), F.col("person_id"))
    joined = links.where("method is not null").select(*place, "method", named.alias("found")).join(expected, on=place)
    counted = joined.groupBy("method").agg(
        F.count(F.lit(1)).alias("links"),
        F.count_if(~F.col("found").eqNullSafe(F.col("expected"))).alias("wrong"),
    )
    return [
        measure(
            f"method.{row['method']}.wrong",
            10_000 * row["wrong"] / row["links"],
            f"of 10,000 links ({row['wrong']} of {row['links']})",
        )
        for row in counted.orderBy("method").collect()
    ]
