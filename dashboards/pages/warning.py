"""One warning: what was seen, against what was expected, where it comes from, and how far people have come with it."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from dash import html

from alerts.casebook import CaseView
from alerts.night import WarningFact
from catalog.warnings import numbers
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts import expected as chart
from dashboards.charts.ranking import Bar, ranking
from dashboards.kept import kept_content
from dashboards.pages.indicator import definitions
from dashboards.pages.trend_card import axis_unit
from dashboards.pages.warning_panel import warning_panel
from dashboards.pages.warning_words import DETECTORS, against_expected
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View, address
from dashboards.warned import expected, fact_of, warning_of
from taian.settings import settings

QUESTION = "不像预期的是什么？从哪里来？谁该在什么时候以前做什么？"
TITLE = "预警"
NOISE = 1e-9
"""Share of a deviation below which a part's is what is left of computing with fractions."""
PERIODS, AFTER = 120, 30
"""Periods of one picture, and how many of them follow that of a signal that is long past."""
HOW = (
    "预期由夜间引擎按过去的走势、季节和节假日算出，只用当天以前已知的数；正常范围按历次预期与实际之差估计，"
    "同类的数一起估，越远越宽。超出范围、水平持续改变、来源没有到，或越过部门声明的阈值，才立预警。"
)
"""What stands behind the picture, for who asks."""
HELD = "该地数据的真实性存疑，正在核查；核实以前不据此研判。"


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``/warnings/<number>``."""
    config, number = settings(), view.path.rpartition("/")[2]
    trail = parts.breadcrumbs([(TITLE, "/warnings"), (number, None)])
    try:
        found = warning_of(config, number)
    except OSError:
        return parts.page(TITLE, QUESTION, [parts.failed("预警库读不到。请运维人员检查 alerts.db。")], trail=trail)
    if found is None:
        nothing = parts.empty(f"没有编号为 {number} 的预警。", parts.link("回到预警", "/warnings"))
        return parts.page(TITLE, QUESTION, [nothing], trail=trail)
    case, fact = found[0], fact_of(found[0])
    way = parts.card(
        "办理",
        html.Div(warning_panel(config, number, snapshot.sight.steps), id="warning-panel"),
        foot=parts.stamp(case.last_seen, "夜间预警；办理随办随新"),
        name="warning-way",
    )
    cards = [parts.guarded("看到什么", partial(_sentence_card, snapshot, case, fact), "warning-sentence")]
    if fact is not None:
        # Of the night and of the warning as it now stands: neither the case's steps nor the address are on it.
        drawn = partial(
            kept_content, snapshot, _look(view), partial(picture_card, snapshot, fact, view), fact.model_dump_json()
        )
        cards.append(parts.guarded("预期与实际", drawn, "warning-picture"))
        cards.append(parts.guarded("原因线索", partial(causes_card, snapshot, fact), "warning-causes"))
    both = [html.Div(cards, className="stack"), html.Div([way], className="stack")]
    return parts.page(case.title, QUESTION, [html.Div(both, className="master-detail warning-page")], trail=trail)


def _look(view: View) -> View:
    return View(f"{view.path}#picture", {}, view.theme, view.is_phone)


def _may_see_city(snapshot: Snapshot) -> bool:
    """Whether the reader may open the pages of the city's figures; an auditor may not."""
    return snapshot.sight.subjects or snapshot.sight.rows


def _sentence_card(snapshot: Snapshot, case: CaseView, fact: WarningFact | None) -> html.Section:
    body: list[Any] = [html.Blockquote(case.message, className="aloud")]
    if fact is not None:
        body.append(parts.facts(facts_of(fact)))
        body += [html.P(HELD, className="state state-error")] if fact.is_held else []
        body.append(html.P(origin(snapshot, fact), className="definition"))
    return parts.card(
        "看到什么",
        body,
        subtitle=f"{case.opened_on} 补立预警，供复盘、演练，不是新的警情"
        if case.is_past
        else f"{case.opened_on} 夜间立预警，最近一次看到是 {case.last_seen}",
        foot=_stamp(fact) if fact else parts.stamp(case.opened_on),
        name="warning-sentence",
    )


