"""What a night's pages are made of is made once: making a figure costs more than its query."""

from collections.abc import Callable
from typing import TypeVar

from dash import html

from dashboards import parts
from dashboards.serving import Snapshot
from dashboards.still import still
from dashboards.view import View

Made = TypeVar("Made")


def kept(snapshot: Snapshot, view: View, make: Callable[[], Made], beside: str = "") -> Made:
    """What ``make`` makes of one look at a night; each address has one such thing, and it must not change by day but
    with ``beside``, which names what else it is made of. What a file is made of is asked for once and not kept.
    """
    if view.is_whole:
        return make()
    key = (view.path, tuple(sorted(view.params.items())), view.theme, view.is_phone, beside)
    found: Made | None = snapshot.rendered.get(key)
    if found is None:
        found = make()
        snapshot.rendered.put(key, found)
    return found


def kept_content(snapshot: Snapshot, view: View, make: Callable[[], Made], beside: str = "") -> Made:
    """What ``make`` makes of one look at a night, packed as it goes to the browser (``dashboards.still``)."""

    def packed() -> Made:
        made: Made = still(make())
        return made

    return kept(snapshot, view, packed, beside)


def kept_card(
    snapshot: Snapshot, view: View, title: str, make: Callable[[], html.Section], name: str = ""
) -> html.Section:
    """A guarded card that the night alone decides, for a page of which other cards move by day; one that cannot be
    filled is tried again at the next look. ``name`` and ``title`` together are of one card of the page.
    """
    return parts.guarded(title, lambda: kept_content(snapshot, view, make, f"{name} {title}"), name)
