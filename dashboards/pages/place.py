"""The area in view and where it lies."""

from dataclasses import dataclass


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
