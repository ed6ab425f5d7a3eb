"""From where one may ask, and what a browser may do with the answer.

Passwords never cross a network in the clear: the application answers this machine only. Others come through an SSH
tunnel, or through a proxy of this machine that speaks TLS under the name of ``public_url``. The peer's address and the
Host header are both checked, because a page of another site can make a browser here ask under that site's own name
(DNS rebinding). Forwarded headers are ignored.
"""

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class NotLocalError(Exception):
    """The application was asked to listen where others could reach it."""


def require_local(host: str) -> None:
    """NotLocalError unless ``host`` is 127.0.0.1."""
    if host not in LOCAL_NAMES:
        raise NotLocalError(
            f"网页只能监听 127.0.0.1，口令不走明文网络，而 TAIAN_HOST 是 {host}；"
            "请把它改回 127.0.0.1，远程访问用 SSH 隧道，或本机上的 HTTPS 代理（TAIAN_PUBLIC_URL）。"
        )


def public_name(public_url: str) -> str:
    """The Host header that a TLS proxy of this machine asks under; nothing when ``public_url`` is not https."""
    address = urlsplit(public_url)
    return address.netloc.lower() if address.scheme == "https" else ""


def is_ours(host_header: str, port: int) -> bool:
    """True for this machine's name with our port."""
    name, _, given_port = host_header.partition(":")
    return name in LOCAL_NAMES and given_port == str(port)


def is_allowed(peer: str | None, host_header: str, port: int, public: str = "") -> bool:
    """True for a request from this machine, under this machine's name and our port, or under the ``public`` name."""
    try:
        is_local_peer = ipaddress.ip_address(peer or "").is_loopback
    except ValueError:
        return False
    return is_local_peer and (is_ours(host_header, port) or (public != "" and host_header.lower() == public))


def is_foreign(origin: str | None, host_header: str, is_secure: bool = False) -> bool:
    """True when a browser says that a page of another site sent this; without a word from a browser it is not."""
    return origin is not None and origin != f"{'https' if is_secure else 'http'}://{host_header}"


def protect(server: Flask, port: int, script_hashes: list[str], public_url: str = "") -> None:
    """Refuse strangers and set the security headers on every answer."""
    public = public_name(public_url)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {' '.join(script_hashes)}",
            # Mantine, AG Grid and Plotly place their style sheets at run time.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )

    @server.before_request
    def refuse_strangers() -> Response | None:
        g.is_secure = not is_ours(request.host, port)
        origin = request.headers.get("Origin")
        foreign = request.method not in READING and is_foreign(origin, request.host, g.is_secure)
        if is_allowed(request.remote_addr, request.host, port, public) and not foreign:
            return None
        return Response(
            f"网页只接受本机访问；请在本机打开 http://127.0.0.1:{port}\n",
            403,
            content_type="text/plain; charset=utf-8",
        )

    @server.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        # Other sites learn nothing; without any referrer a browser would hide from us where our own forms come from.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if response.mimetype in ("application/json", "text/html", "text/plain"):
            # What the city knows does not stay in a browser's store.
            response.headers["Cache-Control"] = "no-store"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if g.get("is_secure"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
