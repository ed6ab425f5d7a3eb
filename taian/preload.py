"""Heavy libraries of the tasks, imported once by the scheduler so that its forks find them ready."""

import great_expectations
import pandas
import pyarrow
import pyspark.sql.connect.session

__all__ = ["great_expectations", "pandas", "pyarrow", "pyspark"]
