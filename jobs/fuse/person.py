"""base_population__person: one row per person and period of validity, registered 户籍 and resident 常住 kept apart.

The register leads and gives the history. A residence permit adds where a person really lives, and persons whom the
register does not have; a birth certificate adds newborns who are not registered yet; a death closes the person on the
day of death, whether or not the register has heard of it; a marriage settles the marital status where it is newer.
"""

from functools import reduce

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from catalog.fusion import Fusion, all_fusions
from jobs.fuse.person_link import OWN_RECORD
from jobs.fuse.survive import survive
from jobs.fuse.timeline import during, spans
from jobs.inputs import Inputs, Keep, MissingInputError

TABLE = "base_population__person"
REGISTER = "resident"
DEATH = "death"
BIRTH = "birth"
MARRIED, WIDOWED, DIVORCED = "20", "30", "40"
"""GB/T 2261.2."""
LIVES_HERE = ("residence_permit", BIRTH)
"""Resources whose word makes a person a resident of the city, besides the register's."""
KEY, SPAN = "person_id", "_span"
FOREVER = "9999-12-31"
OF_REGISTER = ("name", "sex", "ethnicity", "birth_date", "household_id", "village_code", "address", "marital_status")
COLUMNS = (
    KEY,
    "id_number",
    *OF_REGISTER,
    "status",
    "township_code",
    "county_code",
    "residence_village_code",
    "residence_address",
    "residence_township_code",
    "residence_county_code",
    "died_on",
    "is_living",
    "is_registered",
    "is_resident",
    "valid_from",
    "valid_to",
    "is_current",
    "sources",
    "source_dates",
    "conflicts",
)


def build(inputs: Inputs) -> DataFrame:
    """Persons with history from the register, permits, and certificates of birth, marriage and death."""
    register = inputs.versions(REGISTER)
    if register is None:
        raise MissingInputError(REGISTER)
    links = inputs.table("base_population__link")
    today = F.lit(inputs.today.isoformat()).cast("date")
    facts: dict[str, DataFrame] = {}
    if (permits := inputs.versions("residence_permit")) is not None:
        facts["residence_permit"] = permit_periods(permits, today)
    if (deaths := inputs.current(DEATH)) is not None:
        facts[DEATH] = _once(_linked(deaths, links, DEATH, ("person",), "certificate_number", "died_on", ("died_on",)))
    if (births := inputs.current(BIRTH)) is not None:
        newborns = births.withColumn("residence_village_code", F.col("village_code"))
        attributes = ("name", "sex", "birth_date", "residence_village_code")
        own = links.where(F.col("method") == OWN_RECORD)
        facts[BIRTH] = _linked(newborns, own, BIRTH, ("child",), "certificate_number", "birth_date", attributes)
    if (marriages := inputs.current("marriage")) is not None:
        facts["marriage"] = news_of_marriages(marriages, links, register)
    return persons(register, facts, all_fusions()[TABLE], inputs.keep)


def permit_periods(permits: DataFrame, today: Col) -> DataFrame:
    """When and where holders of a permit live here: from the day of issue, while it is valid and not handed in.

    The first version known of a permit counts from its day of issue, also when it says that the permit has ended; a
    permit that nobody endorses ends the day after its last valid one.
    """
    is_first = F.col("_valid_from") == F.min("_valid_from").over(Window.partitionBy("permit_number"))
    since = F.when(is_first, F.least("issued_on", "_valid_from")).otherwise(F.col("_valid_from"))
    lasts = F.least("_valid_to", F.date_add("valid_until", 1))
    # An ended permit that was never seen valid tells when it ended; otherwise its version says nothing of living here.
    until = F.when(F.col("status") == "valid", lasts).otherwise(F.when(is_first, F.col("_valid_from")).otherwise(since))
    found = permits.select(
        F.col("id_number").alias(KEY),
        since.alias("since"),
        F.when(until <= today, until).alias("until"),
        "name",
        "sex",
        "ethnicity",
        "birth_date",
        F.col("village_code").alias("residence_village_code"),
        F.col("address").alias("residence_address"),
        "_batch",
        F.col("_valid_from").alias("_as_of"),
    )
    return found.where("until is null or until > since")


