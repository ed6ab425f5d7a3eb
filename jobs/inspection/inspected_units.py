"""topic_authenticity__unit: every reporting unit that the last inspection examined, and how many findings name it.

Those that none names are what a random draw 双随机 draws from. A unit that no test could judge is among them: nobody
suspects it either, and only a visit can tell.
"""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.inputs import Inputs, MissingInputError
from jobs.inspection.inspect_returns import reported_by

MEMBERS = "members array<struct<unit:string>>"
"""Of a finding on a group, within the data of its picture."""


def build(inputs: Inputs) -> DataFrame:
    """One row a unit. Raises MissingInputError when a source was never published."""
    returns, registration = (inputs.current(name) for name in ("enterprise_return", "enterprise_registration"))
    if returns is None or registration is None:
        raise MissingInputError("enterprise_return" if returns is None else "enterprise_registration")
    lists = inputs.catalog.codelists
    units = reported_by(returns, registration).select(
        F.col("credit_code").alias("unit"),
        F.col("name").alias("unit_name"),
        _titled(F.col("county_code"), lists["county"].names).alias("county_name"),
        _titled(F.left("industry_code", F.lit(2)), lists["industry"].names).alias("industry_name"),
    )
    named = naming(inputs.table("topic_authenticity__finding"))
    return units.join(named, on="unit", how="left").fillna(0, subset=["findings"])


def _titled(code: Column, names: Mapping[str, str]) -> Column:
    """The title of a county or of a division of industry (two digits); null where the code is none."""
    pairs = [F.lit(part) for pair in names.items() if len(pair[0]) in (2, 6) for part in pair]
    return F.create_map(*pairs)[code]


def naming(findings: DataFrame) -> DataFrame:
    """``unit`` and ``findings``: by how many findings a unit is named, on itself or as the member of a group."""
    members = F.transform(F.from_json("evidence", MEMBERS)["members"], lambda member: member["unit"])
    every = F.array_distinct(F.concat(F.array("unit"), F.coalesce(members, F.array().cast("array<string>"))))
    return findings.select(F.explode(every).alias("unit")).groupBy("unit").agg(F.count("*").alias("findings"))
