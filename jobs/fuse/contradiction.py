"""topic_population__contradiction: what one department says of a person whom another one knows to be dead.

Every row stands on rows of two deliveries and names both, so that whoever acts on it can look at what was delivered.
It opens nothing and closes nothing: a death may be registered for the wrong person as well.
"""

from datetime import date
from functools import reduce

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.inputs import Inputs, MissingInputError

ALLOWANCE, INSURED, PENSION, REGISTERED = (
    "allowance_after_death",
    "insured_after_death",
    "pension_after_death",
    "registered_after_death",
)
DAYS_TO_CANCEL = 60
"""A death is reported to the police within a month (户口登记条例 art. 8); the same again for the record's way."""


def build(inputs: Inputs) -> DataFrame:
    """Allowances and pensions drawn, contributions paid and registrations kept open after a death."""
    deaths, register = inputs.current("death"), inputs.current("resident")
    if deaths is None or register is None:
        raise MissingInputError("death" if deaths is None else "resident")
    links = inputs.table("base_population__link")
    dead = known_dead(deaths, links)
    found = [registered_after_death(register, dead, inputs.today)]
    if (allowance := inputs.current("minimum_living_allowance")) is not None:
        found.append(allowance_after_death(allowance, links, dead))
    if (insured := inputs.current("social_insurance_person")) is not None:
        found.append(insured_after_death(insured, links, dead, inputs.today))
    return reduce(DataFrame.unionByName, found)


def _row(resource: str) -> Col:
    """Where a delivered row stands: ``resource@batch file#row``."""
    place = F.concat(F.lit("#"), F.col("_source_row").cast("string"))
    return F.concat(F.lit(f"{resource}@"), F.col("_batch"), F.lit(" "), F.col("_file"), place)


def _of(links: DataFrame, resource: str, record: str) -> DataFrame:
    """The person of each record of a resource, under the record's own name."""
    linked = links.where((F.col("resource") == resource) & (F.col("role") == "person") & F.col("person_id").isNotNull())
    return linked.select(F.col("record").alias(record), "person_id")


def known_dead(deaths: DataFrame, links: DataFrame) -> DataFrame:
    """One row a dead person of the register: the earlier of two certificates."""
    linked = deaths.join(_of(links, "death", "certificate_number"), on="certificate_number")
    first = F.min_by(
        F.struct("name", "county_code", "died_on", "certificate_number", _row("death").alias("death_row")),
        F.struct("died_on", "certificate_number"),
    )
    return linked.groupBy("person_id").agg(first.alias("of")).select("person_id", "of.*")


def _contradiction(
    found: DataFrame, kind: str | Col, resource: str, record: str, *, since: Col, rows: Col, more: dict[str, Col]
) -> DataFrame:
    kind = F.lit(kind) if isinstance(kind, str) else kind
    nothing = {"months": F.lit(None).cast("bigint"), "amount_yuan": F.lit(None).cast("decimal(20,4)")}
    return found.select(
        F.concat_ws(":", kind, F.col(record)).alias("contradiction_id"),
        kind.alias("kind"),
        "person_id",
        "name",
        "county_code",
        F.lit(resource).alias("resource"),
        "died_on",
        since.alias("since"),
        *(value.alias(name) for name, value in (nothing | more).items()),
        F.concat(F.array("death_row"), rows).alias("rows"),
    )


def allowance_after_death(allowance: DataFrame, links: DataFrame, dead: DataFrame) -> DataFrame:
    """Allowances paid for months after the month of death, with their number and sum."""
    record, resource = "allowance_number", "minimum_living_allowance"
    paid = allowance.select(record, "period", "amount_yuan", _row(resource).alias("_row"))
    joined = paid.join(_of(links, resource, record), on=record).join(dead, on="person_id")
    late = joined.where(F.col("period") > F.date_format("died_on", "yyyy-MM"))
    found = late.groupBy(record, *dead.columns).agg(
        F.min("period").alias("_first"),
        F.count_distinct("period").alias("months"),
        F.sum("amount_yuan").cast("decimal(20,4)").alias("amount_yuan"),
        F.array_sort(F.collect_set("_row")).alias("_rows"),
    )
    more = {"months": F.col("months"), "amount_yuan": F.col("amount_yuan")}
    since = F.to_date(F.concat(F.col("_first"), F.lit("-01")))
    return _contradiction(found, ALLOWANCE, resource, record, since=since, rows=F.col("_rows"), more=more)


def insured_after_death(insured: DataFrame, links: DataFrame, dead: DataFrame, today: date) -> DataFrame:
    """Insured as working, or drawing a pension, though dead since before the last month.

    Changes of a month are delivered at its end: who died in the last one may rightly be insured still.
    """
    record, resource = "insurance_id", "social_insurance_person"
    open_ = insured.where("status in ('paying', 'drawing')").select(
        record, "status", F.to_date("updated_at").alias("_since"), _row(resource).alias("_row")
    )
    joined = open_.join(_of(links, resource, record), on=record).join(dead, on="person_id")
    last_month = F.add_months(F.trunc(F.lit(today.isoformat()).cast("date"), "month"), -1)
    kind = F.when(F.col("status") == "paying", F.lit(INSURED)).otherwise(F.lit(PENSION))
    return _contradiction(
        joined.where(F.col("died_on") < last_month),
        kind,
        resource,
        record,
        since=F.greatest("_since", "died_on"),
        rows=F.array("_row"),
        more={},
    )


def registered_after_death(register: DataFrame, dead: DataFrame, today: date) -> DataFrame:
    """Records of the register that are still open long after a death."""
    open_ = register.where("status = 'registered'").select(
        F.col("id_number").alias("person_id"), _row("resident").alias("_row")
    )
    limit = F.date_sub(F.lit(today.isoformat()).cast("date"), DAYS_TO_CANCEL)
    joined = open_.join(dead, on="person_id").where(F.col("died_on") < limit)
    # Named by the certificate: an identity number has no place in an identifier that others may carry on.
    record, since = "certificate_number", F.col("died_on")
    return _contradiction(joined, REGISTERED, "resident", record, since=since, rows=F.array("_row"), more={})
