"""Answers are packed (gzip, RFC 1952) where the browser takes that; what never changes is packed once and kept by it.

No answer that holds a secret beside words of the asker is packed (BREACH): forms carry their token in HTML, and those
are left as they are; what a page shows comes as JSON without one.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

LEAST = 1024
"""Bytes below which packing saves nothing."""

LEVEL, LEVEL_KEPT = 4, 9
"""Of answers that are made each time, and of those that are kept."""

KINDS = frozenset({"application/json", "application/javascript", "text/javascript", "text/css", "image/svg+xml"})
FOREVER = "public, max-age=31536000, immutable"
LIBRARIES = "/_dash-component-suites/"


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    """A library or style sheet: there are some thirty."""
    return gzip.compress(content, LEVEL_KEPT, mtime=0)


def is_named_by_content() -> bool:
    """Whether the address names the version of what it leads to: Dash writes it into the name or behind ``m``."""
    return request.path.startswith(LIBRARIES) or (request.path.startswith("/assets/") and "m" in request.args)


def pack(server: Flask) -> None:
    """Pack answers, and let browsers keep what is named by its version."""

    @server.after_request
    def packed(response: Response) -> Response:
        if response.status_code != 200 or response.mimetype not in KINDS:
            return response
        is_kept = is_named_by_content()
        if is_kept:
            response.headers["Cache-Control"] = FOREVER
        response.vary.add("Accept-Encoding")
        if not request.accept_encodings["gzip"] or request.method == "HEAD" or response.content_encoding:
            return response
        response.direct_passthrough = False
        content = response.get_data()
        if len(content) >= LEAST:
            response.set_data(_packed(content) if is_kept else gzip.compress(content, LEVEL, mtime=0))
            response.content_encoding = "gzip"
            response.headers.pop("ETag", None)
        return response
