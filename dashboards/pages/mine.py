"""我的: what the reader keeps for himself. Opened with the rights of today, whatever they were when it was kept."""

from typing import Any
from urllib.parse import urlsplit

from dash import dcc, html
from sqlalchemy.exc import SQLAlchemyError

from dashboards import parts
from dashboards.access import current_reader, has_reader
from dashboards.mine import UNREADABLE, Changed
from dashboards.pages import step_form
from dashboards.permissions import may_open
from dashboards.serving import Snapshot
from dashboards.view import View
from taian.access.roles import Reader
from taian.mine import views
from taian.mine.views import LONGEST_NAME, Kept
from taian.settings import Settings, settings

TITLE = "我的"
QUESTION = "我存过哪些页面？"
HEADERS = ("视图", "地址", "办理")


def render(_: Snapshot, view: View) -> html.Div:
    """The reader's own things."""
    reader = current_reader() if has_reader() else Reader("", "", frozenset())
    body = html.Div(panel(settings(), reader, Changed()), id="mine-panel")
    return parts.page(TITLE, QUESTION, [body])


def kept(changed: Changed) -> Any:
    """What became of keeping the open page."""
    if changed.said:
        return html.Span(changed.said, className="said", role="alert")
    return html.Span([f"{changed.done}。", parts.link("打开“我的”", "/mine")], role="status")


def panel(config: Settings, reader: Reader, changed: Changed) -> list[Any]:
    """Everything that the reader keeps, as it is now; what became of the last change stands above."""
    return [
        step_form.answer(changed.said, changed.done),
        parts.guarded("我的视图", lambda: _views_card(config, reader), "wide-card"),
    ]


def _views_card(config: Settings, reader: Reader) -> html.Section:
    try:
        every = views.listed(config, reader.account)
    except (SQLAlchemyError, OSError):
        return parts.card("我的视图", parts.failed(UNREADABLE), name="wide-card")
    nothing = parts.empty("还没有存过视图。", "在任何页面上点右上角的“存为视图”，起个名称，它就列在这里。")
    rows = [_row(reader, one, place, len(every)) for place, one in enumerate(every)]
    return parts.card(
        "我的视图",
        parts.table("我的视图", HEADERS, rows) if rows else nothing,
        subtitle="只存地址，不存内容；打开时按您当天的权限显示",
        name="wide-card",
    )


def _row(reader: Reader, one: Kept, place: int, count: int) -> tuple[Any, ...]:
    is_open = may_open(reader, urlsplit(one.address).path)
    name = parts.link(one.name, one.address) if is_open else [one.name, " ", parts.badge("现在的角色不能看", "warn")]
    steps = [
        _button("view.up", one.id, "上移", f"上移 {one.name}") if place else None,
        _button("view.down", one.id, "下移", f"下移 {one.name}") if place < count - 1 else None,
        _rename(one),
        _button("view.drop", one.id, "删除", f"删除 {one.name}"),
    ]
    return name, html.Code(one.address, className="address"), html.Div(steps, className="case-steps row-steps")


def _button(action: str, number: int, title: str, label: str, name: str = "button") -> html.Button:
    identity = {"type": "mine-step", "action": action, "mine": str(number), "seen": 0}
    return html.Button(title, id=identity, className=name, **parts.aria(label=label))


def _rename(one: Kept) -> html.Details:
    action = f"view.rename@{one.id}"
    field = {"type": "mine-field", "action": action, "name": "name"}
    given = dcc.Input(id=field, type="text", maxLength=LONGEST_NAME, value=one.name, autoComplete="off")
    return html.Details(
        [
            html.Summary("改名", **parts.aria(label=f"给 {one.name} 改名")),
            html.Div(html.Label(["新名称", given]), className="case-fields"),
            _button(action, one.id, "确认改名", f"确认给 {one.name} 改名", "button button-first"),
        ],
        className="case-step",
    )
