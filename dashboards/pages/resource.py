"""One resource of the catalogue: who owns it, its fields, how it was delivered and checked."""

import json
from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.quality import OUTCOMES, Batch, quality, said
from dashboards.pages.catalogue import TITLE
from dashboards.pages.checks import checks_table
from dashboards.pages.conflict_card import TITLE as CONFLICT_TITLE
from dashboards.pages.conflict_card import conflict_card
from dashboards.pages.lineage_card import lineage_card
from dashboards.pages.quality_card import TITLE as QUALITY_TITLE
from dashboards.pages.quality_card import quality_card
from dashboards.pages.resource_words import good_share, resource_stamp
from dashboards.pages.sample_card import TITLE as SAMPLE_TITLE
from dashboards.pages.sample_card import sample_card
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.sight import is_own
from dashboards.theme import palette
from dashboards.view import View, address
from dashboards.words import FORMS, GRADES, PERSONAL, SHARES, TYPES


def _columns_card(row: Row) -> html.Section:
    columns = json.loads(row["columns_json"]) if isinstance(row["columns_json"], str) else []
    rows = [
        (
            [html.Strong(column.get("title")), html.Code(column.get("name"))],
            TYPES.get(column.get("type"), column.get("type")),
            "必填" if column.get("required") else "可空",
            fmt.delivered_unit(column["unit"]) if column.get("unit") else fmt.DASH,
            column.get("codelist_title") or "—",
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


def _profile_card(row: Row, is_told: bool) -> html.Section:
    items = [
        ("资源代码", str(row["code"])),
        ("提供方", str(row["provider_name"])),
        ("领域", str(row["domain_title"])),
        ("更新周期", str(row["cycle"])),
        ("共享类型", SHARES.get(str(row["share"]), str(row["share"]))),
        ("向社会开放", "是" if row["is_open"] else "否"),
        ("报送形式", FORMS.get(str(row["form"]), str(row["form"]))),
        ("版本依据", str(row["edition"]) if row["edition"] and not fmt.is_missing(row["edition"]) else "—"),
    ]
    if is_told:
        items += [
            ("合格率（接受/交付）", good_share(row)),
            ("已发布行数", fmt.amount(row["rows_published"], "行")),
            ("最近送达", fmt.moment(row["last_delivered_at"])),
        ]
    return parts.card(
        "概况", parts.facts(items, "profile"), subtitle=str(row["summary"]), foot=resource_stamp(row), name="wide-card"
    )


HISTORY, POINTS = 6, 60
HISTORY_TITLE = "质量历史"


def _history_card(snapshot: Snapshot, name: str, view: View) -> html.Section:
    frame = queries.deliveries(snapshot, resource=name).sort_values("delivered_at", ascending=False)
    if frame.empty:
        return parts.card(
            HISTORY_TITLE,
            parts.empty("还没有报送过。", "按更新周期报送后，下一夜会出现在这里。"),
            name="half-card",
        )
    shown = frame[frame["state"].isin([state for state, *_ in OUTCOMES])].head(POINTS).iloc[::-1]
    points = [Batch(str(row["period"]), _share(row), str(row["state"])) for row in shown.to_dict("records")]
    chart = parts.graph(quality(points, palette(view.theme)), _told(points), 230, _data(points), identity="quality")
    rows = [
        (
            parts.link(str(row["batch"]), address("/runs", batch=queries.key_of(row), night="all")),
            parts.state_badge(row["state"]),
            str(row["code"]) if not fmt.is_missing(row["code"]) else "—",
            fmt.count(row["rows_delivered"]),
            fmt.count(row["rows_quarantined"]),
            fmt.moment(row["delivered_at"]),
        )
        for row in frame.head(HISTORY).to_dict("records")
    ]
    headers = ("批次", "状态", "代码", "交付行", "隔离行", "送达")
    return parts.card(
        HISTORY_TITLE,
        [chart, parts.table("最近的报送批次", headers, rows, numeric=(3, 4))],
        subtitle="每批接受行占交付行的比例；整批拒收的没有读入",
        aside=parts.link("全部批次", address("/runs", resource=name, night="all")),
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="half-card",
    )


def _told(points: list[Batch]) -> str:
    """The chart in one sentence: the lowest share and the last."""
    read = [point for point in points if point.share is not None]
    if not read:
        return f"最近 {len(points)} 批的合格率：都没有读入"
    low = min(read, key=lambda point: point.share or 0.0)
    last = points[-1]
    return f"最近 {len(points)} 批的合格率：最低 {low.period} {said(low)}，最近一批 {last.period} {said(last)}"


def _data(points: list[Batch]) -> html.Div:
    rows = [(point.period, said(point), parts.state_badge(point.state)) for point in reversed(points)]
    return parts.table("各批合格率", ("统计期", "合格率", "状态"), rows, numeric=(1,), name="plain-table")


def _share(row: Row) -> float | None:
    """Accepted rows of those delivered; None where no row was read."""
    return (
        None
        if fmt.is_missing(row["rows_delivered"]) or not row["rows_delivered"]
        else float(row["rows_accepted"] / row["rows_delivered"])
    )


def _checks_card(snapshot: Snapshot, name: str) -> html.Section:
    frame = queries.deliveries(snapshot, resource=name)
    if frame.empty:
        return parts.card("最近一批的检查", parts.empty("还没有报送过。"), name="half-card")
    last = str(frame.sort_values("delivered_at", ascending=False)["batch"].iloc[0])
    return parts.card(
        "最近一批的检查",
        checks_table(snapshot, name, last),
        subtitle=last,
        foot=parts.stamp(snapshot.business_date, "发布门"),
        name="half-card",
    )


def _is_foreign(snapshot: Snapshot, row: Row) -> bool:
    """True for a data owner who looks at the resource of another department."""
    return not is_own(snapshot.sight, str(row["resource"]))


def _reported(snapshot: Snapshot, row: Row, view: View) -> list[Any]:
    """How the resource was delivered, checked and judged; what another department reported is not shown to an owner."""
    name = str(row["resource"])
    if _is_foreign(snapshot, row):
        nothing = parts.empty(
            "这项资源不归您的部门负责，只显示目录信息。", f"报送和质量的情况请问{row['provider_name']}。"
        )
        return [parts.card("报送与质量", nothing, name="wide-card")]
    return [
        html.Div(
            [
                parts.guarded(HISTORY_TITLE, lambda: _history_card(snapshot, name, view), "half-card"),
                parts.guarded("最近一批的检查", lambda: _checks_card(snapshot, name), "half-card"),
            ],
            className="halves wide-card",
        ),
        parts.guarded(QUALITY_TITLE, lambda: quality_card(snapshot, name, view), "wide-card"),
    ]


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
            parts.guarded("概况", lambda: _profile_card(row, not _is_foreign(snapshot, row)), "wide-card"),
            parts.guarded("信息项", lambda: _columns_card(row), "wide-card"),
            *_reported(snapshot, row, view),
            parts.guarded(CONFLICT_TITLE, lambda: conflict_card(snapshot, (name,)), "wide-card"),
            parts.guarded("来龙去脉", lambda: lineage_card(snapshot, name), "wide-card"),
            parts.guarded(SAMPLE_TITLE, lambda: sample_card(snapshot, row), "wide-card"),
        ],
        tools=None if _is_foreign(snapshot, row) else parts.state_badge(row["last_state"]),
        trail=trail,
    )
