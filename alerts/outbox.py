"""The outbox: mail is written with the cases it tells of and sent afterwards, until the server has accepted it.

Never lost: a row leaves the waiting list only when ``sent_at`` is committed. Never twice, but for one window: a process
that dies after the server accepted the message and before that commit sends it again, with the same Message-ID and the
same bytes, so that mail programs can show it once (docs/decisions/0004-outbox.md). A recipient may be a web address
(``alerts.webhook``); it waits, is tried and is signed for in the same way.
"""

import contextlib
import datetime
import hashlib
import smtplib
import ssl
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from types import TracebackType
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.letter import Letter, to_html, to_text
from alerts.store import Mail, Store, open_store, utc_now
from alerts.webhook import call, is_hook, place_of
from alerts.words import one_line
from taian.settings import Settings

NAMES = uuid.UUID("6f0c7e0e-3f0c-5c1b-9a53-3709002017aa")
"""Namespace of the Message-IDs."""

SECONDS_PER_SERVER_ANSWER = 20.0
FIRST_PAUSE = datetime.timedelta(minutes=1)
LONGEST_PAUSE = datetime.timedelta(hours=6)
CHINA = datetime.timezone(datetime.timedelta(hours=8))

Checkpoint = Callable[[str], None]
"""Called by name at the places where a kill is tested."""


def no_checkpoint(_name: str) -> None:
    """Outside of tests nothing happens at a checkpoint."""


class Failure(BaseModel):
    """A mail that still waits, and why."""

    model_config = ConfigDict(frozen=True)

    recipient: str
    subject: str
    error: str


class SendReport(BaseModel):
    """What one delivery round did: mails the server accepted, mails that still wait, and what stood in the way."""

    model_config = ConfigDict(frozen=True)

    sent: int
    waiting: int
    failures: tuple[Failure, ...] = ()

    def __str__(self) -> str:
        told = f"已送出 {self.sent} 件（邮件和推送），{self.waiting} 件待发"
        return f"{told}（{self.failures[-1].error}），将自动重试" if self.failures else told


def message_id(recipient: str, kind: str, business_date: datetime.date, version: int, content_key: str) -> str:
    """The same mail has the same Message-ID wherever and whenever it is made."""
    name = "|".join((recipient, kind, business_date.isoformat(), str(version), content_key))
    return f"<{uuid.uuid5(NAMES, name)}@taian.invalid>"


MOST_ATTACHED = 5_000_000
"""Bytes of a file that goes with a mail: on the wire it is a third larger, and many servers refuse 10 MB."""
TOO_LARGE = "附件超过 5 MB，没有随信发出；请打开平台下载。"


class Attached(NamedTuple):
    """A file that goes with a mail: its name, and its content, the text of a table (CSV) or a document (PDF)."""

    name: str
    content: str | bytes

    @property
    def is_small(self) -> bool:
        """Whether a mail can carry it."""
        whole = self.content if isinstance(self.content, bytes) else self.content.encode()
        return len(whole) <= MOST_ATTACHED


def enqueue(
    session: Session,
    recipient: str,
    kind: str,
    business_date: datetime.date,
    content_key: str,
    letter: Letter,
    attached: Attached | None = None,
) -> str | None:
    """Put a letter in the outbox, in the caller's transaction; its Message-ID, or None when it was told already.

    ``content_key`` identifies the facts that are told. The same facts as in the last mail of that night are not told
    again; other facts (the night was run again) make a new version, and the subject says so. A file that is too large
    stays behind, and the letter says so.
    """
    if attached is not None and not attached.is_small:
        letter, attached = replace(letter, footer=(TOO_LARGE, *letter.footer)), None
    last = session.execute(
        select(Mail.version, Mail.content_key)
        .where(Mail.recipient == recipient, Mail.kind == kind, Mail.business_date == business_date)
        .order_by(Mail.version.desc())
        .limit(1)
    ).first()
    if last is not None and last.content_key == content_key:
        return None
    version = 1 if last is None else last.version + 1
    identity = message_id(recipient, kind, business_date, version, content_key)
    now = utc_now()
    mail = Mail(
        message_id=identity,
        recipient=recipient,
        kind=kind,
        business_date=business_date,
        version=version,
        content_key=content_key,
        subject=letter.subject if version == 1 else f"{letter.subject}（更新 {version - 1}）",
        text=to_text(letter),
        html=to_html(letter),
        attached=attached.content if attached and isinstance(attached.content, str) else None,
        attached_as=attached.name if attached else None,
        document=attached.content if attached and isinstance(attached.content, bytes) else None,
        created_at=now,
        next_try_at=now,
    )
    session.add(mail)
    session.flush()
    return identity


def key_of(*facts: BaseModel | str) -> str:
    """Digest of facts, independent of the order they were found in."""
    told = sorted(fact if isinstance(fact, str) else fact.model_dump_json() for fact in facts)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def as_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it goes over the wire; the same row gives the same bytes every time."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("泰安市政务数据平台", addr_spec=sender)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.created_at.astimezone(CHINA).replace(microsecond=0))
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    if mail.attached is not None:
        content = mail.attached.encode()
        message.add_attachment(content, "text", "csv", cte="base64", filename=mail.attached_as)
    if mail.document is not None:
        message.add_attachment(mail.document, "application", "pdf", cte="base64", filename=mail.attached_as)
    for place, part in enumerate(part for part in message.walk() if part.is_multipart()):
        name = f"{mail.message_id}{place}" if place else mail.message_id
        part.set_boundary(f"taian-{uuid.uuid5(NAMES, name).hex}")
    return message


