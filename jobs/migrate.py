"""A changed declaration and the rows that are there: the dwd table of a resource is brought to its declared columns.

New columns are empty in rows that were published before. Values are turned into a new type where every one of them has
the same meaning in it. A column that is no longer declared leaves the table, for nothing says any more who may see it;
as it was delivered it stays in ods.
"""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from catalog import Resource
from catalog.model import DIGEST_VERDICT, SIGNATURE_VERDICT
from jobs import lake
from jobs.session import spark
from jobs.standardize.values import TYPES
from taian.errors import ProblemError


@dataclass(frozen=True)
class Changes:
    """What tells a table from its declaration: columns to add and to turn into another type (each with the type that
    it gets), and columns to drop.
    """

    added: dict[str, str]
    retyped: dict[str, str]
    dropped: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.retyped or self.dropped)

    def said(self) -> list[str]:
        """One entry a column."""
        return [
            *(f"add {name} ({kind})" for name, kind in self.added.items()),
            *(f"turn {name} into {kind}" for name, kind in self.retyped.items()),
            *(f"drop {name}" for name in self.dropped),
        ]


def changes(resource: Resource) -> Changes:
    """How the dwd table of a resource differs from the declaration; nothing where there is no table. Read from the
    table's log, without an engine.
    """
    table = f"dwd_{resource.table}"
    if not lake.exists(table):
        return Changes({}, {}, ())
    stored = {field.name: field.dataType.simpleString() for field in lake.schema(table)}
    declared = {column.name: TYPES[column.type] for column in resource.columns}
    if resource.integrity:
        declared |= dict.fromkeys((DIGEST_VERDICT, SIGNATURE_VERDICT), "boolean")
    return Changes(
        added={name: kind for name, kind in declared.items() if name not in stored},
        retyped={name: kind for name, kind in declared.items() if stored.get(name, kind) != kind},
        dropped=tuple(name for name in stored if name not in declared and not name.startswith("_")),
    )


def migrate(resource: Resource) -> str:
    """Bring the dwd table to the declaration, in one commit. Returns the end of the step's sentence, empty when nothing
    was to do. Raises ProblemError, with the table as it was, when a stored value has no place in the declared type.

    The rows are written anew also for a column that is only added: who reads the files beside the engine finds every
    column in each of them.
    """
    found = changes(resource)
    if not found:
        return ""
    table = f"dwd_{resource.table}"
    rows = lake.read(spark(), table)
    _refuse_lost(rows, table, found.retyped)
    turned = {name: F.col(name).cast(kind) for name, kind in found.retyped.items()}
    empty = {name: F.lit(None).cast(kind) for name, kind in found.added.items()}
    lake.overwrite(rows.drop(*found.dropped).withColumns(turned | empty), table)
    parts = (("新增", found.added), ("改类型", found.retyped), ("删去", found.dropped))
    return "；表随声明调整：" + "，".join(f"{what} {'、'.join(names)}" for what, names in parts if names)


def _refuse_lost(rows: DataFrame, table: str, retyped: dict[str, str]) -> None:
    """Raise for the first column of which a value would be lost, with how many and one batch that holds such a one."""
    kinds = dict(rows.dtypes)
    for name, kind in retyped.items():
        lost = rows.where(_is_lost(F.col(name), kinds[name], kind))
        row = lost.agg(F.count(F.lit(1)).alias("rows"), F.min("_batch").alias("batch")).first()
        if row is not None and row["rows"]:
            raise ProblemError(
                f"{table} holds {row['rows']} values of '{name}' that are no {kind} (batch {row['batch']} has one): "
                f"keep its type {kinds[name]}, or declare a new column and leave this one."
            )


def _is_lost(value: Column, before: str, after: str) -> Column:
    """Whether a value means something else in the new type; the same number may be written otherwise."""
    turned = value.try_cast(after)
    if before == "string":
        return value.isNotNull() & turned.isNull()
    return ~turned.try_cast(before).eqNullSafe(value)
