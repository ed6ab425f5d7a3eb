"""谁能看什么: the server's own table of which pages each role may open."""

from dash import html

from dashboards import parts
from dashboards.pages import (
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
    overview,
    person,
    plan,
    runs,
    search,
    topics,
    warnings,
)
from dashboards.permissions import PAGES
from taian.access.roles import ROLE_TITLES

ROWS = {
    "/": overview.TITLE,
    "/topics": topics.TITLE,
    "/warnings": warnings.TITLE,
    "/decide": decide.TITLE,
    "/brief": brief.TITLE,
    "/my-data": my_data.TITLE,
    "/authenticity": authenticity.TITLE,
    "/cases": cases.TITLE,
    "/runs": runs.TITLE,
    "/catalogue": catalogue.TITLE,
    "/plan": plan.TITLE,
    "/search": search.TITLE,
    "/entity/firm/<code>": firm.TITLE,
    "/entity/person/<id>": person.TITLE,
    "/entity/place/<code>": area.TITLE,
    "/audit": audit.TITLE,
    "/admin": "管理",
    "/mine": mine.TITLE,
}
"""Pages in the order of the navigation, and what they are called."""


def rights_card() -> html.Section:
    """Each role with the pages that it may open."""
    rows = [
        (title, "、".join(words for page, words in ROWS.items() if role in PAGES[page]))
        for role, title in ROLE_TITLES.items()
    ]
    note = "能打开页面不等于看到全部：数据提供方只看本部门或本县区，个人信息按分级遮盖，企业报表只给统计执法员。"
    table = parts.table("各角色能打开的页面", ("角色", "能打开的页面"), rows)
    return parts.card(
        "谁能看什么",
        [table, html.P(note, className="muted small")],
        subtitle="服务器按这张表放行，没有列出的一律拒绝",
        name="wide-card",
    )
