"""base_population__link: which person each record of another department is about, how that is known, and how surely.

The identity number decides first, held back where name and date of birth both contradict it. What has no usable number
is compared with the persons of the same name, sex and date of birth: by a number that is nearly right, by the family's
household, by village, township, county, and last in the whole city. Of those the strongest kind of evidence counts that
any candidate has, and only where one candidate alone has it: a record with two possible persons stays without one.
"""

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.fuse.identity import is_nearly, surname, tidy, valid_number
from jobs.fuse.mentions import mentions
from jobs.fuse.survive import text
from jobs.inputs import Inputs, Keep, MissingInputError
from jobs.session import spark
from jobs.standardize.checksums import in_eighteen_digits

NUMBER, NUMBER_ALONE, OWN_RECORD = "number", "number_alone", "own_record"
RULES = ("nearly_number", "family", "village", "township", "county", "city")
"""Kinds of evidence beside name, sex and date of birth, the strongest first."""
SCORES = {
    NUMBER: 1.0,
    NUMBER_ALONE: 0.999,
    "nearly_number": 0.999,
    "family": 0.999,
    "village": 0.999,
    "township": 0.998,
    "county": 0.995,
    "city": 0.97,
    OWN_RECORD: 1.0,
}
"""How far each method is trusted to name the right person. Chosen, in the order of the evidence, and not estimated:
``taian bench linking`` prints the precision that each has on planted truth.
"""
FEW = 500_000
"""Mentions that are sent to every worker: some 100 MB."""
PLACE = ["resource", "record", "role"]
SCHEMA = (
    "resource string, record string, role string, person_id string, method string, score double, "
    "conflicts array<string>, source string"
)


def build(inputs: Inputs) -> DataFrame:
    """One row a person of a record; ``person_id`` is null where nobody is sure enough."""
    residents = inputs.current("resident")
    if residents is None:
        raise MissingInputError("resident")
    mentioned = mentions(inputs)
    if mentioned is None:
        return spark().createDataFrame([], SCHEMA)
    known = inputs.keep(known_persons(residents, inputs.rows("residence_permit")))
    return links(inputs.keep(by_number(mentioned, known)), known, inputs.keep)


def known_persons(residents: DataFrame, permits: DataFrame | None) -> DataFrame:
    """Everybody whom the police know under a valid number: the register, and holders of permits who are not in it.

    ``permits`` are all rows that were delivered: a holder is as the last of them says.
    """
    columns = ("name", "sex", "birth_date", "village_code", "household_id")
    known = residents.select(F.col("id_number").alias("person_id"), *columns)
    if permits is None:
        return known
    latest = F.max_by(F.struct("name", "sex", "birth_date", "village_code"), F.struct("updated_at", "permit_number"))
    holders = permits.groupBy(F.col("id_number").alias("person_id")).agg(latest.alias("of"))
    holders = holders.select("person_id", "of.*", F.lit(None).cast("string").alias("household_id"))
    return known.unionByName(holders.join(known.select("person_id"), on="person_id", how="left_anti"))


def links(numbered: DataFrame, persons: DataFrame, keep: Keep) -> DataFrame:
    """Links of mentions that were looked up by their number (``by_number``) to ``persons`` (``known_persons``).

    ``keep`` holds what is read several times (Inputs.keep).
    """
    exact = numbered.where("person_id is not null and not is_contradicted")
    open_ = keep(_with_family(numbered.where("person_id is null and number is null or is_contradicted"), exact))
    # Few have no number of their own: sent to where all the others are, they spare these being sent about.
    is_few = open_.count() <= FEW
    found = _by_evidence(F.broadcast(open_) if is_few else open_, persons, exact, keep)
    found = F.broadcast(found) if is_few else found
    settled = numbered.select(*PLACE, "source", "is_contradicted", "person_id", "method", "conflicts")
    method = F.when(F.col("person_id").isNotNull() & ~F.col("is_contradicted"), F.col("method"))
    settled = settled.withColumns({"method": method, "person_id": F.when(method.isNotNull(), F.col("person_id"))})
    joined = settled.join(found, on=PLACE, how="left")
    method = F.coalesce("method", "_method", F.when(F.col("role") == "child", F.lit(OWN_RECORD)))
    own = F.when(method == OWN_RECORD, F.concat_ws(":", "resource", "record"))
    return joined.select(
        *PLACE,
        F.coalesce("person_id", "_person_id", own).alias("person_id"),
        method.alias("method"),
        _score(method).alias("score"),
        F.when(F.col("method").isNotNull(), F.col("conflicts")).otherwise(F.col("_conflicts")).alias("conflicts"),
        "source",
    )


