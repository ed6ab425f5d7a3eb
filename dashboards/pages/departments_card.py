"""Who delivered, who was late and what was refused: one line a department."""

from typing import Any

import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.departments import name_of, resources_of
from dashboards.pages.refused_card import TAKEN
from dashboards.pages.whose import Whose
from dashboards.queries import NOT_PUBLISHED, Row
from dashboards.serving import Snapshot
from dashboards.view import View

TITLE = "各部门报送情况"
HOW = (
    "迟到：晚于更新周期规定的时间送达；拒收：整个文件没有采用；隔离行：文件采用了，其中有错的行没有；"
    "时效：近期应报的统计期里按期送达的占多少，一批迟到只影响那一期，报得少的部门一期就占得多。"
)
"""What the figures of a department are, for who answers for them."""

HEADERS = ("部门", "批次", "迟到", "待核", "拒收", "交付行", "隔离行", "占交付", "时效")


def standing(snapshot: Snapshot) -> pd.DataFrame:
    """One row a department that delivered: its batches, those late, held and rejected, days of the latest, rows, and
    its timeliness (0..1).
    """
    frame = queries.deliveries(snapshot)
    late = queries.late_batches(snapshot)
    taken = frame["state"].isin(TAKEN)
    rows = pd.DataFrame(
        {
            "provider": frame["provider"],
            "batches": 1,
            "late": [queries.key_of(row) in late for row in frame.to_dict("records")],
            "days": [late.get(queries.key_of(row), 0) for row in frame.to_dict("records")],
            **{state: frame["state"] == state for state in NOT_PUBLISHED},
            "delivered": frame["rows_delivered"].where(taken).fillna(0),
            "refused": frame["rows_quarantined"].where(taken).fillna(0),
        }
    )
    grouped = rows.groupby("provider")
    found = grouped.sum().astype("int64").assign(days=grouped["days"].max())
    order = ["late", "days", "rejected", "held", "refused"]
    return found.join(_timeliness(snapshot)).sort_values(order, ascending=False, kind="stable")


def _timeliness(snapshot: Snapshot) -> pd.Series:
    """Share of due periods that came in time, by department, on its last measured day of each resource."""
    frame = queries.qualities(snapshot)
    last = frame[frame["dimension"] == "timeliness"].groupby(["owner", "resource"]).tail(1)
    sums = last.groupby("owner")[["numerator", "denominator"]].sum()
    return (sums["numerator"] / sums["denominator"]).where(sums["denominator"] > 0).rename("timeliness")


def _line(code: str, row: Row, view: View) -> tuple[Any, ...]:
    return (
        parts.link(name_of(code), view.link(provider=code)) if resources_of(code) else f"{code}（不在目录中）",
        fmt.count(row["batches"]),
        _late(row["late"], row["days"]),
        _worrying(row["held"]),
        _worrying(row["rejected"]),
        fmt.count(row["delivered"]),
        fmt.count(row["refused"]),
        fmt.percent(row["refused"] / row["delivered"], 2) if row["delivered"] else fmt.DASH,
        fmt.percent(row["timeliness"]),
    )


def _late(number: int, days: int) -> Any:
    """How many batches were late, and how late the worst of them."""
    return html.Span([_worrying(number), f"（最多 {fmt.count(days)} 天）"]) if number else fmt.count(number)


def _worrying(number: int) -> Any:
    return html.Strong(fmt.count(number), className="tone-bad") if number else fmt.count(number)


def departments_card(snapshot: Snapshot, view: View) -> html.Section:
    """Every department within sight, those that were late first; each leads to its own page."""
    frame = standing(snapshot)
    if frame.empty:
        return parts.card(TITLE, parts.empty("没有报送过的批次。", "报送后，下一夜会出现在这里。"), name="wide-card")
    rows = [_line(str(code), row, view) for code, row in zip(frame.index, frame.to_dict("records"), strict=True)]
    return parts.card(
        TITLE,
        parts.table(TITLE, HEADERS, rows, numeric=range(1, len(HEADERS))),
        subtitle="迟到的在前；时效是按期送达的统计期占应报的；隔离行只计已采用和待核的批次。点部门名看明细",
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="wide-card",
    )


def facts_card(snapshot: Snapshot, who: Whose) -> html.Section:
    """The same figures of one department, or of all batches about one county."""
    frame = standing(snapshot)
    if not who.is_county:
        frame = frame[frame.index == who.code]
    total = frame.drop(columns="timeliness").sum()
    share = fmt.percent(total["refused"] / total["delivered"], 2) if total["delivered"] else fmt.DASH
    words = "按部门报送的批次，行数是全市的；被退回的样例只有本县（市、区）的" if who.is_county else None
    items = [
        ("资源", fmt.count(len(who.resources))),
        ("批次", fmt.count(total["batches"])),
        ("迟到", _late(int(total["late"]), int(frame["days"].max()) if len(frame) else 0)),
        ("待核", _worrying(int(total["held"]))),
        ("拒收", _worrying(int(total["rejected"]))),
        ("交付行", fmt.count(total["delivered"])),
        ("隔离行", f"{fmt.count(total['refused'])}（{share}）"),
    ]
    if not who.is_county and len(frame):
        items.append(("时效", fmt.percent(frame["timeliness"].iloc[0])))
    return parts.card(
        "报送情况",
        [parts.facts(items, "four"), html.P(HOW, className="muted small")],
        subtitle=words,
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="wide-card",
    )
