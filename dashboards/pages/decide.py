"""辅助决策: will the targets be met, what drives the numbers, what if, how people, power and water move together."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from dash import html

from dashboards import decided, parts
from dashboards import format as fmt
from dashboards.pages.decide_words import BASES, METHOD, TABS, chance_badge, figure, wanted
from dashboards.pages.indicator import definitions
from dashboards.pages.pull_cards import driver_card, shift_card
from dashboards.pages.township_card import township_card
from dashboards.pages.whatif_card import whatif_card
from dashboards.queries import CITY
from dashboards.serving import Snapshot
from dashboards.view import View, address

TITLE = "辅助决策"
QUESTION = "目标能不能完成？由谁拉动？如果变了会怎样？"
TARGETS = "目标与预测"


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/decide`` for ``?tab=`` and the choices of its tab."""
    asked = view.params.get("tab", "")
    tab = asked if asked in TABS else next(iter(TABS))
    cards: dict[str, list[tuple[str, Callable[[], html.Section]]]] = {
        "targets": [(TARGETS, lambda: _target_card(snapshot, view))],
        "drivers": [
            ("由谁拉动", lambda: driver_card(snapshot, view)),
            ("各县（市、区）的增长从哪里来", lambda: shift_card(snapshot, view)),
        ],
        "whatif": [("如果……会怎样", lambda: whatif_card(snapshot, view))],
        "townships": [("人、电、水", lambda: township_card(snapshot))],
    }
    shown = [parts.guarded(title, build, "wide-card") for title, build in cards[tab]]
    return parts.page(f"{TITLE} · {TABS[tab]}", QUESTION, [_tabs(tab), *shown], tools=_tools(snapshot, tab, view))


def _tabs(tab: str) -> html.Nav:
    entries = [(title, address("/decide", tab=key), key == tab) for key, title in TABS.items()]
    return parts.tabs("辅助决策内容", entries)


def _tools(snapshot: Snapshot, tab: str, view: View) -> list[Any]:
    """Which area's targets."""
    if tab != "targets" or "topic_decision__target" not in snapshot.as_of:
        return []
    frame = decided.targets(snapshot).drop_duplicates("area_code")
    areas = [(str(row["area_code"]), str(row["area_name"])) for row in frame.to_dict("records")]
    return [parts.filter_of(view, "area", "泰安市", [area for area in areas if area[0] != CITY], 130)]


def _target_card(snapshot: Snapshot, view: View) -> html.Section:
    """The targets of one area, the least probable first."""
    every = decided.targets(snapshot)
    area = view.params.get("area", CITY)
    frame = every[every["area_code"] == area].sort_values("probability", na_position="last")
    if frame.empty:
        nothing = parts.empty(
            "这一年没有可以比较的目标。", "目标由 indicator_target 报送，口径见 catalog/targets.yaml。"
        )
        return parts.card(TARGETS, nothing, name="wide-card")
    known = definitions(snapshot)
    rows = [_target_row(row, area, known) for row in frame.to_dict("records")]
    headers = ("目标", "要求", "目前", "预计年底", "80% 区间", "完成的可能性", "依据")
    told = frame["probability"].dropna()
    counts = f"{len(frame)} 项目标，{int((told >= 0.5).sum())} 项更可能完成，{int((told < 0.5).sum())} 项更可能完不成"
    return parts.card(
        f"{frame['area_name'].iloc[0]} {frame['year'].iloc[0]} 年{TARGETS}",
        [
            parts.table("目标与年底预计", headers, rows, (1, 2, 3, 4)),
            html.P(METHOD, className="muted small"),
            _matrix(every, view),
        ],
        subtitle=f"{counts}，{int(frame['probability'].isna().sum())} 项不给可能性；最难的在前",
        foot=parts.stamp(snapshot.as_of.get("topic_decision__target"), "指标目标、已发布指标"),
        name="wide-card",
    )


def _target_row(row: Any, area: str, known: Any) -> tuple[Any, ...]:
    unit = str(row["unit"])
    title: Any = str(row["title"])
    if row["indicator"] in known:
        title = parts.link(title, address("/", area=area, indicator=row["indicator"]))
    spread = fmt.DASH if fmt.is_missing(row["low"]) else f"{figure(row['low'], unit)} 至 {figure(row['high'], unit)}"
    basis = BASES[str(row["basis"])] + (f"（{row['years']} 年 {row['errors']} 个误差）" if row["errors"] else "")
    return (
        title,
        wanted(str(row["kind"]), row["target"], unit),
        [figure(row["actual"], unit), html.Div(f"截至 {row['as_of']}", className="muted small")],
        figure(row["expected"], unit),
        spread,
        chance_badge(row["probability"], str(row["basis"])),
        basis,
    )


def _matrix(every: pd.DataFrame, view: View) -> html.Details:
    """Every area's probability of every target."""
    areas = every.drop_duplicates("area_code")[["area_code", "area_name"]].to_dict("records")
    rows = []
    for (_, title), part in every.groupby(["code", "title"]):
        by_area = {str(row["area_code"]): row for row in part.to_dict("records")}
        cells = [
            chance_badge(by_area[code]["probability"], str(by_area[code]["basis"])) if code in by_area else fmt.DASH
            for code in (str(area["area_code"]) for area in areas)
        ]
        rows.append((title, *cells))
    headers = ("目标", *(str(area["area_name"]) for area in areas))
    table = parts.table("各地完成目标的可能性", headers, rows)
    return html.Details([html.Summary("各县（市、区）完成的可能性"), table], open=not view.is_phone)
