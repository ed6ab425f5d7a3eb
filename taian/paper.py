"""A document to print, file or send on, as PDF: A4, its text can be searched and copied, links lead to the pages.

The Chinese typeface is the one that every PDF reader brings (Adobe-GB1, STSong-Light): nothing is embedded, so that no
font has to be installed here and a page weighs a few kilobytes.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import CondPageBreak, LongTable, Paragraph, SimpleDocTemplate, TableStyle

FONT = "STSong-Light"
MARGIN = 20 * mm
BODY = ParagraphStyle("body", fontName=FONT, fontSize=10.5, leading=17, wordWrap="CJK", spaceAfter=4)
LEAD = ParagraphStyle("lead", BODY, fontSize=11.5, leading=19, spaceAfter=8)
TITLE = ParagraphStyle("title", BODY, fontSize=18, leading=28, alignment=1, spaceAfter=2)
SUBTITLE = ParagraphStyle("subtitle", BODY, fontSize=9, leading=14, alignment=1, textColor=colors.grey, spaceAfter=10)
HEADING = ParagraphStyle("heading", BODY, fontSize=13, leading=20, spaceBefore=8)
ITEM = ParagraphStyle("item", BODY, leftIndent=14, bulletIndent=4)
CELL = ParagraphStyle("cell", BODY, fontSize=8.5, leading=12, spaceAfter=0)
LINK_COLOUR = "#1d5b9c"
LEAST_AFTER_HEADING = 30 * mm
"""Room that a heading needs with what comes first below it; kept with a whole table, it left half a page empty."""


@dataclass(frozen=True)
class Item:
    """A sentence of a list, and the address that shows where it is from."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Grid:
    """A table; its head is repeated on each page. ``widths`` are shares of the line."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Heading:
    """The title of a part."""

    text: str


Block = str | Heading | Item | Grid
"""What a document is made of; a text is a paragraph."""


@dataclass(frozen=True)
class Paper:
    """A document: ``subtitle`` says who issues it and how old its figures are, ``lead`` is what matters."""

    title: str
    subtitle: str
    lead: tuple[str, ...]
    blocks: Sequence[Block]


PLAIN = str.maketrans({"\u2212": "-", "\u2009": " ", "\u00a0": " "})
"""Not every reader's own Chinese typeface has a minus sign or a thin space, and a fall without its sign is a rise."""


def _text(text: str) -> str:
    """A text as markup of a paragraph."""
    return escape(text.translate(PLAIN))


def as_pdf(paper: Paper) -> bytes:
    """The document; the same content gives the same bytes."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    content = io.BytesIO()
    sheet = SimpleDocTemplate(
        content, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=paper.title, author="泰安市政务数据平台", lang="zh-CN", invariant=1,
    )  # fmt: skip
    flow = [Paragraph(_text(paper.title), TITLE), Paragraph(_text(paper.subtitle), SUBTITLE)]
    flow += [Paragraph(_text(sentence), LEAD) for sentence in paper.lead]
    flow += _flowing(paper.blocks, sheet.width)
    sheet.build(flow, onFirstPage=_number, onLaterPages=_number)
    return content.getvalue()


def _flowing(blocks: Iterable[Block], width: float) -> list[Any]:
    flow: list[Any] = []
    for block in blocks:
        if isinstance(block, Heading):
            flow.append(CondPageBreak(LEAST_AFTER_HEADING))
        flow.append(_flowable(block, width))
    return flow


def _flowable(block: Block, width: float) -> Any:
    if isinstance(block, Heading):
        return Paragraph(_text(block.text), HEADING)
    if isinstance(block, Item):
        source = f" <link href={quoteattr(block.link)} color={quoteattr(LINK_COLOUR)}>来源</link>" if block.link else ""
        return Paragraph(_text(block.text) + source, ITEM, bulletText="·")
    if isinstance(block, Grid):
        return _grid(block, width)
    return Paragraph(_text(block), BODY)


def _grid(grid: Grid, width: float) -> LongTable:
    cells = [[Paragraph(_text(text), CELL) for text in line] for line in (grid.headers, *grid.rows)]
    whole = sum(grid.widths)
    table = LongTable(cells, colWidths=[width * share / whole for share in grid.widths], repeatRows=1, spaceAfter=6)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.lightgrey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _number(canvas: Any, sheet: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.setFillColor(colors.grey)
    canvas.drawCentredString(A4[0] / 2, 10 * mm, f"第 {sheet.page} 页")
