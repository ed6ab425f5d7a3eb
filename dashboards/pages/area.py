"""一地一档: one division: what its code has meant, what is counted in it, its indicators, and what lies below it."""

from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries, subjects
from dashboards.pages.indicator import Indicator, change_of, definitions
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.subject_words import LIVES
from dashboards.view import View, address
from dashboards.words import LEVELS, WHY_WITHHELD

TITLE = "一地一档"
SYSTEMS = {"nbs": "统计用代码", "mca": "民政代码"}
NAMES = {**LEVELS, "village": "村（居）"}
MOST, LAST_PAGE = 40, 10_000
"""Firms of one page, and the last page that is looked for."""

COUNTY, TOWNSHIP = 6, 9
"""Characters of a code."""

FACILITIES = {
    "kindergarten": "幼儿园",
    "primary_school": "小学",
    "middle_school": "初中",
    "high_school": "高中",
    "hospital": "医院",
    "township_hospital": "乡镇卫生院",
    "health_station": "社区卫生服务站",
    "village_clinic": "村卫生室",
    "elderly_home": "养老机构",
    "day_care": "日间照料中心",
    "shelter": "应急避难场所",
}


def above(code: str) -> list[str]:
    """The codes from the county, or the city, down to the division itself."""
    return [queries.CITY, *(code[:n] for n in (COUNTY, TOWNSHIP) if n < len(code) and code[:n] != queries.CITY), code]


def _trail(snapshot: Snapshot, code: str, name: str) -> Any:
    line = [each for each in dict.fromkeys(above(code)) if each != code]
    names = subjects.division_names(snapshot, line)
    steps: list[tuple[str, str | None]] = [(names.get(each, each), f"/entity/place/{each}") for each in line]
    return parts.breadcrumbs([("查找", "/search"), *steps, (name, None)])


def _told(row: dict[str, Any], name: str, unit: str) -> str:
    if row.get(f"{name}_withheld"):
        return WHY_WITHHELD
    return fmt.amount(row.get(name), unit)


def _counts(snapshot: Snapshot, code: str) -> html.Section:
    row = subjects.place_counts(snapshot, code)
    items: list[tuple[str, Any]] = [
        ("户籍人口", _told(row, "persons", "person")),
        ("户数", _told(row, "households", "household")),
        ("在用公共设施（处）", fmt.count(row.get("facilities"))),
        ("标准地址（个）", fmt.count(row.get("addresses"))),
    ]
    if not fmt.is_missing(row.get("firms")):
        items.append(("存续的法人", fmt.amount(row.get("firms"), "firm")))
    said = "户籍口径，不是常住人口；不足 10 人的不公布，能推出它的也不公布"
    stamp = parts.stamp(snapshot.business_date, "基础库")
    return parts.card("这里有什么", parts.facts(items, "profile"), subtitle=said, foot=stamp, name="wide-card")


def _history(snapshot: Snapshot, code: str) -> html.Section:
    frame = subjects.division_history(snapshot, code)
    rows = [
        (SYSTEMS.get(row["system"], row["system"]), row["code"], row["name"], NAMES.get(row["level"], row["level"]),
         f"{fmt.day(row['valid_from']) if not fmt.is_missing(row['valid_from']) else '最早的版本'} 至 "
         f"{'今' if fmt.is_missing(row['valid_to']) else fmt.day(row['valid_to'])}",
         fmt.DASH if fmt.is_missing(row["successor_code"]) else row["successor_code"])
        for row in frame.to_dict("records")
    ]  # fmt: skip
    table = parts.table("这个代码指过哪里", ("体系", "代码", "名称", "级别", "有效", "后来并入"), rows)
    said = "两个体系里同一个代码可以指不同的地方；并入这里的也列出"
    return parts.card("代码的历史", table, subtitle=said, name="wide-card")


def _below(snapshot: Snapshot, code: str) -> html.Section | None:
    frame = subjects.division_children(snapshot, code)
    if frame.empty:
        return None
    rows = [
        (parts.link(row["name"], f"/entity/place/{row['code']}"), row["code"],
         WHY_WITHHELD if row["persons_withheld"] is True else fmt.amount(row["persons"], "person"),
         fmt.count(row["facilities"]))
        for row in frame.to_dict("records")
    ]  # fmt: skip
    title = f"下辖 {len(rows)} 个{NAMES.get(str(frame['level'].iloc[0]), '地区')}"
    table = parts.table(title, ("名称", "代码", "户籍人口", "在用公共设施（处）"), rows, numeric=(2, 3))
    return parts.card(title, table, name="wide-card")


def _indicators(snapshot: Snapshot, code: str) -> html.Section | None:
    known = definitions(snapshot)
    frame = queries.latest_values(snapshot, tuple(known), code)
    if frame.empty:
        return None
    latest = {str(row["indicator"]): row for row in frame.to_dict("records")}
    rows = [figure(one, latest[key], code) for key, one in known.items() if key in latest]
    table = parts.table("这里的指标", ("指标", "专题", "统计期", "当期值", "同比"), rows, numeric=(3, 4))
    return parts.card(
        "指标",
        table,
        subtitle="百分比的同比为百分点",
        aside=parts.link("在态势总览中看", address("/", area=code)),
        foot=parts.stamp(snapshot.business_date, "指标"),
        name="wide-card",
    )


