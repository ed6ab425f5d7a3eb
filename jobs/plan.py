"""The steps of one night and their exact edges; Airflow draws them, one task a step."""

from dataclasses import dataclass
from typing import Literal

from catalog import Catalog
from jobs.products import products

Layer = Literal["land", "base", "topic", "settle", "publish", "alert"]


@dataclass(frozen=True)
class Step:
    """One task of the night; it runs when every step in ``needs`` has ended, well or not."""

    name: str
    layer: Layer
    needs: tuple[str, ...]


def night_plan(catalog: Catalog) -> tuple[Step, ...]:
    """Resources first, then the products that read them, then settle, publish and alert.

    A failed step stops nothing: what depends on it uses the last good version and says how old it is.
    """
    steps = [
        Step(
            resource.resource,
            "land",
            tuple(
                sorted({c.references.partition(".")[0] for c in resource.columns if c.references} - {resource.resource})
            ),
        )
        for resource in catalog.resources.values()
    ]
    steps += [Step(product.table, product.layer, product.inputs(catalog)) for product in products(catalog)]
    everything = tuple(step.name for step in steps)
    return (
        *steps,
        Step("settle", "settle", everything),
        Step("publish", "publish", ("settle",)),
        Step("alert", "alert", ("publish",)),
    )
