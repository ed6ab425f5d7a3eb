"""How often each test was right, and what all of them miss, by the inspectors' verdicts."""

from dash import html

from alerts.missed import MissRate
from alerts.verdicts import Precision
from alerts.words import family_title
from dashboards import format as fmt
from dashboards import parts
from dashboards.cases import missed, precision
from dashboards.serving import Snapshot
from dashboards.words import STATISTICS
from taian.settings import settings


def precision_card(snapshot: Snapshot) -> html.Section:
    """One line a test whose findings became cases; a test of which nothing was decided says so."""
    try:
        found, unseen = precision(settings()), missed(settings())
    except OSError:
        return parts.card("检查的准确率", parts.failed("案件库读不到。请运维人员检查 alerts.db。"))
    body = (
        parts.table(
            "检查的准确率", ("检查", "属实", "排除", "准确率", "95% 区间"), [_row(each) for each in found], (1, 2, 3)
        )
        if found
        else parts.empty("还没有案件。", "强疑点立案并有核查结论以后，这里显示每项检查对了几成。")
    )
    return parts.card(
        "检查的准确率",
        [body, _missed(unseen)],
        subtitle="按核查结论：属实 ÷（属实 + 排除）；属实的单位以后不作别人的同行，排除的仍然是",
        foot=parts.stamp(snapshot.business_date, "案件库"),
    )


def _row(each: Precision) -> tuple[str, ...]:
    name = f"{family_title(each.family)}（{STATISTICS.get(each.test, each.test)}）"
    counts = (fmt.count(each.confirmed), fmt.count(each.dismissed))
    if each.share is None or each.interval is None:
        return (name, *counts, "无结论", fmt.DASH)
    low, high = each.interval
    return (name, *counts, fmt.percent(each.share), f"{fmt.percent(low)}—{fmt.percent(high)}")


def _missed(found: MissRate) -> html.Div:
    """What the random draws say: how many of the units that nobody suspects fabricate all the same."""
    if not found.drawn:
        words = "还没有抽查。在“核查案件”里做一次双随机抽取，有核查结论以后，这里估计有多少造假没有被查出。"
        return html.Div([html.H3("漏查率（双随机）"), html.P(words, className="muted")])
    decided = found.confirmed + found.dismissed
    drawn, judged, bad = map(fmt.count, (found.drawn, decided, found.confirmed))
    progress = f"抽查 {drawn} 家，已有结论 {judged} 家，其中属实 {bad} 家。"
    if found.share is None or found.interval is None:
        return html.Div([html.H3("漏查率（双随机）"), html.P(f"{progress}漏查率：无结论。")])
    low, high = found.interval
    said = (
        f"没有疑点的单位中，估计 {fmt.percent(found.share)} 其实不实，95% 区间 {fmt.percent(low)}—{fmt.percent(high)}"
        f"（上次抽取范围 {fmt.count(found.frame)} 家）。"
    )
    return html.Div([html.H3("漏查率（双随机）"), html.P(progress + said)])
