"""One address in, one page out, all of it from one published night."""

from collections.abc import Callable
from typing import Any

from dash import dcc, html

from dashboards import parts
from dashboards.faults import sentence
from dashboards.kept import kept_content
from dashboards.pages import (
    admin,
    area,
    audit,
    authenticity,
    brief,
    cases,
    catalogue,
    decide,
    firm,
    mine,
    my_data,
    notes_card,
    overview,
    person,
    plan,
    plan_bulletin,
    plan_task,
    resource,
    runs,
    search,
    topics,
    warning,
    warnings,
)
from dashboards.permissions import page_of
from dashboards.serving import Serving, ServingError, Snapshot
from dashboards.sight import Sight
from dashboards.view import View

MOVING = (
    overview.render, my_data.render, authenticity.render, cases.render, runs.render, audit.render, search.render,
    firm.render, warnings.render, warning.render, plan.render, plan_task.render, plan_bulletin.render, brief.render,
    admin.render, mine.render,
)  # fmt: skip
"""Pages that show more than a night: cases, warnings, duties, accounts, the disk, who did what, what was typed,
what people keep for themselves."""

Renderer = Callable[[Snapshot, View], html.Div]
BEFORE_ANY_NIGHT: tuple[Callable[[Snapshot | None, View], html.Div], ...] = (admin.render,)
"""Pages that need no night: accounts are made before the first one."""

PAGES: dict[str, tuple[str, Renderer]] = {
    "/": (overview.TITLE, overview.render),
    "/topics": (topics.TITLE, topics.render),
    "/warnings": (warnings.TITLE, warnings.render),
    "/decide": (decide.TITLE, decide.render),
    "/brief": (brief.TITLE, brief.render),
    "/my-data": (my_data.TITLE, my_data.render),
    "/authenticity": (authenticity.TITLE, authenticity.render),
    "/cases": (cases.TITLE, cases.render),
    "/runs": (runs.TITLE, runs.render),
    "/catalogue": (catalogue.TITLE, catalogue.render),
    "/plan": (plan.TITLE, plan.render),
    "/search": (search.TITLE, search.render),
    "/audit": (audit.TITLE, audit.render),
    "/admin": (admin.TITLE, admin.render),
    "/mine": (mine.TITLE, mine.render),
}
SUBPAGES: dict[str, tuple[str, Renderer]] = {
    "/catalogue/<resource>": (catalogue.TITLE, resource.render),
    "/topics/<topic>": (topics.TITLE, topics.render),
    "/entity/firm/<code>": (firm.TITLE, firm.render),
    "/entity/person/<id>": (person.TITLE, person.render),
    "/entity/place/<code>": (area.TITLE, area.render),
    "/plan/bulletin": (plan.TITLE, plan_bulletin.render),
    "/plan/<task>": (plan.TITLE, plan_task.render),
    "/warnings/<number>": (warning.TITLE, warning.render),
}
"""Whose each page is stands in ``dashboards.permissions``; what is not listed there is nobody's."""


def _renderer(path: str) -> tuple[str, Renderer | None]:
    """Title of the section and what renders this address; None for an address that has no page."""
    page = page_of(path) or ""
    if found := PAGES.get(page) or SUBPAGES.get(page):
        return found
    return "没有这个页面", None


def _rendered(render: Renderer, snapshot: Snapshot, view: View) -> html.Div:
    """The page, made once a night for each address and theme, unless it shows what moves by day; a topic anew for other
    notes on its charts.
    """
    if render in MOVING:
        return render(snapshot, view)
    notes = notes_card.mark() if render is topics.render else ""
    return kept_content(snapshot, view, lambda: render(snapshot, view), notes)


def body_of(serving: Serving, view: View, sight: Sight) -> tuple[Any, Snapshot | None, str]:
    """The page of an address as far as ``sight`` goes, the night it shows and its title; what is wrong is said on it.

    Whether the page is the reader's at all was decided before (``dashboards.access``).
    """
    title, render = _renderer(view.path)
    if render is None:
        nothing = parts.empty("没有这个页面。", dcc.Link("回到态势总览", href="/"))
        return parts.page(title, "请核对地址。", [parts.card("没有找到", nothing)]), None, title
    try:
        snapshot = serving.snapshot(sight)
    except ServingError as error:
        for early in BEFORE_ANY_NIGHT:
            if early is render:
                return early(None, view), None, title
        return (
            parts.page(title, "暂时没有数据。", [parts.card("还没有可看的结果", parts.failed(str(error)))]),
            None,
            title,
        )
    try:
        return _rendered(render, snapshot, view), snapshot, title
    except Exception as error:
        said = parts.failed(sentence(error, view.path))
        return parts.page(title, "这一页读不全。", [parts.card(title, said)]), snapshot, title
