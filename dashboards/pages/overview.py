"""态势总览: how is the city, what deviates, who must act."""

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import html

from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.map import county_map, limit_of, outline
from dashboards.charts.ranking import Bar, ranking
from dashboards.charts.sparkline import sparkline
from dashboards.charts.trend import trend
from dashboards.queries import Row
from dashboards.serving import ServingError, Snapshot
from dashboards.theme import palette
from dashboards.view import View, address
from dashboards.words import LEVELS
from taian.settings import settings

TITLE = "态势总览"
KPIS = (
    "registered_population",
    "enterprises_alive",
    "industrial_output",
    "industrial_electricity",
    "vat_sales",
    "hotline_calls",
)
DEFAULT_INDICATOR = "industrial_output"
OPEN_FINDINGS, OPEN_BATCHES = 3, 3
EDGE = 5
"""Townships shown from each end of the city's ranking."""


@dataclass(frozen=True)
class Indicator:
    """What the pages need of an indicator's definition."""

    key: str
    title: str
    unit: str
    direction: str
    definition: str
    sources: tuple[str, ...]
    owner: str

    @property
    def comparison(self) -> str:
        """What a change of this indicator is called."""
        return "同比（百分点）" if self.is_share else "同比"

    @property
    def is_share(self) -> bool:
        """Percentages are compared in percentage points."""
        return self.unit == "percent"

    def label(self, change: float | None) -> str:
        """A change with its sign and its kind of percent."""
        return fmt.points(change) if self.is_share else fmt.change(change)

    def tone(self, change: float | None) -> str:
        """Good or bad for the city, which is not up or down; nothing for indicators that are neither."""
        if change is None or not change or self.direction not in ("up", "down"):
            return "plain"
        return "good" if (change > 0) == (self.direction == "up") else "bad"


def _text(value: Any) -> str:
    return "" if fmt.is_missing(value) else str(value)


def definitions(snapshot: Snapshot) -> dict[str, Indicator]:
    """All indicators by key."""
    return {
        str(row["indicator"]): Indicator(
            str(row["indicator"]),
            _text(row["title"]),
            _text(row["unit"]),
            _text(row["direction"]),
            _text(row["definition"]),
            tuple(fmt.as_list(row["sources"])),
            _text(row["owner"]),
        )
        for row in queries.indicators(snapshot).to_dict("records")
    }


def change_of(row: Row, indicator: Indicator) -> float | None:
    """同比: a ratio, or the difference in percentage points of a percentage; None without a year-earlier value."""
    if indicator.is_share:
        pair = (row.get("value"), row.get("year_ago"))
        return None if any(fmt.is_missing(value) for value in pair) else float(pair[0]) - float(pair[1])  # type: ignore[arg-type]
    return None if fmt.is_missing(row.get("yoy")) else float(row["yoy"])


@dataclass(frozen=True)
class Place:
    """The area in view and where it lies."""

    line: list[tuple[str, str, str]]

    @property
    def code(self) -> str:
        """Code of the area in view."""
        return self.line[-1][0]

    @property
    def name(self) -> str:
        """Name of the area in view."""
        return self.line[-1][1]

    @property
    def level(self) -> str:
        """city, county or township."""
        return self.line[-1][2]

    @property
    def county(self) -> str | None:
        """Code of the county in view or around the township in view."""
        return next((code for code, _, level in self.line if level == "county"), None)


def _kpi(indicator: Indicator, row: Row | None, history: list[float | None], view: View) -> html.Section:
    colours = palette(view.theme)
    heading = html.H2(
        parts.link(
            indicator.title, view.link(indicator=indicator.key), title=f"口径：{indicator.definition} 点击看趋势与来源"
        )
    )
    if row is None:
        return html.Section([heading, parts.empty("—", "本区域没有发布这项指标")], className="card kpi")
    number = fmt.quantity(row["value"], indicator.unit)
    change = change_of(row, indicator)
    tone = indicator.tone(change)
    arrow = "" if not change else "▲ " if change > 0 else "▼ "
    unit = "个百分点 " if indicator.is_share else ""
    words = (
        f"{arrow}{indicator.label(change).lstrip('+−')} {unit}同比"
        if change is not None
        else "— 同比（上年同期无数据）"
    )
    line = sparkline(history, {"good": colours.good, "bad": colours.bad}.get(tone, colours.accent))
    return html.Section(
        [
            heading,
            html.P([html.Strong(number.number), html.Span(number.unit)], className="figure"),
            html.P(words, className=f"change tone-{tone}"),
            html.Img(src=line, alt="", className="spark") if line else html.Div(className="spark"),
            parts.stamp(row["period"], indicator.owner, row["days_stale"]),
        ],
        className="card kpi",
    )


