"""Pages outside of the application: sign-in, set-up, a new password, a refusal. Plain HTML without any script of ours
but the one that chooses the theme, so that they answer before Dash may.
"""

from collections.abc import Sequence

from flask import Response
from markupsafe import Markup, escape

from dashboards.theme import css_variables

NAME = "泰安市政务数据平台"

PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {name}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<style>{variables}</style>
<script src="/assets/early.js"></script>
<link rel="stylesheet" href="/assets/app.css">
</head>
<body class="lobby">
<main class="card lobby-card">
<div class="brand"><span class="emblem" aria-hidden="true">泰</span><span>{name}</span></div>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page(title: str, body: Sequence[str], status: int = 200) -> Response:
    """One page of the lobby; ``body`` is HTML."""
    text = PAGE.format(title=escape(title), name=NAME, variables=css_variables(), body="\n".join(body))
    return Response(text, status, content_type="text/html; charset=utf-8")


def said(words: str, is_good: bool = False) -> str:
    """What became of the last try, nothing for no words."""
    role, tone = ("status", "notice") if is_good else ("alert", "said")
    return f'<p class="{tone}" role="{role}">{escape(words)}</p>' if words else ""


def field(label: str, name: str, kind: str = "text", value: str = "", hint: str = "", **given: str) -> str:
    """A labelled input; ``given`` are further attributes."""
    more = "".join(f' {key.replace("_", "-")}="{escape(text)}"' for key, text in given.items())
    below = f'<span class="muted small">{escape(hint)}</span>' if hint else ""
    put = f'<input type="{kind}" name="{name}" value="{escape(value)}" required{more}>'
    return f"<label>{escape(label)}{put}{below}</label>"


def box(label: str, name: str, is_on: bool) -> str:
    """A box to tick."""
    on = " checked" if is_on else ""
    return f'<label class="tick"><input type="checkbox" name="{name}"{on}><span>{escape(label)}</span></label>'


def form(action: str, token: str, fields: Sequence[str], button: str) -> str:
    """A form that is sent to us with its token."""
    hidden = Markup('<input type="hidden" name="token" value="{}">').format(token)
    return (
        f'<form class="lobby-form" method="post" action="{escape(action)}">{hidden}{"".join(fields)}'
        f'<button class="button button-first" type="submit">{escape(button)}</button></form>'
    )
