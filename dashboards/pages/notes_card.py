"""批注 under a chart: the notes that its reader sees, numbered as they are on the chart, and the form of a new one."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from sqlalchemy.exc import SQLAlchemyError

from dashboards import format as fmt
from dashboards import parts
from dashboards.access import current_reader, has_reader
from dashboards.pages import step_form
from dashboards.view import address
from taian.mine import notes
from taian.mine.notes import LONGEST_NOTE, Pinned
from taian.settings import settings

PIN = "note.pin"
WHOSE = {"own": "只给自己看", "all": "给能看这项指标的人看"}
UNREADABLE = "批注读不到；请运维人员检查 $TAIAN_HOME/mine.db，图和数不受影响。"


def mark() -> str:
    """What a page with charts depends on beside the night: which notes its reader sees."""
    if not has_reader():
        return ""
    try:
        return notes.mark_of(settings(), current_reader().account)
    except (SQLAlchemyError, OSError):
        return UNREADABLE


def notes_of(indicator: str, area: str) -> list[Pinned] | None:
    """The notes on a chart that its reader sees; None when they cannot be read."""
    try:
        return notes.pinned(settings(), current_reader().account, indicator, area) if has_reader() else []
    except (SQLAlchemyError, OSError):
        return None


def notes_panel(found: Sequence[Pinned] | None, indicator: str, area: str, periods: Sequence[str]) -> html.Div:
    """The list of the notes that were ``found`` (``notes_of``), and the form; ``periods`` may carry a note."""
    if found is None:
        return html.Div(html.P(UNREADABLE, className="said", role="alert"))
    items = [_item(place, one) for place, one in enumerate(found, start=1)]
    return html.Div(
        [
            html.Ol(items, className="notes", **parts.aria(label="批注")) if items else None,
            _form(indicator, area, periods),
            html.Div(id="note-said"),
            html.P(parts.link("给这项指标设自己的阈值", address("/mine", indicator=indicator, area=area))),
        ]
    )


def _item(place: int, one: Pinned) -> html.Li:
    is_own = has_reader() and current_reader().account == one.account
    about = f" {one.author}，{fmt.moment(one.created_at)}，{'共享' if one.is_shared else '只有自己能看'}"
    drop = step_form.button("note", "note.drop", str(one.id), "删除", f"删除批注 {place}", "button small-button")
    words: list[Any] = [html.Strong(f"{place} · {one.period} "), one.text, html.Span(about, className="muted small")]
    return html.Li([*words, drop] if is_own else words)


def _identity(name: str) -> dict[str, str]:
    return {"type": "note-field", "action": PIN, "name": name}


def _form(indicator: str, area: str, periods: Sequence[str]) -> html.Details:
    every = list(periods)[::-1]
    when = dmc.Select(
        id=_identity("period"),
        label="统计期＊",
        data=every,
        value=every[0] if every else None,
        searchable=True,
        allowDeselect=False,
    )
    whose = dmc.Select(
        id=_identity("whose"),
        label="给谁看",
        data=[{"value": key, "label": title} for key, title in WHOSE.items()],
        value="own",
        allowDeselect=False,
    )
    text = dcc.Textarea(id=_identity("text"), maxLength=LONGEST_NOTE, rows=2, value="")
    pin = step_form.button("note", PIN, f"{indicator}/{area}", "记下批注", "记下批注", "button button-first")
    return html.Details(
        [
            html.Summary("写批注"),
            html.Div([when, whose, html.Label(["内容＊", text], className="wide")], className="case-fields"),
            pin,
        ],
        className="case-step",
    )