def _range(fact: WarningFact) -> str:
    low, high = (fmt.amount(value, fact.unit) for value in (fact.low, fact.high))
    return fmt.DASH if fact.low is None else f"{low} 至 {high}"


def facts_of(fact: WarningFact) -> list[tuple[str, Any]]:
    """The figures of a signal, by name."""
    return [
        ("期", fact.period),
        ("实际", fmt.amount(fact.actual, fact.unit)),
        ("预期", fmt.amount(fact.expected, fact.unit)),
        ("比预期", against_expected(fact.actual, fact.expected).removeprefix("比预期 ")),
        ("正常范围", _range(fact)),
        ("信号", DETECTORS.get(fact.detector, fact.detector)),
        ("数据责任部门", fact.owner),
    ]


def origin(snapshot: Snapshot, fact: WarningFact) -> list[Any]:
    """The ways to the definition of the number and to what was delivered for it."""
    known = numbers().get(fact.indicator)
    sources = known.sources if known else (fact.indicator,) if fact.detector == "no_data" else ()
    titles = queries.titles(snapshot)
    nodes: list[Any] = [html.Strong("来源 ")]
    for source in sources:
        nodes += [parts.link(titles.get(source, source), f"/catalogue/{source}"), " "]
    if _may_see_city(snapshot) and fact.indicator in definitions(snapshot):
        there = address("/", area=fact.area_code, indicator=fact.indicator)
        nodes += [html.Strong("口径、批次 "), parts.link(f"{fact.area_name} · {fact.title}", there)]
    return nodes


def picture_card(snapshot: Snapshot, fact: WarningFact, view: View) -> html.Section:
    """Actual against expected range, outliers marked, the line where the data ends, the forecast beyond."""
    frame = expected(snapshot, fact.indicator, fact.area_code)
    if frame.empty:
        reason = "来源没有到，没有可画的数。" if fact.detector == "no_data" else "这一夜没有这个数的预期。"
        return parts.card("预期与实际", parts.empty(reason, "看“来源”一行的报送情况。"), name="warning-picture")
    shown = _near(frame, fact.period)
    # The range of a period like none before it may be a thousand times what ever came.
    drawn = [abs(value) for value in shown[["actual", "expected"]].max() if not fmt.is_missing(value)]
    largest = max(drawn, default=0.0)
    unit, factor = axis_unit(float(largest), fact.unit)
    points = [_point(row, factor) for row in shown.to_dict("records")]
    is_end = shown.index[-1] == frame.index[-1]
    figure = chart.expected(points, fact.period, unit, palette(view.theme), view.is_phone, is_end=is_end)
    last = frame[~frame["is_forecast"].astype(bool)].iloc[-1]
    label = f"{fact.title}：{fact.period} 实际 {fmt.amount(fact.actual, fact.unit)}，正常范围 {_range(fact)}"
    return parts.card(
        "预期与实际",
        [
            parts.graph(figure, label, 300 if view.is_phone else 340, _rows(shown, fact)),
            html.Details([html.Summary("预期和正常范围怎么来"), html.P(HOW, className="muted small")]),
        ],
        subtitle=f"单位：{unit} · {_hits(frame)}",
        foot=parts.stamp(last["period"], f"{fact.owner}；预期算于 {last['known_on']}"),
        name="warning-picture",
    )


