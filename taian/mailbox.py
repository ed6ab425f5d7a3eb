"""The local mail catcher: an SMTP server that keeps what it is sent as .eml files, and a page to read them.

For the sample city and for tests; production sets SMTP_*. It delivers to nobody. The page answers only when asked
for as 127.0.0.1 (a foreign name that resolves here is refused), runs no script and asks no other host for anything.
"""

import contextlib
import datetime
import email
import os
import re
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import default as modern
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from urllib.parse import parse_qs, quote, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from taian.settings import Settings, settings

CITY = datetime.timezone(datetime.timedelta(hours=8))
LARGEST_MESSAGE = 10 * 2**20
MOST_LISTED = 500
_SHEET = "default-src 'none'; base-uri 'none'; form-action 'none'; "
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_NAME = re.compile(r"\d{19}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Received:
    """One message as the list shows it; ``id`` is its file name without the ending."""

    id: str
    path: Path
    at: datetime.datetime
    sender: str
    recipient: str
    subject: str
    message_id: str


class Catcher:
    """aiosmtpd handler: a message is accepted once its file is whole and on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Keep the message; 452 asks the sender to try again later."""
        content = envelope.content or b""
        try:
            keep(self._folder, content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            return f"452 cannot keep the message now: {error.strerror or 'no space'}"
        return "250 kept"


def keep(folder: Path, content: bytes) -> Path:
    """Write one message, mode 0600; it appears under its name whole or not at all."""
    name = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
    part, path = folder / f".{name}.part", folder / f"{name}.eml"
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return path


def messages(folder: Path) -> list[Received]:
    """What was caught, newest first, at most 500."""
    if not folder.is_dir():
        return []
    names = sorted((p for p in folder.glob("*.eml") if _NAME.fullmatch(p.stem)), reverse=True)
    return [_received(path) for path in names[:MOST_LISTED]]


def _received(path: Path) -> Received:
    with path.open("rb") as file:
        headers = BytesHeaderParser().parse(file)
    return Received(
        id=path.stem,
        path=path,
        at=datetime.datetime.fromtimestamp(int(path.stem[:19]) / 1e9, CITY),
        sender=_decoded(headers, "From"),
        recipient=_decoded(headers, "To"),
        subject=_decoded(headers, "Subject") or "（无主题）",
        message_id=_decoded(headers, "Message-ID"),
    )


def _decoded(headers: Message, name: str) -> str:
    """A header as people read it; one that cannot be decoded is shown as it came."""
    raw = str(headers.get(name, ""))
    try:
        text = str(make_header(decode_header(raw)))
    except (LookupError, ValueError):
        text = raw
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _bodies(path: Path) -> tuple[str, str | None]:
    """The plain text of a message and its HTML alternative, if it has one."""
    message = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=modern)
    found = {kind: _content(message.get_body((kind,))) for kind in ("plain", "html")}
    return found["plain"] or "", found["html"]


def _content(part: Message | None) -> str | None:
    if part is None:
        return None
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


_STYLE = """
:root { color-scheme: light dark; --page:#f3f5f8; --sheet:#fff; --ink:#1c2430; --soft:#56616f; --line:#dde3ea;
  --link:#1d5b9c; --pick:#e8f0fa; --warn:#8a5a00; }
@media (prefers-color-scheme: dark) { :root { --page:#12161c; --sheet:#1a2029; --ink:#e6e9ee; --soft:#a9b3c1;
  --line:#313a47; --link:#8ab8f0; --pick:#22304a; --warn:#e8b659; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--page); color:var(--ink); font:15px/1.6 -apple-system,'PingFang SC','Microsoft YaHei',
  'Noto Sans CJK SC',sans-serif; height:100dvh; display:flex; flex-direction:column; }
a { color:var(--link); } a:focus-visible, summary:focus-visible { outline:2px solid var(--link); outline-offset:2px; }
header { padding:12px 20px; background:var(--sheet); border-bottom:1px solid var(--line); display:flex; gap:4px 16px;
  flex-wrap:wrap; align-items:baseline; }
header h1 { font-size:18px; margin:0; } header p { margin:0; color:var(--soft); font-size:13px; }
main { flex:1; min-height:0; display:grid; grid-template-columns:minmax(320px,420px) 1fr; }
.list { overflow:auto; border-right:1px solid var(--line); background:var(--sheet); }
.list ul { list-style:none; margin:0; padding:0; } .list li { border-bottom:1px solid var(--line); }
.list .mail { display:block; padding:10px 20px; color:inherit; text-decoration:none; overflow-wrap:anywhere; }
.list .mail:hover, .list .mail[aria-current] { background:var(--pick); }
.list .top { display:flex; justify-content:space-between; gap:12px; color:var(--soft); font-size:13px; }
.list time, .facts { font-variant-numeric:tabular-nums; }
.twice { color:var(--warn); font-size:13px; }
nav { padding:10px 20px; display:flex; flex-wrap:wrap; gap:6px; border-bottom:1px solid var(--line); }
nav a { padding:2px 10px; border:1px solid var(--line); border-radius:12px; text-decoration:none; font-size:13px; }
nav a[aria-current] { background:var(--pick); border-color:var(--link); }
article { min-width:0; overflow:auto; display:flex; flex-direction:column; }
.facts { padding:16px 20px; border-bottom:1px solid var(--line); background:var(--sheet); overflow-wrap:anywhere; }
.facts h2 { margin:0 0 8px; font-size:18px; line-height:1.4; } .facts div { font-size:13px; color:var(--soft); }
.facts .back { display:none; }
iframe { flex:1 0 auto; min-height:60dvh; width:100%; border:0; background:var(--page); }
details { border-top:1px solid var(--line); background:var(--sheet); padding:10px 20px; }
pre { white-space:pre-wrap; overflow-wrap:anywhere; font:inherit; margin:0; padding:12px 0; }
.alone { padding:16px 20px; }
.empty { padding:48px 20px; color:var(--soft); text-align:center; }
@media (max-width: 800px) {
  main { display:block; overflow:auto; } .list { border-right:0; } .reading .list, .choosing article { display:none; }
  article { min-height:100%; } .facts .back { display:inline-block; margin-bottom:8px; }
}
"""


def page(mails: list[Received], chosen: Received | None, recipient: str, nonce: str) -> str:
    """The whole page: the list, and the chosen message beside it (below 800 px: one or the other)."""
    shown = [mail for mail in mails if not recipient or mail.recipient == recipient]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>本机邮件</title><link rel="icon" href="data:,"><style nonce="{nonce}">{_STYLE}</style></head>'
        f'<body class="{"reading" if chosen else "choosing"}"><header><h1>本机邮件</h1>'
        "<p>平台发出的邮件都收在这里，不会寄到外面；生产环境请设置 SMTP_*。</p></header><main>"
        f'<section class="list" aria-label="邮件清单">{_recipients(mails, recipient)}{_list(shown, chosen, recipient)}'
        f'</section><article aria-label="邮件内容">{_reading(chosen, recipient)}</article></main></body></html>'
    )