def _linked(
    rows: DataFrame,
    links: DataFrame,
    resource: str,
    roles: tuple[str, ...],
    record: str,
    since: str,
    attributes: tuple[str, ...],
) -> DataFrame:
    """What rows of a resource say of the persons they are linked to, from day ``since`` on."""
    of_roles = links.where((F.col("resource") == resource) & F.col("role").isin(*roles) & F.col(KEY).isNotNull())
    return rows.join(of_roles.select(F.col("record").alias(record), KEY), on=record).select(
        KEY,
        F.col(since).alias("since"),
        F.lit(None).cast("date").alias("until"),
        *attributes,
        "_batch",
        F.col(since).alias("_as_of"),
    )


def news_of_marriages(marriages: DataFrame, links: DataFrame, register: DataFrame) -> DataFrame:
    """Marriages of persons whom the register does not have as married: it notes one at the next change of its own.

    A divorce or a death of the spouse that the register noted since is newer than the marriage and stays.
    """
    married = marriages.withColumn("marital_status", F.lit(MARRIED))
    roles = ("husband", "wife")
    found = _linked(married, links, "marriage", roles, "registration_number", "registered_on", ("marital_status",))
    noted = register.where("_is_current").select(
        F.col("id_number").alias(KEY), F.col("marital_status").alias("_noted"), "_valid_from"
    )
    ended_since = F.col("_noted").isin(WIDOWED, DIVORCED) & (F.col("_valid_from") >= F.col("since"))
    is_news = F.coalesce((F.col("_noted") != MARRIED) & ~ended_since, F.lit(True))
    return found.join(noted, on=KEY, how="left").where(is_news).drop("_noted", "_valid_from")


def _once(deaths: DataFrame) -> DataFrame:
    """One death a person: of two certificates the earlier."""
    first = F.min_by(F.struct(*(name for name in deaths.columns if name != KEY)), F.struct("since", "_batch"))
    return deaths.groupBy(KEY).agg(first.alias("of")).select(KEY, "of.*")


def persons(register: DataFrame, facts: dict[str, DataFrame], fusion: Fusion, keep: Keep) -> DataFrame:
    """Golden persons from versions of the register's rows and what other resources say.

    ``facts`` are, by resource, rows of ``person_id, since, until`` with attributes, ``_batch`` and ``_as_of``. Nearly
    everybody is known to the register alone and passes through; only who is in ``facts`` is laid out in time. ``keep``
    holds what is read several times (Inputs.keep).
    """
    versions = register.select(
        F.col("id_number").alias(KEY),
        F.col("_valid_from").alias("since"),
        F.col("_valid_to").alias("until"),
        *OF_REGISTER,
        "status",
        "_batch",
        F.col("_valid_from").alias("_as_of"),
    ).where("until is null or until > since")
    if not facts:
        return _golden(survive(_leading(versions), KEY, {}, fusion))
    facts = {name: keep(frame) for name, frame in facts.items()}
    known = reduce(DataFrame.unionByName, [frame.select(KEY) for frame in facts.values()]).distinct()
    alone = _leading(versions.join(known, on=KEY, how="left_anti"))
    together = _together(keep(versions.join(known, on=KEY, how="left_semi")), facts, fusion, keep)
    return _golden(survive(alone, KEY, {}, fusion)).unionByName(_golden(together))


def _leading(versions: DataFrame) -> DataFrame:
    """The register's say, with where a person lives who is registered here and, as far as it knows, nowhere else."""
    is_here = F.col("status") == "registered"
    return versions.withColumns(
        {
            "residence_village_code": F.when(is_here, F.col("village_code")),
            "residence_address": F.when(is_here, F.col("address")),
        }
    )


