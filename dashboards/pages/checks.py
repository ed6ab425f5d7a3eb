"""What the gate checked of a batch."""

from collections.abc import Sequence
from typing import Any

from dash import html

from catalog.model import DIMENSION_TITLES
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.words import check_title


def _check_badge(success: Any, severity: str) -> Any:
    """Passed, failed, or not judged: nothing to judge by is neither."""
    if fmt.is_missing(success):
        return parts.badge("未判定")
    if success:
        return parts.badge("通过", "good")
    return parts.badge("未通过", "bad" if severity == "critical" else "warn")


def _table(rows: Sequence[Row]) -> html.Div:
    shown = [
        (
            _check_badge(row["success"], row["severity"]),
            [
                html.Strong(check_title(str(row["check"]))),
                html.Span(f" {DIMENSION_TITLES.get(str(row['dimension']), row['dimension'])}", className="muted"),
            ],
            str(row["observed"]),
            str(row["expected"]),
        )
        for row in rows
    ]
    return parts.table("发布门检查", ("结果", "检查", "实测", "要求"), shown, name="checks")


def checks_table(snapshot: Snapshot, resource: str, batch: str) -> Any:
    """The gate's checks of one batch: what did not pass in sight, what passed folded away."""
    frame = queries.checks(snapshot, resource, batch)
    if frame.empty:
        return parts.empty("发布门没有检查这个批次。", "整批拒收、重复的批次不进入检查。")
    rows = frame.to_dict("records")
    passed = [row for row in rows if not fmt.is_missing(row["success"]) and row["success"]]
    others = [row for row in rows if row not in passed]
    return html.Div(
        [
            _table(others) if others else html.P(["全部 ", fmt.count(len(passed)), " 项检查通过。"]),
            html.Details([html.Summary(f"通过的 {fmt.count(len(passed))} 项"), _table(passed)]) if passed else None,
        ]
    )
