"""Masked columns for queries: the masks of the catalogue, applied inside the view, as Spark expressions.

A resource's own table is masked by its declaration. A product (base, topic) is masked by the declarations of everything
it was built from: a column that has the name of a masked one carries that mask. A product's column that carries a
person's value under another name must be listed in ``RENAMED``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalog import Catalog
from catalog.model import Mask

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

OFFERED = ("dwd_", "base_", "topic_", "meta_", "open_")
"""Layers a query may read. Rows as delivered (ods, quarantine) are not among them."""

RENAMED: dict[str, dict[str, Mask]] = {
    "base_population__link": {"person_id": "id_number"},
    "base_population__person": {"person_id": "id_number", "residence_address": "address"},
    "base_population__household": {"head_person_id": "id_number"},
    "topic_population__contradiction": {"person_id": "id_number"},
}
"""Product table to its columns that carry personal values under names of their own."""

RECORDS_OF = {"base_legal__link": "resource"}
"""Tables of records of several resources, with the column that names a row's resource."""


def offered(tables: list[str]) -> list[str]:
    """The tables that a query may name."""
    return [name for name in tables if name.startswith(OFFERED)]


def masks_of(table: str, catalog: Catalog) -> dict[str, Mask]:
    """Column name to mask, for the columns of ``table`` that may not be shown as they are."""
    masks: dict[str, Mask] = {}
    for resource in _sources(table, catalog):
        for column in catalog[resource].columns:
            if column.mask != "none":
                masks[column.name] = column.mask
    return masks | RENAMED.get(table, {})


def statistical(catalog: Catalog) -> list[str]:
    """Resources whose records are known by a number that serves statistics only (统计法 2009, art. 25)."""
    return [
        name
        for name, resource in sorted(catalog.resources.items())
        if any(column.purposes == ("statistics",) for column in resource.columns if column.name in resource.key)
    ]


def shown_rows(frame: "DataFrame", table: str, catalog: Catalog) -> "DataFrame":
    """The frame without records that serve statistics only: which legal person one is about identifies a unit."""
    if table not in RECORDS_OF:
        return frame
    return frame.where(~frame[RECORDS_OF[table]].isin(statistical(catalog)))


def _sources(table: str, catalog: Catalog) -> Iterator[str]:
    """The resources whose values a table holds, through the products it was built from."""
    from jobs.products import BY_TABLE

    own = {f"dwd_{tail}": name for name, tail in catalog.tables.items()}
    if table in own:
        yield own[table]
    elif table in BY_TABLE:
        for name in BY_TABLE[table].inputs(catalog):
            yield from [name] if name in catalog.resources else _sources(name, catalog)
    elif table.startswith("dwd_"):
        # A resource that is no longer declared: nobody says what in it is personal.
        yield from catalog.resources


def masked_view(frame: "DataFrame", masks: dict[str, Mask]) -> "DataFrame":
    """The frame with its masked columns masked; the other columns as they are."""
    from pyspark.sql import functions as F

    return frame.select(
        *(
            masked_column(F.col(f"`{name}`"), masks[name]).alias(name) if name in masks else F.col(f"`{name}`")
            for name in frame.columns
        )
    )


def masked_column(value: "Column", mask: Mask) -> "Column":
    """``catalog.masking.masked`` over a whole column (a test holds the two together)."""
    from pyspark.sql import functions as F

    text = value.cast("string")
    length = F.char_length(text)

    def stars(count: "Column") -> "Column":
        return F.repeat(F.lit("*"), count)

    hidden = F.when(text.isNotNull(), F.lit("****"))
    match mask:
        case "none":
            return value
        case "name":
            return F.concat(F.left(text, F.lit(1)), stars(F.greatest(F.lit(1), length - 1)))
        case "id_number":
            shown = F.concat(F.left(text, F.lit(6)), stars(F.greatest(F.lit(4), length - 8)), F.right(text, F.lit(2)))
            return F.when(length > 8, shown).otherwise(stars(length))
        case "phone":
            return F.when(
                length > 7, F.concat(F.left(text, F.lit(3)), F.lit("****"), F.right(text, F.lit(2)))
            ).otherwise(stars(length))
        case "address":
            return F.when(length > 6, F.concat(F.left(text, F.lit(6)), F.lit("****"))).otherwise(hidden)
        case "all":
            return hidden
