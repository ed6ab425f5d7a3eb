"""Telecom presence, power and water by township: how they move together."""

from typing import Any

from dash import html

from dashboards import decided, parts
from dashboards import format as fmt
from dashboards.serving import Snapshot

TITLE = "人、电、水"
PAIRS = {"present_power": "人与电", "present_water": "人与水", "power_water": "电与水"}
SHOWN = 15
METHOD = (
    "每个月的变化（对数差）减去各乡镇当月的平均变化，季节和天气不再使它们看起来相像；然后算相关系数，"
    "加粗的是 95% 区间整个高于 0 的。驻留人数或水表户数不到 20 的乡镇（街道）一个数也不显示；"
    "用电没有户数，按这两项判断。"
)


def township_card(snapshot: Snapshot) -> html.Section:
    """All townships together, then each one; townships of fewer than twenty have no figures."""
    frame = decided.townships(snapshot)
    if frame.empty:
        return parts.card(
            TITLE, parts.empty("没有可比的月份。", "要有乡镇的驻留人数、日用电量和用水量。"), name="wide-card"
        )
    whole, each = frame[frame["area_code"] == ""], frame[frame["area_code"] != ""]
    hidden = int((each["reason"] == "few").sum())
    rows = [_row(row) for row in each[each["reason"] == ""].to_dict("records")]
    headers = ("乡镇（街道）", "人 同比", "电 同比", "水 同比", *PAIRS.values())
    told = "；".join(f"{title} {_r(whole.iloc[0][pair])}" for pair, title in PAIRS.items())
    body: list[Any] = [html.P([html.Strong("全部乡镇合在一起："), told])]
    if rows:
        body += parts.folded("各乡镇（街道）一起变动的程度", headers, rows, range(1, 7), SHOWN)
    return parts.card(
        TITLE,
        [*body, html.P(METHOD, className="muted small")],
        subtitle=f"{len(rows)} 个乡镇（街道）有数，{hidden} 个因不到 20 户（人）不显示",
        foot=parts.stamp(snapshot.as_of.get("topic_decision__township"), "通信运营商、供电公司、自来水公司"),
        name="wide-card",
    )


def _row(row: Any) -> tuple[Any, ...]:
    pairs = [
        html.Strong(_r(row[pair]))
        if not fmt.is_missing(row[f"{pair}_low"]) and row[f"{pair}_low"] > 0
        else _r(row[pair])
        for pair in PAIRS
    ]
    changes = [fmt.change(row[name]) for name in ("present", "power", "water")]
    return (parts.link(str(row["area_name"]), f"/entity/place/{row['area_code']}"), *changes, *pairs)


def _r(value: Any) -> str:
    return fmt.DASH if fmt.is_missing(value) else f"{float(value):+.2f}".replace("-", fmt.MINUS)