class NoServerError(Exception):
    """No mail can be sent at all now."""


class Postman:
    """One connection to the mail server, opened when first needed and again after it was lost."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> "Postman":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def connect(self) -> smtplib.SMTP:
        """The connection, made when there is none. Raises NoServerError with a sentence for the operator."""
        if self._server is not None:
            return self._server
        host, port = self._settings.smtp_host, self._settings.smtp_port or self._settings.mail_port
        try:
            self._server = smtplib.SMTP(host, port, timeout=SECONDS_PER_SERVER_ANSWER, local_hostname="taian.invalid")
            self._introduce(self._server, host)
        except OSError as error:
            self._hang_up()
            raise NoServerError(
                f"邮件服务器 {host}:{port} 不可用（{_words(error)}）；请检查 SMTP_* 设置和服务器"
            ) from error
        return self._server

    def _introduce(self, server: smtplib.SMTP, host: str) -> None:
        settings = self._settings
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user and settings.smtp_password:
            if not settings.smtp_starttls and host not in ("127.0.0.1", "localhost"):
                raise smtplib.SMTPException("密码不能经未加密的连接发送；请设置 SMTP_STARTTLS=true")
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())

    def deliver(self, mail: Mail) -> None:
        """Hand one message over. Raises OSError (every SMTPException is one) when the server did not accept it, and
        ValueError for an address or a text that no mail can carry."""
        message = as_message(mail, self._settings.mail_from)
        try:
            self.connect().send_message(message, self._settings.mail_from, [mail.recipient])
        except OSError:
            # What state the connection is in depends on the answer; a new one is cheap.
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._server.quit()
            self._server.close()
            self._server = None


def _words(error: Exception) -> str:
    """The error on one line: the server's own words when it said something."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return one_line(f"{code} {said.decode('utf-8', 'replace')}")
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        return one_line(f"{error.smtp_code} {words}")
    return one_line(str(error)) or type(error).__name__


def pause_after(attempts: int) -> datetime.timedelta:
    """How long a mail rests after its ``attempts``-th failure: 1, 2, 4 … minutes, at most 6 hours."""
    doublings = min(max(attempts, 1), 16) - 1
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


class _Round:
    """One pass over the waiting mails."""

    def __init__(self, store: Store, settings: Settings, checkpoint: Checkpoint, now: datetime.datetime) -> None:
        self._store, self._settings, self._checkpoint, self._now = store, settings, checkpoint, now
        self.sent = 0
        self.failures: list[Failure] = []

    def run(self, hooks: list[int], mails: list[int]) -> None:
        for hook in hooks:
            self._send(hook, partial(call, settings=self._settings))
        with Postman(self._settings) as postman:
            for position, mail_id in enumerate(mails):
                try:
                    postman.connect()
                except NoServerError as error:
                    for waiting in mails[position:]:
                        self._failed(waiting, str(error))
                    return
                self._send(mail_id, postman.deliver)

    def _send(self, mail_id: int, hand_over: Callable[[Mail], None]) -> None:
        with self._mail(mail_id) as mail:
            # Committed before the server hears of it: after a crash the attempt shows.
            mail.attempts += 1
        self._checkpoint("alert.before_send")
        try:
            hand_over(mail)
        except (OSError, ValueError) as error:  # ValueError: an address or a text that no mail can carry
            self._failed(mail_id, f"发往 {place_of(mail.recipient)} 未成功：{_words(error)}", is_counted=True)
            return
        self._checkpoint("alert.after_send_before_commit")
        with self._mail(mail_id) as mail:
            mail.sent_at, mail.last_error = utc_now(), None
        self.sent += 1

    def _failed(self, mail_id: int, error: str, *, is_counted: bool = False) -> None:
        with self._mail(mail_id) as mail:
            mail.attempts += 0 if is_counted else 1
            mail.last_error = error
            mail.next_try_at = self._now + pause_after(mail.attempts)
        self.failures.append(Failure(recipient=place_of(mail.recipient), subject=mail.subject, error=error))

    @contextlib.contextmanager
    def _mail(self, mail_id: int) -> Iterator[Mail]:
        with self._store.writing() as session:
            yield session.get_one(Mail, mail_id)


def deliver_pending(
    settings: Settings,
    checkpoint: Checkpoint = no_checkpoint,
    *,
    is_due_only: bool = False,
    now: datetime.datetime | None = None,
) -> SendReport:
    """Send what waits, oldest first, one sender at a time on the whole installation.

    The night and the operator try everything that waits; the background sender (``is_due_only``) leaves a mail alone
    until its pause after a failure is over. Trouble with the server or with one address is reported, never raised.
    """
    store = open_store(settings)
    now = now or utc_now()
    waiting = select(Mail.id, Mail.recipient).where(Mail.sent_at.is_(None))
    due = waiting.where(Mail.next_try_at <= now) if is_due_only else waiting
    with store.only_sender():
        with store.reading() as session:
            found = [(number, is_hook(recipient)) for number, recipient in session.execute(due.order_by(Mail.id))]
        sending = _Round(store, settings, checkpoint, now)
        sending.run([each for each, hook in found if hook], [each for each, hook in found if not hook])
        with store.reading() as session:
            left = session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    return SendReport(sent=sending.sent, waiting=left, failures=tuple(sending.failures))
