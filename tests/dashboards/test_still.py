"""What stands still is packed into one component, and loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from dash import dcc, html
from dash.development.base_component import Component
from page_text import texts
from plotly.io.json import to_json_plotly

from dashboards import parts
from dashboards.router import PAGES, body_of
from dashboards.serving import Serving
from dashboards.sight import EVERYTHING
from dashboards.still import Still, still
from dashboards.view import View


def components(content: object) -> Iterator[Component]:
    """Every component of a tree, each once."""
    if isinstance(content, list | tuple):
        for each in content:
            yield from components(each)
    elif isinstance(content, Component):
        yield content
        yield from components(getattr(content, "children", None))


def holds_what_moves(component: Component) -> bool:
    """Whether a callback or a library of figures may reach it, or something in it."""
    return any(
        hasattr(one, "id") or one._namespace not in ("dash_html_components", "taian_still")
        for one in components(component)
    )


def test_a_table_is_one_component_with_its_attributes_and_links() -> None:
    table = parts.table("清单", ("名称", "数"), [(parts.link("甲", "/plan?a=1"), "1.2 万")], numeric=(1,))
    packed = still(table)
    assert isinstance(packed, Still)
    assert packed.tree == [
        [
            "div",
            {"className": "table-frame"},
            [
                "table",
                {"className": "table"},
                ["caption", {}, "清单"],
                [
                    "thead",
                    {},
                    [
                        "tr",
                        {},
                        ["th", {"scope": "col", "className": ""}, "名称"],
                        ["th", {"scope": "col", "className": "number"}, "数"],
                    ],
                ],
                [
                    "tbody",
                    {},
                    [
                        "tr",
                        {},
                        [
                            "td",
                            {"className": "", "data-label": "名称"},
                            ["div", {}, ["Link", {"href": "/plan?a=1"}, "甲"]],
                        ],
                        ["td", {"className": "number", "data-label": "数"}, ["div", {}, "1.2 万"]],
                    ],
                ],
            ],
        ]
    ]


def test_what_has_an_id_or_is_drawn_by_a_library_stays_and_its_neighbours_are_joined() -> None:
    page = html.Div(
        [
            html.H1("标题"),
            html.P("问题"),
            html.Div(id="panel", children="等待"),
            html.P("后"),
            dcc.Graph(id="map"),
            "尾",
        ]
    )
    packed = still(page)
    assert isinstance(packed, html.Div)
    before, panel, after, graph, tail = packed.children
    assert before.tree == [["h1", {}, "标题"], ["p", {}, "问题"]]
    assert panel.id == "panel" and panel.children == ["等待"]
    assert after.tree == [["p", {}, "后"]]
    assert isinstance(graph, dcc.Graph)
    assert tail == "尾"


def test_nothing_and_texts_stay_what_they_are() -> None:
    assert still(None) is None
    assert still("文字") == "文字"
    assert still(["甲", None, "乙"]) == ["甲", "乙"]


def test_a_link_around_a_figure_stays_a_link() -> None:
    link = dcc.Link(dcc.Graph(id="small"), href="/topics")
    assert still(link) is link


@pytest.mark.parametrize("path", [*PAGES, "/catalogue/resident", "/topics/economy"])
def test_every_page_keeps_its_words_and_its_ids_in_fewer_components(
    published: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("dashboards.kept", "dashboards.pages.overview"):
        monkeypatch.setattr(f"{module}.still", lambda content: content)
    body, _, _ = body_of(Serving(published), View(path=path), EVERYTHING)
    packed = still(body)
    assert texts(packed) == texts(body)
    before, after = list(components(body)), list(components(packed))
    assert [one.id for one in before if hasattr(one, "id")] == [one.id for one in after if hasattr(one, "id")]
    assert [one for one in after if not isinstance(one, Still) and not holds_what_moves(one)] == []


def test_a_kept_chart_is_sent_as_plain_data_and_shows_the_same() -> None:
    figure = go.Figure(go.Scatter(x=["2018-05", "2018-06"], y=np.array([1.5, 2.0]), name="产值"))
    packed = still(html.Div(dcc.Graph(id="trend", figure=figure, responsive=True)))
    (graph,) = [one for one in components(packed) if isinstance(one, dcc.Graph)]
    assert (graph.id, graph.responsive) == ("trend", True)
    assert isinstance(graph.figure, dict)
    assert to_json_plotly(graph.figure) == to_json_plotly(figure)
