"""How punctual, complete and accurate each resource of a department is, and how that has moved."""

from typing import Any

import pandas as pd
from dash import html

from catalog.model import DIMENSION_TITLES
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.sparkline import sparkline
from dashboards.pages.quality_card import together
from dashboards.pages.whose import Whose
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View

TITLE = "各资源的质量"
SHOWN = ("timeliness", "completeness", "accuracy")


def _score(frame: pd.DataFrame, dimension: str, view: View) -> Any:
    """The last value of one dimension with its line; a dash where nothing was measured."""
    own = frame[frame["dimension"] == dimension]
    values = [] if own.empty else [None if fmt.is_missing(v) else float(v) for v in together(own)["value"]]
    known = [value for value in values if value is not None]
    if not known:
        return fmt.DASH
    title = DIMENSION_TITLES[dimension]
    line = sparkline(values, palette(view.theme).accent) if len(known) > 1 else None
    label = f"{title}最近 {len(known)} 次：最低 {fmt.percent(min(known))}，最近 {fmt.percent(known[-1])}"
    return html.Span(
        [html.Img(src=line, alt=label, className="spark") if line else None, fmt.percent(known[-1], 2)],
        className="score",
    )


def _line(row: Row, frame: pd.DataFrame, view: View) -> tuple[Any, ...]:
    state: list[Any] = [parts.state_badge(row["last_state"])]
    if row["is_late"]:
        state += [" ", parts.badge("逾期未报", "bad")]
    return (
        parts.link(str(row["title"]), f"/catalogue/{row['resource']}"),
        str(row["cycle"]),
        fmt.or_dash(row["last_period"]),
        html.Span(state),
        *(_score(frame, dimension, view) for dimension in SHOWN),
    )


def scores_card(snapshot: Snapshot, who: Whose, view: View) -> html.Section:
    """One line a resource; its page in the catalogue has all six dimensions."""
    measured = queries.qualities(snapshot, who.owner)
    frame = queries.resources(snapshot)
    own = frame[frame["resource"].isin(who.resources)].to_dict("records")
    headers = ("资源", "更新", "最近统计期", "最近一批", *(DIMENSION_TITLES[each] for each in SHOWN))
    rows = [_line(row, measured[measured["resource"] == row["resource"]], view) for row in own]
    return parts.card(
        TITLE,
        parts.folded(TITLE, headers, rows, numeric=(4, 5, 6)),
        subtitle="最近的数值和每夜的走势（GB/T 36344-2018）；六个维度的依据在各资源的目录页",
        foot=parts.stamp(snapshot.business_date, "报送记录与校验规则"),
        name="wide-card",
    )