def _score(method: Col) -> Col:
    return F.coalesce(*(F.when(method == name, F.lit(score)) for name, score in SCORES.items()))


def by_number(mentioned: DataFrame, persons: DataFrame) -> DataFrame:
    """Each mention (jobs.fuse.mentions) with its valid number and the person who has it, if any."""
    known = persons.select(
        "person_id",
        "household_id",
        F.col("name").alias("_name"),
        F.col("sex").alias("_sex"),
        F.col("birth_date").alias("_birth_date"),
    )
    # One step a column: a check character reads its text some twenty times, and each time would tidy it again.
    written = mentioned.withColumn("written", tidy(F.col("written")))
    written = written.withColumn("written", in_eighteen_digits(F.col("written")))
    written = written.withColumn("number", valid_number(F.col("written")))
    joined = written.join(known, on=F.col("number") == F.col("person_id"), how="left")
    is_same_name, is_same_birth = (
        text(F.col("name")) == text(F.col("_name")),
        F.col("birth_date") == F.col("_birth_date"),
    )
    is_contradicted = ~F.coalesce(is_same_name, F.lit(True)) & ~F.coalesce(is_same_birth, F.lit(True))
    is_agreed = is_same_name & F.coalesce(is_same_birth, F.lit(True))
    return joined.withColumns(
        {
            "is_contradicted": is_contradicted,
            "method": F.when(is_agreed, F.lit(NUMBER)).otherwise(F.lit(NUMBER_ALONE)),
            "conflicts": _conflicts(),
        }
    ).drop("_name", "_sex", "_birth_date")


def _conflicts() -> Col:
    """Attributes of which the record and the person's own say different things."""
    differs = {
        "name": text(F.col("name")) != text(F.col("_name")),
        "sex": F.col("sex") != F.col("_sex"),
        "birth_date": F.col("birth_date") != F.col("_birth_date"),
    }
    named = (F.coalesce(F.when(is_other, F.lit(name)), F.lit("")) for name, is_other in differs.items())
    return F.array_remove(F.array(*named), "")


def _with_family(open_: DataFrame, exact: DataFrame) -> DataFrame:
    """Open mentions with the household of a relative in the same record: the first known of their ``family``."""
    relatives = exact.where("household_id is not null").select(
        "resource", "record", F.col("role").alias("_relative"), F.col("household_id").alias("_home")
    )
    mine = open_.where(F.size("family") > 0).select(*PLACE, F.posexplode("family").alias("_order", "_relative"))
    homes = mine.join(relatives, on=["resource", "record", "_relative"]).groupBy(*PLACE)
    return open_.drop("household_id").join(homes.agg(F.min_by("_home", "_order").alias("home")), on=PLACE, how="left")


