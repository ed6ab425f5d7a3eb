"""What the gate checked of a batch."""

from typing import Any

import pandas as pd

from catalog.model import DIMENSION_TITLES
from dashboards import parts, queries
from dashboards.serving import Snapshot
from dashboards.words import SEVERITIES


def _check_badge(success: Any, severity: str) -> Any:
    """Passed, failed, or not judged: nothing to judge by is neither."""
    if success is None or pd.isna(success):
        return parts.badge("未判定")
    if success:
        return parts.badge("通过", "good")
    return parts.badge("未通过", "bad" if severity == "critical" else "warn")


def checks_table(snapshot: Snapshot, batch: str) -> Any:
    """The gate's checks of one batch as a table."""
    frame = queries.checks(snapshot, batch)
    if frame.empty:
        return parts.empty("发布门没有检查这个批次。", "整批拒收、重复的批次不进入检查。")
    rows = [
        (
            _check_badge(row["success"], row["severity"]),
            f"{row['check']}（{DIMENSION_TITLES.get(str(row['dimension']), row['dimension'])}）",
            SEVERITIES.get(str(row["severity"]), str(row["severity"])),
            str(row["observed"]),
            str(row["expected"]),
        )
        for row in frame.to_dict("records")
    ]
    return parts.table("发布门检查", ("结果", "检查", "级别", "实测", "要求"), rows)
