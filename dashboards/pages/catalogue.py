"""资源目录: what exists, who owns it, may I use it, how good and how fresh is it."""

import json
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html

from catalog.codes import all_codes
from catalog.model import DIMENSION_TITLES
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.pages.runs import checks_table
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.words import FORMS, GRADES, PERSONAL, SHARES, STATES, TYPES

TITLE = "资源目录"
HISTORY = 6
FACETS = (("domain", "domain_title", "全部领域"), ("provider", "provider_name", "全部提供方"))
KINDS = {"F": "整个文件拒收", "R": "行被隔离", "W": "提示与待核"}


def matching(frame: pd.DataFrame, view: View) -> pd.DataFrame:
    """Resources that fit the search words and facets of the address."""
    for key, _, _ in FACETS:
        if wanted := view.params.get(key):
            frame = frame[frame[key] == wanted]
    if state := view.params.get("state"):
        frame = frame[frame["last_state"] == state]
    for word in view.params.get("q", "").split():
        text = (
            frame[["resource", "title", "summary", "provider_name", "domain_title", "code"]]
            .fillna("")
            .agg(" ".join, axis=1)
        )
        frame = frame[text.str.contains(word, case=False, regex=False)]
    return frame


def _good_share(row: Row) -> str:
    return fmt.percent(row["good_share"]) if not fmt.is_missing(row["good_share"]) else "— 尚无发布批次"


def _resource_card(row: Row) -> html.Li:
    return html.Li(
        html.Article(
            [
                html.Div(
                    [
                        html.H2(parts.link(str(row["title"]), f"/catalogue/{row['resource']}")),
                        parts.state_badge(row["last_state"]),
                    ],
                    className="resource-head",
                ),
                html.P(f"{row['domain_title']} · {row['provider_name']} · {row['code']}", className="subtitle"),
                html.P(str(row["summary"]), className="summary"),
                parts.facts(
                    [
                        ("更新", str(row["cycle"])),
                        ("共享", SHARES.get(str(row["share"]), str(row["share"]))),
                        ("合格率", _good_share(row)),
                        ("已发布", fmt.amount(row["rows_published"], "行")),
                    ]
                ),
                _resource_stamp(row),
            ],
            className="card",
        )
    )


def _resource_stamp(row: Row) -> html.P:
    return parts.stamp_of(row["last_period"], str(row["provider_name"]), "迟到" if row["is_late"] else "")


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
        tools.append(
            dmc.Select(
                id={"type": "param", "name": key},
                data=[{"value": code, "label": name} for code, name in sorted(pairs, key=lambda pair: pair[1])],
                value=view.params.get(key),
                placeholder=placeholder,
                clearable=True,
                w=140,
                **parts.aria(label=placeholder),
            )
        )
    states = [state for state in STATES if state in set(frame["last_state"].dropna())]
    tools.append(
        dmc.Select(
            id={"type": "param", "name": "state"},
            data=[{"value": state, "label": STATES[state][0]} for state in states],
            value=view.params.get("state"),
            placeholder="全部状态",
            clearable=True,
            w=140,
            **parts.aria(label="全部状态"),
        )
    )
    return tools


def _tabs(view: View) -> html.Nav:
    on_codes = view.params.get("tab") == "codes"
    entries = (("资源", "/catalogue", not on_codes), ("处理代码", address("/catalogue", tab="codes"), on_codes))
    links = [
        parts.link(text, href, className="section-tab chosen" if chosen else "section-tab")
        for text, href, chosen in entries
    ]
    return html.Nav(links, className="tabs", **parts.aria(label="目录内容"))