def _together(versions: DataFrame, facts: dict[str, DataFrame], fusion: Fusion, keep: Keep) -> DataFrame:
    """Persons of whom others speak too, span by span."""
    cut = keep(_cut(versions, facts))
    told = {name: during(cut, frame, KEY, SPAN) for name, frame in facts.items() if name != DEATH}
    registered = during(cut.withColumn("at", F.coalesce("_at_register", "at")), versions, KEY, SPAN)
    leading = cut.drop("at", "_at_register").join(_leading(registered), on=SPAN, how="left")
    for name in LIVES_HERE:
        if name in told:
            leading = leading.join(told[name].select(SPAN, F.lit(True).alias(f"_{name}")), on=SPAN, how="left")
    is_known = reduce(Col.__or__, (F.col(name).isNotNull() for name in ("status", *_present(leading))))
    if DEATH in facts:
        told[DEATH] = cut.select(KEY, SPAN).join(facts[DEATH].drop("since", "until"), on=KEY).drop(KEY)
    return survive(leading.where(is_known), SPAN, told, fusion).drop(SPAN)


def _cut(versions: DataFrame, facts: dict[str, DataFrame]) -> DataFrame:
    """Spans of persons with ``at``, the day that stands for each, and ``is_living``.

    The last span of the dead begins on the day of death. Of them the register's last word counts (``_at_register``),
    for it notes a death days after it.
    """
    cut = spans([versions, *facts.values()], KEY)
    if DEATH not in facts:
        return cut.withColumns(
            {SPAN: _span(), "at": F.col("since"), "_at_register": F.lit(None).cast("date"), "is_living": F.lit(True)}
        )
    ends = facts[DEATH].select(KEY, F.col("since").alias("_end"))
    cut = cut.join(ends, on=KEY, how="left").where("_end is null or since <= _end")
    is_living = F.col("_end").isNull() | (F.col("since") < F.col("_end"))
    return cut.select(
        KEY,
        "since",
        F.when(is_living, F.col("until")).alias("until"),
        _span().alias(SPAN),
        F.col("since").alias("at"),
        F.when(~is_living, F.lit(FOREVER).cast("date")).alias("_at_register"),
        is_living.alias("is_living"),
    )


def _span() -> Col:
    return F.concat_ws("@", KEY, "since")


def _present(frame: DataFrame) -> list[str]:
    """Marks of the resources that say that a person lives here."""
    return [f"_{name}" for name in LIVES_HERE if f"_{name}" in frame.columns]


def _golden(settled: DataFrame) -> DataFrame:
    """The published columns.

    ``is_living``: nobody has said that the person is dead, and the register has not cancelled the record.
    ``is_registered`` 户籍: living, and in the register with status registered.
    ``is_resident`` 常住: living, and registered here, or holder of a valid permit. No department says who of the
    registered lives in another city, so that this is an upper bound of the census's count, not the count.
    """
    absent = F.lit(None).cast("date")
    died_on = F.col("died_on") if "died_on" in settled.columns else absent
    is_not_closed = F.coalesce(F.col("status") != "cancelled", F.lit(True))
    is_living = (F.col("is_living") if "is_living" in settled.columns else F.lit(True)) & is_not_closed
    is_registered = is_living & F.coalesce(F.col("status") == "registered", F.lit(False))
    is_guest = reduce(Col.__or__, (F.col(name).isNotNull() for name in _present(settled)), F.lit(False))
    return (
        settled.withColumns(
            {
                "id_number": F.when(~F.col(KEY).contains(":"), F.col(KEY)),
                "died_on": died_on,
                "is_living": is_living,
                "is_registered": is_registered,
                "is_resident": is_registered | (is_living & is_guest),
                "township_code": F.substring("village_code", 1, 9),
                "county_code": F.substring("village_code", 1, 6),
                "residence_township_code": F.substring("residence_village_code", 1, 9),
                "residence_county_code": F.substring("residence_village_code", 1, 6),
                "is_current": F.col("until").isNull(),
            }
        )
        .withColumnsRenamed({"since": "valid_from", "until": "valid_to"})
        .select(*COLUMNS)
    )