def _near(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """The rows of a picture: of what is long past the weeks before it and the month after, else the last ones."""
    found = frame.index[frame["period"] == period]
    end = int(found[0]) + AFTER if len(found) else len(frame)
    end = min(end, len(frame))
    return frame.iloc[max(end - PERIODS, 0) : end]


def _point(row: Any, factor: float) -> chart.Point:
    def scaled(name: str) -> float | None:
        return None if fmt.is_missing(row[name]) else float(row[name]) * factor

    values = (scaled("actual"), scaled("expected"), scaled("low"), scaled("high"))
    return chart.Point(str(row["period"]), *values, is_forecast=bool(row["is_forecast"]), is_alarm=bool(row["kind"]))


def _hits(frame: pd.DataFrame) -> str:
    """How often the range held what came: what it is worth."""
    past = frame[~frame["is_forecast"].astype(bool)].dropna(subset=["actual", "low", "high"])
    inside = int(past["actual"].between(past["low"], past["high"]).sum())
    return f"过去 {len(past)} 期中 {inside} 期落在正常范围内" if len(past) else "还没有可比的预期"


def _rows(frame: pd.DataFrame, fact: WarningFact) -> html.Div:
    rows = [
        (
            f"{row['period']}（预测）" if row["is_forecast"] else str(row["period"]),
            *(fmt.amount(row[name], fact.unit) for name in ("actual", "expected", "low", "high")),
            _signal(row, fact),
        )
        for row in frame.iloc[::-1].to_dict("records")
    ]
    headers = ("期", "实际", "预期", "下限", "上限", "信号")
    return parts.table(f"{fact.title}的预期与实际", headers, rows, (1, 2, 3, 4), "plain-table")


def _stamp(fact: WarningFact) -> html.P:
    """Until when the figures of a warning go, and whose they are; what did not come is not on time."""
    return parts.stamp_of(fact.period, fact.owner, "数据缺失" if fact.detector == "no_data" else "")


def _signal(row: Any, fact: WarningFact) -> str:
    """What was raised at a period: the watch's alarm, at the warning's own also a threshold that it passed."""
    kind = row["kind"] or (fact.detector if row["period"] == fact.period and not row["is_forecast"] else "")
    return DETECTORS.get(kind, str(kind)) if kind else fmt.DASH


def causes_card(snapshot: Snapshot, fact: WarningFact) -> html.Section:
    """Which areas the deviation comes from, and what else was unusual at the time."""
    causes, beside = json.loads(fact.causes), json.loads(fact.beside)
    body: list[Any] = []
    if causes:
        body += _contributions(snapshot, fact, causes)
    else:
        why = "下级没有各自的预期，或者这个数不能相加（比率、均值、缺数）。"
        body.append(parts.empty("没有按地区分解。", why))
    if beside:
        items = [
            html.Li(f"{one['area_name']} {one['title']}：{DETECTORS.get(one['detector'], one['detector'])}")
            for one in beside
        ]
        body += [html.H3("同月同时异常"), html.Ul(items, className="members")]
    return parts.card(
        "原因线索",
        body,
        subtitle="偏离从哪里来；线索不是结论",
        foot=_stamp(fact),
        name="warning-causes",
    )


def _contributions(snapshot: Snapshot, fact: WarningFact, causes: Sequence[dict[str, Any]]) -> list[Any]:
    """Each part's deviation from its own expectation; with the remainder they are the whole deviation."""
    total = sum(float(one["deviation"]) for one in causes)
    bars = [_bar(snapshot, fact, one, total) for one in causes]
    whole = html.P(
        [html.Strong("合计 "), _signed(total, fact.unit), "，等于实际减预期"],
        className="muted small",
    )
    return [ranking(bars, f"{fact.title}偏离的地区分解"), whole]


def _bar(snapshot: Snapshot, fact: WarningFact, one: dict[str, Any], total: float) -> Bar:
    deviation, code = float(one["deviation"]), str(one["area_code"])
    deviation = deviation if abs(deviation) > NOISE * abs(total) else 0.0
    is_known = code and _may_see_city(snapshot) and fact.indicator in definitions(snapshot)
    href = address("/", area=code, indicator=fact.indicator) if is_known else None
    share = fmt.percent(deviation / total) if total else fmt.DASH
    return Bar(str(one["area_name"]), href, deviation, share, _signed(deviation, fact.unit))


def _signed(value: float, unit: str) -> str:
    told = fmt.amount(value, unit)
    return f"+{told}" if value > 0 else told
