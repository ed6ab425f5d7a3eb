"""线索移送单: one case as a page to print, which needs neither screen, colour nor script.

Its content is digested (SHA-256), the digest is printed at its foot and kept in the audit log, so that a printed sheet
can be told from one that was never made.
"""

import hashlib
import json
from collections.abc import Sequence
from html import escape
from statistics import median
from typing import Any

from alerts import audit, casebook
from alerts.casebook import CaseView, EventView
from alerts.cases import INSPECTED, CaseError
from alerts.night import FindingFact
from alerts.store import open_store
from alerts.words import EVENT_TITLES, KIND_TITLES, family_title, state_title
from taian.clock import SHANGHAI, delivery_moment
from taian.settings import Settings

ACTION = "sheet"
"""What the audit log calls it."""

MOST_PERIODS = 36

STYLE = """
@page { size: A4; margin: 18mm 16mm; }
body { font: 12pt/1.6 "Noto Serif CJK SC", "SimSun", serif; color: #000; background: #fff; }
body { max-width: 178mm; margin: 8mm auto; }
h1 { text-align: center; font-size: 20pt; letter-spacing: .2em; margin: 0 0 6mm; }
h2 { font-size: 13pt; border-bottom: 1px solid #000; margin: 6mm 0 2mm; break-after: avoid; }
table { width: 100%; border-collapse: collapse; } tr { break-inside: avoid; }
th, td { border: 1px solid #000; padding: 1mm 2mm; text-align: left; vertical-align: top; font-weight: normal; }
.key th { width: 22%; } .figures { font-size: 10pt; } .figures td + td { text-align: right; }
blockquote { margin: 2mm 0; padding: 2mm 4mm; border-left: 3px solid #000; }
.sign { display: flex; justify-content: space-between; margin-top: 12mm; }
footer { margin-top: 8mm; border-top: 1px solid #000; font-size: 9pt; word-break: break-all; }
"""


def sheet(settings: Settings, case_id: str, *, who: str, role: str = audit.OPERATOR_ROLE) -> str:
    """The sheet of a case as HTML; that it was made is in the audit log, once for the same content.

    Raises CaseError when there is no such case, or it is not one of the inspectors'.
    """
    case, events = casebook.show_case(settings, case_id)
    if case.kind not in INSPECTED:
        raise CaseError(f"案件 {case.id} 不是核查案件，没有线索移送单")
    body = content(case, events)
    digest = hashlib.sha256(body.encode()).hexdigest()
    if made_at(settings, case_id, digest) is None:
        with open_store(settings).writing() as session:
            at = delivery_moment(settings.home)
            audit.append(session, at, actor=who, role=role, action=ACTION, object_=case_id, detail=digest)
    foot = f"<footer>内容摘要（SHA-256）：{digest}<br>核对：taian alerts sheet {case.id} --check 摘要</footer>"
    head = f'<meta charset="utf-8"><title>线索移送单 {case.id}</title><style>{STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head><body>{body}{foot}</body></html>\n'


def made_at(settings: Settings, case_id: str, digest: str) -> str | None:
    """When the sheet of this case with this digest was first made; None when it never was."""
    found = audit.entries(settings, object_=case_id, most=10_000)
    return next((entry.at for entry in found if (entry.action, entry.detail) == (ACTION, digest)), None)


def content(case: CaseView, events: list[EventView]) -> str:
    """What the sheet says, and what its digest is taken of."""
    finding = case.finding
    parts = [
        "<h1>线索移送单</h1>",
        _table(_facts(case, finding), "key"),
        "<h2>线索</h2>",
        f"<blockquote>{escape(case.message)}</blockquote>",
        *(_evidence(finding) if finding else ()),
        "<h2>办理经过</h2>",
        _table([(_moment(event), event.who, _step(event)) for event in events]),
        "<h2>核查结论</h2>",
        f"<p>{_verdict(case, events)}</p>",
        "<p>疑点是核查的起点，不是结论。本单含能够识别单个统计调查对象的资料，仅用于统计执法，不得对外提供、泄露（统计法第二十五条）。</p>",
        '<div class="sign"><span>移送单位（盖章）：</span><span>接收人：</span>'
        "<span>日期：　　年　　月　　日</span></div>",
    ]
    return "".join(parts)