def _codes_card() -> html.Section:
    body: list[Any] = []
    for kind, words in KINDS.items():
        rows = [
            (html.Strong(code.code), code.title, DIMENSION_TITLES[code.dimension], code.meaning, code.remedy)
            for code in all_codes().values()
            if code.code.startswith(kind)
        ]
        body += [
            html.H3(f"{kind} 类 · {words}"),
            parts.table(f"{kind} 类处理代码", ("代码", "名称", "质量维度", "含义", "怎么办"), rows, name="codes"),
        ]
    return parts.card(
        "处理代码", body, subtitle="报送结果只有三种：整批拒收、行被隔离、提示。编号不会重复使用。", name="wide-card"
    )


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The list for ``?q=``, ``?domain=``, ``?provider=`` and ``?state=``, or the outcome codes for ``?tab=codes``."""
    if view.params.get("tab") == "codes":
        return parts.page(TITLE, "有什么数据？归谁？能不能用？好不好、新不新？", [_tabs(view), _codes_card()])
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
    cards = html.Ul([_resource_card(row) for row in found.to_dict("records")], className="resources")
    return [html.P(said, className="muted found", role="status"), cards]


def _columns_card(row: Row) -> html.Section:
    columns = json.loads(row["columns_json"]) if isinstance(row["columns_json"], str) else []
    rows = [
        (
            [html.Strong(column.get("title")), html.Code(column.get("name"))],
            TYPES.get(column.get("type"), column.get("type")),
            "必填" if column.get("required") else "可空",
            column.get("unit") or "—",
            column.get("codelist") or "—",
            GRADES.get(column.get("grade"), column.get("grade")),
            PERSONAL.get(column.get("personal"), column.get("personal")),
        )
        for column in columns
    ]
    headers = ("信息项", "类型", "必填", "单位", "代码表", "分级", "个人信息")
    return parts.card(
        "信息项",
        parts.table(f"{row['title']}的信息项", headers, rows),
        subtitle=f"共 {len(rows)} 项；分级依 GB/T 43697",
        foot=_resource_stamp(row),
        name="wide-card",
    )


def _profile_card(row: Row) -> html.Section:
    items = [
        ("资源代码", str(row["code"])),
        ("提供方", str(row["provider_name"])),
        ("领域", str(row["domain_title"])),
        ("更新周期", str(row["cycle"])),
        ("共享类型", SHARES.get(str(row["share"]), str(row["share"]))),
        ("向社会开放", "是" if row["is_open"] else "否"),
        ("报送形式", FORMS.get(str(row["form"]), str(row["form"]))),
        ("版本依据", str(row["edition"]) if row["edition"] and not fmt.is_missing(row["edition"]) else "—"),
        ("合格率（接受/交付）", _good_share(row)),
        ("已发布行数", fmt.amount(row["rows_published"], "行")),
        ("最近送达", fmt.moment(row["last_delivered_at"])),
    ]
    return parts.card(
        "概况", parts.facts(items, "profile"), subtitle=str(row["summary"]), foot=_resource_stamp(row), name="wide-card"
    )


def _history_card(snapshot: Snapshot, name: str) -> html.Section:
    frame = queries.deliveries(snapshot, resource=name).sort_values("delivered_at", ascending=False).head(HISTORY)
    rows = [
        (
            parts.link(str(row["batch"]), address("/runs", batch=str(row["batch"]), night="all")),
            parts.state_badge(row["state"]),
            str(row["code"]) if not fmt.is_missing(row["code"]) else "—",
            fmt.count(row["rows_delivered"]),
            fmt.count(row["rows_quarantined"]),
            fmt.moment(row["delivered_at"]),
        )
        for row in frame.to_dict("records")
    ]
    headers = ("批次", "状态", "代码", "交付行", "隔离行", "送达")
    body = (
        parts.table("最近的报送批次", headers, rows, numeric=(3, 4))
        if rows
        else parts.empty("还没有报送过。", "按更新周期报送后，下一夜会出现在这里。")
    )
    return parts.card("最近的报送批次", body, foot=parts.stamp(snapshot.business_date, "夜间批次"), name="half-card")


def _checks_card(snapshot: Snapshot, name: str) -> html.Section:
    frame = queries.deliveries(snapshot, resource=name)
    if frame.empty:
        return parts.card("最近一批的检查", parts.empty("还没有报送过。"), name="half-card")
    last = str(frame.sort_values("delivered_at", ascending=False)["batch"].iloc[0])
    return parts.card(
        "最近一批的检查",
        checks_table(snapshot, last),
        subtitle=last,
        foot=parts.stamp(snapshot.business_date, "发布门"),
        name="half-card",
    )


def render_resource(snapshot: Snapshot, view: View) -> html.Div:
    """The page of one resource, ``/catalogue/<resource>``."""
    name = view.path.rsplit("/", 1)[-1]
    row = queries.resource(snapshot, name)
    trail = parts.breadcrumbs([(TITLE, "/catalogue"), (str(row["title"]) if row else name, None)])
    if row is None:
        nothing = parts.empty(f"目录中没有名为 {name} 的资源。", parts.link("回到资源目录", "/catalogue"))
        return parts.page("没有这项资源", "请核对地址。", [parts.card("没有找到", nothing)], trail=trail)
    return parts.page(
        str(row["title"]),
        f"{row['domain_title']} · {row['provider_name']}",
        [
            parts.guarded("概况", lambda: _profile_card(row), "wide-card"),
            parts.guarded("信息项", lambda: _columns_card(row), "wide-card"),
            html.Div(
                [
                    parts.guarded("最近的报送批次", lambda: _history_card(snapshot, name), "half-card"),
                    parts.guarded("最近一批的检查", lambda: _checks_card(snapshot, name), "half-card"),
                ],
                className="halves",
            ),
        ],
        tools=parts.state_badge(row["last_state"]),
        trail=trail,
    )
