"""Heavy libraries of the tasks, imported once by the scheduler so that its forks find them ready."""

import great_expectations
import openlineage.client.event_v2
import openlineage.client.facet_v2
import openlineage.client.transport.file
import pandas
import pyarrow.parquet
import pyspark.sql.connect.session
import sqlalchemy.dialects.sqlite

__all__ = ["great_expectations", "openlineage", "pandas", "pyarrow", "pyspark", "sqlalchemy"]
