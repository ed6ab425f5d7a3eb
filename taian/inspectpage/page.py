"""The page itself: what was read, what was found with its evidence, every unit's rank, and what could not be seen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from alerts.words import FAMILY_TITLES
from expectations.authenticity.examine import Report, TestReport, UnitReport, Verdict
from expectations.authenticity.finding import Finding
from expectations.authenticity.observations import Observations
from expectations.authenticity.pictures import Pictures
from taian.inspectfile import Inspected
from taian.inspectpage.drawing import draw
from taian.inspectpage.style import STYLE
from taian.inspectpage.svg import short

CARDS, ROWS, UNITS, MEMBERS = 100, 1000, 200, 200
"""Findings with evidence and picture, findings listed below them, units ranked, members named."""
VERDICTS: dict[Verdict, str] = {"strong": "强疑点", "weak": "弱疑点", "clean": "未见异常", "not_applicable": "无法判断"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""The page asks no host for anything, and the reader's browser sees to it."""


def page(opened: Inspected, report: Report) -> Iterator[str]:
    """The page in pieces. It holds the most serious findings; report.json holds all of them."""
    title = f"数据真实性检查报告：{escape(opened.file)}"
    yield (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
    )
    yield from _overview(opened, report)
    yield from _findings(opened.seen, report.findings)
    yield from _ranking(report.units)
    yield from _tests(report.tests)
    yield "</main></body></html>\n"


def _overview(opened: Inspected, report: Report) -> Iterator[str]:
    seen = opened.seen
    yield f'<p class="soft">文件摘要 SHA-256：{opened.digest}</p>'
    yield (
        '<p class="caution"><b>疑点不是结论。</b>它说明数据与同类单位不一样，不说明谁造了假。'
        "得分只用于排序，不是造假的概率；"
        "“未见异常”只说明适用的检验没有看到异常；“无法判断”从来不等于清白。核查前请先逐条排除正常原因，并听取单位说明。</p>"
    )
    counts = Counter(unit.verdict for unit in report.units)
    tiles = [(VERDICTS[verdict], counts[verdict], verdict) for verdict in VERDICTS]
    yield '<section class="tiles" aria-label="结论汇总">'
    yield from (f'<div><span class="{kind}">{name}</span><b>{count:,}</b>个单位</div>' for name, count, kind in tiles)
    yield "</section>"
    span = f"，{len(seen.periods):,} 个统计期（{seen.periods[0]} 至 {seen.periods[-1]}）" if seen.periods else ""
    strata = f"，{len(seen.peers):,} 个同类组" if len(seen.peers) > 1 else ""
    yield f"<p>{opened.rows:,} 行，{seen.size:,} 个单位{escape(span)}{strata}。检查的数值列：{_joined(seen.values)}。"
    if seen.reference is not None and seen.reference.any():
        yield f"以 {int(seen.reference.sum()):,} 个已知真实的单位校准。"
    yield "</p>"
    if opened.notes:
        yield "<h2>读取时的处理</h2><ul>"
        yield from (f"<li>{escape(note.zh)}。</li>" for note in opened.notes)
        yield "</ul>"


def _joined(names: Iterable[str]) -> str:
    return "、".join(escape(name) for name in names) or "无"


def _findings(seen: Observations, findings: Sequence[Finding]) -> Iterator[str]:
    yield "<h2>疑点及证据</h2>"
    if not findings:
        yield "<p>没有疑点。请看下表：哪些检验适用，哪些不适用。</p>"
        return
    pictures = Pictures(seen)
    cards, rest = _chosen(findings)
    yield from (_card(found, pictures) for found in cards)
    if rest:
        shown = rest[:ROWS]
        more = f"，其余 {len(rest) - ROWS:,} 条见 report.json" if len(rest) > ROWS else ""
        yield f'<div class="wide"><table><caption>其他疑点（{len(rest):,} 条{more}）</caption>'
        yield "<tr><th>单位</th><th>强弱</th><th>类别</th><th>统计期</th><th>说明</th></tr>"
        yield from (
            f"<tr><td>{escape(found.called)}</td><td>{_badge(found)}</td><td>{FAMILY_TITLES[found.family]}</td>"
            f"<td>{escape(found.period)}</td><td>{escape(found.message)}</td></tr>"
            for found in shown
        )
        yield "</table></div>"


