"""What the duty officer is told, by web address too: real requests to a real server of this machine."""

import json
import threading
from base64 import b64encode
from hashlib import sha256
from hmac import HMAC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select
from warned import drop

from alerts.night import WarningNight
from alerts.notify import record_night, send
from alerts.store import Mail, open_store

SECRET = "a secret of the receiver"


class Receiver:
    """A web server that keeps what it is told and answers with ``status``."""

    def __init__(self) -> None:
        self.status, self.told = 204, []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.told.append((self.path, dict(self.headers.items()), body))
                self.send_response(receiver.status)
                self.send_header("location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Nothing is printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/hook?key=private"

    def down(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.down()


@pytest.fixture
def told(facts):
    """The night of one warning, recorded in an installation."""
    watched = WarningNight(signals=(drop(),), quiet={}, most=20, periods=3)
    return lambda city: record_night(city, facts.night(warnings=watched))


def test_the_receiver_is_told_what_the_duty_officer_is_told_signed_under_the_message_id(home, server, receiver, told):
    city = home(mail_port=server.port, webhooks=[receiver.address], webhook_secret=SECRET)
    told(city)
    assert send(city).waiting == 0
    ((path, headers, body),) = receiver.told
    (mail,) = server.to("zhibanshi@taian.invalid")
    assert path == "/hook?key=private"
    said = json.loads(body)
    assert said["text"].splitlines() == mail.get_body(("plain",)).get_content().splitlines()
    assert (said["type"], said["business_date"]) == ("taian.digest", "2018-06-30")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    assert headers["webhook-signature"] == f"v1,{b64encode(HMAC(SECRET.encode(), signed, sha256).digest()).decode()}"


def test_nobody_else_s_mail_goes_to_the_receiver_and_the_same_night_tells_it_nothing_again(
    home, server, receiver, told, facts
):
    city = home(mail_port=server.port, webhooks=[receiver.address], webhook_secret=SECRET)
    record_night(city, facts.night(facts.finding("f1"), facts.delivery("b1", "rejected", code="F003")))
    send(city)
    assert receiver.told == []
    for _ in range(2):
        told(city)
        send(city)
    assert len(receiver.told) == 1


@pytest.mark.parametrize("status", [500, 302])
def test_an_answer_that_is_no_yes_is_tried_again_under_the_same_name_and_holds_up_no_mail(
    home, server, receiver, told, status
):
    city = home(mail_port=server.port, webhooks=[receiver.address], webhook_secret=SECRET)
    told(city)
    receiver.status = status
    report = send(city)
    assert (report.waiting, len(server.to("zhibanshi@taian.invalid"))) == (1, 1)
    assert f"HTTP {status}" in report.failures[0].error
    receiver.status = 200
    assert send(city).waiting == 0
    assert len({headers["webhook-id"] for _, headers, _ in receiver.told}) == 1
    assert {path for path, _, _ in receiver.told} == {"/hook?key=private"}


def test_the_receiver_is_told_though_the_mail_server_is_down(home, receiver, told):
    city = home(webhooks=[receiver.address], webhook_secret=SECRET)
    told(city)
    assert send(city).waiting > 0
    assert len(receiver.told) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"webhooks": ["http://hook.invalid/hook?key=private"], "webhook_secret": SECRET}, "https"),
        ({"webhooks": ["https://127.0.0.1:9/hook?key=private"], "webhook_secret": None}, "TAIAN_WEBHOOK_SECRET"),
        ({"webhooks": ["https://127.0.0.1:9/hook?key=private"], "webhook_secret": SECRET}, "ConnectError"),
        ({"webhooks": ["https://[/hook?key=private"], "webhook_secret": SECRET}, "写错的地址"),
    ],
)
def test_what_cannot_be_told_waits_with_a_reason_that_keeps_the_key_of_the_address(home, server, told, more, words):
    city = home(mail_port=server.port, **more)
    told(city)
    report = send(city)
    assert report.waiting == 1
    assert words in report.failures[0].error
    with open_store(city).reading() as session:
        kept = [mail.last_error for mail in session.scalars(select(Mail).where(Mail.sent_at.is_(None)))]
    assert "private" not in f"{report}{report.failures}{kept}"
