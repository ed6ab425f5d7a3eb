"""A letter as content, and its two renderings: plain text and HTML say the same, because both come from one letter."""

from dataclasses import dataclass, field
from html import escape

from alerts.words import one_line

PREFIX = "【泰安市政务数据平台】"


@dataclass(frozen=True)
class Card:
    """One thing that needs a look: what it is, what is to be known about it, where to see it."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    link: str | None = None


@dataclass(frozen=True)
class Table:
    """Figures; the columns in ``numeric`` (by position) are right-aligned."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """A heading with cards, a table, or both; ``tone`` is act, wait or note."""

    title: str
    note: str = ""
    cards: tuple[Card, ...] = ()
    table: Table | None = None
    tone: str = "note"


@dataclass(frozen=True)
class Part:
    """What one role is told: an inspector, a data owner, an operator."""

    headline: str
    greeting: str
    summary: str
    sections: tuple[Section, ...] = ()
    steps: tuple[str, ...] = ()
    link: tuple[str, str] | None = None
    """Words and address of the page to open."""


@dataclass(frozen=True)
class Letter:
    """One mail to one address about one night; an address with two roles gets one letter of two parts."""

    business_date: str
    parts: tuple[Part, ...]
    footer: tuple[str, ...] = field(
        default=(
            "本邮件由平台自动发出，请勿回复。",
            "邮件只含数量、编号和链接，不含个人信息和企业名称；详情请打开平台查看。",
        )
    )

    @property
    def subject(self) -> str:
        """What the inbox shows."""
        return one_line(f"{PREFIX}{self.business_date} " + "；".join(part.headline for part in self.parts))


def to_text(letter: Letter) -> str:
    """The plain text alternative."""
    lines: list[str] = []
    for part in letter.parts:
        lines += [f"{one_line(part.greeting)}：", "", one_line(part.summary), ""]
        for section in part.sections:
            lines += _text_section(section)
        if part.steps:
            lines += ["■ 下一步", *(f"  {i}. {one_line(step)}" for i, step in enumerate(part.steps, 1)), ""]
        if part.link:
            lines += [f"{part.link[0]}：{part.link[1]}", ""]
    lines += ["—" * 20, *letter.footer, f"数据日期：{letter.business_date}", ""]
    return "\n".join(lines)


def _text_section(section: Section) -> list[str]:
    lines = [f"■ {one_line(section.title)}"]
    if section.note:
        lines.append(f"  {one_line(section.note)}")
    for card in section.cards:
        lines.append(f"  · {one_line(card.title)}")
        lines += [f"    {label}：{one_line(text)}" for label, text in card.lines]
        if card.link:
            lines.append(f"    查看：{card.link}")
    if section.table:
        for row in section.table.rows:
            cells = (f"{h} {one_line(c)}" for h, c in zip(section.table.headers[1:], row[1:], strict=True))
            lines.append(f"  · {one_line(row[0])}：" + "，".join(cells))
    return [*lines, ""]


_FONT = "font-family:-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_TONES = {"act": "#b42318", "wait": "#8a5a00", "note": "#1d5b9c"}

# Inline styles, because mail programs drop the head; the head only adds the dark colours where it survives.
_HEAD = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>
@media (prefers-color-scheme: dark) {{
 .page {{ background:#12161c !important; color:#e6e9ee !important; }}
 .sheet {{ background:#1a2029 !important; border-color:#313a47 !important; }}
 .cell {{ border-color:#3a4452 !important; }}
 .card {{ border-top-color:#3a4452 !important; border-right-color:#3a4452 !important;
  border-bottom-color:#3a4452 !important; }}
 .soft {{ color:#a9b3c1 !important; }}
 .head {{ background:#222a35 !important; }}
 .link {{ color:#8ab8f0 !important; }}
 .act {{ color:#ff9a8f !important; }} .wait {{ color:#e8b659 !important; }} .note {{ color:#8ab8f0 !important; }}
}}
@media (max-width: 480px) {{ .sheet {{ padding:16px !important; }} .page {{ padding:0 !important; }} }}
</style></head>
<body class="page" style="margin:0;padding:24px 8px;background:#f3f5f8;color:#1c2430;{font};font-size:15px;
line-height:1.7">
<div class="sheet" style="max-width:640px;margin:0 auto;padding:28px 32px;background:#ffffff;border:1px solid #dde3ea;
border-radius:6px">
<p class="soft" style="margin:0 0 20px;color:#56616f;font-size:13px">泰安市政务数据平台 · 数据日期 {date}</p>
"""