def _by_evidence(open_: DataFrame, persons: DataFrame, exact: DataFrame, keep: Keep) -> DataFrame:
    """The one candidate with the strongest evidence for each open mention, with its method and conflicts."""
    known = persons.select(
        F.col("person_id").alias("_person_id"),
        F.col("name").alias("_name"),
        F.col("sex").alias("_sex"),
        F.col("birth_date").alias("_birth_date"),
        F.col("village_code").alias("_village"),
        F.col("household_id").alias("_home"),
    )
    # A number that belongs to somebody else says nothing about this person's own.
    asked = open_.drop("person_id", "conflicts", "method", "source", "number").withColumn(
        "written", F.when(~F.col("is_contradicted"), F.col("written"))
    )
    pairs = _alike(asked, known).withColumns({"_rule": _rule(), "_conflicts": _conflicts()})
    pairs = keep(pairs.where("_rule is not null"))
    pairs = pairs.join(_taken(exact, pairs), on=["resource", "role", "_person_id"], how="left_anti")
    candidates = pairs.groupBy(*PLACE, "is_unique", "_rule").agg(
        F.min("_person_id").alias("_person_id"),
        F.count_distinct("_person_id").alias("_persons"),
        F.min("_conflicts").alias("_conflicts"),
    )
    strongest = F.min_by(F.struct("_person_id", "_persons", "_conflicts", "_rule"), "_rule").alias("of")
    best = candidates.groupBy(*PLACE, "is_unique").agg(strongest).where("of._persons = 1")
    # Two records of one person where there can be one: one of them is somebody else's, and nobody can say which.
    records = F.count(F.lit(1)).over(Window.partitionBy("resource", "role", "_person_id"))
    single = best.select(*PLACE, "is_unique", "of.*").withColumn("_records", records)
    single = single.where("not is_unique or _records = 1")
    method = F.coalesce(*(F.when(F.col("_rule") == place, F.lit(name)) for place, name in enumerate(RULES)))
    return single.select(*PLACE, "_person_id", method.alias("_method"), "_conflicts")


def _alike(asked: DataFrame, known: DataFrame) -> DataFrame:
    """Pairs of the same sex and day of birth with the same surname or the same household.

    Two joins, each on what is equal: one on either would hold every newborn of a day against every other.
    """
    day = (F.col("birth_date") == F.col("_birth_date")) & (F.col("sex") == F.col("_sex"))
    asked = asked.withColumn("surname", surname(F.col("name")))
    known = known.withColumn("_surname", surname(F.col("_name")))
    by_name = asked.join(known, on=day & (F.col("surname") == F.col("_surname")))
    is_other = ~F.coalesce(F.col("surname") == F.col("_surname"), F.lit(False))
    by_home = asked.join(known, on=day & (F.col("home") == F.col("_home"))).where(is_other)
    return by_name.unionByName(by_home).drop("surname", "_surname")


def _rule() -> Col:
    """The place in RULES of a pair's strongest evidence; null where there is none, or a number speaks against it."""
    village = F.col("_village")
    is_same_name = text(F.col("name")) == text(F.col("_name"))
    is_near = is_nearly(F.col("written"), F.col("_person_id"))
    evidence = (
        is_same_name & is_near,
        F.col("home") == F.col("_home"),
        is_same_name & (F.col("village_code") == village),
        is_same_name & (F.substring("village_code", 1, 9) == F.substring(village, 1, 9)),
        is_same_name & (F.col("county_code") == F.substring(village, 1, 6)),
        is_same_name,
    )
    strongest = F.coalesce(*(F.when(holds, F.lit(place)) for place, holds in enumerate(evidence)))
    # A whole number that is far from the candidate's is another person's, however alike the names.
    is_far = F.coalesce(F.length("written") == 18, F.lit(False)) & ~is_near
    return F.when(~is_far, strongest)


def _taken(exact: DataFrame, pairs: DataFrame) -> DataFrame:
    """Of the persons in ``pairs`` those who have their own record already where a person has one."""
    asked = pairs.where("is_unique").select("resource", "role", "_person_id").distinct()
    own = exact.where("is_unique").select("resource", "role", F.col("person_id").alias("_person_id"))
    return own.join(asked, on=["resource", "role", "_person_id"], how="left_semi").distinct()
