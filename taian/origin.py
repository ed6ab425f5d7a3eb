"""Where a number, a table or a column comes from: its definition, its inputs, the batches and the rows behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from catalog import Catalog, Resource
from catalog.indicators import Indicator, all_indicators
from jobs import journal
from jobs.lineage.columns import LANDING, Edge, edges_of
from jobs.products import BY_TABLE
from jobs.publish import duck
from taian.errors import ProblemError

INDICATORS = "topic_city__indicator"
PUBLISHED_COLUMNS = "meta__column_lineage"


@dataclass(frozen=True)
class Input:
    """A table that another is made from, so many steps away; ``by`` is the function or the department that makes it."""

    away: int
    table: str
    by: str


@dataclass(frozen=True)
class Batches:
    """What was published of one resource: how much, until when, and the query that shows its rows."""

    resource: str
    title: str
    provider: str
    batches: int
    rows: int
    refused: int
    first_period: str | None
    last_period: str | None
    last_batch: str | None
    last_delivered_at: str | None
    numbers: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class Origin:
    """The answer for one name; ``value`` is the published figure that was asked for, if one was."""

    name: str
    kind: str
    title: str
    definition: str
    inputs: tuple[Input, ...]
    columns: tuple[Edge, ...]
    batches: tuple[Batches, ...]
    value: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Everything, for scripts."""
        return asdict(self)


def origin_of(name: str, catalog: Catalog, area: str | None = None, period: str | None = None) -> Origin:
    """Where ``name`` comes from: an indicator, a resource, a table of the lake, or one column as ``TABLE.COLUMN``.

    Raises ProblemError for a name that is none of them.
    """
    indicators = all_indicators()
    if name in indicators:
        return _of_indicator(indicators[name], catalog, area, period)
    table, _, column = name.partition(".")
    table = f"dwd_{catalog[table].table}" if table in catalog.resources else table
    resource = _behind(table, catalog)
    if resource is None and table not in BY_TABLE:
        raise ProblemError(
            f"'{name}' is no indicator, resource, table or TABLE.COLUMN: taian catalog list and taian query --tables "
            f"list the last three; indicators are {', '.join(indicators)}."
        )
    edges = tuple(_columns(table, column, catalog))
    if column and not edges:
        raise ProblemError(
            f"'{column}' of {table} has no declared origin: it is not there, or its table's builder computes it "
            f"(taian lineage {table} shows from what)."
        )
    inputs = tuple(_inputs(table, catalog))
    if resource is not None:
        return Origin(
            name, "column" if column else "resource", resource.title, resource.summary, inputs, edges,
            (_batches(resource, None),),
        )  # fmt: skip
    product = BY_TABLE[table]
    batches = _sources(table, catalog, _made_on(table))
    return Origin(name, "column" if column else "table", table, product.builder, inputs, edges, batches)


def _of_indicator(indicator: Indicator, catalog: Catalog, area: str | None, period: str | None) -> Origin:
    known = [name for name in indicator.sources if name in catalog.resources]
    inputs = (
        Input(0, INDICATORS, BY_TABLE[INDICATORS].builder),
        *(Input(1, f"dwd_{catalog[name].table}", catalog[name].provider.name) for name in known),
    )
    day = _made_on(INDICATORS)
    batches = tuple(_batches(catalog[name], day) for name in known)
    definition = f"{indicator.definition}（{indicator.unit}，{indicator.owner}）"
    value = _value(indicator.indicator, area, period)
    return Origin(indicator.indicator, "indicator", indicator.title, definition, inputs, (), batches, value)


def _value(indicator: str, area: str | None, period: str | None) -> dict[str, Any] | None:
    """The published figure of an area (the city) and a period (the last one). ProblemError when there is none."""
    query = f"""
        SELECT area_code, area_name, period, months, value, as_of, days_stale FROM {INDICATORS}
        WHERE indicator = $indicator AND area_code = $area AND ($period IS NULL OR period = $period)
          AND value IS NOT NULL
        ORDER BY period DESC LIMIT 1
    """
    given = {"indicator": indicator, "area": area or "370900", "period": period}
    try:
        found = duck.read(INDICATORS, query, given)
    except LookupError:
        found = []
    if not found and (area or period):
        when = f" and period {period}" if period else ""
        raise ProblemError(
            f"No figure of {indicator} for area {given['area']}{when} is published: "
            f'taian query "SELECT DISTINCT area_code, period FROM {INDICATORS}" lists those that are.'
        )
    return found[0] if found else None