def to_html(letter: Letter) -> str:
    """The HTML alternative: no script, no picture, no request to anywhere; everything from outside is escaped."""
    html = [_HEAD.format(title=_safe(letter.subject), font=_FONT, date=_safe(letter.business_date))]
    for i, part in enumerate(letter.parts):
        if i:
            html.append('<hr class="cell" style="border:0;border-top:1px solid #dde3ea;margin:28px 0">')
        html.append(_html_part(part))
    html.append('<hr class="cell" style="border:0;border-top:1px solid #dde3ea;margin:28px 0 12px">')
    html += [
        f'<p class="soft" style="margin:0;color:#56616f;font-size:13px">{_safe(line)}</p>' for line in letter.footer
    ]
    return "\n".join([*html, "</div></body></html>"])


def _html_part(part: Part) -> str:
    html = [
        f'<p style="margin:0 0 4px">{_safe(part.greeting)}：</p>',
        f'<h1 style="margin:0 0 12px;font-size:20px;line-height:1.4">{_safe(part.headline)}</h1>',
        f'<p style="margin:0 0 20px">{_safe(part.summary)}</p>',
        *(_html_section(section) for section in part.sections),
    ]
    if part.steps:
        items = "".join(f'<li style="margin:0 0 6px">{_safe(step)}</li>' for step in part.steps)
        html.append(
            '<h2 style="margin:24px 0 8px;font-size:16px">下一步</h2>'
            f'<ol style="margin:0 0 16px;padding-left:22px">{items}</ol>'
        )
    if part.link:
        words, address = part.link
        html.append(f'<p style="margin:16px 0 0">{_anchor(words, address)}</p>')
    return "\n".join(html)


def _html_section(section: Section) -> str:
    colour = _TONES[section.tone]
    html = [
        f'<h2 class="{section.tone}" style="margin:24px 0 4px;font-size:16px;color:{colour}">'
        f"{_safe(section.title)}</h2>"
    ]
    if section.note:
        html.append(f'<p class="soft" style="margin:0 0 10px;color:#56616f;font-size:14px">{_safe(section.note)}</p>')
    html += [_html_card(card, colour) for card in section.cards]
    if section.table:
        html.append(_html_table(section.table))
    return "\n".join(html)


def _html_card(card: Card, colour: str) -> str:
    lines = "".join(
        f'<div><span class="soft" style="color:#56616f">{_safe(label)}：</span>{_safe(text)}</div>'
        for label, text in card.lines
    )
    tag = "div" if card.lines else "span"
    link = f"<{tag}>{_anchor('在平台查看', card.link)}</{tag}>" if card.link else ""
    return (
        '<div class="card" style="margin:0 0 10px;padding:10px 14px;border:1px solid #dde3ea;'
        f'border-left:4px solid {colour};border-radius:4px;font-size:14px;overflow-wrap:anywhere">'
        f'<{tag} style="font-weight:600;margin-right:16px">{_safe(card.title)}</{tag}>{lines}{link}</div>'
    )


def _html_table(table: Table) -> str:
    def row(cells: tuple[str, ...], tag: str, css: str) -> str:
        inside = "".join(
            f'<{tag} class="{css}" style="padding:6px 8px;border-bottom:1px solid #dde3ea;text-align:'
            f"{'right' if i in table.numeric else 'left'};font-variant-numeric:tabular-nums"
            f'{";white-space:nowrap" if i in table.numeric else ""}">{_safe(cell)}</{tag}>'
            for i, cell in enumerate(cells)
        )
        return f"<tr>{inside}</tr>"

    body = "".join(row(cells, "td", "cell") for cells in table.rows)
    return (
        '<table style="width:100%;border-collapse:collapse;font-size:14px;margin:0 0 10px">'
        f"<thead>{row(table.headers, 'th', 'cell head')}</thead><tbody>{body}</tbody></table>"
    )


def _anchor(words: str, address: str) -> str:
    return (
        f'<a class="link" href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer" '
        f'style="color:#1d5b9c">{_safe(words)}</a>'
    )


def _safe(text: str) -> str:
    return escape(one_line(text), quote=True)
