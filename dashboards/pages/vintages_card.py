"""Vintages of a macro figure: choose the day as of which it was known, and see what was revised since."""

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts
from dashboards.pages.figures import BASIS, CUMULATIVE, KNOWN, Chosen
from dashboards.pages.indicator import Indicator
from dashboards.view import View

DAYS, ROWS = 24, 12
"""Days of publication that can be chosen, and revised figures that are shown."""


def choices(vintages: pd.DataFrame, chosen: Chosen, view: View) -> Any:
    """Links for the figure of the period or since January, and the days as of which it can be seen; None without."""
    if vintages.empty:
        return None
    days = sorted({str(day) for day in vintages["known_from"]}, reverse=True)[:DAYS]
    kinds = []
    if vintages["is_cumulative"].nunique() > 1:
        kinds = [
            parts.link(words, view.link(**{BASIS: value}), className="chip chosen" if is_chosen else "chip")
            for words, value, is_chosen in (
                ("当期", None, not chosen.is_cumulative),
                ("1-本月累计", CUMULATIVE, chosen.is_cumulative),
            )
        ]
    if chosen.known and chosen.known not in days:
        days = [chosen.known, *days]
    select = dmc.Select(
        id={"type": "param", "name": KNOWN},
        data=[{"value": "", "label": "现在所知"}, *({"value": day, "label": f"{day} 时所知"} for day in days)],
        value=chosen.known,
        allowDeselect=False,
        w=200,
        size="xs",
        comboboxProps={"shadow": "md"},
        **parts.aria(label="按哪一天所知的数"),
    )
    return html.Div([*kinds, select], className="chips choices")


def vintages_card(vintages: pd.DataFrame, indicator: Indicator, chosen: Chosen) -> html.Section:
    """Figures whose value changed after it was first known: first and last value, when, by how much."""
    asked = vintages[(vintages["is_cumulative"] == chosen.is_cumulative) & vintages["value"].notna()]
    rows = []
    for period, group in asked.groupby("period", sort=False):
        first, last = group.iloc[-1], group.iloc[0]
        if len(group) < 2 or first["value"] == last["value"]:
            continue
        ratio = last["value"] / first["value"] - 1 if first["value"] > 0 else None
        rows.append(
            (
                str(period),
                fmt.amount(first["value"], indicator.unit),
                str(first["known_from"]),
                fmt.amount(last["value"], indicator.unit),
                str(last["known_from"]),
                fmt.change(ratio),
            )
        )
    headers = ("统计期", "首次公布", "公布日", "现值", "修订日", "修订幅度")
    body = (
        parts.table(f"{indicator.title}修订过的数", headers, rows[:ROWS], numeric=(1, 3, 5), name="plain-table")
        if rows
        else parts.empty("没有修订过的数。", "首次公布的数一直沿用到现在。")
    )
    return parts.card(
        "修订",
        body,
        subtitle=f"{len(rows)} 个统计期修订过 · {'1-本月累计' if chosen.is_cumulative else '当期'}",
        name="vintages-card",
    )
