"""决策简报 as a document: what the page hands out as PDF, and what goes with its mail."""

import datetime

from alerts.brief import Brief
from taian.paper import Block, Heading, Item, Paper


def paper_of(brief: Brief, date: datetime.date, public_url: str) -> Paper:
    """The brief of a night; its sentences lead to the pages below ``public_url``."""
    blocks: list[Block] = []
    for chapter in brief.chapters:
        blocks += [Heading(chapter.title), *(Item(line.text, f"{public_url}{line.path}") for line in chapter.lines)]
    issued = f"泰安市政务数据平台 · 数据截至 {date} · 由平台按模板写成"
    return Paper(brief.title, issued, (brief.summary,), blocks)


def name_of(kind: str, date: datetime.date) -> str:
    """What its file is called, without the ending; ``kind`` is day or month."""
    return f"brief-{kind}-{date}"
