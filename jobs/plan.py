"""The steps of one night and their exact edges; Airflow draws them, one task a step."""

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Literal

from catalog import Catalog, Resource
from jobs.products import products

Layer = Literal["land", "base", "topic", "settle", "publish", "alert"]


@dataclass(frozen=True)
class Step:
    """One task of the night; it runs when every step in ``needs`` has ended, well or not."""

    name: str
    layer: Layer
    needs: tuple[str, ...]


def _referred(resource: Resource) -> tuple[str, ...]:
    """The other resources whose published values a resource's columns must be among."""
    named = {column.references.partition(".")[0] for column in resource.columns if column.references}
    return tuple(sorted(named - {resource.resource}))


def night_plan(catalog: Catalog) -> tuple[Step, ...]:
    """Resources first, then the products that read them, then settle, publish and alert.

    A failed step stops nothing: what depends on it uses the last good version and says how old it is.
    """
    # A resource comes after those whose values it refers to, whatever their names.
    referred = {name: _referred(resource) for name, resource in catalog.resources.items()}
    ordered = [name for name in TopologicalSorter(referred).static_order() if name in referred]
    steps = [Step(name, "land", referred[name]) for name in ordered]
    steps += [Step(product.table, product.layer, product.inputs(catalog)) for product in products(catalog)]
    everything = tuple(step.name for step in steps)
    return (
        *steps,
        Step("settle", "settle", everything),
        Step("publish", "publish", ("settle",)),
        Step("alert", "alert", ("publish",)),
    )