def _facts(case: CaseView, finding: FindingFact | None) -> list[tuple[str, str]]:
    rows = [
        ("编号", case.id),
        ("来源", KIND_TITLES[case.kind]),
        ("单位", case.unit_name or case.title),
        ("代码", case.unit or "—"),
        ("县（市、区）", case.county_name or "—"),
        ("立案", str(case.opened_on)),
        ("状态", state_title(case.state, case.kind)),
        ("承办人", case.assignee or "—"),
        ("接收机关", case.handed_to or "—"),
    ]
    if finding is not None:
        rows += [("检查", family_title(finding.family)), ("统计期", finding.period.replace("/", " 至 "))]
    return rows


def _evidence(finding: FindingFact) -> list[str]:
    """Numbers, peers, innocent explanations and the figures behind the picture."""
    chance = "—（算术，不是概率）" if finding.q_value is None else f"{finding.q_value:.2g}"
    numbers = [
        ("影响", f"{_number(finding.effect)} {finding.unit_of_effect}"),
        ("统计量", _number(finding.statistic)),
        ("q 值（校正多次检验之后）", chance),
        ("同行数", str(finding.peers) if finding.peers else "—（不与同行比）"),
        ("依据", f"{finding.resource}：{'、'.join(json.loads(finding.columns))}"),
    ]
    if finding.unit_kind == "person":
        numbers.append(("原始行（批次/文件#行）", finding.unit))
    innocent = "".join(f"<li>{escape(reason)}</li>" for reason in json.loads(finding.innocent))
    shown = _figures(json.loads(finding.evidence) if finding.evidence else {})
    return [
        "<h2>证据</h2>",
        _table(numbers, "key"),
        shown,
        f"<h2>应先排除的正常原因</h2><ul>{innocent}</ul>" if innocent else "",
    ]


def _figures(evidence: dict[str, Any]) -> str:
    """The series of a finding as a table, beside the median of its peers; the members of a group by name."""
    found = ""
    if evidence.get("kind") == "series":
        lines, peers = evidence.get("lines") or [], evidence.get("peers") or []
        header = ("统计期", *(name for name, _ in lines), *(("同行中位数",) if peers else ()))
        rows = []
        for place, period in enumerate(evidence["x"]):
            among = [series[place] for series in peers if series[place] is not None]
            own = [_number(values[place]) for _, values in lines]
            rows.append((period, *own, *((_number(median(among)) if among else "—",) if peers else ())))
        label = evidence.get("y_label") or ""
        note = f"<p>{escape(label)}。疑点期间：{escape(' 至 '.join(evidence.get('lit') or []) or '—')}</p>"
        found = note + _table([header, *rows[-MOST_PERIODS:]], "figures")
    names = [member["name"] for member in evidence.get("members") or []]
    return found + (f"<p>成员 {len(names)} 家：{escape('、'.join(names))}</p>" if names else "")


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _moment(event: EventView) -> str:
    return f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _step(event: EventView) -> str:
    return EVENT_TITLES.get(event.what, event.what) + (f"：{event.why}" if event.why else "")


def _verdict(case: CaseView, events: list[EventView]) -> str:
    if case.verdict is None:
        return "尚无结论。"
    what = {"confirmed": "confirm", "dismissed": "dismiss"}[case.verdict]
    last = next(event for event in reversed(events) if event.what == what)
    return escape(f"{state_title(case.verdict, case.kind)}：{last.why}（{last.who}，{_moment(last)}）")


def _table(rows: Sequence[tuple[str, ...]], name: str = "") -> str:
    """Rows whose first cell is a heading."""
    lines = (
        "<tr>" + f"<th>{escape(row[0])}</th>" + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return f'<table class="{name}">{"".join(lines)}</table>'
