"""决策简报 and 督办通报 as documents: the content of their pages, for whoever prints, files or sends them on."""

import datetime as dt
from typing import NamedTuple

from alerts.briefpaper import name_of, paper_of
from dashboards.bulletin import HEADERS, NONE, Bulletin, spoken
from dashboards.pages.brief import brief_for, kind_of
from dashboards.pages.plan_bulletin import PARTS, made, month_of, of_which_day
from dashboards.serving import Snapshot
from dashboards.view import View
from taian.paper import Block, Grid, Heading, Paper, as_pdf

WIDTHS = (3.0, 2.0, 1.4, 5.0)
"""Of task, department, day and words."""


class Sheet(NamedTuple):
    """A document and what its file is called."""

    name: str
    paper: Paper

    def pdf(self) -> bytes:
        """The file."""
        return as_pdf(self.paper)


def brief_sheet(snapshot: Snapshot, view: View, url: str) -> Sheet:
    """The brief of ``?kind=``; ``url`` is where the pages are that its sentences lead to. OSError: no warnings."""
    kind, date = kind_of(view), dt.date.fromisoformat(snapshot.business_date)
    return Sheet(name_of(kind, date), paper_of(brief_for(snapshot, kind), date, url))


def bulletin_sheet(snapshot: Snapshot, view: View) -> Sheet:
    """The report of ``?month=``."""
    month = month_of(snapshot, view)
    report = made(snapshot, month)
    blocks = [block for name, number in PARTS.items() for block in _part(report, name, number)]
    if month != snapshot.business_date[:7]:
        blocks.append(of_which_day(snapshot, month))
    issued = f"泰安市政务信息系统整合共享专项小组 · 数据截至 {snapshot.business_date}"
    return Sheet(f"plan-bulletin-{month}", Paper(f"{spoken(month)}督办通报", issued, report.lead, blocks))


def _part(report: Bulletin, name: str, number: str) -> list[Block]:
    rows = tuple(report.part(name))
    return [Heading(f"{number}、{name}"), Grid(HEADERS[1:], rows, WIDTHS) if rows else NONE[name]]
