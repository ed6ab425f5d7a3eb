"""整合共享: is the plan of December 2017 on schedule, who lags, and what shows it."""

from functools import partial
from typing import Any

import pandas as pd
from dash import html

from catalog.plan import scheme
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.kept import kept_card
from dashboards.pages.duties_card import duties_card
from dashboards.pages.evaluation_cards import evaluation_cards
from dashboards.pages.exchange_cards import exchange_cards
from dashboards.pages.network_cards import COUNTY, coverage_card, merged_card
from dashboards.pages.plan_words import (
    ACROSS,
    DUES,
    HEADERS,
    KIND_GROUPS,
    PROGRESS,
    REGISTER_STATES,
    REGISTERS,
    SERVICE_STATES,
    SHARES,
    STATES,
    TABS,
    VERDICTS,
    cells,
    place_of,
    rows_of,
    tab_of,
)
from dashboards.pages.progress_cards import burnup_card, gantt_card
from dashboards.pages.projects_cards import projects_cards
from dashboards.pages.registers_card import registers_card
from dashboards.pages.services_cards import services_cards
from dashboards.paging import leaf_of, turn
from dashboards.queries import CITY
from dashboards.serving import Snapshot
from dashboards.view import View, address

TITLE = "整合共享"
QUESTION = "三十八条做到了哪一步？谁落后？依据是什么？"
MEASURES = {
    "systems": ("cleared", "on_ledger"),
    "cloud": ("cloud",),
    "network": ("townships",),
    "services": (
        *("services_docked", "penalties_docked", "others_on_platform"),
        *("items_online", "cases_online", "cases_on_time"),
    ),
    "projects": ("approved_spending",),
}
MEASURE_CARD = "wide-card plan-measure"
WIDE = 170
"""Pixels of a filter: the longest name of a department."""

NUMERIC = {
    "systems": (3, 5),
    "progress": (1, 2, 3, 4, 5, 6),
    "evaluation": tuple(range(1, 9)),
    "exchange": (4, 5, 6, 7),
    "services": tuple(range(6, 12)),
    "projects": (5, 6, 8),
}
"""Columns of numbers in a tab's list."""

OWNER = {
    "systems": "department",
    "cloud": "department",
    "registers": "department",
    "projects": "department",
    "services": "department",
    "network": "county_code",
}

FOLDED = ("systems", "services")
"""Tabs on which the owners of a measure are folded away: other things are to be seen first."""

