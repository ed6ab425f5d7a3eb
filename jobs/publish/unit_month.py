"""entity__firm_month: what a firm returned to the statistics bureau, beside its invoices and its meters, by month.

Rows identify a reporting unit (统计法 2009, art. 25): a reader without the right to single units sees none.
"""

from datetime import date

import pyarrow as pa
from pyspark.sql import functions as F

from catalog import Catalog
from jobs import journal, lake
from jobs.inspection.inspect_returns import firm_electricity
from jobs.read import current

RETURNS, VAT, POWER, REGISTER = "enterprise_return", "vat_invoice", "electricity", "enterprise_registration"
NEEDED = (RETURNS, VAT, POWER, REGISTER)


def is_there(catalog: Catalog, business_date: date) -> bool:
    """Whether something of each resource is published."""
    return all(name in catalog.resources and journal.published(name, business_date) for name in NEEDED)


def decided_by(catalog: Catalog, business_date: date) -> list[object]:
    """What decides the content besides the code."""
    batches = [journal.published_batches(name, business_date) for name in NEEDED]
    return [*(lake.state(f"dwd_{catalog[name].table}") for name in NEEDED), batches]


def unit_months(catalog: Catalog, business_date: date) -> pa.Table:
    """One row a firm and month of its returns; amounts in 10 000 yuan, accumulated since January as they are returned
    (``revenue``, ``output``), invoices and kWh of the month alone.
    """
    returns, vat, power, register = (current(catalog[name], business_date) for name in NEEDED)
    assert returns is not None and vat is not None and power is not None and register is not None
    firms = returns.select("credit_code").distinct()
    sold = vat.join(firms, on="credit_code", how="left_semi").groupBy("credit_code", "period")
    found = (
        returns.select(
            "credit_code",
            "period",
            F.col("revenue_10k_yuan").cast("double").alias("revenue_10k_yuan"),
            F.col("output_10k_yuan").cast("double").alias("output_10k_yuan"),
            "headcount",
        )
        .join(
            sold.agg((F.sum("sales_yuan").cast("double") / 10_000).alias("invoiced_10k_yuan")),
            on=["credit_code", "period"],
            how="left",
        )
        .join(firm_electricity(power, register, firms), on=["credit_code", "period"], how="left")
        .withColumn("electricity_kwh", F.col("electricity_kwh").cast("double"))
    )
    table: pa.Table = found.toArrow()
    return table
