"""项目备案: what is wrong with how many projects and with how much money, and for auditors what was drawn."""

from dash import html

from alerts import auditsamples
from catalog.plan import scheme
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.serving import Snapshot
from dashboards.view import View, address
from taian.settings import settings

NAME = "wide-card plan-projects"


def projects_cards(snapshot: Snapshot, view: View) -> list[html.Section]:
    """The cards of the tab above its list; the draws only before an auditor."""
    cards = [parts.guarded("项目问题", lambda: _problems_card(snapshot), NAME)]
    if snapshot.sight.audits:
        cards.append(parts.guarded("审计抽样", lambda: _samples_card(snapshot, view), NAME))
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
        known = {row["project_code"]: row for row in planned.projects(snapshot).to_dict("records")}
        rows = [
            [code, *((row["name"], row["department_name"], row["evidence"] or fmt.DASH, f"{row['risk']:g}"))]
            if (row := known.get(code))
            else [code, "已不在备案之列", fmt.DASH, fmt.DASH, fmt.DASH]
            for code in chosen.drawn
        ]
        body += [
            parts.table("审计抽样", ("抽取", "日期", "抽取人", "种子", "抽取数", "范围摘要"), draws, (4,)),
            html.H3(f"{chosen.number} 抽中的项目"),
            parts.table("抽中的项目", ("编号", "项目", "申报单位", "线索", "风险"), rows, (4,), "plan-rows"),
        ]
    return parts.card("审计抽样", body, foot=parts.stamp(snapshot.business_date, "审计日志"), name=NAME)
