"""The area in view and where it lies."""

from dataclasses import dataclass
from typing import Any

from dashboards import parts
from dashboards.view import View


@dataclass(frozen=True)
class Place:
    """The area in view and where it lies."""

    line: list[tuple[str, str, str]]

    @property
    def code(self) -> str:
        """Code of the area in view."""
        return self.line[-1][0]

    @property
    def name(self) -> str:
        """Name of the area in view."""
        return self.line[-1][1]

    @property
    def level(self) -> str:
        """city, county or township."""
        return self.line[-1][2]

    @property
    def county(self) -> str | None:
        """Code of the county in view or around the township in view."""
        return next((code for code, _, level in self.line if level == "county"), None)


def trail(place: Place, view: View) -> Any:
    """The way down to the place in view, each step this page for that area; None for the city."""
    if len(place.line) == 1:
        return None
    steps: list[tuple[str, str | None]] = [
        (name, view.link(area=None if level == "city" else code)) for code, name, level in place.line[:-1]
    ]
    return parts.breadcrumbs([*steps, (place.name, None)])
