"""Once a week the night clears the lake of files that belong to no version of a table of the last days."""

from datetime import date

from jobs import lake
from jobs.session import spark

SUNDAY = 6
DAYS = 7
"""The least that Delta allows: a reader that began before a commit may still be at the files of the version before."""


def tidy(business_date: date) -> str:
    """Vacuum the tables that have such files; one clause for the log, empty on the other days of the week.

    Asked of the folders first, without the engine: most tables of a city change little in a week.
    """
    if business_date.weekday() != SUNDAY:
        return ""
    found = [lake.vacuum(spark(), table, DAYS) for table in lake.tables() if lake.has_leftovers(table, DAYS)]
    files, size = (sum(each) for each in zip(*found, strict=True)) if found else (0, 0)
    return f"；清理了 {files} 个不再属于任何表的文件（{size / 1e6:.1f} MB）" if files else ""