def figure(indicator: Indicator, row: Row, code: str) -> tuple[Any, ...]:
    """One line of the indicators of a place."""
    change = change_of(row, indicator)
    return (
        parts.link(indicator.title, address("/", area=code, indicator=indicator.key)),
        indicator.topic,
        fmt.covered(row["period"], row["months"]),
        indicator.amount(row),
        fmt.DASH if change is None else indicator.label(change),
    )


def _facilities(snapshot: Snapshot, code: str) -> html.Section | None:
    if len(code) == COUNTY:
        kinds = subjects.facility_kinds(snapshot, None if code == queries.CITY else code)
        counts = [
            (FACILITIES.get(row["state"], row["state"]), fmt.count(row["facilities"]))
            for row in kinds.to_dict("records")
        ]
        table = parts.table("在用公共设施", ("类别", "处"), counts, numeric=(1,))
        return parts.card("公共设施", table, subtitle="到乡镇、村居看每一处", name="wide-card") if counts else None
    frame = subjects.facilities(snapshot, code)
    if frame.empty:
        return None
    listed = [
        (row["title"], FACILITIES.get(row["state"], row["state"]), fmt.or_dash(row["where"]))
        for row in frame.to_dict("records")
    ]
    summary = "、".join(
        f"{FACILITIES.get(str(kind), str(kind))} {n} 处" for kind, n in frame["state"].value_counts().items()
    )
    listed_all = parts.table("公共设施", ("名称", "类别", "在"), listed)
    body = [html.P(summary), html.Details([html.Summary(f"逐一列出 {len(listed)} 处"), listed_all])]
    return parts.card("公共设施", body, name="wide-card")


def _page(view: View) -> int:
    asked = view.params.get("page", "")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def _firms(snapshot: Snapshot, code: str, name: str, view: View) -> html.Section | None:
    """A page of the firms of a county, or of those whose address names a township."""
    if code == queries.CITY or len(code) > TOWNSHIP:
        return None
    page, named = _page(view), "" if len(code) == COUNTY else name
    frame = subjects.firms_of(snapshot, code[:COUNTY], named, (page - 1) * MOST, MOST)
    if frame.empty and page == 1:
        return None
    rows = [
        (
            parts.link(row["title"], f"/entity/firm/{row['key']}"),
            row["key"],
            parts.badge(*LIVES.get(row["state"], (str(row["state"]), "plain"))),
        )
        for row in frame.to_dict("records")
    ]
    total = int(frame["total"].iloc[0]) if rows else 0
    steps: list[Any] = []
    if page > 1:
        steps += [parts.link("上一页", view.link(page=None if page == 2 else str(page - 1))), "　"]
    if page * MOST < total:
        steps.append(parts.link("下一页", view.link(page=str(page + 1))))
    said = f"第 {page} 页，共 {fmt.count(total)} 家" if rows else "这一页没有了"
    where = "登记在本县（市、区）的" if len(code) == COUNTY else "登记地址写有这个名称的；登记只写明县（市、区）"
    table = parts.table("企业和单位", ("名称", "统一社会信用代码", "状态"), rows)
    return parts.card("企业和单位", [table, html.P(steps)], subtitle=f"{where} · {said}", name="wide-card")


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The file of one division, ``/entity/place/<code>``."""
    code = view.path.rstrip("/").rsplit("/", 1)[-1]
    known = subjects.division(snapshot, code)
    if known is None:
        nothing = parts.empty(f"区划代码 {code} 在两个体系里都没有。", parts.link("去查找", "/search"))
        return parts.page(TITLE, "请核对代码。", [parts.card("没有找到", nothing)])
    name = str(known["name"])
    cards = [
        parts.guarded("这里有什么", lambda: _counts(snapshot, code), "wide-card"),
        _maybe("下辖", lambda: _below(snapshot, code)),
        _maybe("指标", lambda: _indicators(snapshot, code)),
        _maybe("企业和单位", lambda: _firms(snapshot, code, name, view)),
        _maybe("公共设施", lambda: _facilities(snapshot, code)),
        parts.guarded("代码的历史", lambda: _history(snapshot, code), "wide-card"),
    ]
    state = parts.badge(NAMES.get(str(known["level"]), "地区") + ("" if known["is_current"] else " · 已停用"))
    body = [card for card in cards if card is not None]
    return parts.page(name, "这里有什么？代码指过哪里？", body, tools=state, trail=_trail(snapshot, code, name))


def _maybe(title: str, build: Any) -> html.Section | None:
    """A card that is left out where there is nothing of its kind."""
    made: list[html.Section] = []

    def build_once() -> html.Section:
        made.extend(filter(None, [build()]))
        return made[0] if made else html.Section()

    shown = parts.guarded(title, build_once, "wide-card")
    return shown if made or shown.children else None
