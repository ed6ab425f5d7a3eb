"""What of a page only stands there goes to the browser as one component instead of hundreds.

Each component of Dash listens in the browser to every change of the page's state: with a thousand cells of tables, the
turn of a list was seconds of work (docs/decisions/0022-still-parts.md). ``assets/still.js`` draws what is packed here.
"""

from itertools import groupby
from typing import Any

from dash import dcc
from dash.development.base_component import Component
from plotly.basedatatypes import BaseFigure

HTML, CORE = "dash_html_components", "dash_core_components"
OF_DASH = frozenset({"children", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "key"})
"""Properties of a component that are no attributes of its element."""

Node = str | float | list[Any]


class Still(Component):
    """Elements without an id: no callback answers them or refills them.

    ``tree`` is a list of nodes. A node is a text or ``[element, attributes, *nodes]``; the element ``Link`` is a link
    inside the application.
    """

    _namespace = "taian_still"
    _type = "Still"

    def __init__(self, tree: list[Node]) -> None:
        self._prop_names = self.available_properties = ["tree"]
        self._valid_wildcard_attributes: list[str] = []
        self.available_wildcard_properties = []
        super().__init__(tree=tree)  # type: ignore[no-untyped-call]


def still(content: Any) -> Any:
    """The same content, each run of neighbours that only stand there as one ``Still``."""
    if content is None:
        return None
    if isinstance(content, list | tuple):
        return _joined([_shrunk(each) for each in content if each is not None])
    return _joined([_shrunk(content)])[0]


def _shrunk(content: Any) -> Any:
    """A node where nothing in it can change by itself, else the component with what stands still in it joined."""
    element = _element(content)
    if element is None:
        return _drawn(content) if isinstance(content, dcc.Graph) else content
    given = _given(content)
    inner = given.get("children")
    several = inner if isinstance(inner, list | tuple) else [inner]
    nodes = [_shrunk(each) for each in several if each is not None]
    is_still = "id" not in given and not any(isinstance(node, Component) for node in nodes)
    if is_still:
        return [element, {name: value for name, value in given.items() if name not in OF_DASH}, *nodes]
    return content if element == "Link" else type(content)(**{**given, "children": _joined(nodes)})


def _drawn(graph: dcc.Graph) -> dcc.Graph:
    """The chart with its figure as plain data: a figure of plotly's is copied whole each time it is sent."""
    given = _given(graph)
    figure = given.get("figure")
    return dcc.Graph(**{**given, "figure": figure.to_dict()}) if isinstance(figure, BaseFigure) else graph


def _element(content: Any) -> str | None:
    """The element that a component stands for; None for texts and for components of other libraries."""
    if not isinstance(content, Component):
        return None
    if content._namespace == HTML:
        return content._type.lower()
    return "Link" if content._namespace == CORE and content._type == "Link" else None


def _given(component: Component) -> dict[str, Any]:
    """The properties that a component was given; ``to_plotly_json`` asks for each of a hundred, on every cell."""
    return {name: value for name, value in vars(component).items() if not name.startswith(("_", "available_"))}


def _joined(nodes: list[Any]) -> list[Any]:
    """Runs of nodes as one component each; texts alone stay what they are."""
    made: list[Any] = []
    for is_component, run in groupby(nodes, key=lambda node: isinstance(node, Component)):
        together = list(run)
        is_text = not any(isinstance(node, list) for node in together)
        made += together if is_component or is_text else [Still(together)]
    return made
