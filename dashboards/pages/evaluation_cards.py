"""考核: the scheme, one department's points and where they come from, how the ranking holds, objections."""

from typing import Any

from dash import html

from catalog.evaluation import evaluation
from catalog.plan import scheme
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.charts.sensitivity import ROW, Place, sensitivity
from dashboards.pages.objection_panel import objections_card
from dashboards.pages.plan_words import place_of
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View, address


def evaluation_cards(snapshot: Snapshot, view: View) -> list[html.Section]:
    """The cards of the tab above its list."""
    names = (("考核办法", _points), ("权重变动的影响", _holds), ("异议和裁定", objections_card))
    return [
        parts.guarded(title, lambda make=make: make(snapshot, view), "wide-card plan-evaluation")  # type: ignore[misc]
        for title, make in names
    ]


def _rows_of(indicator: str, department: str) -> list[parts.Node]:
    """The ways to the rows behind an indicator of a department: one for each measure that it is the mean of."""
    each = evaluation().indicators[indicator]
    if each.formula == "measure_mean":
        ways = [
            parts.link(scheme().measures[name].title, address("/plan", **place_of(name), department=department))
            for name in each.of
        ]
        return [html.Div(way) for way in ways]
    if each.formula == "taken_days":
        return [parts.link("逐日取用", address("/plan", tab="exchange", party=department))]
    return [parts.link("资源和批次", address("/my-data", provider=department))]


def _points(snapshot: Snapshot, view: View) -> html.Section:
    """The scheme; of a chosen department its shares and points, each with the way to its rows."""
    frame, rules = planned.evaluation(snapshot), evaluation()
    chosen = frame[frame["department"] == view.params.get("department", "")].to_dict("records")
    by_name = {row["indicator"]: row for row in chosen}
    rows = [_indicator(name, by_name.get(name)) for name in rules.indicators]
    headers = ("指标", "权重", "怎样计算", *(("比例", "得分", "明细") if chosen else ()))
    title = f"考核 · {chosen[0]['department_name']}" if chosen else "考核办法"
    score = f"，{chosen[0]['score']:.2f} 分，{_place(chosen[0])}" if chosen else ""
    rule = f"由{rules.decided_by}决定。{rules.exceptions}。不适用的指标，权重按比例分给其余各项。"
    return parts.card(
        title,
        [
            html.P(rule, className="muted small"),
            parts.table("考核指标", headers, rows, (1, 3, 4) if chosen else (1,), "plan-rows"),
            html.P(f"结果摘要（SHA-256）：{planned.digest_of(snapshot)}", className="muted small"),
        ],
        subtitle=f"办法版本 {rules.version}{score}",
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="wide-card plan-evaluation",
    )


def _indicator(name: str, row: Any) -> list[parts.Node]:
    each = evaluation().indicators[name]
    cells: list[parts.Node] = [each.title, f"{each.weight:g}", each.definition]
    if row is None:
        return cells
    has_value = not fmt.is_missing(row["value"])
    cells += [fmt.percent(row["value"]), f"{row['points']:.2f}"] if has_value else [fmt.DASH, fmt.DASH]
    cells.append(_rows_of(name, row["department"]) if has_value else "不适用")
    return cells


def _place(row: Any) -> str:
    if fmt.is_missing(row["rank"]):
        return "不参加排名"
    return f"第 {int(row['rank'])} 名（权重变动时第 {int(row['low_rank'])}—{int(row['high_rank'])} 名）"


def _holds(snapshot: Snapshot, view: View) -> html.Section:
    """The figure of sensitivity."""
    every = planned.evaluation(snapshot).drop_duplicates("department")
    ranked = every[every["rank"].notna()].sort_values(["rank", "department"])
    places = [
        Place(row["department_name"], int(row["rank"]), int(row["low_rank"]), int(row["high_rank"]))
        for row in ranked.to_dict("records")
    ]
    swing = evaluation().swing
    said = f"任一指标的权重上下变动 {swing:g}% 时，各部门名次在什么范围内"
    body: Any = parts.empty("没有可排名的部门。")
    if places:
        moving = sum(one.high - one.low > 1 for one in places)
        label = f"{said}：{moving} 个部门的名次变动超过一名"
        rows = [[one.name, f"{one.rank}", f"{one.low}", f"{one.high}"] for one in places]
        table = parts.table("名次范围", ("部门", "名次", "最好", "最差"), rows, (1, 2, 3))
        body = parts.graph(sensitivity(places, palette(view.theme)), label, 80 + ROW * len(places), table)
    return parts.card(
        "权重变动的影响",
        body,
        subtitle=said,
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="wide-card plan-evaluation",
    )