def _kpis(snapshot: Snapshot, known: dict[str, Indicator], place: Place, view: View) -> list[html.Section]:
    latest = {row["indicator"]: row for row in queries.latest_values(snapshot, KPIS, place.code).to_dict("records")}
    history = queries.histories(snapshot, KPIS, place.code)
    lines = {
        str(key): [None if fmt.is_missing(value) else float(value) for value in group["value"].tail(24)]
        for key, group in history.groupby("indicator")
    }
    return [_kpi(known[key], latest.get(key), lines.get(key, []), view) for key in KPIS if key in known]


def _map_card(snapshot: Snapshot, indicator: Indicator, place: Place, view: View) -> html.Section:
    rows = queries.children(snapshot, indicator.key, queries.CITY).to_dict("records")
    found = {row["area_code"]: change_of(row, indicator) for row in rows}
    changes = {code: change for code, change in found.items() if change is not None}
    title = "县（市、区）同比"
    if not changes:
        return parts.card(
            title, parts.empty(f"{indicator.title}没有县级同比。", "可换一项指标，或看右下的趋势。"), name="map-card"
        )
    period, stale = rows[0]["period"], rows[0]["days_stale"]
    scale = {code: change / 100 for code, change in changes.items()} if indicator.is_share else changes
    labels = {code: indicator.label(change) for code, change in changes.items()}
    outlines = [outline(str(row.code), str(row.name_), str(row.geojson)) for row in _boundaries(snapshot)]
    figure = county_map(outlines, scale, labels, place.county, palette(view.theme), 10.5 if view.is_phone else 12.5)
    words = "；".join(f"{row['area_name']} {labels.get(row['area_code'], '—')}" for row in rows)
    bound = limit_of(scale)
    legend = [
        indicator.label((bound if indicator.is_share is False else bound * 100) * side) if side else "0"
        for side in (-1, 0, 1)
    ]
    statement = settings().boundary_statement
    return parts.card(
        title,
        [
            parts.graph(
                figure, f"{indicator.title}县（市、区）同比地图：{words}", 210 if view.is_phone else 360, identity="map"
            ),
            html.Div(
                [
                    html.Div(className="scale-bar"),
                    html.Div([html.Span(text) for text in legend], className="scale-text"),
                ],
                className="scale",
            ),
        ],
        subtitle=f"{indicator.title} {period} {indicator.comparison} · 橙=下降 蓝=上升 · 点击县区看乡镇",
        foot=parts.stamp(period, f"{indicator.owner} · 审图号：{statement or '由部署方填写'}", stale),
        name="map-card",
    )


def _boundaries(snapshot: Snapshot) -> list[Any]:
    frame = queries.boundaries(snapshot).rename(columns={"name": "name_"})
    if frame.empty:
        raise ServingError("没有发布县界（open_geo__boundary 为空），因此不画地图；请看乡镇与县区排名。")
    return list(frame.itertuples())