def _query(recipient: str) -> str:
    return f"?to={quote(recipient, safe='')}" if recipient else ""


def _recipients(mails: list[Received], recipient: str) -> str:
    """A choice of recipients, so that one role's mail can be read alone."""
    counted = Counter(mail.recipient for mail in mails)
    if not counted:
        return ""
    choices = [("", f"全部 {len(mails)}"), *((who, f"{who} {n}") for who, n in sorted(counted.items()))]
    links = "".join(
        f'<a href="/{escape(_query(who))}"{" aria-current=true" if who == recipient else ""}>{escape(words)}</a>'
        for who, words in choices
    )
    return f'<nav aria-label="按收件人筛选">{links}</nav>'


def _list(mails: list[Received], chosen: Received | None, recipient: str) -> str:
    if not mails:
        return '<p class="empty">还没有邮件。夜间批次运行结束后，平台会在这里留下给各方的邮件。</p>'
    arrivals = Counter(mail.message_id for mail in mails if mail.message_id)
    items = []
    for mail in mails:
        current = " aria-current=true" if chosen and chosen.id == mail.id else ""
        twice = '<div class="twice">同一 Message-ID 到达多次</div>' if arrivals[mail.message_id] > 1 else ""
        items.append(
            f'<li><a class="mail" href="/m/{mail.id}{escape(_query(recipient))}"{current}>'
            f'<span class="top"><span>{escape(mail.recipient)}</span><time>{mail.at:%m-%d %H:%M}</time></span>'
            f"{escape(mail.subject)}{twice}</a></li>"
        )
    return f"<ul>{''.join(items)}</ul>"


