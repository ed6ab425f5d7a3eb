"""我的阈值: the reader's own lines, the last figure, since when it lies beyond, and the form of a new one."""

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.lines import Look, looks
from dashboards.pages import step_form
from dashboards.pages.indicator import definitions
from dashboards.pages.topics import TOPICS
from dashboards.serving import Snapshot
from dashboards.view import address
from taian.mine.thresholds import LONGEST_REASON, SIDES, Threshold

TITLE = "我的阈值"
HEADERS = ("阈值", "最近一期", "状态", "理由", "办理")
SET = "threshold.set"
STATES = {"crossed": ("越过", "warn"), "calm": ("未越过", "good"), "unknown": ("没有可比的数", "plain")}
NUMBER_LENGTH = 24


def thresholds_card(snapshot: Snapshot, own: list[Threshold], filled: Mapping[str, str]) -> html.Section:
    """The lines of one account; ``filled`` is what stands in the form."""
    nothing = parts.empty("还没有设阈值。", "在下面选一项指标和一个区划，写上限或下限。")
    rows = [_row(one) for one in looks(snapshot, own)]
    return parts.card(
        TITLE,
        [parts.table(TITLE, HEADERS, rows, (1,)) if rows else nothing, _form(snapshot, filled, not rows)],
        subtitle="每夜发布后比对，越过时给本人发一次邮件；只是自己的提醒，不是预警",
        foot=parts.stamp(snapshot.business_date, "指标"),
        name="wide-card",
    )


def _row(one: Look) -> tuple[Any, ...]:
    words, tone = STATES[one.state]
    badge = parts.badge(f"自 {one.since} 起{words}" if one.since else words, tone)
    value: Any = fmt.DASH
    if one.row is not None and one.indicator is not None:
        value = [one.indicator.amount(one.row), html.Div(str(one.row["period"]), className="muted small")]
    topic = next((key for key, title in TOPICS.items() if one.indicator and title == one.indicator.topic), None)
    name: Any = one.title
    if topic:
        where = address(f"/topics/{topic}", indicator=one.threshold.indicator, area=one.threshold.area)
        name = parts.link(one.title, where)
    drop = step_form.button("mine", "threshold.drop", str(one.threshold.id), "删除", f"删除 {one.title}")
    return name, value, badge, one.threshold.reason or fmt.DASH, drop


def _form(snapshot: Snapshot, filled: Mapping[str, str], is_open: bool) -> html.Details:
    titles = {key: title for title, key in TOPICS.items()}
    indicators = [
        {"value": key, "label": f"{one.title}（{fmt.delivered_unit(one.unit)}）"}
        for key, one in definitions(snapshot).items()
        if one.topic in titles
    ]
    areas = [
        {"value": code, "label": f"{name}（{above}）" if above else name}
        for code, name, above in queries.areas(snapshot)
    ]
    sides = [{"value": key, "label": title} for key, title in SIDES.items()]
    fields = [
        _choice("indicator", "指标（括号里是填写的单位）＊", indicators, filled),
        _choice("area", "区划＊", areas, {"area": queries.CITY, **filled}),
        _choice("side", "方向＊", sides, {"side": "above", **filled}),
        _text("value", "阈值＊", "如 1200", filled, NUMBER_LENGTH),
        _text("reason", "理由", "", filled, LONGEST_REASON),
    ]
    return html.Details(
        [
            html.Summary("设一个阈值"),
            html.Div(fields, className="case-fields"),
            step_form.button("mine", SET, "0", "确认设置", "确认设置阈值", "button button-first"),
        ],
        className="case-step",
        open=is_open or bool(filled),
    )


def _identity(name: str) -> dict[str, str]:
    return {"type": "mine-field", "action": SET, "name": name}


def _choice(name: str, label: str, choices: list[dict[str, str]], filled: Mapping[str, str]) -> dmc.Select:
    given = filled.get(name)
    known = {each["value"] for each in choices}
    return dmc.Select(
        id=_identity(name),
        label=label,
        data=choices,
        value=given if given in known else None,
        searchable=len(choices) > len(SIDES),
        nothingFoundMessage="没有这一项",
        allowDeselect=False,
    )


def _text(name: str, label: str, hint: str, filled: Mapping[str, str], most: int) -> html.Label:
    given = dcc.Input(
        id=_identity(name), type="text", maxLength=most, value=filled.get(name, ""), placeholder=hint or None,
        autoComplete="off",
    )  # fmt: skip
    return html.Label([label, given])
