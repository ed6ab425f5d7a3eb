"""What somebody keeps for himself: one change as a page asks for it, its answer, and its line in the audit log."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from alerts.store import utc_now
from alerts.words import one_line
from dashboards import lines, queries
from dashboards.access import own_path, roles_of, told
from dashboards.pages.indicator import definitions
from dashboards.permissions import may_open, page_of
from dashboards.serving import Snapshot
from dashboards.view import address
from taian.access.roles import Reader
from taian.errors import ProblemError
from taian.mine import notes, thresholds, views
from taian.mine.notes import Pinned
from taian.mine.thresholds import Threshold
from taian.mine.views import Often
from taian.settings import Settings

UNREADABLE = "“我的”库 mine.db 读不到，没有改动；请运维人员检查磁盘和 $TAIAN_HOME/mine.db，别的页面不受影响。"
NO_STEP = "没有这一步，或者它已经办过；请刷新页面。"
NOT_KEPT = frozenset({"/mine", "/entity/person/<id>"})
"""Pages that are not kept: this one, and the files of persons, which each look asks a purpose for."""


class Changed(NamedTuple):
    """What became of a change: why it was not made, or what was done."""

    said: str = ""
    done: str = ""


Fields = Mapping[str, str]
Told = tuple[str, str, str]
"""What a change is about and what changed, for the log, and the answer."""


class Desk(NamedTuple):
    """Where a change is made: by whom, and what the night shows him (None before any night)."""

    config: Settings
    reader: Reader
    night: Snapshot | None


def tidy(reader: Reader, text: str) -> str:
    """``text`` as an address of this site that ``reader`` may open; ProblemError when it is none to keep.

    The theme is the onlooker's, not the page's.
    """
    found = urlsplit(own_path(text))
    if not found.path or not may_open(reader, found.path):
        raise ProblemError("只能存本平台上您能打开的页面。")
    if page_of(found.path) in NOT_KEPT:
        raise ProblemError("这个页面不能存为视图：个人档案每次查看都要说明用途。")
    return address(found.path, **{name: value for name, value in parse_qsl(found.query) if name != "theme"})


def keep(config: Settings, reader: Reader, name: str, text: str) -> Changed:
    """Keep the address that is open under a name."""

    def kept() -> Told:
        where = tidy(reader, text)
        called = views.keep(config, reader.account, name, where)
        return called, where, f"已存为视图“{called}”"

    return _written(config, reader, "view.keep", kept)


def change(
    config: Settings, reader: Reader, action: str, number: int, fields: Fields, night: Snapshot | None = None
) -> Changed:
    """Make one change as ``reader`` on the thing of a number, and write it down; nothing is changed when the
    answer says why not.
    """
    step = STEPS.get(action)
    if step is None:
        return Changed(NO_STEP)
    return _written(config, reader, action, lambda: step(Desk(config, reader, night), number, fields))


def _written(config: Settings, reader: Reader, action: str, make: Callable[[], Told]) -> Changed:
    try:
        object_, detail, done = make()
    except ProblemError as problem:
        return Changed(str(problem))
    except (SQLAlchemyError, OSError):
        return Changed(UNREADABLE)
    told(config, reader.account, roles_of(reader), action, object_, detail)
    return Changed(done=done)


def _rename(desk: Desk, number: int, fields: Fields) -> Told:
    name = fields.get("name", "")
    before = views.rename(desk.config, desk.reader.account, number, name)
    return before, f"改为 {name}", f"视图“{before}”已改名"


def _drop(desk: Desk, number: int, _: Fields) -> Told:
    name = views.drop(desk.config, desk.reader.account, number)
    return name, "", f"已删除视图“{name}”"


def _move(by: int, desk: Desk, number: int, _: Fields) -> Told:
    name = views.move(desk.config, desk.reader.account, number, by)
    return name, "", f"“{name}”已{'上' if by < 0 else '下'}移"


def _mail(often: Often, desk: Desk, number: int, _: Fields) -> Told:
    name = views.subscribe(desk.config, desk.reader.account, number, often)
    return name, views.MAILS[often], f"视图“{name}”：{views.MAILS[often]}"


def _set_threshold(desk: Desk, _: int, fields: Fields) -> Told:
    if desk.night is None or not may_open(desk.reader, "/topics"):
        raise ProblemError("您的角色不看指标，不能设阈值。" if desk.night else "还没有发布过指标，不能设阈值。")
    key, area = fields.get("indicator", ""), fields.get("area", "")
    side = next((side for side in thresholds.SIDES if side == fields.get("side")), None)
    if side is None or key not in definitions(desk.night):
        raise ProblemError("请选一项指标和方向。")
    if not lines.comparable(desk.night, key, area):
        raise ProblemError("这项指标没有这个区划的数，可能只到上一级区划；请换一个区划。")
    value = thresholds.number_of(fields.get("value", ""))
    wanted = Threshold(0, desk.reader.account, key, area, side, value, fields.get("reason", ""))
    thresholds.set_(desk.config, wanted)
    return _line(wanted), one_line(wanted.reason), "阈值已设，今夜起比对"


def _drop_threshold(desk: Desk, number: int, _: Fields) -> Told:
    gone = thresholds.drop(desk.config, desk.reader.account, number)
    return _line(gone), "", "已删除阈值"


def _pin(desk: Desk, _: int, fields: Fields) -> Told:
    key, area, period = (fields.get(name, "") for name in ("indicator", "area", "period"))
    if desk.night is None or not may_open(desk.reader, "/topics"):
        raise ProblemError("您的角色不看指标，不能写批注。")
    frame = queries.histories(desk.night, (key,), area)
    if period not in set(frame["period"].astype(str)):
        raise ProblemError("请选图上有的统计期。")
    is_shared = fields.get("whose") == "all"
    text = one_line(fields.get("text", ""))
    notes.pin(
        desk.config,
        Pinned(0, desk.reader.account, desk.reader.name, key, area, period, text, is_shared, utc_now()),
    )
    # What somebody writes for himself alone is nobody's to read, not even the auditor's.
    return f"{key} {area} {period}", f"共享：{text}" if is_shared else "只给自己看", "批注已记下"


def _unpin(desk: Desk, number: int, _: Fields) -> Told:
    gone = notes.drop(desk.config, desk.reader.account, number)
    return f"{gone.indicator} {gone.area} {gone.period}", "", "批注已删除"


def _line(one: Threshold) -> str:
    return f"{one.indicator} {one.area} {thresholds.SIDES[one.side]} {one.value:g}"


STEPS: dict[str, Callable[[Desk, int, Fields], Told]] = {
    "view.rename": _rename,
    "view.drop": _drop,
    "view.up": partial(_move, -1),
    "view.down": partial(_move, 1),
    **{f"view.mail-{often}": partial(_mail, often) for often in views.MAILS},
    "threshold.set": _set_threshold,
    "threshold.drop": _drop_threshold,
    "note.pin": _pin,
    "note.drop": _unpin,
}
"""What may be done on the page, by the name that the audit log has for it."""
