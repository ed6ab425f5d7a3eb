"""What a night's pages are made of is made once: making a figure costs more than its query."""

from collections.abc import Callable
from typing import TypeVar

from dashboards.serving import Snapshot
from dashboards.view import View

Made = TypeVar("Made")


def kept(snapshot: Snapshot, view: View, make: Callable[[], Made], beside: str = "") -> Made:
    """What ``make`` makes of one look at a night; each address has one such thing, and it must not change by day but
    with ``beside``, which names what else it is made of.
    """
    key = (view.path, tuple(sorted(view.params.items())), view.theme, view.is_phone, beside)
    found: Made | None = snapshot.rendered.get(key)
    if found is None:
        found = make()
        snapshot.rendered.put(key, found)
    return found