def _reading(mail: Received | None, recipient: str) -> str:
    if mail is None:
        return '<p class="empty">从左侧选择一封邮件。</p>'
    text, html = _bodies(mail.path)
    plain = f"<pre>{escape(text)}</pre>"
    body = (
        f'<iframe title="邮件正文" src="/m/{mail.id}/html" sandbox="{_SANDBOX}"></iframe>'
        f"<details><summary>纯文本</summary>{plain}</details>"
        if html is not None
        else f'<div class="alone">{plain}</div>'
    )
    return (
        f'<div class="facts"><a class="back" href="/{escape(_query(recipient))}">返回清单</a>'
        f"<h2>{escape(mail.subject)}</h2>"
        f"<div>发件人：{escape(mail.sender)}</div><div>收件人：{escape(mail.recipient)}</div>"
        f"<div>收到：{mail.at:%Y-%m-%d %H:%M:%S}</div><div>Message-ID：{escape(mail.message_id)}</div>"
        f'<div><a href="/m/{mail.id}/eml">下载原始邮件</a></div></div>{body}'
    )


_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Page(BaseHTTPRequestHandler):
    """GET / and /m/<id>, the parts of a message, and /healthz; nothing can be changed."""

    folder: Path
    timeout = 30
    server_version, sys_version = "mailbox", ""

    def do_GET(self) -> None:
        """Answer one request."""
        # A web page elsewhere can make a name of its own resolve to this machine; it cannot be called 127.0.0.1.
        if self.headers.get("Host", "").partition(":")[0] != "127.0.0.1":
            words = f"请用 http://127.0.0.1:{self._port}/ 打开本页\n"
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", words.encode(), _SHEET)
            return
        address = urlsplit(self.path)
        if address.path == "/healthz":
            self._answer(HTTPStatus.OK, "text/plain", b"ok\n", _SHEET)
            return
        recipient = parse_qs(address.query).get("to", [""])[0]
        match address.path.strip("/").split("/"):
            case [""]:
                self._page(None, recipient)
            case ["m", name] if mail := self._find(name):
                self._page(mail, recipient)
            case ["m", name, "html"] if mail := self._find(name):
                # What a message holds is drawn in a sandbox: no script, nothing fetched, no way back to this page.
                policy = f"{_SHEET}style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox {_SANDBOX}"
                self._answer(HTTPStatus.OK, "text/html", (_bodies(mail.path)[1] or "").encode(), policy)
            case ["m", name, "eml"] if mail := self._find(name):
                self._answer(HTTPStatus.OK, "message/rfc822", mail.path.read_bytes(), _SHEET, f"{mail.id}.eml")
            case _:
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", "没有这封邮件；请返回清单\n".encode(), _SHEET)

    @property
    def _port(self) -> int:
        address: tuple[str, int] = self.connection.getsockname()[:2]
        return address[1]

    def _find(self, name: str) -> Received | None:
        path = self.folder / f"{name}.eml"
        return _received(path) if _NAME.fullmatch(name) and path.is_file() else None

    def _page(self, chosen: Received | None, recipient: str) -> None:
        nonce = secrets.token_urlsafe(16)
        content = page(messages(self.folder), chosen, recipient, nonce).encode()
        policy = f"{_SHEET}style-src 'nonce-{nonce}'; img-src data:; frame-src 'self'; frame-ancestors 'none'"
        self._answer(HTTPStatus.OK, "text/html", content, policy)

    def _answer(self, status: HTTPStatus, kind: str, content: bytes, policy: str, download: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        for name, value in _ALWAYS.items():
            self.send_header(name, value)
        if download:
            self.send_header("Content-Disposition", f'attachment; filename="{download}"')
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: who reads what is nobody's business here."""


@contextlib.contextmanager
def catching(options: Settings) -> Iterator[ThreadingHTTPServer]:
    """The SMTP server runs; the page's server is bound and ready to serve. OSError when a port is taken."""
    handler = type("MailboxPage", (Page,), {"folder": options.mail})
    with ThreadingHTTPServer((options.host, options.mail_page_port), handler) as web:
        controller = Controller(
            Catcher(options.mail),
            hostname=options.host,
            port=options.mail_port,
            server_hostname="taian.invalid",
            ident="taian mailbox",
            data_size_limit=LARGEST_MESSAGE,
        )
        controller.start()
        try:
            yield web
        finally:
            controller.stop()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> int:
    """Run until told to stop; 2 when a port is taken."""
    options = settings()
    signal.signal(signal.SIGTERM, _stop)
    try:
        with catching(options) as web, contextlib.suppress(KeyboardInterrupt):
            print(
                f"邮件：SMTP {options.host}:{options.mail_port}，页面 http://127.0.0.1:{options.mail_page_port}/",
                flush=True,
            )
            web.serve_forever()
    except OSError as error:
        ports = f"{options.mail_port} 或 {options.mail_page_port}"
        print(
            f"邮件收取器不能启动：{options.host} 的端口 {ports} 不可用（{error.strerror}）；"
            "请释放端口，或设置 TAIAN_MAIL_PORT、TAIAN_MAIL_PAGE_PORT",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
