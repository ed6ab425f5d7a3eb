"""Orders of the 12345 hotline, counted by county and day."""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.authenticity.book import Book
from expectations.authenticity.hotline import hotline_book


def orders_book(orders: DataFrame, counties: Mapping[str, str]) -> Book:
    """The daily counts, ready for examination; ``orders`` are the current dwd rows of ``hotline_12345``, ``counties``
    maps county codes to names."""
    county, day = F.substring("township_code", 1, 6), F.date_format("received_at", "yyyy-MM-dd")
    counted = orders.groupBy(county.alias("county_code"), day.alias("day")).agg(F.count("*").alias("orders"))
    return hotline_book(counted.toPandas(), counties)
