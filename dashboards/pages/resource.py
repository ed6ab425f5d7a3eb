"""One resource of the catalogue: who owns it, its fields, how it was delivered and checked."""

import json

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.pages.catalogue import TITLE
from dashboards.pages.checks import checks_table
from dashboards.pages.resource_words import good_share, resource_stamp
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.words import FORMS, GRADES, PERSONAL, SHARES, TYPES


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
        foot=resource_stamp(row),
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
        ("合格率（接受/交付）", good_share(row)),
        ("已发布行数", fmt.amount(row["rows_published"], "行")),
        ("最近送达", fmt.moment(row["last_delivered_at"])),
    ]
    return parts.card(
        "概况", parts.facts(items, "profile"), subtitle=str(row["summary"]), foot=resource_stamp(row), name="wide-card"
    )


HISTORY = 6


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


def render(snapshot: Snapshot, view: View) -> html.Div:
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
