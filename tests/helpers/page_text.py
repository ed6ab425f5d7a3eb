"""What stands on a page: its words and its figures, whether it was packed for the browser or not."""

from collections.abc import Iterator
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboards.still import Still


def words(node: object) -> str:
    """All text of a tree of components, figures left out."""
    if node is None or isinstance(node, bool | int | float):
        return ""
    if isinstance(node, str):
        return node
    if isinstance(node, Still):
        return " ".join(_packed_words(each) for each in node.tree)
    if isinstance(node, list | tuple):
        return " ".join(words(part) for part in node)
    return words(getattr(node, "children", None))


def _packed_words(node: object) -> str:
    return " ".join(_packed_words(each) for each in node[2:]) if isinstance(node, list) else words(node)


def texts(node: object) -> list[str]:
    """Every text of a tree in its order, numbers too."""
    if node is None or isinstance(node, bool):
        return []
    if isinstance(node, Still):
        return [text for each in node.tree for text in _packed_texts(each)]
    if isinstance(node, list | tuple):
        return [text for each in node for text in texts(each)]
    if isinstance(node, Component):
        return texts(getattr(node, "children", None))
    return [str(node)]


def _packed_texts(node: object) -> list[str]:
    return [text for each in node[2:] for text in _packed_texts(each)] if isinstance(node, list) else [str(node)]


def traces(page: Component) -> Iterator[dict[str, Any]]:
    """Every trace of every chart of a page, as the browser is told it."""
    for part in page._traverse():
        if isinstance(part, dcc.Graph):
            figure = part.figure if isinstance(part.figure, dict) else part.figure.to_dict()
            yield from figure["data"]
