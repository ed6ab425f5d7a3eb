"""What somebody keeps for himself: one change as a page asks for it, its answer, and its line in the audit log."""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.exc import SQLAlchemyError

from dashboards.access import own_path, roles_of, told
from dashboards.permissions import may_open, page_of
from dashboards.view import address
from taian.access.roles import Reader
from taian.errors import ProblemError
from taian.mine import views
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
Change = Callable[[Settings, Reader, int, Fields], tuple[str, str, str]]
"""Makes a change on the thing of a number: what it is about and what changed, for the log, and the answer."""


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

    def kept() -> tuple[str, str, str]:
        where = tidy(reader, text)
        called = views.keep(config, reader.account, name, where)
        return called, where, f"已存为视图“{called}”"

    return _written(config, reader, "view.keep", kept)


def change(config: Settings, reader: Reader, action: str, number: int, fields: Fields) -> Changed:
    """Make one change as ``reader`` and write it down; nothing is changed when the answer says why not."""
    step = STEPS.get(action)
    if step is None:
        return Changed(NO_STEP)
    return _written(config, reader, action, lambda: step(config, reader, number, fields))


def _written(config: Settings, reader: Reader, action: str, make: Callable[[], tuple[str, str, str]]) -> Changed:
    try:
        object_, detail, done = make()
    except ProblemError as problem:
        return Changed(str(problem))
    except (SQLAlchemyError, OSError):
        return Changed(UNREADABLE)
    told(config, reader.account, roles_of(reader), action, object_, detail)
    return Changed(done=done)


def _rename(config: Settings, reader: Reader, number: int, fields: Fields) -> tuple[str, str, str]:
    name = fields.get("name", "")
    before = views.rename(config, reader.account, number, name)
    return before, f"改为 {name}", f"视图“{before}”已改名"


def _drop(config: Settings, reader: Reader, number: int, _: Fields) -> tuple[str, str, str]:
    name = views.drop(config, reader.account, number)
    return name, "", f"已删除视图“{name}”"


def _up(config: Settings, reader: Reader, number: int, _: Fields) -> tuple[str, str, str]:
    name = views.move(config, reader.account, number, -1)
    return name, "", f"“{name}”已上移"


def _down(config: Settings, reader: Reader, number: int, _: Fields) -> tuple[str, str, str]:
    name = views.move(config, reader.account, number, 1)
    return name, "", f"“{name}”已下移"


STEPS: dict[str, Change] = {
    "view.rename": _rename,
    "view.drop": _drop,
    "view.up": _up,
    "view.down": _down,
}
"""What may be done on the page, by the name that the audit log has for it."""
