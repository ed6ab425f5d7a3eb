"""Column-level lineage from the declarations: delivered item, typed column, golden attribute.

A typed column comes from the item that its declaration names. A golden attribute of ``catalog/fusion.yaml`` comes from
the column of the same name of each resource that has a say, another column of a product from those of the same name in
its inputs: the rule by which queries find the mask of a column (``taian.masking``). Columns that a builder computes
under a name of their own have no origin here; their table has.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog import Catalog, Column, Resource
from catalog.fusion import Attribute, all_fusions
from jobs.products import BY_TABLE

LANDING = "landing:"
"""Before the name of a resource: what its departments delivered, by item."""
PREFER = {"order": "按次序取第一个有值的", "freshest": "取最新的", "agreement": "取多数一致的"}


@dataclass(frozen=True)
class Edge:
    """One column and one column that it is made from; ``how`` in a few Chinese words, ``is_same`` where the value is
    taken over as it is.
    """

    table: str
    column: str
    source_table: str
    source_column: str
    how: str
    is_same: bool


def edges_of(table: str, columns: Sequence[str], known: Mapping[str, Sequence[str]], catalog: Catalog) -> list[Edge]:
    """The origins of the columns of one table of the lake.

    ``known`` has the columns of the products among its inputs. Empty for a table that is neither typed rows nor a
    product.
    """
    resource = next((each for each in catalog.resources.values() if f"dwd_{each.table}" == table), None)
    if resource is not None:
        return [_delivered(resource, resource.column(name)) for name in columns if name in _names(resource)]
    if table not in BY_TABLE:
        return []
    return [edge for name in columns for edge in _made(table, name, known, catalog)]


def _names(resource: Resource) -> set[str]:
    return {column.name for column in resource.columns}


def _delivered(resource: Resource, column: Column) -> Edge:
    words = _reading(column)
    source = f"{LANDING}{resource.resource}"
    how = "；".join(words) or "原样"
    return Edge(f"dwd_{resource.table}", column.name, source, column.delivered_as, how, not words)


def _reading(column: Column) -> list[str]:
    """How a delivered item becomes its typed column."""
    words = []
    if column.type != "string":
        words.append(f"读作{column.type}")
    if column.units:
        words.append(f"换算为 {column.unit}（可写单位：{'、'.join(unit or '无' for unit in column.units)}）")
    if column.labels:
        words.append(f"名称换为代码（{len(column.labels)} 个）")
    if column.earlier:
        words.append(f"旧版代码换为现行代码（{column.earlier.codelist}）")
    if column.checksum == "id_number":
        words.append("15 位号码换为 18 位")
    return words


def _made(table: str, name: str, known: Mapping[str, Sequence[str]], catalog: Catalog) -> Iterator[Edge]:
    fusion = all_fusions().get(table)
    rule = fusion.attributes.get(name) if fusion else None
    if fusion is not None and rule is not None:
        yield from _settled(table, name, rule, catalog)
        return
    inputs = (fusion.leading,) if fusion is not None else BY_TABLE[table].inputs(catalog)
    for source in inputs:
        resource = catalog.resources.get(source)
        has = _names(resource) if resource else set(known.get(source, ()))
        if name in has:
            yield Edge(table, name, f"dwd_{resource.table}" if resource else source, name, "同名列", True)


def _settled(table: str, name: str, rule: Attribute, catalog: Catalog) -> Iterator[Edge]:
    """Every resource that has a say in a golden attribute, the most believed first."""
    for rank, source in enumerate(rule.sources, 1):
        resource = catalog.resources.get(source)
        if resource is not None and name in _names(resource):
            how = f"{PREFER[rule.prefer]}，第 {rank} 位"
            yield Edge(table, name, f"dwd_{resource.table}", name, how, True)
