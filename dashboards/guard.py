"""Who may ask, and what a browser may do with the answer.

Until sign-in exists the application answers only to this machine: the peer's address and the Host header are both
checked, because a page of another site can make a browser here ask under that site's own name (DNS rebinding).
"""

import ipaddress

from flask import Flask, Response, request

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class NotLocalError(Exception):
    """The application was asked to listen where others could reach it."""


def require_local(host: str) -> None:
    """NotLocalError unless ``host`` is 127.0.0.1."""
    if host not in LOCAL_NAMES:
        raise NotLocalError(
            f"网页还没有登录功能，只能监听 127.0.0.1，而 TAIAN_HOST 是 {host}；"
            "请把它改回 127.0.0.1，远程访问用 SSH 隧道。"
        )


def is_allowed(peer: str | None, host_header: str, port: int) -> bool:
    """True for a request from this machine, under this machine's name and our port."""
    try:
        is_local_peer = ipaddress.ip_address(peer or "").is_loopback
    except ValueError:
        return False
    name, _, given_port = host_header.partition(":")
    return is_local_peer and name in LOCAL_NAMES and given_port == str(port)


def is_foreign(origin: str | None, host_header: str) -> bool:
    """True when a browser says that a page of another site sent this; without a word from a browser it is not."""
    return origin is not None and origin != f"http://{host_header}"


def protect(server: Flask, port: int, script_hashes: list[str]) -> None:
    """Refuse strangers and set the security headers on every answer."""
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
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )

    @server.before_request
    def refuse_strangers() -> Response | None:
        foreign = request.method not in READING and is_foreign(request.headers.get("Origin"), request.host)
        if is_allowed(request.remote_addr, request.host, port) and not foreign:
            return None
        return Response(
            f"在有登录功能之前，网页只接受本机访问；请在本机打开 http://127.0.0.1:{port}\n",
            403,
            content_type="text/plain; charset=utf-8",
        )

    @server.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if response.mimetype in ("application/json", "text/html", "text/plain"):
            # What the city knows does not stay in a browser's store.
            response.headers["Cache-Control"] = "no-store"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response
