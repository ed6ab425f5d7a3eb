"""Accounts, sessions and the first set-up, on a real store with real Argon2."""

import datetime as dt
import json
import stat
from pathlib import Path

import pytest

from alerts.store import utc_now
from taian import cli
from taian.access import accounts, passwords, sessions
from taian.access.accounts import TooManyTriesError, authenticate
from taian.access.setup import new_code, set_up
from taian.errors import ProblemError
from taian.settings import Settings, settings

GOOD = "tai shan ri chu"


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    """An installation with one administrator and one analyst."""
    config = Settings(home=tmp_path)
    set_up(config, new_code(config) or "", "admin.zhang", "张明", GOOD, is_trial=False)
    accounts.create(config, "li.hua", "李华", ["analyst"], [], GOOD)
    return config


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    """Moves the time that sessions and tries see."""

    def later(**step: float) -> None:
        moment = utc_now() + dt.timedelta(**step)
        for module in (accounts, sessions):
            monkeypatch.setattr(module, "utc_now", lambda: moment)

    return later


def test_the_first_administrator_needs_the_last_printed_code_and_it_works_once(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    first, second = new_code(config), new_code(config)
    assert first
    assert second
    with pytest.raises(ProblemError, match="一次性代码不对"):
        set_up(config, first, "admin.zhang", "张明", GOOD, is_trial=False)
    set_up(config, f" {second.lower()} ", "admin.zhang", "张明", GOOD, is_trial=True)
    assert "owner" not in accounts.listed(config)[0].roles
    assert {"administrator", "inspector", "operator"} <= set(accounts.listed(config)[0].roles)
    assert new_code(config) is None
    with pytest.raises(ProblemError, match="已经设置过"):
        set_up(config, second, "second", "王", GOOD, is_trial=False)


def test_passwords_are_kept_as_argon2id_in_a_file_of_this_user_only(config: Settings) -> None:
    assert stat.S_IMODE(config.accounts_db.stat().st_mode) == 0o600
    content = config.accounts_db.read_bytes()
    assert b"$argon2id$" in content
    assert GOOD.encode() not in content


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaab", "my-li.hua-9", "x" * 129])
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(ProblemError):
        passwords.check_password(password, "li.hua")


def test_who_signs_in_has_the_roles_of_the_account(config: Settings) -> None:
    reader = authenticate(config, "li.hua", GOOD)
    assert reader is not None
    assert (reader.name, reader.roles, reader.must_change) == ("李华", {"analyst"}, True)
    assert authenticate(config, "li.hua", GOOD + ".") is None


def test_an_unknown_name_is_answered_like_a_wrong_password_and_costs_the_same(
    config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(accounts, "fits", lambda stored, _: asked.append(stored) or False)
    for name in ("li.hua", "nobody"):
        for _ in range(accounts.TRIES):
            assert authenticate(config, name, "wrong wrong") is None
        with pytest.raises(TooManyTriesError):
            authenticate(config, name, GOOD)
    assert len(asked) == 2 * accounts.TRIES
    monkeypatch.undo()
    assert passwords.fits(None, GOOD) is False


def test_a_lock_out_ends_by_itself_and_a_success_forgets_failures(config: Settings, clock) -> None:
    for _ in range(accounts.TRIES - 1):
        authenticate(config, "li.hua", "wrong wrong")
    assert authenticate(config, "li.hua", GOOD)
    for _ in range(accounts.TRIES):
        authenticate(config, "li.hua", "wrong wrong")
    with pytest.raises(TooManyTriesError):
        authenticate(config, "li.hua", GOOD)
    clock(minutes=15, seconds=1)
    assert authenticate(config, "li.hua", GOOD)


def test_a_session_ends_when_idle_at_last_and_at_once_when_closed_or_locked(config: Settings, clock) -> None:
    number, token = sessions.open_session(config, "li.hua")
    found = sessions.visit(config, number)
    assert found is not None
    assert (found.reader.account, found.token) == ("li.hua", token)
    assert sessions.visit(config, "guessed") is None
    clock(minutes=29)
    assert sessions.visit(config, number, is_a_person=False)
    clock(minutes=31)
    assert sessions.visit(config, number) is None, "what a page asks by itself kept the session alive"
    clock()
    other, _ = sessions.open_session(config, "li.hua", before=number)
    assert sessions.visit(config, number) is None
    for minute in range(25, 12 * 60, 25):
        clock(minutes=minute)
        assert sessions.visit(config, other)
    clock(hours=12, minutes=1)
    assert sessions.visit(config, other) is None
    clock()
    last, _ = sessions.open_session(config, "li.hua")
    accounts.set_locked(config, "li.hua", True)
    assert sessions.visit(config, last) is None
    assert authenticate(config, "li.hua", GOOD) is None


def test_new_roles_count_in_open_sessions_and_a_new_password_ends_them(config: Settings) -> None:
    number, _ = sessions.open_session(config, "li.hua")
    accounts.set_roles(config, "li.hua", ["owner"], ["gonganju"])
    found = sessions.visit(config, number)
    assert found is not None
    assert (found.reader.roles, found.reader.scopes) == ({"owner"}, {"gonganju"})
    accounts.set_password(config, "li.hua", "another good one", must_change=False)
    assert sessions.visit(config, number) is None


@pytest.mark.parametrize(
    ("roles", "scopes", "said"),
    [(["king"], [], "没有角色"), ([], [], "至少要有一个"), (["owner"], [], "要写明"), (["analyst"], ["x"], "才写明")],
)
def test_roles_that_cannot_be_are_refused(config: Settings, roles: list[str], scopes: list[str], said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        accounts.set_roles(config, "li.hua", roles, scopes)


def test_the_last_administrator_stays(config: Settings) -> None:
    with pytest.raises(ProblemError, match="最后一个"):
        accounts.set_locked(config, "admin.zhang", True)
    with pytest.raises(ProblemError, match="最后一个"):
        accounts.set_roles(config, "admin.zhang", ["analyst"], [])
    accounts.set_roles(config, "li.hua", ["administrator"], [])
    accounts.set_locked(config, "admin.zhang", True)


def test_the_operator_makes_lists_and_locks_accounts_by_command(
    config: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAIAN_HOME", str(config.home))
    settings.cache_clear()
    assert cli.run(["users", "add", "wang.fang", "--title", "王芳", "--role", "owner", "--scope", "gonganju"]) == 0
    password = capsys.readouterr().out.split("password ")[1].split()[0]
    reader = authenticate(config, "wang.fang", password)
    assert reader is not None
    assert reader.must_change
    assert cli.run(["users", "lock", "wang.fang"]) == 0
    capsys.readouterr()
    assert cli.run(["users", "list", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["wang.fang"]["locked"], rows["wang.fang"]["scopes"]) == (True, "gonganju")
    assert cli.run(["users", "role", "nobody", "--role", "analyst"]) == 2
    assert "没有账号" in capsys.readouterr().err
    settings.cache_clear()
