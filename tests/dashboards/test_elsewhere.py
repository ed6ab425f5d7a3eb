"""Sign-in at a provider that runs here: out to it, back with who it was, and every way in which that is refused."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread
from sign_in import make_account

from alerts import audit
from dashboards.access import NOT_YOURS
from dashboards.app import create_app
from dashboards.elsewhere import UNKNOWN
from taian.access import accounts
from taian.access.elsewhere import NOT_BELIEVED, SILENT
from taian.settings import Settings

HERE = "http://127.0.0.1:8050"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider at which Li Hua, whose number there is u-17, goes by the name LI.HUA."""
    people = [User(sub="u-17", claims={"preferred_username": "LI.HUA"}), User(sub="u-1", claims={})]
    with run_server_in_thread(user_claims=people, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def config(tmp_path: Path, provider: str) -> Settings:
    found = Settings(
        home=tmp_path, web_port=8050, oidc_issuer=provider, oidc_client_id="taian", oidc_client_secret="secret"
    )
    make_account(tmp_path, "chief", ["administrator"])
    accounts.create(found, "li.hua", "李华", ["analyst"], [], None)
    return found


@pytest.fixture
def client(config: Settings) -> Any:
    return create_app(config).server.test_client()


def at_the_provider(client: Any, who: str, wanted: str = "") -> str:
    """Go out, say who one is there, and return the address that leads back."""
    out = client.get(f"/sign-in/elsewhere?{urlencode({'next': wanted})}", base_url=HERE)
    assert out.status_code == 303, out.text
    answer = httpx.post(out.headers["Location"], data={"sub": who})
    return answer.headers["Location"]


def test_one_signs_in_elsewhere_and_goes_on_to_the_page_that_was_asked_for(config: Settings, client: Any) -> None:
    assert "/sign-in/elsewhere?next=%2Fcatalogue" in client.get("/sign-in?next=/catalogue", base_url=HERE).text
    back = at_the_provider(client, "u-17", "/catalogue")
    assert back.startswith(f"{HERE}/sign-in/back?")
    answer = client.get(back.removeprefix(HERE), base_url=HERE)
    assert re.search(r'content="0;url=/catalogue"', answer.text)
    assert client.get("/catalogue", base_url=HERE).status_code == 200
    assert NOT_YOURS in client.get("/admin", base_url=HERE).text
    (line,) = audit.entries(config, most=1)
    assert (line.actor, line.action, line.detail) == ("li.hua", "sign-in", "统一身份认证")


def test_a_name_without_such_an_account_and_a_locked_one_stay_out(config: Settings, client: Any) -> None:
    def refused(who: str) -> bool:
        answer = client.get(at_the_provider(client, who).removeprefix(HERE), base_url=HERE)
        return answer.status_code == 403 and UNKNOWN in answer.text and "taian-session" not in str(answer.headers)

    config_by_number = config.model_copy(update={"oidc_claim": "sub"})
    client = create_app(config_by_number).server.test_client()
    assert refused("chief"), "an account with a password of its own is not opened by a name at the provider"
    assert refused("nobody")
    accounts.set_locked(config, "li.hua", is_locked=True)
    assert refused("li.hua")


def test_an_answer_that_is_not_to_what_this_browser_began_is_not_believed(config: Settings, client: Any) -> None:
    back = at_the_provider(client, "u-17")
    other = create_app(config).server.test_client()
    code = parse_qs(urlsplit(back).query)["code"][0]
    for stranger in (back.removeprefix(HERE), f"/sign-in/back?{urlencode({'code': code, 'state': 'x'})}"):
        answer = other.get(stranger, base_url=HERE)
        assert (answer.status_code, NOT_BELIEVED in answer.text) == (400, True)
        at_the_provider(other, "u-17")
    assert NOT_BELIEVED in client.get(at_the_provider(client, "u-1").removeprefix(HERE), base_url=HERE).text
    denied = client.get(f"/sign-in/back?{urlencode({'error': 'access_denied', 'state': 'x'})}", base_url=HERE)
    assert denied.status_code == 400


@pytest.mark.parametrize("issuer", ["http://localhost:9", "http://provider.example"])
def test_a_silent_provider_and_one_without_tls_are_one_sentence(config: Settings, issuer: str) -> None:
    client = create_app(config.model_copy(update={"oidc_issuer": issuer})).server.test_client()
    answer = client.get("/sign-in/elsewhere", base_url=HERE)
    assert (answer.status_code, SILENT in answer.text) == (503, True)


def test_without_a_provider_there_is_no_such_way(config: Settings) -> None:
    client = create_app(config.model_copy(update={"oidc_issuer": None})).server.test_client()
    assert "统一身份认证" not in client.get("/sign-in", base_url=HERE).text
    assert client.get("/sign-in/elsewhere", base_url=HERE).status_code == 404
    assert client.get("/sign-in/back", base_url=HERE).status_code == 404
