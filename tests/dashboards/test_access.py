"""Who may ask for what: everything the application answers, asked by nobody and by each role."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from entities import FIRM
from page_text import words
from sign_in import PASSWORD, form_token, make_account, sign_in

from alerts import audit
from dashboards import permissions
from dashboards.access import own_path
from dashboards.app import create_app
from dashboards.pages import audit as audit_page
from dashboards.paging import LINES
from dashboards.router import PAGES, SUBPAGES
from dashboards.serving import open_snapshot
from dashboards.view import View
from taian.access import accounts
from taian.access.roles import ROLES
from taian.access.setup import new_code
from taian.bench.webpages import CHANGES, PAGE, other_questions, unknown
from taian.settings import Settings

HERE = "http://127.0.0.1:8050"
CALLBACK = "/_dash-update-component"
ADDRESSES = {**{page: page for page in permissions.PAGES}, "/catalogue/<resource>": "/catalogue/resident"}
ADDRESSES |= {"/entity/firm/<code>": f"/entity/firm/{FIRM}", "/entity/place/<code>": "/entity/place/370902"}
ADDRESSES["/entity/person/<id>"] = "/entity/person/abc"
ADDRESSES["/topics/<topic>"] = "/topics/credit"
ADDRESSES["/warnings/<number>"] = "/warnings/YJ-2018-0001"
OWN = ("gonganju",)


@pytest.fixture(scope="module")
def config(published: Path) -> Settings:
    """One account a role; what every one of them may do stands in the table."""
    for role in ROLES:
        make_account(published.parent, role, [role], OWN if role == "owner" else ())
    return Settings(home=published.parent, web_port=8050)


@pytest.fixture(scope="module")
def app(config: Settings):
    app = create_app(config)
    # Dash makes its list of callbacks with the first request.
    app.server.test_client().get("/healthz", base_url=HERE)
    return app


@pytest.fixture(scope="module")
def readers(app) -> dict[str, Any]:
    """A signed-in browser of each role."""
    return {role: sign_in(app.server.test_client(), role) for role in ROLES}


def called(client, app, name: str, path: str = "/") -> int:
    """Status of a callback, asked for with an address."""
    output = next(key for key in app.callback_map if permissions.callback_name(key) == name and _is_ours(app, key))
    callback = next(one for one in app._callback_list if one["output"] == output)
    looked = {"path": path, "search": "", "theme": "light", "phone": False}
    names = [dict(zip(("id", "property"), each.rsplit(".", 1), strict=True)) for each in output.strip(".").split("...")]
    body = {
        "output": output,
        "outputs": names if len(names) > 1 else names[0],
        "inputs": [{**place, "value": looked if place["id"] == "view" else None} for place in callback["inputs"]],
        "state": [{**place, "value": looked if place["id"] == "view" else None} for place in callback["state"]],
        "changedPropIds": ["view.data"],
    }
    if name in ("case-panel.children", "warning-panel.children", "account-said.children"):
        body["inputs"], body["changedPropIds"] = [[]], []
    with ThreadPoolExecutor(1) as worker:
        return int(worker.submit(client.post, CALLBACK, base_url=HERE, json=body).result().status_code)


def _is_ours(app, output: str) -> bool:
    """Whether the server answers this callback, and not the browser."""
    return bool(app.callback_map[output].get("callback"))


def test_everything_the_application_answers_has_a_permission(app) -> None:
    rules = {rule.rule for rule in app.server.url_map.iter_rules()}
    assert rules == permissions.PUBLIC | permissions.BY_PAGE | set(permissions.ROUTES)
    ours = {permissions.callback_name(output) for output in app.callback_map if _is_ours(app, output)}
    assert ours == set(permissions.CALLBACKS)
    assert set(PAGES) | set(SUBPAGES) == set(permissions.PAGES)
    elsewhere = {"/sign-in/elsewhere", "/sign-in/back"}
    assert {"/healthz", "/assets/<path:filename>", "/sign-in", "/setup"} | elsewhere == permissions.PUBLIC


def test_nobody_is_led_to_the_sign_in_page_or_answered_401(app) -> None:
    client = app.server.test_client()
    for address in [*ADDRESSES.values(), "/nowhere"]:
        answer = client.get(address, base_url=HERE)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in"), address
    for rule in app.server.url_map.iter_rules():
        if rule.rule in permissions.PUBLIC | permissions.BY_PAGE or rule.rule == "/password":
            continue
        address = re.sub(r"<[^>]+>", "x", rule.rule)
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        assert client.open(address, method=method, base_url=HERE).status_code == 401, rule.rule
    assert client.get("/runs?batch=a/b", base_url=HERE).headers["Location"] == "/sign-in?next=%2Fruns%3Fbatch%3Da%2Fb"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_gives_it_and_403_for_the_rest(app, readers, role) -> None:
    client = readers[role]
    for page, address in ADDRESSES.items():
        expected = 200 if role in permissions.PAGES[page] else 403
        # The first page, which every manual names, leads whoever may not open it to its own.
        shown = 303 if page == "/" and expected == 403 else expected
        assert client.get(address, base_url=HERE).status_code == shown, page
        assert called(client, app, "page.children", address) == expected, page
    assert client.get("/nowhere", base_url=HERE).status_code == 403
    for name, roles in permissions.CALLBACKS.items():
        if name != "page.children":
            assert (called(client, app, name) == 403) is (role not in roles), name
    for rule, roles in permissions.ROUTES.items():
        if rule not in (CALLBACK, "/sign-out", "/export/picture"):  # these are not read but written
            status = client.get(re.sub(r"<[^>]+>", "x", rule), base_url=HERE).status_code
            assert (status == 403) is (role not in roles), rule


def test_a_changing_request_without_the_token_of_its_session_does_nothing(app, config) -> None:
    client = sign_in(app.server.test_client(), "analyst")
    good = client.environ_base.pop("HTTP_X_CSRFTOKEN")
    assert client.post("/sign-out", base_url=HERE).status_code == 403
    assert client.post("/sign-out", base_url=HERE, headers={"X-CSRFToken": "x" + good}).status_code == 403
    assert client.post(CALLBACK, base_url=HERE, json={}).status_code == 403
    assert client.post("/sign-in", base_url=HERE, data={"name": "analyst", "password": PASSWORD}).status_code == 400
    assert client.get("/", base_url=HERE).status_code == 200
    assert client.post("/sign-out", base_url=HERE, headers={"X-CSRFToken": good}).status_code == 303
    assert client.get("/", base_url=HERE).status_code == 303
    done = [(line.actor, line.action) for line in audit.entries(config, most=2)]
    assert done == [("analyst", "sign-out"), ("analyst", "sign-in")]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_new_at_each_sign_in(app) -> None:
    client = sign_in(app.server.test_client(), "analyst")
    first = client.get_cookie("taian-session", domain="127.0.0.1")
    assert (first.http_only, first.same_site, first.secure) == (True, "Strict", False)
    client.get("/sign-in", base_url=HERE)
    token = client.get_cookie("taian-form", domain="127.0.0.1").value
    client.environ_base.pop("HTTP_X_CSRFTOKEN")
    given = {"name": "analyst", "password": PASSWORD, "token": token}
    assert client.post("/sign-in?next=/runs", base_url=HERE, data=given).headers["Location"] == "/runs"
    assert client.get_cookie("taian-session", domain="127.0.0.1").value != first.value
    client.set_cookie("taian-session", first.value, domain="127.0.0.1")
    assert client.get("/", base_url=HERE).status_code == 303, "the session before the sign-in still counts"


def test_a_wrong_password_and_an_unknown_name_read_the_same_and_a_sixth_try_waits(app, config) -> None:
    # Of its own: an account that waits lets no other test in.
    make_account(config.home, "waits", ["leader"])
    client = app.server.test_client()
    token = form_token(client.get("/sign-in", base_url=HERE).text)
    pages = {}
    for name in ("waits", "nobody"):
        given = {"name": name, "password": "wrong wrong", "token": token}
        answers = [client.post("/sign-in", base_url=HERE, data=given) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429]
        pages[name] = [answer.text.replace(name, "…") for answer in answers]
    assert pages["waits"] == pages["nobody"]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/runs?batch=a/b&night=all", True),
        ("//evil.example/", False),
        ("https://evil.example/", False),
        ("/\\evil.example", False),
        ("/runs\r\nSet-Cookie: a=b", False),
        ("javascript:alert(1)", False),
        ("/healthz", False),
        ("", False),
    ],
)
def test_after_sign_in_one_goes_on_to_pages_of_ours_only(address: str, kept: bool) -> None:
    assert own_path(address) == (address if kept else "")


def test_the_first_set_up_makes_the_administrator_and_is_then_closed(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    client = create_app(config).server.test_client()
    assert client.get("/", base_url=HERE).headers["Location"] == "/setup"
    token = form_token(client.get("/setup", base_url=HERE).text)
    given = {"code": "GUESS", "name": "zhang", "title": "<b>张</b>", "password": PASSWORD, "again": PASSWORD}
    refused = client.post("/setup", base_url=HERE, data={**given, "token": token})
    assert (refused.status_code, "一次性代码不对" in refused.text, "<b>" in refused.text) == (400, True, False)
    given["code"] = new_code(config) or ""
    assert client.post("/setup", base_url=HERE, data={**given, "token": token}).headers["Location"] == "/admin"
    assert client.get("/catalogue", base_url=HERE).status_code == 200
    assert client.get("/setup", base_url=HERE).headers["Location"] == "/sign-in"
    assert client.post("/setup", base_url=HERE, data={**given, "token": token}).headers["Location"] == "/sign-in"
    (first,) = accounts.listed(config)
    assert first.roles == ("administrator",) and first.seen_at is not None


def test_a_first_password_is_replaced_before_anything_is_shown(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    accounts.create(config, "li.hua", "李华", ["analyst"], [], PASSWORD)
    client = sign_in(create_app(config).server.test_client(), "li.hua")
    assert client.get("/", base_url=HERE).headers["Location"] == "/password"
    assert client.post(CALLBACK, base_url=HERE, json={}).status_code == 403
    given = {"old": PASSWORD, "password": "another good one", "again": "another good one"}
    assert "不对" in client.post("/password", base_url=HERE, data={**given, "old": "no"}).text
    assert client.post("/password", base_url=HERE, data=given).headers["Location"] == "/"
    assert client.get("/", base_url=HERE).status_code == 200


def test_a_damaged_account_store_is_one_sentence_and_lets_nobody_in(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    config.accounts_db.write_bytes(b"not a database" * 100)
    client = create_app(config).server.test_client()
    for path in ("/", "/sign-in", "/setup"):
        answer = client.get(path, base_url=HERE)
        assert (answer.status_code, "accounts.db 读不到" in answer.text) == (503, True)
    assert client.get("/healthz", base_url=HERE).status_code == 200


def test_a_report_is_for_its_owner_and_each_download_is_in_the_log(app, readers, config) -> None:
    own, foreign = "/report/resident/resident-2018-06-14-01.xlsx", "/report/penalty/penalty-2018-06-14-01.xlsx"
    last = audit.entries(config, most=1)[0].sequence
    assert readers["owner"].get(own, base_url=HERE).status_code == 200
    assert readers["owner"].get(foreign, base_url=HERE).status_code == 404
    assert readers["operator"].get(foreign, base_url=HERE).status_code == 200
    added = [line for line in audit.entries(config) if line.sequence > last and line.action == "export"]
    assert [(line.actor, line.object) for line in added[::-1]] == [
        ("owner", "resident/resident-2018-06-14-01"),
        ("operator", "penalty/penalty-2018-06-14-01"),
    ]


def test_pages_link_only_to_what_their_reader_may_open(readers, app) -> None:
    output = next(key for key in app.callback_map if permissions.callback_name(key) == "page.children")
    assert output
    with ThreadPoolExecutor(1) as worker:
        for role, wanted in (
            (
                "analyst",
                {
                    "/",
                    "/topics",
                    "/warnings",
                    "/decide",
                    "/brief",
                    "/my-data",
                    "/runs",
                    "/catalogue",
                    "/plan",
                    "/search",
                    "/mine",
                },
            ),
            ("auditor", {"/warnings", "/catalogue", "/plan", "/audit", "/mine"}),
        ):
            page = "/catalogue"
            names = [
                dict(zip(("id", "property"), each.rsplit(".", 1), strict=True))
                for each in output.strip(".").split("...")
            ]
            body = {
                "output": output,
                "outputs": names,
                "inputs": [{"id": "view", "property": "data", "value": {"path": page, "search": ""}}],
                "state": [],
                "changedPropIds": ["view.data"],
            }
            answer = worker.submit(readers[role].post, CALLBACK, base_url=HERE, json=body).result()
            links = set(re.findall(r'"href": ?"([^"]*)"', json.dumps(json.loads(answer.text)["response"]["nav"])))
            assert links == wanted


def test_the_log_is_shown_page_by_page_in_words(tmp_path, published, monkeypatch) -> None:
    """Each line once, the newest first; an address beyond the log is its end, one that is no number its beginning."""
    config = Settings(home=tmp_path)
    for number in range(LINES + 2):
        audit.record(config, actor="li", role="auditor+operator", action="sign-in", object_=f"n{number:02d}")
    audit.record(
        config, actor="平台", role="platform", action="case.joined", object_="XS-1", detail="open > heard：雷同"
    )
    objected = json.dumps([2018, "reject", "数据无误", "文件"], ensure_ascii=False)
    audit.record(config, actor="li", role="leader", action="plan evaluation", object_="gonganju", detail=objected)
    for action, detail in (("account.add", "owner：gonganju"), ("account.lock", ""), ("night", "success：立案 2")):
        audit.record(config, actor="li", role="administrator", action=action, object_="web", detail=detail)
    monkeypatch.setattr(audit_page, "settings", lambda: config)
    snapshot = open_snapshot(published)

    def text(**params: str) -> str:
        return words(audit_page.render(snapshot, View("/audit", params)))

    first, second = text(), text(page="2")
    shown = [[n for n in range(LINES + 2) if f"n{n:02d}" in page] for page in (first, second)]
    assert sorted(shown[0] + shown[1]) == list(range(LINES + 2))
    assert min(shown[0]) > max(shown[1])
    told = ("数据提供方：公安局", "成功：立案 2", "页面", "2018 年 异议不成立：数据无误（文件）", "公安局")
    for word in ("并入疑点", "待受理 → 已陈述申辩：雷同", "登录", "审计员、运维", "下一页", *told):
        assert word in first, word
    assert "上一页" in second and "下一页" not in second
    assert (text(page="99"), text(page="-1")) == (second, first)


def test_the_benchmark_asks_every_callback_that_only_reads() -> None:
    declared = {key: {"output": "", "inputs": [], "state": []} for key in permissions.CALLBACKS}
    asked = {question.name for question in other_questions(declared, {})}
    assert unknown(declared, asked) == []
    assert asked | CHANGES | {PAGE} == set(permissions.CALLBACKS)
