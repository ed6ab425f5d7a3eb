"""外网覆盖: how many townships of each county the extranet reaches, on a map; whose networks and exits are merged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from dash import html

from catalog.plan import scheme
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.charts.base import plain
from dashboards.charts.map import Share, least_of, share_map
from dashboards.pages.map_card import label_size, outlines, scale_bar, statement
from dashboards.pages.plan_words import place_of
from dashboards.queries import CITY
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View, address

COUNTY = "county_code"
"""The parameter of the address that a click on the map sets, and by which the townships are filtered."""
NAMED = 6
"""Townships that the map names before it only counts the rest: a label must not cover the county."""
MERGED = ("networks_merged", "exits_merged")


@dataclass(frozen=True)
class Coverage:
    """The townships of one county: how many there are, and the names of those that are not connected."""

    name: str
    towns: int
    without: tuple[str, ...]

    @property
    def share(self) -> float:
        """Connected of all, 0..1."""
        return (self.towns - len(self.without)) / self.towns

    @property
    def counted(self) -> str:
        """Connected of all, in numbers."""
        return f"{self.towns - len(self.without)}/{self.towns}"

    @property
    def missing(self) -> str:
        """The unconnected by name, as many as can be read at a glance."""
        more = f"等 {len(self.without)} 个" if len(self.without) > NAMED else ""
        return "、".join(self.without[:NAMED]) + more


def coverage(townships: pd.DataFrame) -> dict[str, Coverage]:
    """Each county with a township in sight, by code."""
    return {
        str(code): Coverage(
            str(own["county_name"].iloc[0]), len(own), tuple(own.loc[~own["is_connected"].astype(bool), "name"])
        )
        for code, own in townships.groupby(COUNTY)
    }


def coverage_card(snapshot: Snapshot, view: View) -> html.Section:
    """The map; ServingError when there is no boundary to draw. A click on a county lists its townships."""
    found = coverage(planned.townships(snapshot))
    title = "县（市、区）外网覆盖"
    if not found:
        return parts.card(
            title, parts.empty("您的部门没有乡镇（街道）。", "全市的覆盖情况由各县（市、区）看。"), name="map-card"
        )
    shares = {code: Share(each.share, each.counted, _told(each)) for code, each in found.items()}
    colours = palette(view.theme)
    figure = share_map(outlines(snapshot), shares, view.params.get(COUNTY), colours, label_size(view), COUNTY)
    words = "；".join(f"{each.name} {each.counted}" for each in found.values())
    least = least_of({code: each.share for code, each in found.items()})
    ends = [fmt.percent(share) for share in (least, (least + 1) / 2, 1.0)]
    return parts.card(
        title,
        [
            parts.graph(
                figure, f"外网公共服务域接入乡镇（街道）地图：{words}", 230 if view.is_phone else 360, identity="map"
            ),
            scale_bar("scale-bar one-way", ends),
        ],
        subtitle="已接入/全部乡镇（街道）· 颜色越深越全 · 点击县（市、区）列出它的乡镇",
        aside=parts.link("全部", view.link(**{COUNTY: None, "page": None})) if view.params.get(COUNTY) else None,
        foot=parts.stamp(snapshot.business_date, f"市政府办公室 · {statement()}"),
        name="map-card",
    )


def _told(each: Coverage) -> str:
    said = f"已接入 {each.counted}（{fmt.percent(each.share)}）"
    return f"{said}<br>未接入：{plain(each.missing)}" if each.without else f"{said}<br>全部接入"


def merged_card(snapshot: Snapshot) -> html.Section:
    """Private networks and exits of each department and county, the least merged first; a share leads to its rows."""
    every = planned.measures(snapshot)
    frame = every[every["measure"].isin(MERGED)]
    title = "专网和互联网出口整合"
    if frame.empty:
        return parts.card(title, parts.empty("您的部门没有专网和互联网出口。"), name="wide-card plan-merged")
    by_owner: dict[str, dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        by_owner.setdefault(str(row["owner"]), {})[str(row["measure"])] = row
    order = sorted(by_owner, key=lambda owner: (owner != CITY, min(row["value"] for row in by_owner[owner].values())))
    rows = [_owner(owner, by_owner[owner]) for owner in order]
    headers = ("责任单位", *(f"{word}{part}" for word in ("专网", "出口") for part in ("已整合", "比例")))
    asked = "；".join(f"{key} {task.at_least:g}%" for key, task in scheme().tasks.items() if task.measure in MERGED)
    note: list[parts.Node] = [
        "批准保留的不计；报称已并入、归并而原线路仍有流量的不算。第 9 条电子政务内网没有可由数据说明的内容，以",
        parts.link("责任部门的报告", "/plan/09-1"),
        "为准。",
    ]
    return parts.card(
        title,
        [html.P(note, className="muted small"), *parts.folded(title, headers, rows, (1, 2, 3, 4))],
        subtitle=f"方案第 11、12 条 · 要求 {asked} · 点比例看明细",
        foot=parts.stamp(snapshot.business_date, "市政府办公室"),
        name="wide-card plan-merged",
    )


def _owner(owner: str, rows: Mapping[str, Mapping[str, Any]]) -> list[parts.Node]:
    name = next(iter(rows.values()))["owner_name"]
    cells: list[parts.Node] = [html.Strong(name) if owner == CITY else name]
    for measure in MERGED:
        row = rows.get(measure)
        if row is None:
            cells += [fmt.DASH, fmt.DASH]
            continue
        whose = {} if owner == CITY else {"department": owner}
        share = fmt.amount(row["value"], "percent")
        cells.append(f"{fmt.count(row['numerator'])}/{fmt.count(row['denominator'])}")
        cells.append(parts.link(share, address("/plan", **place_of(measure), **whose)))
    return cells
