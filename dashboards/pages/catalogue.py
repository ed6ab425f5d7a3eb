"""资源目录: what exists, who owns it, may I use it, how good and how fresh is it."""

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.pages.codes_card import codes_card
from dashboards.pages.resource_words import good_share, resource_stamp
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.sight import is_own
from dashboards.view import View, address
from dashboards.words import SHARES, STATES

TITLE = "资源目录"
SEARCHED = ("resource", "title", "summary", "provider_name", "domain_title", "code")


FACETS = (("domain", "domain_title", "全部领域"), ("provider", "provider_name", "全部提供方"))


def matching(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """Resources that fit the search words and facets of the address."""
    for key, _, _ in FACETS:
        if wanted := view.params.get(key):
            frame = frame[frame[key] == wanted]
    if state := view.params.get("state"):
        frame = frame[frame["last_state"] == state]
    if words := view.params.get("q", "").split():
        said = frame[list(SEARCHED)].fillna("")
        text = said["title"].str.cat(said, sep=" ")
        for word in words:
            frame = frame[text.loc[frame.index].str.contains(word, case=False, regex=False)]
    return frame


def _resource_card(row: Row, is_told: bool) -> html.Li:
    told = [("合格率", good_share(row)), ("已发布", fmt.amount(row["rows_published"], "行"))] if is_told else []
    return html.Li(
        html.Article(
            [
                html.Div(
                    [
                        html.H2(parts.link(str(row["title"]), f"/catalogue/{row['resource']}")),
                        parts.state_badge(row["last_state"]) if is_told else None,
                    ],
                    className="resource-head",
                ),
                html.P(f"{row['domain_title']} · {row['provider_name']} · {row['code']}", className="subtitle"),
                html.P(str(row["summary"]), className="summary"),
                parts.facts(
                    [
                        ("更新", str(row["cycle"])),
                        ("共享", SHARES.get(str(row["share"]), str(row["share"]))),
                        *told,
                    ]
                ),
                resource_stamp(row),
            ],
            className="card",
        )
    )


def _tools(frame: pd.DataFrame, view: View) -> list[Any]:
    tools: list[Any] = [
        dmc.TextInput(
            id="words",
            value=view.params.get("q", ""),
            placeholder="按名称、摘要、部门或代码查找",
            debounce=250,
            w=250,
            **parts.aria(label="查找资源"),
        )
    ]
    for key, title, placeholder in FACETS:
        pairs = frame[[key, title]].drop_duplicates().itertuples(index=False, name=None)
        tools.append(parts.filter_of(view, key, placeholder, sorted(pairs, key=lambda pair: pair[1]), 140))
    known = set(frame["last_state"].dropna())
    states = [(state, title) for state, (title, *_) in STATES.items() if state in known]
    return [*tools, parts.filter_of(view, "state", "全部状态", states, 140)]


def _tabs(view: View) -> html.Nav:
    on_codes = view.params.get("tab") == "codes"
    entries = (("资源", "/catalogue", not on_codes), ("处理代码", address("/catalogue", tab="codes"), on_codes))
    return parts.tabs("目录内容", entries)


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The list for ``?q=``, ``?domain=``, ``?provider=`` and ``?state=``, or the outcome codes for ``?tab=codes``."""
    if view.params.get("tab") == "codes":
        return parts.page(TITLE, "有什么数据？归谁？能不能用？好不好、新不新？", [_tabs(view), codes_card()])
    frame = queries.resources(snapshot)
    return parts.page(
        TITLE,
        "有什么数据？归谁？能不能用？好不好、新不新？",
        [_tabs(view), dcc.Store(id="words-typed"), html.Div(results(snapshot, view), id="resource-list")],
        tools=_tools(frame, view),
    )


def results(snapshot: Snapshot, view: View) -> Any:
    """The resources that fit the address, and how many of how many."""
    frame = queries.resources(snapshot)
    found = matching(frame, view)
    if found.empty:
        return parts.card("没有找到", parts.empty("没有符合条件的资源。", parts.link("清除条件", "/catalogue")))
    said = (
        f"共 {len(frame)} 项资源" if len(found) == len(frame) else f"共 {len(frame)} 项资源，符合条件的 {len(found)} 项"
    )
    rows = [_resource_card(row, is_own(snapshot.sight, str(row["resource"]))) for row in found.to_dict("records")]
    cards = html.Ul(rows, className="resources")
    return [html.P(said, className="muted found", role="status"), cards]
