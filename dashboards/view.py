"""What a page is asked to show: its address, which carries the whole state of the page, and how it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from dashboards.asked import text


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
    is_whole: bool = False
    """For a file: lists with all their rows, not the first of them."""

    @classmethod
    def of(cls, looked: object) -> "View":
        """From what the browser says (``assets/app.js``, ``look``); what is no address is the first page."""
        if not isinstance(looked, Mapping):
            return cls()
        return cls(
            path=text(looked.get("path")) or "/",
            params=dict(parse_qsl(text(looked.get("search")).removeprefix("?"))),
            theme="dark" if looked.get("theme") == "dark" else "light",
            is_phone=bool(looked.get("phone")),
        )

    def link(self, **changes: str | None) -> str:
        """This page with some parameters changed; None takes one away."""
        return address(self.path, **{**self.params, **changes})
