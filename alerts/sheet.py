"""线索移送单: one case as a page to print, which needs neither screen, colour nor script.

Its content is digested (SHA-256), the digest is printed at its foot and kept in the audit log, so that a printed sheet
can be told from one that was never made.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

from alerts import audit, casebook
from alerts.casebook import CaseView, EventView
from alerts.cases import INSPECTED, CaseError
from alerts.night import FindingFact
from alerts.store import open_store
from alerts.words import EVENT_TITLES, KIND_TITLES, family_title, state_title
from catalog import Catalog
from catalog.load import load_catalog
from taian.clock import SHANGHAI, delivery_moment
from taian.settings import Settings

ACTION = "sheet"
"""What the audit log calls it."""

MOST_PERIODS = 36

MEASURES = {"10k_yuan": "万元", "yuan": "元", "kwh": "千瓦时", "person": "人"}
"""Units of effects as a reader of paper knows them."""

Picture = Callable[[str, str], str]
"""Draws evidence, kept as JSON, under a title: inline SVG whose classes STYLE knows, or nothing."""

STYLE = """
@page { size: A4; margin: 18mm 16mm; }
body { font: 12pt/1.6 "Noto Serif CJK SC", "SimSun", serif; color: #000; background: #fff; }
body { max-width: 178mm; margin: 8mm auto; }
h1 { text-align: center; font-size: 20pt; letter-spacing: .2em; margin: 0 0 6mm; }
h2 { font-size: 13pt; border-bottom: 1px solid #000; margin: 6mm 0 2mm; break-after: avoid; }
table { width: 100%; border-collapse: collapse; } tr { break-inside: avoid; }
th, td { border: 1px solid #000; padding: 1mm 2mm; text-align: left; vertical-align: top; font-weight: normal; }
.key th { width: 22%; } .figures { font-size: 9pt; line-height: 1.35; } .note { font-size: 10pt; break-after: avoid; }
.figures td { text-align: right; } .figures th { white-space: nowrap; }
blockquote { margin: 2mm 0; padding: 2mm 4mm; border-left: 3px solid #000; }
svg { display: block; width: 100%; height: auto; break-inside: avoid; font-family: sans-serif; }
svg .t { fill: #000; font-size: 11px; } svg .grid { stroke: #bbb; stroke-width: .5; }
svg .lit { fill: #d8d8d8; } svg .own { fill: none; stroke: #000; stroke-width: 2.4; stroke-linecap: round; }
svg .own.s1 { stroke-dasharray: 8 4; } svg .own.s2 { stroke-dasharray: 2 4; }
svg .own.s3 { stroke-dasharray: 10 3 2 3; } svg .peer { fill: none; stroke: #777; stroke-width: .5; }
svg .peerline { fill: none; stroke: #000; stroke-dasharray: 4 2; }
svg .bar { fill: #fff; stroke: #000; stroke-width: .7; } svg .bar.lit { fill: #777; }
svg .dot { fill: #fff; stroke: #777; stroke-width: .6; } svg .dot.lit { fill: #000; stroke: #000; }
.legend { display: flex; flex-wrap: wrap; gap: 0 8mm; list-style: none; padding: 0; font-size: 10pt; }
.legend li::before { content: ""; display: inline-block; width: 12mm; margin-right: 2mm; vertical-align: middle;
  border-top: 2px solid #000; }
.legend .s1::before { border-top-style: dashed; } .legend .s2::before { border-top-style: dotted; }
.legend .s3::before { border-top-style: dashed; width: 8mm; }
* { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.sign { display: flex; justify-content: space-between; margin-top: 12mm; }
footer { margin-top: 8mm; border-top: 1px solid #000; font-size: 9pt; word-break: break-all; }
"""


def sheet(settings: Settings, case_id: str, *, picture: Picture, who: str, role: str = audit.OPERATOR_ROLE) -> str:
    """The sheet of a case as HTML, with a picture of its finding as ``picture`` draws it; that the sheet was made is in
    the audit log, once for the same content.

    Raises CaseError when there is no such case, or it is not one of the inspectors'.
    """
    case, events = casebook.show_case(settings, case_id)
    if case.kind not in INSPECTED:
        raise CaseError(f"案件 {case.id} 不是核查案件，没有线索移送单")
    body = content(case, events, picture, [_grounds(settings, finding) for finding in case.findings])
    digest = hashlib.sha256(body.encode()).hexdigest()
    if made_at(settings, case_id, digest) is None:
        with open_store(settings).writing() as session:
            at = delivery_moment(settings.home)
            audit.append(session, at, actor=who, role=role, action=ACTION, object_=case_id, detail=digest)
    foot = f"<footer>内容摘要（SHA-256）：{digest}<br>核对：taian alerts sheet {case.id} --check 摘要</footer>"
    style = STYLE + _page_foot(f"线索移送单 {case.id} · 摘要 {digest[:12]}… · ")
    head = f'<meta charset="utf-8"><title>线索移送单 {case.id}</title><style>{style}</style>'
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head><body>{body}{foot}</body></html>\n'


def _page_foot(said: str) -> str:
    """The foot of every printed page, so that none can be left out or put in unseen."""
    number = '"第 " counter(page) " 页，共 " counter(pages) " 页"'
    return f'@page {{ @bottom-center {{ content: "{said}" {number}; font-size: 9pt; }} }}\n'


def made_at(settings: Settings, case_id: str, digest: str) -> str | None:
    """When the sheet of this case with this digest was first made; None when it never was."""
    found = audit.entries(settings, object_=case_id, most=10_000)
    return next((entry.at for entry in found if (entry.action, entry.detail) == (ACTION, digest)), None)


def content(case: CaseView, events: list[EventView], picture: Picture, grounds: Sequence[str]) -> str:
    """What the sheet says, and what its digest is taken of; ``grounds`` name what each finding rests on."""
    found = case.findings
    parts = [
        "<h1>线索移送单</h1>",
        _table(_facts(case), "key"),
        "<h2>线索</h2>",
        f"<blockquote>{escape(case.message)}</blockquote>",
        *(part for place in range(len(found)) for part in _evidence(found, place, picture, grounds[place])),
        "<h2>办理经过</h2>",
        _table([(_moment(event), event.who, _step(event)) for event in events]),
        "<h2>核查结论</h2>",
        f"<p>{_verdict(case, events)}</p>",
        "<p>疑点是核查的起点，不是结论。本单含能够识别单个统计调查对象的资料，仅用于统计执法，不得对外提供、泄露（统计法第二十五条）。</p>",
        '<div class="sign"><span>移送单位（盖章）：</span><span>接收人：</span>'
        "<span>日期：　　年　　月　　日</span></div>",
    ]
    return "".join(parts)


def _facts(case: CaseView) -> list[tuple[str, str]]:
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
    if case.findings:
        rows += [
            ("检查", _each(family_title(finding.family) for finding in case.findings)),
            ("统计期", _each(finding.period.replace("/", " 至 ") for finding in case.findings)),
        ]
    return rows


def _each(words: Iterable[str]) -> str:
    return "；".join(dict.fromkeys(words))


def _chance(q: float) -> str:
    return "小于 0.0001" if q < 1e-4 else f"{q:.4f}"


def _evidence(found: Sequence[FindingFact], place: int, picture: Picture, grounds: str) -> list[str]:
    """Of one finding of several: numbers, the picture, what was filed, and innocent explanations."""
    finding = found[place]
    chance = "—（算术，不是概率）" if finding.q_value is None else _chance(finding.q_value)
    numbers = [
        ("影响", f"{_number(finding.effect)} {MEASURES.get(finding.unit_of_effect, finding.unit_of_effect)}"),
        ("统计量", _number(finding.statistic)),
        ("q 值（校正多次检验之后）", chance),
        ("同行数", str(finding.peers) if finding.peers else "—（不与同行比）"),
        ("依据", grounds),
    ]
    if finding.unit_kind == "person":
        numbers.append(("原始行（批次/文件#行）", finding.unit))
    innocent = "".join(f"<li>{escape(reason)}</li>" for reason in json.loads(finding.innocent))
    evidence = json.loads(finding.evidence) if finding.evidence else {}
    return [
        *_heading(found, place),
        _table(numbers, "key"),
        _drawn(evidence, picture(finding.message, finding.evidence)) if finding.evidence else "",
        _filed(finding) if finding.reported else _figures(evidence),
        _members(evidence),
        f"<h2>应先排除的正常原因</h2><ul>{innocent}</ul>" if innocent else "",
    ]


def _heading(found: Sequence[FindingFact], place: int) -> list[str]:
    """What stands above the evidence of one finding: of several also which one, and what it says."""
    if len(found) == 1:
        return ["<h2>证据</h2>"]
    finding = found[place]
    when = finding.period.replace("/", " 至 ")
    title = escape(f"证据之{place + 1}：{family_title(finding.family)}（{when}）")
    return [f"<h2>{title}</h2>", f"<blockquote>{escape(finding.message)}</blockquote>"]


@lru_cache(maxsize=1)
def _catalog(folder: Path) -> Catalog:
    return load_catalog(folder)


def _grounds(settings: Settings, finding: FindingFact) -> str:
    """The resource and the columns that a finding rests on, by the titles of the catalogue."""
    resources = _catalog(settings.catalog_dir).resources
    own = resources.get(finding.resource)
    titles = {
        column.name: column.title for each in (*resources.values(), *filter(None, (own,))) for column in each.columns
    }
    named = (titles.get(name, name) for name in json.loads(finding.columns))
    return f"{own.title if own else finding.resource}：{'、'.join(named)}"


def _drawn(evidence: dict[str, Any], drawn: str) -> str:
    """The picture with what its signs mean on paper."""
    if not drawn:
        return ""
    peers = "细灰线是同类单位；" if evidence.get("peers") and evidence.get("kind") == "series" else ""
    marks = {
        "series": f"粗线是被查单位，各线按线型区分；{peers}灰底是疑点期间。",
        "histogram": "深色柱是疑点所在；虚线是正常情形下的数目。",
        "bars": "虚线是正常情形。",
        "peers_scatter": "空心点是同类单位，实心点是被查单位。",
    }
    return f'{drawn}<p class="note">{marks.get(str(evidence.get("kind")), "")}</p>'


def _filed(finding: FindingFact) -> str:
    """What the unit filed, period by period as it was filed, beside the median of its peers."""
    reported = json.loads(finding.reported or "{}")
    header = ["统计期", *(f"{name}{what}" for name in reported["columns"] for what in ("", "：同行中位数"))]
    first, _, last = finding.period.partition("/")
    rows = []
    for period, own, usual in reported["rows"][-MOST_PERIODS:]:
        mark = "※" if first <= period <= (last or first) else ""
        cells = (_exact(value) for pair in zip(own, usual, strict=True) for value in pair)
        rows.append((f"{period}{mark}", *cells))
    is_by_month = any(name.endswith("当月）") for name in reported["columns"])
    adjusted = "只把累计数换算为当月（由累计数相减，跨月的取月均）" if is_by_month else "未作调整"
    note = f"单位报送的原始数和其他部门账上的数，{adjusted}；※为疑点期间。"
    note += "同行中位数只取各期都报的同类单位，不足三家的不列。"
    return f'<h2>报送数据</h2><p class="note">{note}</p>' + _table([tuple(header), *rows], "figures")


def _exact(value: float | None) -> str:
    """A figure to its last place, as it stands in the return."""
    return "—" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


def _figures(evidence: dict[str, Any]) -> str:
    """The series of a finding as a table, beside the median of its peers, where nothing that was filed is kept."""
    if evidence.get("kind") != "series":
        return ""
    lines, peers = evidence.get("lines") or [], evidence.get("peers") or []
    header = ("统计期", *(name for name, _ in lines), *(("同行中位数",) if peers else ()))
    rows = []
    for place, period in enumerate(evidence["x"]):
        among = [series[place] for series in peers if series[place] is not None]
        own = [_number(values[place]) for _, values in lines]
        rows.append((period, *own, *((_number(median(among)) if among else "—",) if peers else ())))
    label = evidence.get("y_label") or ""
    note = f"<p>{escape(label)}。疑点期间：{escape(' 至 '.join(evidence.get('lit') or []) or '—')}</p>"
    return note + _table([header, *rows[-MOST_PERIODS:]], "figures")


def _members(evidence: dict[str, Any]) -> str:
    """The members of a group by name."""
    names = [member["name"] for member in evidence.get("members") or []]
    return f"<p>成员 {len(names)} 家：{escape('、'.join(names))}</p>" if names else ""


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
    """Rows whose first cell is a heading; the first row of figures is one too, on every page that they fill."""
    lines = [
        "<tr>" + f"<th>{escape(row[0])}</th>" + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    ]
    if name == "figures":
        lines[0] = f"<thead>{lines[0]}</thead>"
    return f'<table class="{name}">{"".join(lines)}</table>'
