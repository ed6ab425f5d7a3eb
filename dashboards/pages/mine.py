"""我的: what the reader keeps for himself. Opened with the rights of today, whatever they were when it was kept."""

from typing import Any
from urllib.parse import unquote_plus, urlsplit

from dash import dcc, html
from sqlalchemy.exc import SQLAlchemyError

from dashboards import parts
from dashboards.access import current_reader, has_reader
from dashboards.mine import UNREADABLE, Changed, Fields
from dashboards.pages import step_form
from dashboards.pages.thresholds_card import TITLE as THRESHOLDS
from dashboards.pages.thresholds_card import thresholds_card
from dashboards.permissions import may_open
from dashboards.serving import Snapshot
from dashboards.view import View
from taian.access.roles import Reader
from taian.mine import thresholds, views
from taian.mine.views import LONGEST_NAME, MAILS, Kept
from taian.settings import Settings, settings

TITLE = "我的"
QUESTION = "我存过哪些页面？哪些数越过了我的线？"
NOTHING: Fields = {}
HEADERS = ("视图", "地址", "办理")


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The reader's own things; ``?indicator=`` and ``?area=`` stand in the form of a threshold already."""
    reader = current_reader() if has_reader() else Reader("", "", frozenset())
    filled = {name: view.params[name] for name in ("indicator", "area") if name in view.params}
    body = html.Div(panel(settings(), reader, Changed(), snapshot, filled), id="mine-panel")
    return parts.page(TITLE, QUESTION, [body])


def kept(changed: Changed) -> Any:
    """What became of keeping the open page."""
    if changed.said:
        return html.Span(changed.said, className="said", role="alert")
    return html.Span([f"{changed.done}。", parts.link("打开“我的”", "/mine")], role="status")


def panel(
    config: Settings, reader: Reader, changed: Changed, night: Snapshot | None = None, filled: Fields = NOTHING
) -> list[Any]:
    """Everything that the reader keeps, as it is now; what became of the last change stands above. ``filled`` is what
    stands in the form of a threshold.
    """
    cards = [parts.guarded("我的视图", lambda: _views_card(config, reader, night), "wide-card")]
    if night is not None and may_open(reader, "/topics"):
        cards.append(parts.guarded(THRESHOLDS, lambda: _thresholds_card(config, reader, night, filled), "wide-card"))
    return [step_form.answer(changed.said, changed.done), *cards]


def _thresholds_card(config: Settings, reader: Reader, night: Snapshot, filled: Fields) -> html.Section:
    try:
        own = thresholds.listed(config, reader.account)
    except (SQLAlchemyError, OSError):
        return parts.card(THRESHOLDS, parts.failed(UNREADABLE), name="wide-card")
    return thresholds_card(night, own, filled)


def _views_card(config: Settings, reader: Reader, night: Snapshot | None) -> html.Section:
    try:
        every = views.listed(config, reader.account)
    except (SQLAlchemyError, OSError):
        return parts.card("我的视图", parts.failed(UNREADABLE), name="wide-card")
    nothing = parts.empty("还没有存过视图。", "在任何页面上点右上角的“存为视图”，起个名称，它就列在这里。")
    rows = [_row(reader, one, place, len(every)) for place, one in enumerate(every)]
    return parts.card(
        "我的视图",
        parts.table("我的视图", HEADERS, rows) if rows else nothing,
        subtitle="只存地址，不存内容；打开和寄出时都按您当天的权限。专题和交叉表的邮件附表格，其他页面只附链接",
        foot=parts.stamp_of(night.business_date, "打开都是最新一夜", None) if night else None,
        name="wide-card",
    )


def _row(reader: Reader, one: Kept, place: int, count: int) -> tuple[Any, ...]:
    is_open = may_open(reader, urlsplit(one.address).path)
    name = parts.link(one.name, one.address) if is_open else [one.name, " ", parts.badge("现在的角色不能看", "warn")]
    steps = [
        _button(one, "view.up", "上移") if place else None,
        _button(one, "view.down", "下移") if place < count - 1 else None,
        _rename(one),
        _mail(one),
        _button(one, "view.drop", "删除"),
    ]
    return (
        name,
        html.Code(unquote_plus(one.address), className="address"),
        html.Div(steps, className="case-steps row-steps"),
    )


def _button(one: Kept, action: str, title: str) -> html.Button:
    return step_form.button("mine", action, str(one.id), title, f"{title} {one.name}")


def _mail(one: Kept) -> html.Details:
    """How often it is mailed, and the other choices."""
    others = [_button(one, f"view.mail-{often}", title) for often, title in MAILS.items() if often != one.mail]
    return html.Details(
        [html.Summary(MAILS[one.mail], **parts.aria(label=f"{one.name}：{MAILS[one.mail]}，更改")), html.Div(others)],
        className="case-step mail-step",
    )


def _rename(one: Kept) -> html.Details:
    action = f"view.rename@{one.id}"
    field = {"type": "mine-field", "action": action, "name": "name"}
    given = dcc.Input(id=field, type="text", maxLength=LONGEST_NAME, value=one.name, autoComplete="off")
    return html.Details(
        [
            html.Summary("改名", **parts.aria(label=f"给 {one.name} 改名")),
            html.Div(html.Label(["新名称", given]), className="case-fields"),
            step_form.button("mine", action, str(one.id), "确认改名", f"确认给 {one.name} 改名", "button button-first"),
        ],
        className="case-step",
    )
