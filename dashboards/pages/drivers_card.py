"""Which areas make an area's change: contributions in percentage points that add up to it exactly, or why not."""

import math

import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.ranking import Bar, ranking
from dashboards.charts.sparkline import sparkline
from dashboards.pages.indicator import Indicator, change_of, line_of
from dashboards.pages.place import Place
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View
from dashboards.words import LEVELS

ROUNDING = 1e-6
"""Relative difference up to which parts are said to make up the whole."""


def drivers_card(snapshot: Snapshot, indicator: Indicator, place: Place, view: View) -> html.Section:
    """The areas right below the place in view: their part in its change, and each one's own line."""
    below = queries.children(snapshot, indicator.key, place.code)
    title = f"{place.name}的变化由谁拉动"
    if below.empty:
        return parts.card(title, parts.empty(f"{indicator.title}不发布到{place.name}以下。"), name="drivers-card")
    period = str(below["period"].iloc[0])
    whole = queries.value_at(snapshot, indicator.key, place.code, period)
    shares = contributions(below, whole)
    body: list[parts.Node] = []
    if shares is None:
        body.append(html.P(_why_not(below, whole, place), className="muted small"))
    else:
        below = below.assign(_part=shares).sort_values("_part", ascending=False)
        body.append(ranking(_bars(below, indicator, view), title))
    body.append(_table(snapshot, below, indicator, place, view))
    total = "" if shares is None else f"，合计 {fmt.points(float(shares.sum()))} 个百分点"
    return parts.card(
        title,
        body,
        subtitle=f"{fmt.covered(period, fmt.usual_months(below))} 对同比的拉动（百分点）{total}",
        foot=parts.stamp(period, indicator.owner, below["days_stale"].iloc[0]),
        name="drivers-card",
    )


def contributions(below: pd.DataFrame, whole: dict[str, float] | None) -> pd.Series | None:
    """Each part's change as percentage points of the whole's figure a year ago, or None where that says nothing.

    ``below`` and ``whole`` have ``value`` and ``year_ago``. The parts of a sum add up to its growth rate exactly
    (contribution analysis; OECD, Glossary of Statistical Terms, "Contribution to growth"); those of a mean do not, nor
    do those of an account that the city makes for itself.
    """
    if whole is None or not whole["year_ago"] > 0 or below[["value", "year_ago"]].isna().any().any():
        return None
    for name in ("value", "year_ago"):
        if not math.isclose(float(below[name].sum()), whole[name], rel_tol=ROUNDING):
            return None
    return (below["value"] - below["year_ago"]) / whole["year_ago"] * 100


def _why_not(below: pd.DataFrame, whole: dict[str, float] | None, place: Place) -> str:
    if whole is None or not whole["year_ago"] > 0 or below[["value", "year_ago"]].isna().any().any():
        return "有的区划没有当期或上年同期的数，不能分解。"
    return f"{place.name}的数不是下级之和（平均数、比率，或单独核算），不能分解；各地自己的变化见下表。"


def _bars(below: pd.DataFrame, indicator: Indicator, view: View) -> list[Bar]:
    return [
        Bar(
            str(row["area_name"]),
            view.link(area=str(row["area_code"])),
            float(row["_part"]),
            fmt.points(row["_part"]),
            fmt.amount(row["value"], indicator.unit),
        )
        for row in below.to_dict("records")
    ]


def _table(snapshot: Snapshot, below: pd.DataFrame, indicator: Indicator, place: Place, view: View) -> html.Div:
    lines = {
        str(code): line_of(group.to_dict("records"))
        for code, group in queries.histories_below(snapshot, indicator.key, place.code).groupby("area_code")
    }
    colours = palette(view.theme)
    rows = []
    usual = fmt.usual_months(below)
    for row in below.to_dict("records"):
        change = change_of(row, indicator)
        tone = indicator.tone(change)
        picture = sparkline(lines.get(str(row["area_code"]), []), colours.accent)
        rows.append(
            (
                parts.link(str(row["area_name"]), view.link(area=str(row["area_code"]))),
                fmt.amount(row["value"], indicator.unit) + fmt.of_other_months(row["months"], usual, row["period"]),
                fmt.amount(row["year_ago"], indicator.unit),
                html.Span(fmt.DASH if change is None else indicator.label(change), className=f"tone-{tone}"),
                html.Img(src=picture, alt="", className="spark") if picture else fmt.DASH,
            )
        )
    level = LEVELS["township" if place.county else "county"]
    headers = (level, "当期", "上年同期", indicator.comparison, "近两年")
    return parts.table(
        f"{place.name}各{level}的{indicator.title}", headers, rows, numeric=(1, 2, 3), name="topic-table"
    )