OPENED = {"systems": {"verdict": "zombie"}}
"""The filters that a tab is opened with."""


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/plan`` for ``?tab=``, and the filters of its tab."""
    tab = tab_of(view)
    cards = []
    if tab == "tasks":
        cards = [
            kept_card(snapshot, view, "方案任务", lambda: _states_card(snapshot, view), "wide-card plan-states"),
            parts.guarded("督办", lambda: duties_card(snapshot, view), "wide-card plan-duties"),
        ]
    if tab == "progress":
        cards = [
            parts.guarded("甘特图", lambda: gantt_card(snapshot, view), "wide-card plan-gantt"),
            parts.guarded("完成进度", lambda: burnup_card(snapshot, view), "wide-card plan-burnup"),
        ]
    if tab == "evaluation":
        cards = evaluation_cards(snapshot, view)
    if tab == "exchange":
        cards = exchange_cards(snapshot, view)
    if tab == "projects":
        cards = projects_cards(snapshot, view)
    if tab == "services":
        cards = services_cards(snapshot, view)
    if tab == "registers":
        cards = [kept_card(snapshot, view, "整合进度", lambda: registers_card(snapshot), "wide-card plan-registers")]
    measures = [
        kept_card(
            snapshot, view, scheme().measures[name].title, partial(_measure_card, snapshot, name, tab), MEASURE_CARD
        )
        for name in _measures(tab, view)
    ]
    cards += _network(snapshot, view, measures) if tab == "network" else measures
    if tab == "systems":
        criteria = partial(_criteria_card, snapshot, view)
        cards.append(kept_card(snapshot, view, "五项标准", criteria, "wide-card plan-criteria"))
    cards.append(kept_card(snapshot, view, TABS[tab], lambda: _list_card(snapshot, tab, view), "wide-card plan-list"))
    return parts.page(f"{TITLE} · {TABS[tab]}", QUESTION, [_tabs(tab), *cards], tools=_tools(view))


def _network(snapshot: Snapshot, view: View, measures: list[html.Section]) -> list[Any]:
    """The map beside its figures, which are what a reader without it goes by."""
    shown = kept_card(snapshot, view, "县（市、区）外网覆盖", lambda: coverage_card(snapshot, view), "map-card")
    merged = kept_card(snapshot, view, "专网和互联网出口整合", lambda: merged_card(snapshot), "wide-card plan-merged")
    return [html.Div([html.Div(shown), html.Div(measures)], className="topic-grid"), merged]


def _measures(tab: str, view: View) -> tuple[str, ...]:
    """The measures whose owners a tab compares: of the registers that of the chosen one."""
    chosen = REGISTERS.get(view.params.get("register", "")) if tab == "registers" else None
    return (chosen[1],) if chosen else MEASURES.get(tab, ())


def _tabs(tab: str) -> html.Nav:
    # Of all systems the zombies are what a reader comes for; the filter says so and can be taken away.
    entries = [(title, address("/plan", tab=key, **OPENED.get(key, {})), key == tab) for key, title in TABS.items()]
    return parts.tabs("方案内容", entries)


def _tools(view: View) -> list[Any]:
    return [
        html.A(
            f"导出 {kind.upper()}", href=address(f"/export/plan.{kind}", **view.params), className="button", download=""
        )
        for kind in ("csv", "xlsx")
    ]


def _states_card(snapshot: Snapshot, view: View) -> html.Section:
    """How many milestones are in each state; a click lists them."""
    frame = planned.tasks(snapshot)
    counts = frame["state"].value_counts()
    facts: list[tuple[str, parts.Node]] = [
        (title, parts.link(f"{fmt.count(counts.get(state, 0))} 项", view.link(state=state, tab="tasks", page=None)))
        for state, (title, _) in STATES.items()
    ]
    own = {key: int((frame["share"] == key).sum()) for key in SHARES}
    if planned.answering(snapshot.sight):
        facts += [
            (title, parts.link(f"{fmt.count(own[key])} 项", address("/plan", tab="tasks", share=key)))
            for key, title in SHARES.items()
        ]
    every = parts.link("全部", address("/plan", tab="tasks"))
    note = html.P(
        "状态依据数据判定；数据说明不了的，以责任部门附文件的报告为准。时限已过而平台没有证据的是“待举证”，不等于没有完成。",
        className="muted small",
    )
    return parts.card(
        "方案任务" if snapshot.sight.scopes is None else "我的任务",
        [parts.facts(facts), note],
        subtitle=f"{frame['article'].nunique()} 条 {len(frame)} 项任务 · 逾期按工作日计（节假日、调休除外）",
        aside=every,
        foot=parts.stamp(snapshot.business_date, "实施方案（泰政办发〔2017〕17号）"),
        name="wide-card plan-states",
    )


def _measure_card(snapshot: Snapshot, name: str, tab: str) -> html.Section:
    """One measure: its definition, the city, and every owner from the lowest share up; an owner leads to its rows."""
    every = planned.measures(snapshot)
    frame, measure = every[every["measure"] == name], scheme().measures[name]
    asked = sorted((task.at_least, key) for key, task in scheme().tasks.items() if task.measure == name)
    if frame.empty:
        return parts.card(measure.title, parts.empty("您的部门没有这项内容。", measure.definition), name=MEASURE_CARD)
    goal = asked[0][0] if asked else measure.goal
    has_outlook = bool(frame["expected"].notna().any())
    headers = ["责任单位", "完成", "比例"]
    headers += [f"与 {goal:g}% 相差"] if goal is not None else []
    headers += ["2018 年底预计"] if has_outlook else []
    rows = [_owner_row(row, goal, tab, has_outlook) for row in frame.to_dict("records")]
    table = parts.table(
        f"{measure.title}（各责任单位）", headers, rows, (1, 2, 3, 4)[: len(headers) - 1], "plan-owners"
    )
    whole = [f"全市 {_done(row)}" for row in frame[frame["owner"] == CITY].to_dict("records")]
    wanted = "；".join([*whole, *(f"{key} 要求 {least:g}%" for least, key in asked)])
    return parts.card(
        measure.title,
        [
            html.P(measure.definition, className="muted small"),
            html.Details([html.Summary(_behind(frame, goal)), table], open=tab not in FOLDED),
        ],
        subtitle=wanted,
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name=MEASURE_CARD,
    )


def _behind(frame: pd.DataFrame, goal: float | None) -> str:
    others = frame[frame["owner"] != CITY]
    if goal is None:
        return f"{len(others)} 个责任单位，方案没有写比例"
    return f"{int((others['value'] < goal).sum())} 个责任单位低于 {goal:g}%"


def _done(row: Any) -> str:
    share = fmt.amount(row["value"], "percent")
    return f"{share}（{fmt.count(row['numerator'])}/{fmt.count(row['denominator'])}）"


def _owner_row(row: Any, goal: float | None, tab: str, has_outlook: bool) -> list[parts.Node]:
    is_city = row["owner"] == CITY
    whose = {} if is_city else {OWNER[tab]: str(row["owner"])}
    href = address("/plan", **place_of(row["measure"]), **whose)
    cells: list[parts.Node] = [
        html.Strong(row["owner_name"]) if is_city else parts.link(row["owner_name"], href),
        f"{fmt.count(row['numerator'])}/{fmt.count(row['denominator'])}",
        fmt.amount(row["value"], "percent"),
    ]
    if goal is not None:
        gap = float(row["value"]) - goal
        cells.append(html.Span(f"{fmt.points(gap)} 个百分点", className="tone-good" if gap >= 0 else "tone-bad"))
    if has_outlook:
        cells.append(f"{row['expected']:.0f}%（{row['low']:.0f}–{row['high']:.0f}%）")
    return cells


def _criteria_card(snapshot: Snapshot, view: View) -> html.Section:
    """The five criteria with their limits, and the five scores of one chosen system."""
    frame = planned.systems(snapshot)
    chosen = frame[frame["system_code"] == view.params.get("system", "")]
    row = chosen.to_dict("records")[0] if len(chosen) else None
    said = planned.evidence_of(row) if row else {}
    rows = [
        [
            criterion.title,
            criterion.definition,
            *(
                (f"{row[name]:.2f}" if not fmt.is_missing(row[name]) else fmt.DASH, said.get(name, fmt.DASH))
                if row
                else ()
            ),
        ]
        for name, criterion in scheme().criteria.items()
    ]
    headers = ("标准", "何时符合", *(("得分", "依据") if row else ()))
    title = f"五项标准 · {row['name'] or row['system_code']}" if row else "五项标准"
    rule = (
        f"业务流程脱节并且共符合 {scheme().idle_points} 项以上的判为僵尸系统；"
        "功能可被替代并且范围小、频度低的判为影子系统。"
        f"观察不足 {scheme().least_days} 天的不判断。限值由专项小组决定。"
    )
    return parts.card(
        title,
        [html.P(rule, className="muted small"), parts.table("五项标准", headers, rows, (2,) if row else ())],
        foot=parts.stamp(snapshot.business_date, "资源目录"),
        name="wide-card plan-criteria",
    )


def _list_card(snapshot: Snapshot, tab: str, view: View) -> html.Section:
    frame = rows_of(snapshot, view)
    leaf = leaf_of(view, len(frame))
    rows = [_row(tab, row, view) for row in frame.iloc[leaf.start : leaf.end].to_dict("records")]
    nothing = parts.empty("没有符合条件的行。", parts.link("清除条件", address("/plan", tab=tab)))
    titles = {
        "cloud": "未上云的系统",
        "systems": "系统",
        "tasks": "任务",
        "network": "乡镇（街道）",
        "progress": "牵头部门",
        "evaluation": "排名",
        "exchange": "谁取用谁的什么",
        "registers": "台账明细",
        "projects": "项目",
        "services": "事项",
    }
    body = parts.table(titles[tab], HEADERS[tab], rows, NUMERIC.get(tab, ()), "plan-rows") if rows else nothing
    return parts.card(
        titles[tab],
        [_filters(tab, snapshot, view), body, turn(view, leaf)],
        subtitle=f"{fmt.count(len(frame))} 行",
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="wide-card plan-list",
    )


def _row(tab: str, row: Any, view: View) -> list[parts.Node]:
    shown: list[parts.Node] = list(cells(tab, row))
    if tab == "tasks":
        shown[0] = parts.link(shown[0], f"/plan/{row['task_id']}", className="whole")
        shown[3] = html.Span(shown[3], className="whole")
        shown[4] = parts.badge(*STATES[row["state"]])
        if not fmt.is_missing(row["measure"]):
            shown[5] = parts.link(shown[5], address("/plan", **place_of(row["measure"])))
    if tab == "progress":
        lead = row["lead_department"]
        shown = [parts.link(lead, view.link(lead_department=lead, page=None))] + [
            parts.link(number, address("/plan", tab="tasks", lead_department=lead, **listed)) if row[name] else number
            for number, (name, listed) in zip(shown[1:], PROGRESS.items(), strict=True)
        ]
    if tab == "evaluation":
        shown[0] = parts.link(shown[0], view.link(department=row["department"]))
    if tab == "systems":
        shown[0] = parts.link(shown[0], view.link(system=row["system_code"]))
        shown[2] = parts.badge(*VERDICTS[row["verdict"]])
    if tab == "registers":
        shown[3] = parts.badge(*REGISTER_STATES[row["state"]])
    if tab == "services":
        shown[0] = html.Span(shown[0], className="whole")
        shown[4] = parts.badge(shown[4], SERVICE_STATES[row["state"]][1])
    if tab == "network":
        shown[2] = parts.badge(shown[2], "good" if row["is_connected"] else "bad")
    return shown


def _filters(tab: str, snapshot: Snapshot, view: View) -> html.Div:
    owned = {
        "systems": planned.systems,
        "cloud": planned.systems,
        "registers": planned.registered,
        "projects": planned.projects,
        "services": planned.services,
    }
    every = owned[tab](snapshot) if tab in owned else pd.DataFrame()
    found: list[Any] = []
    if tab in ("tasks", "progress"):
        leads = sorted(planned.tasks(snapshot)["lead_department"].unique())
        found.append(parts.filter_of(view, "lead_department", "全部牵头部门", [(name, name) for name in leads], WIDE))
    if tab == "tasks":
        states = [(key, title) for key, (title, _) in STATES.items()]
        found.append(parts.filter_of(view, "state", "全部状态", states, WIDE))
        found.append(parts.filter_of(view, "due", "全部时限", list(DUES.items()), WIDE))
        if planned.answering(snapshot.sight):
            found.append(parts.filter_of(view, "share", "牵头和配合", list(SHARES.items()), WIDE))
    if tab == "network":
        names = planned.townships(snapshot)[[COUNTY, "county_name"]].drop_duplicates()
        counties = sorted((str(code), str(name)) for code, name in names.itertuples(index=False, name=None))
        found.append(parts.filter_of(view, COUNTY, "全部县（市、区）", counties, WIDE))
    if tab == "exchange":
        found.append(parts.filter_of(view, "across", "全部跨越", list(ACROSS.items()), WIDE))
        units = planned.parties(snapshot)[["unit", "name"]].itertuples(index=False, name=None)
        parties = sorted(((str(code), str(title)) for code, title in units), key=lambda pair: pair[1])
        found.append(parts.filter_of(view, "party", "全部单位", parties, WIDE))
    if tab == "projects":
        problems = [(key, each.title) for key, each in scheme().audit.problems.items()]
        found.append(parts.filter_of(view, "problem", "有问题的", [("all", "全部项目"), *problems], WIDE))
    if tab == "registers":
        kinds = [(key, title) for key, (title, _) in REGISTERS.items()]
        found.append(parts.filter_of(view, "register", "全部台账", kinds, WIDE))
        standing = [(key, title) for key, (title, _) in REGISTER_STATES.items()]
        found.append(parts.filter_of(view, "state", "全部状态", standing, WIDE))
    if tab == "services":
        found.append(parts.filter_of(view, "kind", "全部类型", [(name, name) for name in KIND_GROUPS], WIDE))
        offices = [(name, name) for name in sorted(map(str, every["office"].unique()))]
        found.append(parts.filter_of(view, "office", "全部实施部门", offices, WIDE))
        standing = [(key, title) for key, (title, _) in SERVICE_STATES.items()]
        found.append(parts.filter_of(view, "state", "全部办理方式", standing, WIDE))
    if len(every):
        owners = every[["department", "department_name"]].drop_duplicates().itertuples(index=False, name=None)
        named = sorted(((str(code), str(title)) for code, title in owners), key=lambda pair: pair[1])
        found.append(
            parts.filter_of(view, "department", "全部责任单位" if tab == "services" else "全部部门", named, WIDE)
        )
    if tab == "systems":
        verdicts = [(key, title) for key, (title, _) in VERDICTS.items()]
        found.append(parts.filter_of(view, "verdict", "全部结论", verdicts, WIDE))
    return html.Div(found, className="tools")
