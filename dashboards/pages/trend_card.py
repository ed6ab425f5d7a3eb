"""One indicator of one area by month, with its definition and sources."""

from typing import Any

import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.trend import spread, trend
from dashboards.pages.figures import CURRENT, Chosen, figures
from dashboards.pages.indicator import Indicator
from dashboards.pages.notes_card import notes_of, notes_panel
from dashboards.pages.place import Place
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View, address
from dashboards.words import LEVELS, WHY_WITHHELD, WITHHELD


def trend_card(
    snapshot: Snapshot,
    indicator: Indicator,
    place: Place,
    view: View,
    tools: Any = None,
    chosen: Chosen = CURRENT,
    *,
    is_noted: bool = False,
) -> html.Section:
    """``indicator`` of the place in view, month by month; ``tools`` choose which of its figures (``chosen``);
    ``is_noted`` where people pin their notes on it.
    """
    frame = figures(snapshot, indicator, place.code, chosen)
    title = f"{place.name} · {indicator.title}"
    if frame.empty and not chosen.is_plain:
        return parts.card(title, [tools, parts.empty(f"没有{chosen.words}的数。")], name="trend-card")
    if frame.empty:
        return parts.card(
            title, parts.empty(f"{place.name}没有发布{indicator.title}。", "这项指标可能只到上一级区划。")
        )
    if frame["value"].isna().all():
        return parts.card(title, [tools, parts.empty(WITHHELD, WHY_WITHHELD)], name="trend-card")
    unit, factor = axis_unit(float(frame["value"].abs().max()), indicator.unit)
    # A sum since January is drawn as it is; other figures over several months as their monthly mean.
    covered = frame["months"].fillna(1).astype(int) if not chosen.is_cumulative else frame["months"] * 0 + 1
    values = (frame["value"] * factor).astype(float)
    series = spread(list(zip(frame["period"].astype(str), values, covered, strict=True)))
    last = frame.iloc[-1]
    pinned = notes_of(indicator.key, place.code) if is_noted else []
    marks = [(note.period, note.text) for note in pinned or ()]
    chart = trend(series, unit, snapshot.business_date[:7], palette(view.theme), view.is_phone, marks)
    rows = [
        (
            fmt.covered(row["period"], row["months"]),
            indicator.amount(row),
            fmt.change(row["yoy"]),
            fmt.change(row["mom"]),
        )
        for row in frame.iloc[::-1].to_dict("records")
    ]
    data = parts.table(
        f"{title}逐月数据", ("统计期", "数值", "同比", "环比"), rows, numeric=(1, 2, 3), name="plain-table"
    )
    label = f"{title}趋势，最近 {last['period']} 为 {indicator.amount(last.to_dict())}"
    titles = queries.titles(snapshot)
    sources = [parts.link(titles.get(source, source), f"/catalogue/{source}") for source in indicator.sources]
    definition = html.P(
        [html.Strong("口径 "), indicator.definition, " 来源 ", *[node for source in sources for node in (source, " ")]],
        className="definition",
    )
    return parts.card(
        title,
        [
            tools,
            parts.graph(chart, label, 300 if view.is_phone else None, data),
            notes_panel(pinned, indicator.key, place.code, list(frame["period"].astype(str))) if is_noted else None,
            definition,
            _origin(snapshot, indicator, titles),
        ],
        subtitle=f"{LEVELS.get(place.level, '')}{_pace(frame)}，实际与上年同期 · 单位：{unit}"
        + ("" if chosen.is_plain else f" · {chosen.words}")
        + (" · 跨月的值按月均画" if covered.max() > 1 else "")
        + (f" · {WHY_WITHHELD}" if frame["is_withheld"].any() else ""),
        foot=parts.stamp(fmt.covered(last["period"], last["months"]), indicator.owner, last["days_stale"]),
        name="trend-card",
    )


def _pace(frame: pd.DataFrame) -> str:
    return "逐季" if frame["months"].min() == 3 and frame["months"].max() == 3 else "逐月"


def _origin(snapshot: Snapshot, indicator: Indicator, titles: dict[str, str]) -> html.Details:
    """Where this number comes from: the batches of its sources, and the command that leads to the rows."""
    rows = [
        (
            parts.link(titles.get(str(row["resource"]), str(row["resource"])), f"/catalogue/{row['resource']}"),
            fmt.count(row["batches"]),
            fmt.count(row["rows"]),
            f"{row['first_period']} 至 {row['last_period']}",
            parts.link(str(row["batch"]), address("/runs", batch=queries.key_of(row), night="all")),
        )
        for row in queries.batches_behind(snapshot, indicator.sources).to_dict("records")
    ]
    headers = ("来源", "已发布批次", "行", "统计期", "最近一批")
    return html.Details(
        [
            html.Summary("这个数从哪来"),
            parts.table(f"{indicator.title}的来源批次", headers, rows, numeric=(1, 2), name="plain-table")
            if rows
            else parts.empty("来源还没有已发布的批次。"),
            html.P(["到表、列、批次和行：", html.Code(f"taian lineage {indicator.key}")], className="muted"),
        ]
    )


def axis_unit(largest: float, unit: str) -> tuple[str, float]:
    """One unit for a whole axis, and the factor into it."""
    factor, name = fmt.UNITS.get(unit, (1.0, unit))
    size = largest * factor
    if name == "%" or size < fmt.WAN:
        return name, factor
    return ("亿" + name, factor / fmt.YI) if size >= fmt.YI else ("万" + name, factor / fmt.WAN)