def _trend_card(snapshot: Snapshot, indicator: Indicator, place: Place, view: View) -> html.Section:
    frame = queries.histories(snapshot, (indicator.key,), place.code)
    frame = frame[frame["value"].notna()]
    title = f"{place.name} · {indicator.title}"
    if frame.empty:
        return parts.card(
            title, parts.empty(f"{place.name}没有发布{indicator.title}。", "这项指标可能只到上一级区划。")
        )
    unit, factor = _axis_unit(float(frame["value"].abs().max()), indicator.unit)
    series = [(str(row["period"]), float(row["value"]) * factor) for row in frame.to_dict("records")]
    last = frame.iloc[-1]
    chart = trend(series, unit, snapshot.business_date[:7], palette(view.theme), view.is_phone)
    rows = [
        (row["period"], fmt.amount(row["value"], indicator.unit), fmt.change(row["yoy"]), fmt.change(row["mom"]))
        for row in frame.iloc[::-1].to_dict("records")
    ]
    data = parts.table(
        f"{title}逐月数据", ("统计期", "数值", "同比", "环比"), rows, numeric=(1, 2, 3), name="plain-table"
    )
    label = f"{title}趋势，最近 {last['period']} 为 {fmt.amount(last['value'], indicator.unit)}"
    titles = queries.titles(snapshot)
    sources = [parts.link(titles.get(source, source), f"/catalogue/{source}") for source in indicator.sources]
    definition = html.P(
        [html.Strong("口径 "), indicator.definition, " 来源 ", *[node for source in sources for node in (source, " ")]],
        className="definition",
    )
    return parts.card(
        title,
        [parts.graph(chart, label, 300 if view.is_phone else None, data), definition],
        subtitle=f"{LEVELS.get(place.level, '')}逐月，实际与上年同期 · 单位：{unit}",
        foot=parts.stamp(last["period"], indicator.owner, last["days_stale"]),
        name="trend-card",
    )


def _axis_unit(largest: float, unit: str) -> tuple[str, float]:
    """One unit for a whole axis, and the factor into it."""
    factor, name = fmt.UNITS.get(unit, (1.0, unit))
    size = largest * factor
    if name == "%" or size < fmt.WAN:
        return name, factor
    return ("亿" + name, factor / fmt.YI) if size >= fmt.YI else ("万" + name, factor / fmt.WAN)


def _bars(frame: pd.DataFrame, indicator: Indicator, view: View, chosen: str) -> list[Bar]:
    bars = []
    for row in frame.to_dict("records"):
        change = change_of(row, indicator)
        bars.append(
            Bar(
                str(row["area_name"]),
                view.link(area=str(row["area_code"])),
                change,
                indicator.label(change),
                fmt.amount(row["value"], indicator.unit),
                row["area_code"] == chosen,
            )
        )
    return sorted(bars, key=lambda bar: (bar.change is None, -(bar.change or 0.0)))


def _ranking_card(snapshot: Snapshot, indicator: Indicator, place: Place, view: View) -> html.Section:
    parent = place.county or queries.CITY
    frame = queries.children(snapshot, indicator.key, parent)
    name = next(name for code, name, _ in place.line if code == parent)
    title = f"{name} · {'乡镇（街道）' if place.county else '县（市、区）'}排名"
    if frame.empty:
        return parts.card(
            title,
            parts.empty(f"{indicator.title}不发布到{LEVELS['township']}。", "换一项指标，或回到全市。"),
            name="ranking-card",
        )
    body: list[Any] = [ranking(_bars(frame, indicator, view, place.code), title)]
    if not place.county:
        body += _edges(snapshot, indicator, view)
    return parts.card(
        title,
        body,
        subtitle=f"{indicator.title} {frame['period'].iloc[0]} {indicator.comparison} · 右列为当期值"
        + (" · 乡镇界线不公开，以排名代替地图" if place.county else ""),
        foot=parts.stamp(frame["period"].iloc[0], indicator.owner, frame["days_stale"].iloc[0]),
        name="ranking-card",
    )


def _edges(snapshot: Snapshot, indicator: Indicator, view: View) -> list[Any]:
    """The townships at both ends of the city's ranking."""
    bars = [
        bar for bar in _bars(queries.townships(snapshot, indicator.key), indicator, view, "") if bar.change is not None
    ]
    if len(bars) <= 2 * EDGE:
        return []
    return [
        html.H3(f"乡镇（街道）前 {EDGE} 与后 {EDGE}"),
        ranking(bars[:EDGE] + bars[-EDGE:], f"{indicator.title}同比最高与最低的乡镇（街道）"),
    ]


def _open_finding(row: Row) -> html.Li:
    family = family_title(str(row["family"]))
    place = _text(row["county_name"])
    return html.Li(
        [
            parts.badge("强", "bad", "证据强"),
            html.Div(
                [
                    parts.link(str(row["message"]), address("/authenticity", finding=str(row["finding_id"]))),
                    html.P(" · ".join(filter(None, (place, family, str(row["period"]))))),
                ]
            ),
        ]
    )


