"""管理: accounts as an administrator makes and changes them in the browser."""

from pathlib import Path

import pytest
from sign_in import make_account

from alerts import audit
from dashboards import staff
from dashboards.pages import admin
from dashboards.pages.rights_card import ROWS
from dashboards.permissions import PAGES, page_of
from dashboards.router import body_of
from dashboards.serving import Serving
from dashboards.sight import sight_of
from dashboards.staff import Asked, Changed, asked_of
from dashboards.view import View
from taian.access import accounts
from taian.access.roles import Reader
from taian.access.sessions import open_session, open_sessions, visit
from taian.settings import Settings

CHIEF = Reader("chief", "周正", frozenset({"administrator"}))


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    make_account(tmp_path, "chief", ["administrator"])
    make_account(tmp_path, "li.hua", ["analyst"])
    return Settings(home=tmp_path)


def test_a_new_account_signs_in_once_with_the_password_that_was_shown(config: Settings) -> None:
    fields = {"name": " Wang.Fang ", "title": "王芳", "roles": ["owner"], "scopes": ["gonganju", "370982"]}
    made = staff.change(config, CHIEF, "add", asked_of("", fields))
    reader = accounts.authenticate(config, "wang.fang", made.password)
    assert reader == Reader("wang.fang", "王芳", frozenset({"owner"}), frozenset({"gonganju", "370982"}), True)
    (line,) = audit.entries(config, most=1)
    assert (line.actor, line.role, line.action, line.object) == ("chief", "administrator", "account.add", "wang.fang")
    assert made.password not in line.detail


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Asked("x y", "王芳", ("analyst",)), "用户名是"),
        (Asked("wang.fang", "王芳"), "至少要有一个角色"),
        (Asked("wang.fang", "王芳", ("mayor",)), "没有角色“mayor”"),
        (Asked("wang.fang", "王芳", ("owner",), ("yuzhou",)), "没有部门或县区“yuzhou”"),
        (Asked("li.hua", "李华", ("analyst",)), "已经有了"),
    ],
)
def test_an_account_that_cannot_be_is_one_sentence_and_leaves_no_trace(
    config: Settings, given: Asked, said: str
) -> None:
    before = accounts.listed(config)
    made = staff.change(config, CHIEF, "add", given)
    assert said in made.said
    assert (accounts.listed(config), audit.entries(config, most=1)) == (before, [])


def test_nobody_gives_himself_a_role_or_locks_himself_out(config: Settings) -> None:
    assert staff.change(config, CHIEF, "role", Asked("chief", roles=("administrator", "inspector"))).said == staff.OWN
    assert staff.change(config, CHIEF, "lock", Asked("chief")).said == staff.OWN
    other = Reader("li.hua", "李华", frozenset({"administrator"}))
    assert "最后一个" in staff.change(config, other, "lock", Asked("chief")).said


def test_a_locked_account_and_an_ended_session_are_out_at_once(config: Settings) -> None:
    first, second = (open_session(config, "li.hua")[0] for _ in range(2))
    assert open_sessions(config) == {"li.hua": 2}
    assert staff.change(config, CHIEF, "end", Asked("li.hua")) == Changed(done="已结束 2 处登录")
    assert [visit(config, number) for number in (first, second)] == [None, None]
    third, _ = open_session(config, "li.hua")
    staff.change(config, CHIEF, "lock", Asked("li.hua"))
    assert visit(config, third) is None
    assert "解锁" in str(admin.account_panel(config, "li.hua"))


def test_accounts_are_made_before_the_first_night(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "settings", lambda: config)
    shown, night, _ = body_of(Serving(config.home / "serving"), View("/admin", {}), sight_of(CHIEF))
    assert night is None
    assert "li.hua" in str(shown)


def test_a_step_that_does_not_exist_changes_nothing(config: Settings) -> None:
    assert staff.change(config, CHIEF, "delete", Asked("li.hua")).said == "没有这一步。"
    assert staff.change(config, CHIEF, "end", Asked("nobody")).said == "没有账号“nobody”。"
    assert audit.entries(config, most=1) == []


def test_the_table_of_rights_has_every_page_whose_readers_are_not_those_of_the_page_above() -> None:
    above = {page: page_of(page.rpartition("/")[0] or "/") for page in PAGES}
    own = {page for page, parent in above.items() if parent is None or PAGES[page] != PAGES[parent]}
    assert own <= set(ROWS) <= set(PAGES)
