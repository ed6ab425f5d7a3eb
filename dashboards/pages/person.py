"""一人一档: what the departments know of one person, shown only after saying what for, and only with a line in the log.

The page itself holds nothing of the person: the answer of one callback does, and that writes the log first.
"""

from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboards import format as fmt
from dashboards import parts, queries, subjects
from dashboards.pages.firm import attribute, batch_link, conflict, said_by_key
from dashboards.serving import Snapshot
from dashboards.subject_words import MARRIAGES, PEOPLE, SEXES, method_title
from dashboards.view import View

TITLE = "一人一档"
PURPOSES = {
    "check": "核对部门之间的矛盾",
    "quality": "核查数据质量",
    "request": "答复本人的查询",
    "duty": "办理法定职责内的事项",
}
SHORTEST, LONGEST = 4, 200
"""Characters of what the look is for."""

ASK = "请选用途，并写明事由（至少 4 个字，比如来函文号或工单号），再打开。"


def purpose(chosen: str, why: str) -> str:
    """The purpose as the log has it; nothing when it is none."""
    said = " ".join(why.split())
    return f"{PURPOSES[chosen]}：{said}" if chosen in PURPOSES and SHORTEST <= len(said) <= LONGEST else ""


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The question that comes first; nothing of the person is on this page."""
    fields = html.Div(
        [
            dmc.Select(
                id="look-purpose",
                label="用途",
                data=[{"value": key, "label": title} for key, title in PURPOSES.items()],
                w=240,
            ),
            dmc.TextInput(id="look-why", label="事由", w=340),
            html.Button("记入日志并打开", id="look-open", className="button button-first"),
        ],
        className="tools look-fields",
    )
    said = "每次查看都在显示之前记入审计日志：谁、什么时候、看的谁、为了什么。内容按分级脱敏。"
    asked = parts.card("为了什么查看", [html.P(said), fields], name="wide-card")
    trail = parts.breadcrumbs([("查找", "/search"), (TITLE, None)])
    return parts.page(TITLE, "先说明用途。", [asked, html.Div(id="person-file")], trail=trail)


def file_of(snapshot: Snapshot, entity: str) -> Any:
    """Everything about one person, masked; to be called after the look was logged."""
    versions = subjects.person(snapshot, entity)
    if not versions:
        return parts.card("没有找到", parts.empty("人口库里没有这个人，或不在您能看的范围内。"), name="wide-card")
    now, titles = versions[0], queries.titles(snapshot)
    codes = [str(row[name]) for row in versions for name in ("village_code", "residence_village_code", "county_code")]
    places = subjects.division_names(snapshot, [*codes, *(code[:9] for code in codes), *(code[:6] for code in codes)])
    return [
        parts.guarded("概况", lambda: _profile(snapshot, now, places), "wide-card"),
        parts.guarded("采用了谁的，谁说法不同", lambda: _golden(now, titles), "wide-card"),
        parts.guarded("各部门的记录", lambda: _records(snapshot, entity, titles), "wide-card"),
        parts.guarded("历史", lambda: _history(versions, places), "wide-card"),
    ]


def _place(code: Any, places: dict[str, str]) -> str:
    """County, township and village of a code."""
    text = str(code)
    return " ".join(places[part] for part in (text[:6], text[:9], text) if part in places) or fmt.DASH


def _said(value: Any, words: dict[str, str]) -> str:
    return fmt.DASH if fmt.is_missing(value) else words.get(str(value), str(value))


def _profile(snapshot: Snapshot, now: dict[str, Any], places: dict[str, str]) -> html.Section:
    items: list[tuple[str, Any]] = [
        ("姓名", now["name"]),
        ("身份号码", now["number"]),
        ("性别", _said(now["sex"], SEXES)),
        ("出生", f"{int(now['birth_year'])} 年" if not fmt.is_missing(now["birth_year"]) else fmt.DASH),
        ("婚姻", _said(now["marital_status"], MARRIAGES)),
        ("户籍", _said(now["status"], PEOPLE) if now["is_registered"] else "不在册"),
        ("户籍地", _place(now["village_code"], places)),
        ("居住地", _place(now["residence_village_code"], places)),
        ("在世", "是" if now["is_living"] else f"否，{fmt.day(now['died_on'])} 死亡"),
    ]
    stamp = parts.stamp(snapshot.business_date, "人口库")
    return parts.card("概况", parts.facts(items, "profile"), subtitle="按分级脱敏", foot=stamp, name="wide-card")


def _golden(now: dict[str, Any], titles: dict[str, str]) -> html.Section:
    sources, dates = said_by_key(now["sources"]), said_by_key(now["source_dates"])
    rows = [(attribute(name), batch_link(mark, titles), fmt.day(dates.get(name))) for name, mark in sources.items()]
    said = [conflict(str(text), titles) for text in now["conflicts"] or []]
    body = [
        parts.table("每一项采用了谁的值", ("信息项", "采用自", "那条记录的日期"), rows),
        html.Ul([html.Li(text) for text in said], className="innocent") if said else html.P("各来源没有矛盾。"),
    ]
    return parts.card("采用了谁的，谁说法不同", body, name="wide-card")


def _records(snapshot: Snapshot, entity: str, titles: dict[str, str]) -> html.Section:
    rows = [
        (
            batch_link(row["source"], titles),
            _said(row["role"], PEOPLE),
            method_title(row["method"]),
            "；".join(conflict(str(text), titles) for text in row["conflicts"]) or fmt.DASH,
        )
        for row in subjects.person_records(snapshot, entity)
    ]
    headers = ("来源", "身份", "怎样对应", "说法不同")
    body = parts.table("各部门的记录", headers, rows) if rows else parts.empty("没有其他部门的记录对应到这个人。")
    return parts.card("各部门的记录", body, name="wide-card")


def _history(versions: list[dict[str, Any]], places: dict[str, str]) -> html.Section:
    rows = [
        (
            f"{fmt.day(row['valid_from'])} 至 {'今' if fmt.is_missing(row['valid_to']) else fmt.day(row['valid_to'])}",
            _said(row["status"], PEOPLE),
            _place(row["residence_village_code"], places),
            _said(row["marital_status"], MARRIAGES),
        )
        for row in versions
    ]
    table = parts.table("历史", ("有效", "户籍", "居住地", "婚姻"), rows)
    return parts.card("历史", table, subtitle="现实中从哪天起是这样，最近的在前", name="wide-card")
