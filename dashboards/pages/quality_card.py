"""How good and how punctual a resource is, by the six dimensions of GB/T 36344-2018, and how that has moved."""

from typing import Any

import pandas as pd
from dash import html

from catalog.model import DIMENSION_TITLES
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.sparkline import sparkline
from dashboards.departments import name_of
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View

TITLE = "质量评价"
POINTS = 60
SAID = {
    "conformity": ("行", "写法、类型和代码合规的行"),
    "completeness": ("格", "要求填写而且填了的单元格"),
    "accuracy": ("行", "校验、范围相符的行"),
    "consistency": ("行", "与其他信息项不矛盾、主键不重复的行"),
    "timeliness": ("期", "按更新周期在期限内送达的统计期"),
    "accessibility": ("批", "近期报送中得以发布的批次"),
}
"""What is counted of each dimension, and what the figure says."""


def quality_card(snapshot: Snapshot, name: str, view: View) -> html.Section:
    """The last value of each dimension with its figures and its line; owners apart where there are several."""
    frame = queries.quality(snapshot, name)
    if frame.empty:
        nothing = parts.empty("还没有报送过，无从评价。", "按更新周期报送后，下一夜会出现在这里。")
        return parts.card(TITLE, nothing, name="wide-card")
    rows = [
        _row(dimension, together(frame[frame["dimension"] == dimension]), view)
        for dimension in DIMENSION_TITLES
        if dimension in set(frame["dimension"])
    ]
    headers = ("维度", "说明", "最近", "依据", "最低", "走势")
    body: list[Any] = [parts.table(f"{TITLE}（六个维度）", headers, rows, numeric=(2, 3, 4), name="quality-table")]
    if frame["owner"].nunique() > 1:
        body.append(_owners(frame))
    return parts.card(
        TITLE,
        body,
        subtitle="维度依 GB/T 36344-2018；行和单元格看最近一次读入的报送，时效和可访问看近期，每夜留存",
        foot=parts.stamp(snapshot.business_date, "报送记录与校验规则"),
        name="wide-card",
    )


def together(frame: pd.DataFrame) -> pd.DataFrame:
    """One dimension of all owners by day: each owner counts with its last figures."""
    by_owner = frame.pivot_table(index="business_date", columns="owner", values=["numerator", "denominator"])
    sums = by_owner.ffill().T.groupby(level=0).sum().T.tail(POINTS)
    return sums.assign(value=(sums["numerator"] / sums["denominator"]).where(sums["denominator"] > 0))


def _row(dimension: str, history: pd.DataFrame, view: View) -> tuple[Any, ...]:
    unit, meaning = SAID[dimension]
    values = [None if fmt.is_missing(value) else float(value) for value in history["value"]]
    known = [(value, str(day)) for value, day in zip(values, history.index, strict=True) if value is not None]
    title = html.Strong(DIMENSION_TITLES[dimension])
    if not known:
        return title, meaning, fmt.DASH, "还没有可评价的", fmt.DASH, fmt.DASH
    (low, day), last = min(known), history.iloc[-1]
    line = sparkline(values, palette(view.theme).accent)
    label = f"{DIMENSION_TITLES[dimension]}最近 {len(known)} 次：最低 {fmt.percent(low)}"
    return (
        title,
        meaning,
        fmt.percent(last["value"], 2),
        f"{fmt.count(last['numerator'])} / {fmt.count(last['denominator'])} {unit}",
        f"{fmt.percent(low, 2)}（{day}）",
        html.Img(src=line, alt=label, className="spark") if line else fmt.DASH,
    )


def _owners(frame: pd.DataFrame) -> html.Details:
    """The last figures of each department."""
    last = {(row["owner"], row["dimension"]): row for row in frame.to_dict("records")}
    owners = [str(owner) for owner in frame["owner"].unique()]
    rows = [
        (name_of(owner), *(_last(last.get((owner, dimension))) for dimension in DIMENSION_TITLES)) for owner in owners
    ]
    headers = ("提供方", *DIMENSION_TITLES.values())
    table = parts.table("各提供方的质量", headers, rows, numeric=range(1, len(headers)))
    return html.Details([html.Summary(f"{len(rows)} 个提供方分别的情况"), table])


def _last(row: queries.Row | None) -> str:
    return fmt.percent(row["numerator"] / row["denominator"], 2) if row and row["denominator"] else fmt.DASH
