"""核查案件: which cases wait for whom, by when; leads by hand, and units drawn at random."""

from collections import Counter
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from alerts.casebook import CaseView, Standing, days_late, today
from alerts.draws import BY_TITLES
from alerts.words import KIND_TITLES, STATE_TITLES, family_title
from dashboards import format as fmt
from dashboards import parts
from dashboards.cases import LONGEST_NAME, LONGEST_REASON, inspected, shown
from dashboards.pages.case import TONES, case_panel
from dashboards.pages.step_form import Field
from dashboards.paging import leaf_of, turn
from dashboards.serving import Snapshot
from dashboards.view import View, address
from taian.settings import Settings, settings

TITLE = "核查案件"
CREDIT_CODE = 18
"""Characters of the code of a legal person; other units are groups, devices and persons."""

LEAD_FIELDS = (
    Field("name", "单位名称＊"),
    Field("unit", "统一社会信用代码"),
    Field("county", "县（市、区）"),
    Field("what", "线索内容和来源＊"),
)


DRAW_FIELDS = (
    Field("count", "抽取几家＊", "20"),
    Field("seed", "抽样种子（不填由平台产生）", "如当日开奖号"),
    Field("inspectors", "检查人员（随机选派，顿号分开）", "李华、王芳"),
)


def _wanted(config: Settings, view: View) -> list[Standing]:
    """The cases under the filters of the address: the overdue first, then what waits longest for its next step."""
    state, kind, late = (view.params.get(name) for name in ("state", "kind", "late"))
    day = today(config)
    found = [
        case
        for case in inspected(config)
        if (not state or case.state == state) and (not kind or case.kind == kind) and (not late or days_late(case, day))
    ]
    return sorted(found, key=lambda case: (case.state == "closed", case.due_on is None, str(case.due_on), case.id))


def case_list(config: Settings, view: View) -> Any:
    """The list of cases, as it is now."""
    try:
        found = _wanted(config, view)
        leaf = leaf_of(view, len(found))
        on_page = shown(config, [case.id for case in found[leaf.start : leaf.end]])
    except OSError:
        return parts.failed("案件库读不到。请运维人员检查 alerts.db。")
    if not found:
        return parts.empty("没有符合条件的案件。", parts.link("清除筛选", "/cases"))
    day = today(config)
    rows = [_row(case, days_late(case, day), view) for case in on_page]
    return [
        parts.table("核查案件", ("编号", "单位", "类型", "状态", "承办", "期限"), rows, name="case-table"),
        turn(view, leaf),
    ]


def _row(case: CaseView, late: int, view: View) -> tuple[Any, ...]:
    kept = {name: value for name, value in view.params.items() if name != "case"}
    due = html.Span(str(case.due_on), className="whole") if case.due_on else fmt.DASH
    return (
        parts.link(case.id, className="whole", href=address("/cases", **{**kept, "case": case.id})),
        case.unit_name or case.title,
        family_title(case.family) if case.family else KIND_TITLES[case.kind],
        parts.badge(STATE_TITLES[case.state], TONES.get(case.state, "warn")),
        case.assignee or fmt.DASH,
        [due, parts.badge(f"逾期 {late} 个工作日", "bad")] if late else due,
    )


def _detail(config: Settings, view: View) -> Any:
    """The case of the address, with what it is about."""
    number = view.params.get("case")
    if not number:
        return parts.empty("请在列表中选一个案件。", "这里会显示它的下一步、期限和全部经过。")
    known = next(iter(shown(config, [number])), None)
    about: list[Any] = []
    if known is not None:
        name = known.unit_name or known.title
        about = [html.Div(html.H2(name), className="finding-head"), html.P(known.title, className="subtitle")]
        about.append(html.Blockquote(known.message, className=f"aloud aloud-{known.strength}"))
        if known.kind == "finding":
            about.append(html.P(parts.link("看证据图和要先排除的正常原因", known.url_path)))
        if known.unit and len(known.unit) == CREDIT_CODE:
            about.append(html.P(parts.link("一企一档：各部门都知道它什么", f"/entity/firm/{known.unit}")))
    return [*about, html.Div(case_panel(config, number), id="case-panel")]


def opened(number: str, said: str) -> Any:
    """What became of a lead that a person brought."""
    if said:
        return html.P(said, className="said", role="alert")
    return html.P(["已立案：", parts.link(number, address("/cases", case=number))], role="status")


