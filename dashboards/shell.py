"""The frame around every page: head, navigation, and what is there before any script has run."""

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, dcc, html

from dashboards import parts
from dashboards.lobby import NAME
from dashboards.pages import my_data
from dashboards.permissions import may_open
from dashboards.router import PAGES
from dashboards.serving import Snapshot
from dashboards.sight import sight_of
from dashboards.theme import FONT, css_variables
from taian.access.roles import ROLE_TITLES, Reader
from taian.mine.views import LONGEST_NAME

POLL_MILLISECONDS = 60_000
"""How often an open page asks whether a new night has been published."""

INDEX = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<style>{css_variables()}</style>
<script src="/assets/early.js"></script>
{{%css%}}
</head>
<body>
{{%app_entry%}}
<noscript>请在浏览器中启用 JavaScript。</noscript>
{{%config%}}{{%scripts%}}{{%renderer%}}
</body>
</html>"""


class Application(Dash):
    """Dash with a Chinese word while the page loads."""

    def interpolate_index(self, **pieces: Any) -> str:  # type: ignore[override]
        """The first answer, before any script has run."""
        waiting = '<div id="react-entry-point"><div class="_dash-loading">正在打开…</div></div>'
        return str(super().interpolate_index(**{**pieces, "app_entry": waiting}))  # type: ignore[no-untyped-call]


BELOW = {"/search": "/entity/"}
"""Pages that are found through another."""


def navigation(path: str, reader: Reader) -> list[Any]:
    """Links to the pages that ``reader`` may open, the one in view marked."""
    links = []
    for href, (title, _) in PAGES.items():
        if not may_open(reader, href):
            continue
        is_every = href == "/my-data" and sight_of(reader).scopes is None
        here = path == href or (href != "/" and path.startswith((f"{href}/", BELOW.get(href, f"{href}/"))))
        links.append(
            dcc.Link(my_data.EVERY if is_every else title, href=href, className="nav-link here" if here else "nav-link")
        )
    return links


def freshness(snapshot: Snapshot | None) -> Any:
    """Until when the data of the page goes."""
    return (
        parts.badge([html.Span("数据截止 ", className="wide-only"), snapshot.business_date], "good", "数据截止日期")
        if snapshot
        else parts.badge("没有数据", "bad")
    )


def _who(reader: Reader | None) -> list[Any]:
    """Who is signed in, and the ways to another password and out."""
    if reader is None:
        return []
    roles = "、".join(ROLE_TITLES[role] for role in sorted(reader.roles))
    return [
        html.A(reader.name, href="/password", className="who", title=f"{reader.account} · {roles} · 更换口令"),
        html.Button("退出", id="sign-out", className="button"),
    ]


def _folded(identity: str, sign: str, word: str, title: str, body: list[Any]) -> html.Details:
    """What is folded away behind a button of the head: its sign, beside it on a wide screen its word."""
    button = html.Summary(
        [html.Span(sign, **parts.aria(hidden="true")), html.Span(f" {word}", className="wide-only")],
        className="button",
        title=title,
        **parts.aria(label=title),
    )
    return html.Details([button, html.Div(body, className="keep-form")], id=identity, className="keep")


def _keep(reader: Reader | None) -> Any:
    """The way to keep the page that is open, folded away behind its button."""
    if reader is None:
        return None
    name = dcc.Input(
        id="keep-name", type="text", maxLength=LONGEST_NAME, autoComplete="off", placeholder="不填就用页面标题"
    )
    form = [
        html.Div(html.Label(["视图名称", name]), className="case-fields"),
        html.Button("保存", id="keep-save", className="button button-first"),
        html.P(id="keep-said", **parts.aria(live="polite")),
    ]
    return _folded("keep", "☆", "存为视图", "存为视图", form)


def _take_out(reader: Reader | None) -> Any:
    """The ways to take what the page shows elsewhere, folded away behind their button; the script that hears them knows
    the address of this moment (``assets/takeout.js``).
    """
    if reader is None:
        return None
    files = [
        html.A(title, href=f"/export/page.{kind}", className="button take-page", **parts.data(kind=kind))
        for kind, title in (("xlsx", "XLSX"), ("csv", "CSV"))
    ]
    paper = html.Button("打印或存为 PDF", id="take-print", className="button")
    ways = [
        html.P("本页的全部表，您看到什么就有什么："),
        html.Div([*files, paper], className="tools"),
        html.P("图：按图下的“存为图片”。导出记入审计日志。", className="muted small"),
    ]
    return _folded("take-out", "⤓", "导出", "导出本页", ways)


def layout(reader: Reader | None) -> Any:
    """The frame with an empty page in it, for whoever is signed in."""
    header = html.Header(
        [
            html.Div(
                [html.Span("泰", className="emblem", **parts.aria(hidden="true")), html.Span(NAME)], className="brand"
            ),
            html.Div(
                [
                    html.Span(id="freshness"),
                    _take_out(reader),
                    _keep(reader),
                    html.Button(
                        "◐",
                        id="theme-button",
                        className="icon-button",
                        title="切换深浅色",
                        **parts.aria(label="切换深色与浅色"),
                    ),
                    *_who(reader),
                ],
                className="header-tools",
            ),
        ],
        className="header",
    )
    return dmc.MantineProvider(
        id="mantine",
        defaultColorScheme="auto",
        theme={"fontFamily": FONT, "primaryColor": "blue", "defaultRadius": "md", "headings": {"fontFamily": FONT}},
        children=[
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="view"),
            dcc.Store(id="night"),
            dcc.Store(id="title"),
            dcc.Store(id="view-kept"),
            dcc.Interval(id="clock", interval=POLL_MILLISECONDS),
            html.A("跳到正文", href="#page", className="skip"),
            header,
            html.Nav(id="nav", className="nav", **parts.aria(label="页面")),
            html.Main(
                [
                    html.P(id="printed", className="print-only"),
                    html.Div(id="notice"),
                    html.Div(html.P("正在读取…", className="waiting"), id="page", tabIndex="-1"),
                ],
                className="main",
            ),
        ],
    )
