"""A home of its own for each test, facts to make nights of, and a real SMTP server."""

import datetime
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from alerts.night import DeliveryFact, FindingFact, Night
from taian.settings import Settings

NIGHT = datetime.date(2018, 6, 30)
FIRM = "泰安市不存在化工有限公司"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """An SMTP server that keeps what it accepts; ``answer`` decides, by recipient, what it says to DATA."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port
        self.raw: list[bytes] = []
        self.answer: Callable[[str], str] = lambda _recipient: "250 kept"
        self._controller: Controller | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        said = self.answer(envelope.rcpt_tos[0])
        if said.startswith("250"):
            self.raw.append(envelope.original_content or b"")
        return said

    def up(self) -> None:
        self._controller = Controller(self, hostname=self.host, port=self.port, server_hostname="test.invalid")
        self._controller.start()

    def down(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, _class=EmailMessage, policy=default) for raw in self.raw]

    def to(self, recipient: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == recipient]


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(free_port())
    running.up()
    yield running
    running.down()


@pytest.fixture
def other_host() -> Iterator[Server]:
    """A server that is not at the address where an open line is harmless."""
    running = Server(free_port(), "127.0.0.2")
    running.up()
    yield running
    running.down()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Settings of an installation below ``tmp_path``; the audit office reads the mail of the statistics bureau."""
    own = {"home": tmp_path / "var", "mail_port": 9, "mail_auditor": "tongjiju@taian.invalid"}
    for name in ("SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "SMTP_STARTTLS"):
        monkeypatch.delenv(name, raising=False)
    yield lambda **more: Settings(**{**own, **more})


@pytest.fixture
def city(home: Callable[..., Settings], server: Server) -> Settings:
    """An installation whose mail goes to ``server``."""
    return home(mail_port=server.port)


class Facts:
    """Makes the facts of small nights."""

    date = NIGHT
    firm = FIRM

    @staticmethod
    def finding(finding_id: str, **more: Any) -> FindingFact:
        facts = {"family": "cross_source", "test": "t", "strength": "strong", "county_name": "新泰市"}
        return FindingFact(**{"finding_id": finding_id, "message": f"{FIRM}有产值没有用电", **facts, **more})

    @staticmethod
    def delivery(batch: str, state: str, **more: Any) -> DeliveryFact:
        facts = {
            "resource": "resident",
            "title": "户籍人口基本信息",
            "provider": "gonganju",
            "provider_name": "公安局",
            "period": "2018-06-30",
        }
        return DeliveryFact(**{**facts, "batch": batch, "state": state, **more})

    @staticmethod
    def night(
        *facts: FindingFact | DeliveryFact, state: str = "success", date: datetime.date = NIGHT, **more: Any
    ) -> Night:
        return Night(
            run_id="night-1",
            business_date=date,
            state=state,
            findings=tuple(f for f in facts if isinstance(f, FindingFact)),
            deliveries=tuple(f for f in facts if isinstance(f, DeliveryFact)),
            **more,
        )


@pytest.fixture
def facts() -> Facts:
    return Facts()