def _by_hand() -> html.Details:
    fields = [
        html.Label(
            [
                field.label,
                dcc.Textarea(id=_lead(field.name), maxLength=LONGEST_REASON, rows=3)
                if field.name == "what"
                else dcc.Input(id=_lead(field.name), type="text", maxLength=LONGEST_NAME, autoComplete="off"),
            ],
            className="wide" if field.name == "what" else "",
        )
        for field in LEAD_FIELDS
    ]
    return html.Details(
        [
            html.Summary("登记手工线索：来信、走访、其他机关移来"),
            html.Div(fields, className="case-fields"),
            html.Button("登记并立案", id="lead-open", className="button button-first"),
            html.Div(id="lead-opened"),
        ],
        className="case-step",
    )


def drawn(number: str, cases: list[CaseView], said: str) -> Any:
    """What a draw has drawn, or why nothing was."""
    if said:
        return html.P(said, className="said", role="alert")
    items = [
        html.Li(
            [
                parts.link(case.id, className="whole", href=address("/cases", case=case.id)),
                f" {case.unit_name}",
                html.Span(f" {case.assignee}", className="muted") if case.assignee else None,
            ]
        )
        for case in cases
    ]
    return [html.P(f"抽取 {number}，已立案 {len(cases)} 件：", role="status"), html.Ul(items, className="members")]


def _at_random() -> html.Details:
    def identity(name: str) -> dict[str, str]:
        return {"type": "draw-field", "action": "draw", "name": name}

    fields = [
        html.Label(
            [
                field.label,
                dcc.Input(
                    id=identity(field.name),
                    type="text",
                    maxLength=LONGEST_REASON if field.name == "inspectors" else LONGEST_NAME,
                    autoComplete="off",
                    placeholder=field.hint,
                ),
            ]
        )
        for field in DRAW_FIELDS
    ]
    strata = dmc.Select(
        id=identity("by"),
        label="分层",
        data=[{"value": by, "label": title} for by, title in BY_TITLES.items()],
        value="",
        allowDeselect=False,
    )
    return html.Details(
        [
            html.Summary("双随机抽取：没有疑点、没有在办案件的单位"),
            html.Div([*fields, strata], className="case-fields"),
            html.P("种子、范围和名单写入审计日志；审计员可以按日志重做一遍。", className="muted small"),
            html.Button("抽取并立案", id="units-draw", className="button button-first"),
            html.Div(id="units-drawn"),
        ],
        className="case-step",
    )


def _lead(name: str) -> dict[str, str]:
    return {"type": "lead-field", "action": "open", "name": name}


def _tools(config: Settings, view: View) -> list[Any]:
    try:
        counts = Counter[str](case.state for case in inspected(config))
    except OSError:
        counts = Counter[str]()
    states = [
        (state, f"{title}（{counts[state]}）")
        for state, title in STATE_TITLES.items()
        if counts[state] or view.params.get("state") == state
    ]
    kinds = [(kind, KIND_TITLES[kind]) for kind in ("finding", "hand", "drawn")]
    return [
        parts.filter_of(view, name, every, choices, 150)
        for name, every, choices in (
            ("state", "全部状态", states),
            ("kind", "全部类型", kinds),
            ("late", "不限期限", [("1", "只看逾期")]),
        )
    ]


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?case=``, ``?state=``, ``?kind=`` and ``?late=1``."""
    config = settings()
    listed = parts.card(
        "案件",
        [_by_hand(), _at_random(), html.Div(case_list(config, view), id="case-list")],
        subtitle="逾期和先到期的在前",
        foot=parts.stamp(snapshot.business_date, "夜间检查；案件随办随新"),
        name="list-card",
    )
    try:
        detail = _detail(config, view)
    except OSError:
        detail = parts.failed("案件库读不到。请运维人员检查 alerts.db。")
    panel = html.Section(
        html.Div(detail, className="detail-panel"), className="card detail-card", **parts.aria(label="案件")
    )
    both = [panel, listed] if view.is_phone and view.params.get("case") else [listed, panel]
    return parts.page(
        TITLE,
        "哪些案件等谁办、什么时候到期？",
        [dcc.Store(id="case-taken"), html.Div(both, className="master-detail cases-page")],
        tools=_tools(config, view),
    )