def _chosen(findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings shown with their evidence: the most serious, and the first of every family; and the others."""
    first = {found.family: at for at, found in reversed(list(enumerate(findings)))}
    shown = set(range(min(CARDS, len(findings)))) | set(first.values())
    return [findings[at] for at in sorted(shown)], [found for at, found in enumerate(findings) if at not in shown]


def _badge(found: Finding) -> str:
    kind, name = ("error", "填报差错") if found.is_error else (found.strength, VERDICTS[found.strength])
    return f'<span class="badge {kind}">{name}</span>'


def _card(found: Finding, pictures: Pictures) -> str:
    facts = [
        ("统计期", escape(found.period) or "全部"),
        ("数据列", _joined(found.columns)),
        ("影响", f"{short(found.effect)} {escape(found.unit_of_effect)}"),
        ("统计量", short(found.statistic)),
        ("p 值", _chance(found.p_value)),
        ("q 值", _chance(found.q_value)),
        ("比较对象", f"{found.peers:,}"),
        ("检验", f"<code>{escape(found.test)}</code>"),
    ]
    told = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    picture = draw(found.message, pictures.of(found))
    return (
        f"<article><header>{_badge(found)}<h3>{escape(found.called)}</h3>"
        f'<span class="soft">{FAMILY_TITLES[found.family]}</span></header><p>{escape(found.message)}</p><dl>{told}</dl>'
        + (f"<figure>{picture}</figure>" if picture else "")
        + _list("先排除这些正常原因", found.innocent)
        + _group(found.members)
        + "</article>"
    )


def _chance(value: float | None) -> str:
    """An identity is arithmetic and has no chance; below 1e-300 a float says 0."""
    if value is None:
        return "不适用（恒等关系）"
    return "&lt;1e-300" if value == 0 else f"{value:.2g}"


def _list(title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    return f'<p class="soft">{title}：</p><ul>' + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _group(members: Sequence[str]) -> str:
    if not members:
        return ""
    more = f"，等 {len(members):,} 个" if len(members) > MEMBERS else ""
    return (
        f"<details open><summary>成员 {len(members):,} 个</summary><p>{_joined(members[:MEMBERS])}{more}</p></details>"
    )


def _ranking(units: Sequence[UnitReport]) -> Iterator[str]:
    ranked = sorted(units, key=lambda unit: -unit.score)[:UNITS]
    more = f"，列出得分最高的 {UNITS}" if len(units) > UNITS else ""
    yield f'<h2>单位排序</h2><div class="wide"><table><caption>共 {len(units):,} 个单位{more}</caption>'
    yield '<tr><th>单位</th><th class="n">得分</th><th>结论</th><th class="n">适用检验</th><th>理由</th></tr>'
    yield from (
        f'<tr><td>{escape(unit.unit)}</td><td class="n">{unit.score:.3f}</td>'
        f'<td><span class="badge {unit.verdict}">{VERDICTS[unit.verdict]}</span></td>'
        f'<td class="n">{unit.applicable_tests}</td><td>{escape(unit.reason)}</td></tr>'
        for unit in ranked
    )
    yield "</table></div>"


def _tests(tests: Sequence[TestReport]) -> Iterator[str]:
    yield '<h2>各项检验适用到哪里</h2><div class="wide"><table>'
    yield '<tr><th>类别</th><th>检验</th><th class="n">适用</th><th class="n">不适用</th><th>不适用的原因</th></tr>'
    yield from (
        f"<tr><td>{FAMILY_TITLES[test.family]}</td><td><code>{escape(test.test)}</code></td>"
        f'<td class="n">{test.applied_to:,}</td><td class="n">{test.not_applicable:,}</td>'
        f"<td>{escape(test.why)}</td></tr>"
        for test in tests
    )
    missing = [title for family, title in FAMILY_TITLES.items() if family not in {test.family for test in tests}]
    if missing:
        yield f'<tr><td colspan="5" class="soft">这张表不具备以下类别所需的列：{"、".join(missing)}</td></tr>'
    yield "</table></div>"
