"""A long list page by page: the address says which, so that a link leads back to the same rows."""

from dataclasses import dataclass

from dash import html

from dashboards import format as fmt
from dashboards import parts
from dashboards.view import View

LINES = 25
"""Rows of one page."""
MOST = 10_000
"""Rows of a list in a file of its page."""


@dataclass(frozen=True)
class Leaf:
    """One page of ``total`` rows, ``lines`` at most; ``number`` counts from 1."""

    number: int
    total: int
    lines: int = LINES

    @property
    def start(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.lines

    @property
    def end(self) -> int:
        """Rows up to its end."""
        return min(self.start + self.lines, self.total)


def leaf_of(view: View, total: int) -> Leaf:
    """The page that ``?page=`` asks for; what is none is the first, what is beyond the last is the last."""
    if view.is_whole:
        return Leaf(1, total, MOST)
    asked = view.params.get("page", "")
    last = max(1, -(-total // LINES))
    return Leaf(min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() else 1, total)


def turn(view: View, leaf: Leaf) -> html.Nav | None:
    """To the rows before these and to those after; nothing where there is one page only."""
    if leaf.total <= leaf.lines:
        return None
    before = parts.link("上一页", view.link(page=str(leaf.number - 1)), className="button") if leaf.start else None
    is_last = leaf.end >= leaf.total
    after = None if is_last else parts.link("下一页", view.link(page=str(leaf.number + 1)), className="button")
    said = f"第 {fmt.count(leaf.start + 1)}–{fmt.count(leaf.end)} 行，共 {fmt.count(leaf.total)} 行"
    return html.Nav([before, html.Span(said, className="muted"), after], className="turn", **parts.aria(label="翻页"))
