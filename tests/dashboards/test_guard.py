import subprocess
import sys
from pathlib import Path

import pytest

from dashboards.app import create_app
from dashboards.guard import NotLocalError, is_allowed, public_name
from taian.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
HERE = "http://127.0.0.1:8050"


@pytest.mark.parametrize(
    ("peer", "host", "answer"),
    [
        ("127.0.0.1", "127.0.0.1:8050", True),
        ("127.0.0.1", "localhost:8050", True),
        ("::1", "localhost:8050", True),
        ("192.168.1.9", "127.0.0.1:8050", False),
        ("127.0.0.1", "evil.example:8050", False),
        ("127.0.0.1", "127.0.0.1.evil.example:8050", False),
        ("127.0.0.1", "127.0.0.1:9999", False),
        ("127.0.0.1", "127.0.0.1", False),
        ("127.0.0.1", "", False),
        (None, "127.0.0.1:8050", False),
        ("unix:", "127.0.0.1:8050", False),
    ],
)
def test_only_this_machine_under_its_own_name_is_answered(peer: str | None, host: str, answer: bool) -> None:
    assert is_allowed(peer, host, 8050) is answer


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/_dash-layout", "/_dash-dependencies", "/assets/app.css", "/report/a/b.xlsx", "/nothing"]
)
def test_a_stranger_is_refused_everywhere(client, path: str) -> None:
    rebound = client.get(path, base_url="http://evil.example:8050")
    remote = client.get(path, base_url=HERE, environ_base={"REMOTE_ADDR": "10.0.0.7"})
    forwarded = client.get(path, base_url="http://evil.example:8050", headers={"X-Forwarded-Host": "127.0.0.1:8050"})
    assert [rebound.status_code, remote.status_code, forwarded.status_code] == [403, 403, 403]
    assert "本机" in rebound.text


def test_a_callback_of_a_stranger_is_refused(client) -> None:
    assert client.post("/_dash-update-component", base_url="http://evil.example:8050", json={}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:8025", "https://127.0.0.1:8050", "null"])
def test_a_page_of_another_site_cannot_ask_in_our_name(client, origin: str) -> None:
    answer = client.post("/_dash-update-component", base_url=HERE, json={}, headers={"Origin": origin})
    assert answer.status_code == 403


def test_a_proxy_of_this_machine_asks_under_the_public_name_and_only_with_tls(tmp_path: Path) -> None:
    assert is_allowed("127.0.0.1", "data.example.cn", 8050, public_name("https://data.example.cn"))
    assert not is_allowed("10.0.0.7", "data.example.cn", 8050, public_name("https://data.example.cn"))
    assert not is_allowed("127.0.0.1", "data.example.cn", 8050, public_name("http://data.example.cn"))
    config = Settings(home=tmp_path, public_url="https://data.example.cn")
    answer = create_app(config).server.test_client().get("/setup", base_url="https://data.example.cn")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_our_own_page_may_ask(client) -> None:
    answer = client.post("/_dash-update-component", base_url=HERE, json={}, headers={"Origin": HERE})
    assert answer.status_code == 400


def test_nothing_the_city_knows_stays_in_a_browsers_store(client) -> None:
    for path in ("/", "/healthz", "/_dash-layout"):
        assert client.get(path, base_url=HERE).headers["Cache-Control"] == "no-store"
    assert client.get("/assets/app.css", base_url=HERE).headers["Cache-Control"] != "no-store"


def test_health_says_that_the_web_lives_and_nothing_else(tmp_path: Path) -> None:
    client = create_app(Settings(home=tmp_path)).server.test_client()
    assert client.get("/healthz", base_url=HERE).json == {"ok": True}


def test_every_answer_forbids_foreign_and_inline_scripts(client) -> None:
    answer = client.get("/", base_url=HERE)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert "http" not in policy["script-src"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert policy["form-action"] == "'self'"


def test_the_first_answer_is_chinese_and_loads_nothing_from_elsewhere(client) -> None:
    text = client.get("/", base_url=HERE).text
    assert '<html lang="zh-CN">' in text
    assert "正在打开" in text
    assert "https://" not in text


def test_a_host_that_others_can_reach_is_refused() -> None:
    with pytest.raises(NotLocalError, match="只能监听"):
        create_app(Settings(host="0.0.0.0"))


def test_the_command_refuses_another_host_with_one_sentence() -> None:
    environment = {"TAIAN_HOST": "0.0.0.0", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "dashboards"],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "0.0.0.0" in done.stderr


def test_the_report_on_a_batch_is_a_file_that_no_browser_keeps(client):
    answer = client.get("/report/resident/resident-2018-06-14-01.xlsx", base_url=HERE)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data[:2] == b"PK"


def test_a_report_on_a_batch_that_is_not_there_is_one_sentence(client):
    answer = client.get("/report/resident/nothing.xlsx", base_url=HERE)
    assert (answer.status_code, answer.text.count("\n")) == (404, 1)
    assert "resident/nothing" in answer.text
