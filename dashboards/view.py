"""What a page is asked to show: its address, which carries the whole state of the page, and how it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode


def address(path: str, **params: str | None) -> str:
    """A link inside the application; parameters without a value are left out."""
    given = {key: value for key, value in params.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


@dataclass(frozen=True)
class View:
    """One look at one page."""

    path: str = "/"
    params: Mapping[str, str] = field(default_factory=dict)
    theme: str = "light"
    is_phone: bool = False

    @classmethod
    def of(cls, looked: Mapping[str, object]) -> "View":
        """From what the browser says (``assets/app.js``, ``look``)."""
        search = str(looked.get("search") or "").removeprefix("?")
        return cls(
            path=str(looked.get("path") or "/"),
            params=dict(parse_qsl(search)),
            theme="dark" if looked.get("theme") == "dark" else "light",
            is_phone=bool(looked.get("phone")),
        )

    def link(self, **changes: str | None) -> str:
        """This page with some parameters changed; None takes one away."""
        return address(self.path, **{**self.params, **changes})