def _open_batch(row: Row, titles: dict[str, str]) -> html.Li:
    title = titles.get(str(row["resource"]), str(row["resource"]))
    return html.Li(
        [
            parts.state_badge(row["state"]),
            html.Div(
                [
                    parts.link(f"{title} {row['period']}", address("/runs", batch=str(row["batch"]))),
                    html.P(f"{_text(row['code'])} {_text(row['message'])}".strip()),
                ]
            ),
        ]
    )


def _open_card(snapshot: Snapshot, view: View) -> html.Section:
    counts = queries.finding_counts(snapshot)
    strong = int(counts.loc[counts["strength"] == "strong", "findings"].sum())
    leads = queries.strong_findings(snapshot, OPEN_FINDINGS).to_dict("records")
    batches = queries.not_published(snapshot, snapshot.run_id).to_dict("records")
    titles = queries.titles(snapshot)
    body: list[Any] = []
    if leads:
        body += [html.H3(["强疑点", parts.link(f"全部 {strong} 条", address("/authenticity", strength="strong"))])]
        body += [html.Ul([_open_finding(row) for row in leads], className="todo")]
    if batches:
        body += [html.H3(["未发布的批次", parts.link(f"全部 {len(batches)} 批", "/runs")])]
        body += [html.Ul([_open_batch(row, titles) for row in batches[:OPEN_BATCHES]], className="todo")]
    if not body:
        body = [parts.empty("没有待处理的事项。", "昨夜没有强疑点，全部批次都已发布。")]
    return parts.card(
        "待处理",
        body,
        subtitle="疑点不是结论，核查前不得对外",
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="open-card",
    )


def _trail(place: Place, view: View) -> Any:
    if len(place.line) == 1:
        return None
    steps: list[tuple[str, str | None]] = [
        (name, view.link(area=None if level == "city" else code)) for code, name, level in place.line[:-1]
    ]
    return parts.breadcrumbs([*steps, (place.name, None)])


def _tools(known: dict[str, Indicator], chosen: str) -> Any:
    return dmc.Select(
        id={"type": "param", "name": "indicator"},
        data=[{"value": key, "label": item.title} for key, item in known.items()],
        value=chosen,
        allowDeselect=False,
        searchable=True,
        w=220,
        comboboxProps={"shadow": "md"},
        **parts.aria(label="地图、趋势和排名的指标"),
    )


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?area=`` (default the city) and ``?indicator=``."""
    known = definitions(snapshot)
    key = view.params.get("indicator", DEFAULT_INDICATOR)
    indicator = known.get(key) or next(iter(known.values()), None)
    area = view.params.get("area") or queries.CITY
    line = queries.lineage_of_area(snapshot, area)
    if indicator is None or not line:
        reason = "指标定义为空。" if indicator is None else f"没有区划代码为 {area} 的已发布指标。"
        return parts.page(
            TITLE, "全市怎样？", [parts.card("没有数据", parts.empty(reason, parts.link("回到全市", "/")))]
        )
    place = Place(line)
    return parts.page(
        TITLE if place.level == "city" else place.name,
        "全市怎样？哪里偏离？谁该处理？" if place.level == "city" else f"{place.name}怎样？哪里偏离？",
        [
            html.Div(_kpis(snapshot, known, place, view), className="kpis"),
            html.Div(
                [
                    html.Div(
                        [
                            parts.guarded(
                                "县（市、区）同比", lambda: _map_card(snapshot, indicator, place, view), "map-card"
                            ),
                            parts.guarded("趋势", lambda: _trend_card(snapshot, indicator, place, view), "trend-card"),
                        ]
                    ),
                    html.Div(
                        [
                            parts.guarded("待处理", lambda: _open_card(snapshot, view), "open-card"),
                            parts.guarded(
                                "排名", lambda: _ranking_card(snapshot, indicator, place, view), "ranking-card"
                            ),
                        ]
                    ),
                ],
                className="overview-grid",
            ),
        ],
        tools=_tools(known, indicator.key),
        trail=_trail(place, view),
    )
