"""Signing in as a person does: the form is fetched, filled in and sent."""

import re
from pathlib import Path
from typing import Any

import httpx

from taian.access import accounts
from taian.access.roles import ROLES
from taian.access.store import open_accounts
from taian.settings import Settings

PASSWORD = "tai shan ri chu"
EVERY_ROLE = [role for role in ROLES if role != "owner"]
"""A data owner alone sees its department only; with another role it sees what that role sees."""


def make_account(home: Path, name: str = "all", roles: list[str] | None = None, scopes: tuple[str, ...] = ()) -> None:
    """An account that may sign in at once; one of that name that is there already stays."""
    with open_accounts(Settings(home=home)).writing() as session:
        if session.get(accounts.Account, name) is None:
            accounts.add(session, name, "李华", roles or EVERY_ROLE, scopes, PASSWORD, must_change=False)


def form_token(html: str) -> str:
    """The token of a page's form."""
    found = re.search(r'name="token" value="([^"]+)"', html)
    assert found, html
    return found[1]


def sign_in(client: Any, name: str = "all", base_url: str = "http://127.0.0.1:8050") -> Any:
    """Sign a Flask test client in; its requests carry the token from then on, as Dash's do."""
    token = form_token(client.get("/sign-in", base_url=base_url).text)
    answer = client.post("/sign-in", base_url=base_url, data={"name": name, "password": PASSWORD, "token": token})
    assert answer.status_code == 303, answer.text
    client.environ_base["HTTP_X_CSRFTOKEN"] = client.get_cookie("_csrf_token", domain="127.0.0.1").value
    return client


def cookies_of(url: str, path: str = "/sign-in", **fields: str) -> dict[str, str]:
    """Sign in at a running application (or set it up), and return the cookies of the session."""
    given = fields or {"name": "all", "password": PASSWORD}
    with httpx.Client(base_url=url) as client:
        answer = client.post(path, data={**given, "token": form_token(client.get(path).text)})
        assert answer.status_code == 303, answer.text
        return dict(client.cookies)
