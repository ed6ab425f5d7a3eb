"""Disk and growth: how long the room will last."""

from dash import html

from dashboards import format as fmt
from dashboards import parts
from dashboards.serving import Snapshot
from dashboards.storage import AREAS, Disk, Usage, disk, usage
from taian.settings import settings

LOW_BYTES = 1024**3
"""Below this the night refuses to start."""

LOW_SHARE = 0.1


def _state(room: Disk) -> html.Span:
    if room.free < LOW_BYTES:
        return parts.badge("磁盘将满：请先清理", "bad")
    if room.free < LOW_SHARE * room.total:
        return parts.badge("余量不足一成", "warn")
    return parts.badge("余量充足", "good")


def _growth(found: Usage, room: Disk) -> str:
    if found.daily is None:
        return "只有一天的写入记录，还看不出增长；第二夜之后这里给出每日增长和可用天数。"
    left = fmt.count(room.free / found.daily) if found.daily else fmt.DASH
    return f"近 {len(found.written)} 个写入日的中位数为每日 {fmt.size(found.daily)}，照此还可用约 {left} 天。"


def storage_card(snapshot: Snapshot) -> html.Section:
    """Room on the disk now, what the platform takes by folder, and its growth."""
    config = settings()
    room, found = disk(config), usage(config.home, f"{snapshot.run_id} {snapshot.published_at}")
    used = 1 - room.free / room.total
    bar = html.Div(
        html.Span(style={"width": f"{used * 100:.1f}%"}), className="meter", role="img",
        **parts.aria(label=f"磁盘已用 {fmt.percent(used)}"),
    )  # fmt: skip
    rows: list[tuple[parts.Node, ...]] = [
        (title, html.Code(f"{area}/"), fmt.size(found.areas[area])) for area, title in AREAS.items()
    ]
    rows.append(("其他", html.Code("alerts.db spark/ run/ tmp/ …"), fmt.size(found.other)))
    total = sum(found.areas.values()) + found.other
    return parts.card(
        "磁盘与增长",
        [
            html.P([html.Strong(fmt.size(room.free)), f" 可用，共 {fmt.size(room.total)}"]),
            bar,
            parts.table("平台各目录占用", ("内容", "目录", "占用"), rows, numeric=(2,), name="plain-table"),
            html.P(_growth(found, room), className="definition"),
        ],
        subtitle=f"平台共占 {fmt.size(total)}",
        aside=_state(room),
        foot=parts.stamp(snapshot.business_date, "本机磁盘，打开页面时测得；各目录每夜统计一次"),
        name="half-card",
    )