def _behind(table: str, catalog: Catalog) -> Resource | None:
    """The resource whose rows a table of the lake holds."""
    for resource in catalog.resources.values():
        names = (f"ods_{resource.table}", f"dwd_{resource.table}", f"quarantine__{resource.resource}")
        if table in names:
            return resource
    return None


def _inputs(table: str, catalog: Catalog, away: int = 0) -> Iterator[Input]:
    """The table itself and everything it is made from, nearest first."""
    resource = _behind(table, catalog)
    if resource is not None:
        yield Input(away, table, resource.provider.name)
        yield Input(away + 1, f"{LANDING}{resource.resource}", resource.form.kind)
        return
    yield Input(away, table, BY_TABLE[table].builder)
    for name in BY_TABLE[table].inputs(catalog):
        if name in catalog.resources:
            yield Input(away + 1, f"dwd_{catalog[name].table}", catalog[name].provider.name)
        else:
            yield from _inputs(name, catalog, away + 1)


def _columns(table: str, column: str, catalog: Catalog) -> Iterator[Edge]:
    """The origins of one column (of all of a table), and theirs, down to the delivered item."""
    for edge in _edges(table, catalog):
        if not column or edge.column == column:
            yield edge
            if column and not edge.source_table.startswith(LANDING):
                yield from _columns(edge.source_table, edge.source_column, catalog)


def _edges(table: str, catalog: Catalog) -> Sequence[Edge]:
    resource = _behind(table, catalog)
    if resource is not None:
        return edges_of(f"dwd_{resource.table}", [column.name for column in resource.columns], {}, catalog)
    return [edge for edge in published_columns() if edge.table == table]


def published_columns() -> list[Edge]:
    """Which column of a product comes from which of its inputs, as the last night published it; none before the first,
    for which columns a product has is known only once it was made.
    """
    try:
        rows = duck.read(PUBLISHED_COLUMNS, f"SELECT * FROM {PUBLISHED_COLUMNS}")
    except LookupError:
        return []
    return [Edge(**row, is_same=row["how"] == "同名列") for row in rows]


def _made_on(table: str) -> date | None:
    """The business date that a product was last made for; None before its first night."""
    if not _has_journal():
        return None
    made = journal.product(table)
    return date.fromisoformat(made["business_date"]) if made else None


def _has_journal() -> bool:
    from taian.settings import settings

    return settings().journal.exists()


def _sources(table: str, catalog: Catalog, day: date | None) -> tuple[Batches, ...]:
    names = dict.fromkeys(each.table for each in _inputs(table, catalog))
    resources = (_behind(name, catalog) for name in names)
    return tuple(_batches(resource, day) for resource in resources if resource is not None)


def _batches(resource: Resource, day: date | None) -> Batches:
    """What was published of a resource, as it was known on the business date ``day``."""
    rows = journal.published(resource.resource, day) if _has_journal() else []
    periods = [row["period"] for row in rows]
    last = rows[-1] if rows else None
    where = f" WHERE _batch = '{last['batch']}'" if last else ""
    return Batches(
        resource=resource.resource,
        title=resource.title,
        provider=resource.provider.name,
        batches=len(rows),
        rows=sum(row["rows_accepted"] or 0 for row in rows),
        refused=sum(row["rows_quarantined"] or 0 for row in rows),
        first_period=min(periods, default=None),
        last_period=max(periods, default=None),
        last_batch=last["batch"] if last else None,
        last_delivered_at=last["delivered_at"] if last else None,
        numbers=tuple(row["batch"] for row in rows),
        query=f'taian query "SELECT * FROM dwd_{resource.table}{where}"',
    )
