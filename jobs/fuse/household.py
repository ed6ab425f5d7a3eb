"""base_population__household: one row per household 户 and period in which it stays as it is.

History begins on the day of the register's first delivery: before it the register says when each member's record was
last changed, not who lived together.
"""

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from expectations.profile import period_of
from jobs.fuse.timeline import spans
from jobs.inputs import Inputs, MissingInputError

KEY, SPAN = "household_id", "_span"
STATE = ("members", "village_code", "address")


def build(inputs: Inputs) -> DataFrame:
    """Households with history from the golden persons; the head where a department knows one."""
    first = inputs.first_period("resident")
    if first is None:
        raise MissingInputError("resident")
    persons = inputs.table("base_population__person")
    allowance = inputs.current("minimum_living_allowance")
    heads = None if allowance is None else known_heads(allowance, inputs.table("base_population__link"), persons)
    return households(persons, F.lit(period_of(first)[1].isoformat()).cast("date"), heads)


def known_heads(allowance: DataFrame, links: DataFrame, persons: DataFrame) -> DataFrame:
    """Heads of households 户主: the register's export leaves out who is one, the list of allowances names them.

    Columns: ``household_id, head_person_id, _head_source``; only living persons who are registered in the household.
    """
    newest = F.max_by(F.struct("relation", "_batch"), "period").alias("of")
    named = allowance.groupBy(F.col("allowance_number").alias("record")).agg(newest).where("of.relation = 'head'")
    linked = links.where("resource = 'minimum_living_allowance'").select("record", "person_id", "source")
    living = persons.where("is_current and is_registered").select("person_id", KEY)
    found = named.join(linked, on="record").join(living, on="person_id")
    head = F.min(F.struct("person_id", "source")).alias("head")
    one = found.groupBy(KEY).agg(head)
    return one.select(KEY, F.col("head.person_id").alias("head_person_id"), F.col("head.source").alias("_head_source"))


def households(persons: DataFrame, first_day: Col, heads: DataFrame | None) -> DataFrame:
    """Households of registered persons since ``first_day``.

    ``village_code`` and ``address`` are those of most members (the smaller of two that are equally frequent).
    """
    members = persons.where(F.col("is_registered") & F.col(KEY).isNotNull()).select(
        KEY,
        "village_code",
        "address",
        F.greatest("valid_from", first_day).alias("since"),
        F.col("valid_to").alias("until"),
        F.col("sources")["*"].alias("_source"),
        F.col("valid_from").alias("_as_of"),
    )
    members = members.where(F.col("until").isNull() | (F.col("until") > first_day))
    changed = members.where((F.col("since") > first_day) | F.col("until").isNotNull()).select(KEY).distinct()
    still = members.join(changed, on=KEY, how="left_anti").groupBy(KEY).agg(*_state())
    still = still.withColumns({"since": first_day, "until": F.lit(None).cast("date")})
    moving = _by_span(members.join(changed, on=KEY, how="left_semi"))
    return _golden(still.unionByName(moving), heads)


def _state() -> list[Col]:
    place = F.mode(F.struct("village_code", "address"), deterministic=True)
    return [
        F.count(F.lit(1)).alias("members"),
        place["village_code"].alias("village_code"),
        place["address"].alias("address"),
        F.max_by("_source", F.struct("_as_of", "_source")).alias("_source"),
    ]


def _by_span(members: DataFrame) -> DataFrame:
    """Households whose members changed, one row for each time between two changes that makes a difference."""
    cut = spans([members], KEY).withColumnsRenamed({"since": "_since", "until": "_until"})
    is_there = (F.col("since") <= F.col("_since")) & (F.col("until").isNull() | (F.col("until") > F.col("_since")))
    states = cut.join(members, on=KEY).where(is_there).groupBy(KEY, "_since", "_until").agg(*_state())
    order = Window.partitionBy(KEY).orderBy("_since")
    state = F.struct(*STATE)
    follows = F.lag("_until").over(order).eqNullSafe(F.col("_since")) & F.lag(state).over(order).eqNullSafe(state)
    numbered = states.withColumn("_new", (~F.coalesce(follows, F.lit(False))).cast("int"))
    numbered = numbered.withColumn("_number", F.sum("_new").over(order))
    last = F.max_by(F.struct("_until", "_source"), "_since")
    merged = numbered.groupBy(KEY, "_number", *STATE).agg(F.min("_since").alias("since"), last.alias("of"))
    return merged.select(KEY, *STATE, F.col("of._source").alias("_source"), "since", F.col("of._until").alias("until"))


def _golden(found: DataFrame, heads: DataFrame | None) -> DataFrame:
    absent = F.lit(None).cast("string")
    if heads is None:
        found = found.withColumns({"head_person_id": absent, "_head_source": absent})
    else:
        found = found.join(heads, on=KEY, how="left")
    is_current = F.col("until").isNull()
    head_source = F.when(is_current, F.col("_head_source"))
    keys = F.array_compact(F.array(F.lit("*"), F.when(head_source.isNotNull(), F.lit("head_person_id"))))
    return found.select(
        KEY,
        F.when(is_current, F.col("head_person_id")).alias("head_person_id"),
        "members",
        "village_code",
        "address",
        F.substring("village_code", 1, 9).alias("township_code"),
        F.substring("village_code", 1, 6).alias("county_code"),
        F.col("since").alias("valid_from"),
        F.col("until").alias("valid_to"),
        is_current.alias("is_current"),
        F.map_from_arrays(keys, F.array_compact(F.array("_source", head_source))).alias("sources"),
    )
