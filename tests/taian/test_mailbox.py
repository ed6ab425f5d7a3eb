"""The mail catcher: what SMTP hands over is on disk whole, and the page shows it to nobody but this machine."""

import dataclasses
import http.client
import re
import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from taian.mailbox import catching, keep, messages
from taian.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclasses.dataclass
class Box:
    options: Settings

    def send(self, subject: str = "夜间批次", to: str = "gonganju@taian.invalid", html: str | None = None) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
            "p@taian.invalid",
            to,
            subject,
            "<1@taian.invalid>",
        )
        mail.set_content("正文 <b>不是标签</b>")
        if html:
            mail.add_alternative(html, subtype="html")
        with smtplib.SMTP("127.0.0.1", self.options.mail_port, local_hostname="test.invalid") as server:
            server.send_message(mail)

    def get(self, path: str = "/", host: str = "127.0.0.1") -> tuple[int, dict[str, str], str]:
        port = self.options.mail_page_port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), body


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    options = Settings(home=tmp_path / "var", mail_port=free_port(), mail_page_port=free_port())
    with catching(options) as web:
        serving = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        yield Box(options)
        web.shutdown()
        serving.join()


def test_a_message_is_kept_whole_and_private(box):
    box.send()
    (path,) = box.options.mail.iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert box.options.mail.stat().st_mode & 0o777 == 0o700
    (mail,) = messages(box.options.mail)
    assert (mail.subject, mail.recipient, mail.message_id) == (
        "夜间批次",
        "gonganju@taian.invalid",
        "<1@taian.invalid>",
    )


def test_a_message_that_cannot_be_kept_is_not_accepted_and_leaves_no_part(box, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("taian.mailbox.os.fsync", full)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        box.send()
    assert refused.value.smtp_code == 452
    assert list(box.options.mail.iterdir()) == []


def test_a_half_written_message_is_not_listed(tmp_path):
    keep(tmp_path, b"Subject: whole\r\n\r\n")
    (tmp_path / ".0000000000000000001-00000000.part").write_bytes(b"Subject: half")
    assert [mail.subject for mail in messages(tmp_path)] == ["whole"]


def test_the_list_shows_newest_first_and_can_be_read_by_recipient(box):
    box.send("第一封")
    box.send("第二封", to="yunwei@taian.invalid")
    _, _, everything = box.get()
    assert everything.index("第二封") < everything.index("第一封")
    _, _, filtered = box.get("/?to=yunwei%40taian.invalid")
    assert "第二封" in filtered and "第一封" not in filtered


def test_an_empty_box_says_so(box):
    assert "还没有邮件" in box.get()[2]


def test_a_message_that_came_twice_is_marked(box):
    box.send()
    assert "到达多次" not in box.get()[2]
    box.send()
    assert box.get()[2].count("到达多次") == 2


def test_what_a_message_holds_is_escaped_on_the_page_and_sandboxed_beside_it(box):
    box.send('<img src=x onerror="1">', html="<script>alert(1)</script><p>你好</p>")
    (mail,) = messages(box.options.mail)
    _, headers, page = box.get(f"/m/{mail.id}")
    assert "<img" not in page and "<script" not in page and "<b>" not in page
    assert "&lt;img src=x" in page and "正文 &lt;b&gt;" in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups' in page and "allow-scripts" not in page
    _, headers, body = box.get(f"/m/{mail.id}/html")
    assert "<p>你好</p>" in body
    policy = headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "allow-scripts" not in policy


def test_the_page_asks_no_other_host_for_anything(box):
    box.send()
    (mail,) = messages(box.options.mail)
    for path in ("/", f"/m/{mail.id}"):
        _, _, page = box.get(path)
        assert not re.search(r"(?:src|href)=\"(?!/|data:)", page)
        assert "url(" not in page and "@import" not in page


@pytest.mark.parametrize("host", ["localhost", "evil.example", "127.0.0.1.evil.example", ""])
def test_the_page_answers_only_when_asked_for_as_127_0_0_1(box, host):
    box.send("秘密")
    status, _, body = box.get(host=host)
    assert status == 421
    assert "秘密" not in body and f"http://127.0.0.1:{box.options.mail_page_port}/" in body


@pytest.mark.parametrize("path", ["/m/..%2f..%2falerts", "/m/../../alerts.db", "/m/nothing", "/x", "/m/1/html/2"])
def test_nothing_but_messages_can_be_read(box, path):
    assert box.get(path)[0] == 404


def test_a_message_that_is_no_proper_mail_does_not_break_the_page(box):
    headers = b"Subject: =?nonsense?B?////?=\r\nTo: =?utf-8?B?\xff\xfe?=\r\nContent-Type: text/html; charset=nonsense"
    odd = headers + b"\r\n\r\n\xff<b>"
    path = keep(box.options.mail, odd)
    for address in ("/", f"/m/{path.stem}", f"/m/{path.stem}/html", f"/m/{path.stem}/eml"):
        port = box.options.mail_page_port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", address, headers={"Host": "127.0.0.1"})
        answer = connection.getresponse()
        assert (answer.status, len(answer.read()) > 0) == (200, True)
        connection.close()


def test_health_is_answered(box):
    assert box.get("/healthz")[::2] == (200, "ok\n")


def test_every_listener_is_on_127_0_0_1(box):
    for port in (box.options.mail_port, box.options.mail_page_port):
        with socket.socket() as other, pytest.raises(ConnectionRefusedError):
            other.connect(("127.0.0.2", port))


def test_a_taken_port_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {
            "TAIAN_HOME": str(tmp_path),
            "TAIAN_MAIL_PORT": str(port),
            "TAIAN_MAIL_PAGE_PORT": str(free_port()),
        }
        ended = subprocess.run(
            [sys.executable, "-m", "taian.mailbox"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1
    assert str(port) in ended.stderr and "TAIAN_MAIL_PORT" in ended.stderr
