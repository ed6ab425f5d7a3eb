"""共享交换: how much crosses which boundary and how well, who takes and who gives, who takes and never gives."""

from typing import Any

import pandas as pd
from dash import html

from catalog.evaluation import evaluation
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.departments import name_of
from dashboards.kept import kept_card
from dashboards.pages.plan_words import ACROSS, of_party
from dashboards.serving import Snapshot
from dashboards.view import View, address

NAME = "wide-card plan-exchange"
SLOW = "两秒及以上"


def exchange_cards(snapshot: Snapshot, view: View) -> list[html.Section]:
    """The cards of the tab above its list."""
    cards = [
        kept_card(snapshot, view, "交换概况", lambda: _whole_card(snapshot, view), NAME),
        kept_card(snapshot, view, "使用和提供", lambda: _parties_card(snapshot, view), NAME),
    ]
    scopes, party = snapshot.sight.scopes, view.params.get("party")
    if party and (scopes is None or party in scopes):  # of others a reader sees a part, and a part says nothing of them
        cards.append(kept_card(snapshot, view, "逐日取用", lambda: _used_card(snapshot, party), NAME))
    return cards


def _whole_card(snapshot: Snapshot, view: View) -> html.Section:
    """Calls, success and speed by the boundary that is crossed."""
    calls = of_party(planned.exchange(snapshot), view.params.get("party"))
    if calls.empty:
        return parts.card("交换概况", parts.empty("共享交换日志里没有您的部门的记录。"), name=NAME)
    rows = [
        [parts.link(title, view.link(across=key, page=None)), *_numbers(calls[calls["across"] == key])]
        for key, title in ACROSS.items()
    ]
    rows.append([html.Strong("合计"), *_numbers(calls)])
    headers = ("跨越", "调用", "成功率", "数据行数", "平均用时", f"用时{SLOW}", "资源")
    said = "跨层级：市直部门与县（市、区）之间；跨地区：两个县（市、区）之间；跨部门：两个市直部门之间。"
    return parts.card(
        "交换概况",
        [html.P(said, className="muted small"), parts.table("交换概况", headers, rows, tuple(range(1, 7)))],
        subtitle=f"{fmt.day(calls['first_day'].min())} 至 {fmt.day(calls['last_day'].max())}",
        foot=parts.stamp(snapshot.business_date, "共享交换日志"),
        name=NAME,
    )


def _numbers(calls: pd.DataFrame) -> list[parts.Node]:
    whole = int(calls["calls"].sum())
    if not whole:
        return ["0", *[fmt.DASH] * 5]
    return [
        fmt.count(whole),
        fmt.percent(calls["succeeded"].sum() / whole),
        fmt.count(calls["row_count"].sum()),
        f"{calls['latency_ms'].sum() / whole / 1000:.2f} 秒",
        fmt.percent(calls["slow"].sum() / whole),
        fmt.count(len(calls[["giver", "resource_name"]].drop_duplicates())),
    ]


def _parties_card(snapshot: Snapshot, view: View) -> html.Section:
    """Who takes and gives how much; who takes and never gives stands first."""
    frame = planned.parties(snapshot)
    idle = int(frame["takes_only"].sum())
    rows = [_party(row) for row in frame.to_dict("records")]
    headers = ("单位", "取用（成功）", "取自单位", "被取用（成功）", "提供给单位", "被取用成功率", "")
    said = "只用不供：从其他单位成功取得过数据，而从没有单位从它成功取得过数据。点单位看它的每一项交换。"
    return parts.card(
        "使用和提供",
        [
            html.P(said, className="muted small"),
            html.Details(
                [
                    html.Summary(f"{idle} 个单位只用不供"),
                    parts.table("使用和提供", headers, rows, (1, 2, 3, 4, 5), "plan-owners"),
                ],
                open="party" not in view.params,
            ),
        ],
        subtitle=f"{len(frame)} 个单位",
        foot=parts.stamp(snapshot.business_date, "共享交换日志"),
        name=NAME,
    )


def _party(row: Any) -> list[parts.Node]:
    worked = fmt.percent(row["given"] / row["calls"]) if row["calls"] else fmt.DASH
    return [
        parts.link(row["name"], address("/plan", tab="exchange", party=row["unit"])),
        *(fmt.count(row[name]) for name in ("taken", "from_units", "given", "to_units")),
        worked,
        parts.badge("只用不供", "warn") if row["takes_only"] else "",
    ]


def _used_card(snapshot: Snapshot, party: str) -> html.Section:
    """On which working days one department or county got rows of others' data: what 使用 of the evaluation counts."""
    days = planned.used_days(snapshot, party)
    rows = [
        [
            fmt.day(row["day"]),
            *(fmt.count(row[name]) for name in ("calls", "fruitful", "row_count")),
            parts.badge("算使用", "good") if row["is_used"] else parts.badge("不算", "plain"),
        ]
        for row in days.to_dict("records")
    ]
    said = f"{len(days)} 个工作日中 {int(days['is_used'].sum())} 天取到至少一行"
    table = parts.table("逐日取用", ("工作日", "调用", "取到数据的调用", "数据行数", "使用"), rows, (1, 2, 3))
    return parts.card(
        f"逐日取用 · {name_of(party)}",
        [
            html.P(f"考核“使用”：{evaluation().indicators['use'].definition}。", className="muted small"),
            html.Details([html.Summary(said), table], open=True) if rows else parts.empty("日志还没有一个整月。"),
        ],
        subtitle=f"{fmt.day(days['day'].min())} 至 {fmt.day(days['day'].max())}" if rows else None,
        foot=parts.stamp(snapshot.business_date, "共享交换日志"),
        name=NAME,
    )
