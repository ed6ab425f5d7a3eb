"""What a change of a declaration would touch: everything that is made of a resource, or of one of its columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog import Catalog, Resource
from catalog.fusion import all_fusions
from catalog.indicators import all_indicators
from catalog.macro import macro
from catalog.plan import scheme
from catalog.targets import all_measures
from catalog.warnings import declared, numbers
from jobs.migrate import changes
from jobs.products import PRODUCTS
from taian.errors import ProblemError
from taian.origin import published_columns


@dataclass(frozen=True)
class Touched:
    """One thing that is made of the resource: what ``kind`` of thing, and ``through`` what it is reached."""

    kind: str
    name: str
    title: str
    owner: str
    through: str


@dataclass(frozen=True)
class Impact:
    """The answer for a resource or one of its columns.

    ``migration`` is what the next night does to the table because the declaration already differs from it.
    """

    resource: str
    column: str | None
    migration: list[str]
    touched: list[Touched]


def impact_of(name: str, catalog: Catalog) -> Impact:
    """What is made of ``RESOURCE`` or ``RESOURCE.COLUMN``. Raises ProblemError for a name that is neither."""
    resource_name, _, column = name.partition(".")
    if resource_name not in catalog.resources:
        raise ProblemError(f"'{resource_name}' is no resource: taian catalog list has them all.")
    resource = catalog[resource_name]
    columns = [each.name for each in resource.columns]
    if column and column not in columns:
        raise ProblemError(f"'{resource_name}' has no column '{column}': it has {', '.join(columns)}.")
    tables = list(_tables(resource, column, catalog))
    counted = list(_counted(resource, column, catalog))
    made = {each.name for each in tables}
    touched = [
        *(_within(resource, column) if column else ()),
        *_references(resource_name, column, catalog),
        *tables,
        *_golden(resource_name),
        *counted,
        *_followers({each.name for each in counted}),
        *_plan(made),
    ]
    return Impact(resource_name, column or None, changes(resource).said(), touched)


def _within(resource: Resource, column: str) -> Iterator[Touched]:
    """What the declaration itself asks of the column."""
    own = [("key", "", resource.key), *((f"rule {rule.code}", rule.message, rule.columns) for rule in resource.rules)]
    if resource.version:
        own.append(("version", "", (resource.version,)))
    own.append(("drift", "", resource.gate.drift_columns))
    for what, title, columns in own:
        if column in columns:
            yield Touched("declaration", what, title, resource.provider.name, "this resource")


def _references(resource: str, column: str, catalog: Catalog) -> Iterator[Touched]:
    """Columns of other resources whose values must be among the resource's."""
    for other in catalog.resources.values():
        for each in other.columns:
            target, _, of = (each.references or "").partition(".")
            if target == resource and column in ("", of):
                yield Touched(
                    "reference", f"{other.resource}.{each.name}", each.title, other.provider.name, each.references or ""
                )


def _tables(resource: Resource, column: str, catalog: Catalog) -> Iterator[Touched]:
    """The tables of the night that read the resource, nearest first; of a column those that are known to hold it or to
    be computed by a builder that reads it.
    """
    reached = {resource.resource: f"dwd_{resource.table}"}
    holding = {(reached[resource.resource], column)}
    edges = published_columns() if column else []
    for product in PRODUCTS:
        found = [name for name in product.inputs(catalog) if name in reached]
        if found:
            reached[product.table] = product.table
            held = {
                edge.column
                for edge in edges
                if edge.table == product.table and (edge.source_table, edge.source_column) in holding
            }
            holding |= {(product.table, each) for each in held}
            title = f"column {', '.join(sorted(held))}" if held else product.builder
            yield Touched("table", product.table, title, "", ", ".join(found))


def _golden(resource: str) -> Iterator[Touched]:
    """Attributes of golden records in which the resource has a say."""
    for table, fusion in all_fusions().items():
        for name, attribute in fusion.attributes.items():
            if resource in attribute.sources:
                place = f"{attribute.sources.index(resource) + 1} of {len(attribute.sources)}"
                yield Touched("golden attribute", f"{table}.{name}", attribute.prefer, "", f"source {place}")


def _counted(resource: Resource, column: str, catalog: Catalog) -> Iterator[Touched]:
    """Indicators that are figures of the resource, and numbers under watch that are."""
    for name, indicator in all_indicators().items():
        if resource.resource in indicator.sources and _asks_for(name, column):
            yield Touched("indicator", name, indicator.title, indicator.owner, resource.resource)
    for name, day in declared().daily.items():
        if day.tally.resource == resource.resource and column in ("", *day.tally.columns):
            yield Touched("watched daily", name, day.title, day.owner, resource.resource)


def _asks_for(indicator: str, column: str) -> bool:
    """Whether an indicator may read the column: a formula in code may read any."""
    found, series = all_indicators()[indicator], macro().series.get(indicator)
    if not column:
        return True
    if found.tally:
        return column in found.tally.columns
    if series:
        return column in {series.month, series.cumulative, *series.where, macro().sources[series.source].area}
    return True


def _followers(indicators: set[str]) -> Iterator[Touched]:
    """Warnings, quotients and targets that stand on these indicators."""
    watch = declared()
    for name, one in watch.derived.items():
        if on := sorted({one.of, one.per} & indicators):
            yield Touched("watched quotient", name, one.title, one.owner, ", ".join(on))
    known = numbers()
    for name, limit in watch.thresholds.items():
        if limit.indicator in indicators:
            title = known[limit.indicator].title if limit.indicator in known else limit.indicator
            yield Touched("threshold", name, title, limit.owner, limit.indicator)
    for code, measure in all_measures().items():
        if on := sorted({measure.indicator, measure.per or measure.indicator} & indicators):
            yield Touched("target", code, measure.unit, "", ", ".join(on))


def _plan(tables: set[str]) -> Iterator[Touched]:
    """Measures of the plan that are read from these tables, and the milestones that they decide."""
    measured = {name: measure for name, measure in scheme().measures.items() if measure.table in tables}
    for name, measure in measured.items():
        yield Touched("plan measure", name, measure.title, "", measure.table)
    for name, task in scheme().tasks.items():
        if task.measure in measured:
            yield Touched("plan task", name, f"at least {task.at_least:g}%", "", task.measure)
