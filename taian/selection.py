"""A night for some resources only: they, and everything that depends on them."""

from collections.abc import Iterable
from typing import Protocol


class PlannedStep(Protocol):
    """A step of the night: its name, its layer, and the steps it reads from."""

    @property
    def name(self) -> str:
        """Name of the step, its task in Airflow."""
        ...

    @property
    def layer(self) -> str:
        """``land`` for a resource, the kind of product otherwise."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the steps it reads from."""
        ...


def selected_steps(plan: Iterable[PlannedStep], resources: Iterable[str]) -> set[str]:
    """Names of the steps to run; all of them when no resource is chosen.

    Resources that only refer to a chosen one are not run again: their own deliveries decide when they are.
    """
    steps = tuple(plan)
    chosen = set(resources)
    if not chosen:
        return {step.name for step in steps}
    landed = {step.name for step in steps if step.layer == "land"}
    grown = True
    while grown:
        reached = {step.name for step in steps if step.name not in landed and chosen.intersection(step.needs)}
        grown = not reached <= chosen
        chosen |= reached
    return chosen
