"""项目备案: what is wrong with how many projects and with how much money, and for auditors what was drawn."""

from collections.abc import Iterable

from dash import html

from alerts import auditsamples
from catalog.plan import scheme
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.serving import Snapshot
from dashboards.view import View, address
from taian.settings import settings

NAME = "wide-card plan-projects"
DRAWN = ("编号", "项目", "申报单位", "线索", "风险")
VERDICTS = {
    "same": ("重做一致", "good"),
    "different": ("重做不一致", "bad"),
    "incomplete": ("行数不全", "warn"),
}
"""What became of drawing again what the register says was drawn."""


def projects_cards(snapshot: Snapshot, view: View) -> list[html.Section]:
    """The cards of the tab above its list; the draws only before an auditor."""
    cards = [parts.guarded("项目问题", lambda: _problems_card(snapshot), NAME)]
    if snapshot.sight.audits:
        cards.append(parts.guarded("审计抽样", lambda: _samples_card(snapshot, view), NAME))
        cards.append(parts.guarded("审计抽样台账", lambda: _register_card(snapshot, view), NAME))
    return cards


def _problems_card(snapshot: Snapshot) -> html.Section:
    """Projects and paid money by problem; a problem leads to its projects."""
    frame = planned.projects(snapshot)
    rows: list[list[parts.Node]] = []
    for key, problem in scheme().audit.problems.items():
        own = frame[[key in each for each in frame["problems"]]]
        here = address("/plan", tab="projects", problem=key)
        paid = fmt.amount(own["paid_10k_yuan"].sum(), "万元")
        rows.append([parts.link(problem.title, here), fmt.count(len(own)), paid, problem.definition])
    headers = ("问题", "项目", "涉及已拨付", "怎样算")
    said = "这些是线索，不是结论：停拨、核减之前请与申报单位核实。"
    return parts.card(
        "项目问题",
        [html.P(said, className="muted small"), parts.table("项目问题", headers, rows, (1, 2), "plan-rows")],
        subtitle=f"备案项目 {fmt.count(len(frame))} 个，已拨付 {fmt.amount(frame['paid_10k_yuan'].sum(), '万元')}",
        foot=parts.stamp(snapshot.business_date, "项目备案、系统台账"),
        name=NAME,
    )


def _samples_card(snapshot: Snapshot, view: View) -> html.Section:
    """Every draw with its seed; the projects of the chosen one, else of the last."""
    found = auditsamples.history(settings())
    rule = "按风险加权随机抽取：风险 = 1 + 各项问题的权重 + 大额项目加分。抽取在运行平台的机器上用 taian plan sample。"
    body: list[parts.Node] = [html.P(rule, className="muted small")]
    if not found:
        body.append(parts.empty("还没有抽取过。"))
    else:
        draws = [
            [
                parts.link(each.number, view.link(sample=each.number)),
                *(each.at[:10], each.who, each.seed, f"{each.size}/{each.among}"),
                html.Code(each.frame[:16]),
            ]
            for each in reversed(found)
        ]
        chosen = next((each for each in found if each.number == view.params.get("sample")), found[-1])
        rows = _drawn(snapshot, chosen.drawn)
        body += [
            parts.table("审计抽样", ("抽取", "日期", "抽取人", "种子", "抽取数", "范围摘要"), draws, (4,)),
            html.H3(f"{chosen.number} 抽中的项目"),
            parts.table("抽中的项目", DRAWN, rows, (4,), "plan-rows"),
        ]
    return parts.card("审计抽样", body, foot=parts.stamp(snapshot.business_date, "审计日志"), name=NAME)


def _drawn(snapshot: Snapshot, codes: Iterable[str]) -> list[list[parts.Node]]:
    """Drawn projects as they stand now, in the order in which they were drawn."""
    known = {row["project_code"]: row for row in planned.projects(snapshot).to_dict("records")}
    return [
        [code, row["name"], row["department_name"], row["evidence"] or fmt.DASH, f"{row['risk']:g}"]
        if (row := known.get(code))
        else [code, "已不在备案之列", fmt.DASH, fmt.DASH, fmt.DASH]
        for code in codes
    ]


def _register_card(snapshot: Snapshot, view: View) -> html.Section:
    """The draws that the audit bureau reports, whether each comes out again, and the projects of the chosen one."""
    frame = planned.audited(snapshot)
    logged = {each.number: each for each in auditsamples.history(settings())}
    body: list[parts.Node] = [
        html.P(
            "平台按种子和风险把每次抽样重做一遍。行数不全：有行被退回，已知的没有不符。日志：平台抽取的，与审计日志核对。",
            className="muted small",
        )
    ]
    draws: list[list[parts.Node]] = []
    for number in map(str, frame["draw_number"].drop_duplicates()):
        own = frame[frame["draw_number"] == number]
        first = own.iloc[0]
        draws.append(
            [
                parts.link(number, view.link(draw=number)),
                *(fmt.day(first["drawn_on"]), first["seed"], f"{len(own)}/{first['size']}"),
                f"{fmt.count(first['known'])}/{fmt.count(first['among'])}",
                parts.badge(*VERDICTS[first["verdict"]]),
                _as_logged(logged.get(number), first["seed"], tuple(own["project_code"])),
            ]
        )
    if not draws:
        body.append(parts.empty("审计局还没有报送抽样。", "taian plan sample --out 写出可以报送的表。"))
    else:
        chosen = frame[frame["draw_number"] == view.params.get("draw", frame["draw_number"].iloc[0])]
        headers = ("抽样", "日期", "种子", "抽中", "备选", "复核", "日志")
        body += [
            parts.table("审计抽样台账", headers, draws, (3, 4)),
            html.H3("抽中的项目"),
            parts.table("台账中抽中的项目", DRAWN, _drawn(snapshot, chosen["project_code"]), (4,), "plan-rows"),
        ]
    return parts.card(
        "审计抽样台账", body, foot=parts.stamp(snapshot.business_date, "审计局每月报送（第38条）"), name=NAME
    )


def _as_logged(logged: auditsamples.Sample | None, seed: str, drawn: tuple[str, ...]) -> parts.Node:
    """Whether a draw that the platform made is reported as the audit log has it."""
    if logged is None:
        return "不在平台抽取"
    return parts.badge("一致", "good") if (logged.seed, logged.drawn) == (seed, drawn) else parts.badge("不一致", "bad")
