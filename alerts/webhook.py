"""A message of the outbox that goes to a web address instead of a mailbox: one POST, signed, in the form of the
Standard Webhooks specification 1.0 (standardwebhooks.com): ``webhook-id`` is the Message-ID, so that a receiver who
has it already drops the repeat; ``webhook-signature`` is ``v1,`` and the HMAC-SHA256 of id, moment and body.
"""

import base64
import hmac
import ipaddress
import json
import time
from urllib.parse import urlsplit

import httpx

from alerts.store import Mail
from alerts.words import one_line
from taian.settings import Settings

SECONDS_PER_ANSWER = 20.0


class HookError(OSError):
    """The receiver did not take the message, in words for the operator."""


def is_hook(recipient: str) -> bool:
    """Whether a recipient is a web address and no mailbox."""
    return recipient.startswith(("https://", "http://"))


def place_of(recipient: str) -> str:
    """Which receiver that is, without the path and the query, which are often its password."""
    if not is_hook(recipient):
        return recipient
    try:
        return urlsplit(recipient).netloc.rpartition("@")[2]
    except ValueError:
        return "TAIAN_WEBHOOKS 中一个写错的地址"


def call(mail: Mail, settings: Settings) -> None:
    """Hand one message over. Raises HookError unless the receiver answers 2xx; redirections are not followed, lest a
    message go where nobody sent it.
    """
    address, secret = mail.recipient, settings.webhook_secret
    if not address.startswith("https://") and not _is_loopback(address):
        raise HookError("未加密的 http 地址不发；请在 TAIAN_WEBHOOKS 中写 https 地址")
    if secret is None:
        raise HookError("没有签名密钥，不发；请设置 TAIAN_WEBHOOK_SECRET")
    body = body_of(mail)
    # The moment of this try: receivers refuse what was signed minutes ago, lest somebody replays it.
    moment = f"{int(time.time())}"
    headers = {
        "content-type": "application/json",
        "webhook-id": mail.message_id,
        "webhook-timestamp": moment,
        "webhook-signature": signature(secret.get_secret_value(), mail.message_id, moment, body),
    }
    try:
        answer = httpx.post(address, content=body, headers=headers, timeout=SECONDS_PER_ANSWER)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The library's own words may hold the whole address.
        raise HookError(type(error).__name__) from error
    if not answer.is_success:
        raise HookError(f"HTTP {answer.status_code} {one_line(answer.reason_phrase)}")


def body_of(mail: Mail) -> bytes:
    """What is told, as JSON; the same row gives the same bytes every time."""
    told = {
        "type": f"taian.{mail.kind}",
        "business_date": mail.business_date.isoformat(),
        "version": mail.version,
        "subject": one_line(mail.subject),
        "text": mail.text,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def signature(secret: str, identity: str, moment: str, body: bytes) -> str:
    """The specification's signature, with the secret as it is written (no ``whsec_`` encoding)."""
    signed = hmac.digest(secret.encode(), f"{identity}.{moment}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
