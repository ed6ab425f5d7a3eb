"""One episode of the past: what was seen, how far from what was expected, and the warning that it may be given now."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from dash import html

from alerts.casebook import CaseView
from alerts.episodes import Episode, about
from alerts.warnings import warning_path
from dashboards import parts
from dashboards.pages.past_card import QUESTION, TAB, TITLE
from dashboards.pages.step_form import Ask, Field, answer, step_form
from dashboards.pages.warning import HELD, causes_card, facts_of, origin, picture_card
from dashboards.pages.warning_words import DETECTORS, level_badge
from dashboards.serving import Snapshot
from dashboards.view import View, address

RECORD = Ask("record", "补立预警", (Field("why", "为什么补立：复盘什么、演练什么"),))
MEANS = (
    "补立的预警注明“补立”，供复盘、演练：步骤与夜间立的相同，没有办理期限，不进邮件和简报，平台不自动解除，"
    "不计入各种信号的准确率和提前量。"
)


def episode_page(snapshot: Snapshot, found: Sequence[Episode], cases: Sequence[CaseView], view: View) -> html.Div:
    """The page of the episode that ``?signal=`` names."""
    number = view.params.get("signal", "")
    one = next((each for each in found if each.id == number), None)
    trail = parts.breadcrumbs([("预警", "/warnings"), (TITLE, address("/warnings", tab=TAB)), (number, None)])
    if one is None:
        back = parts.link("回到以往信号", address("/warnings", tab=TAB))
        nothing = parts.empty(f"没有编号为 {number} 的以往信号，或者它已并入上级地区。", back)
        return parts.page(TITLE, QUESTION, [nothing], trail=trail)
    known = about(one, cases)
    cards = [
        parts.guarded("看到什么", partial(_seen_card, snapshot, one), "warning-sentence"),
        parts.guarded("预期与实际", partial(picture_card, snapshot, one.fact, view), "warning-picture"),
        parts.guarded("原因线索", partial(causes_card, snapshot, one.fact), "warning-causes"),
    ]
    way = parts.card(
        "补立",
        html.Div(_way(one, known, snapshot.sight.steps), id="past-panel"),
        foot=parts.stamp(snapshot.business_date, "预警库；办理随办随新"),
        name="warning-way",
    )
    both = [html.Div(cards, className="stack"), html.Div([way], className="stack")]
    title = f"{one.fact.area_name} · {one.fact.title}"
    return parts.page(title, QUESTION, [html.Div(both, className="master-detail warning-page")], trail=trail)


def _seen_card(snapshot: Snapshot, one: Episode) -> html.Section:
    fact = one.fact
    told: list[tuple[str, Any]] = [("起止", f"{one.span}（{one.signals} 期有信号）"), ("等级", level_badge(fact.level))]
    told += [(name, value) for name, value in facts_of(fact) if name != "信号"]
    told.append(("信号", "、".join(DETECTORS.get(name, name) for name in one.detectors)))
    told += [("含", "、".join(one.inside))] if one.inside else []
    return parts.card(
        "看到什么",
        [
            html.Blockquote(fact.sentence, className="aloud"),
            parts.facts(told),
            html.P(HELD, className="state state-error") if fact.is_held else None,
            html.P(origin(snapshot, fact), className="definition"),
        ],
        subtitle="最重的一期；过程已经结束",
        foot=parts.stamp(fact.period, fact.owner),
        name="warning-sentence",
    )


def _way(one: Episode, known: CaseView | None, may: Collection[str]) -> Any:
    """The warning that it has, or the form that opens one for who may."""
    if known is not None:
        return html.P(["这段信号已有预警 ", parts.link(f"{known.id} {known.title}", warning_path(known.id)), "。"])
    if one.fact.is_held:
        return html.P("数据真实性存疑，不能补立预警；请先核查数据。", className="muted")
    if "assess" not in may:
        return html.P("补立由值班员（分析员）办理；您可以查看。", className="muted")
    return past_panel(one.id)


def past_panel(number: str, opened: str = "", said: str = "") -> html.Div:
    """The form that opens the warning of an episode; then ``opened``, its number, or why it was not (``said``)."""
    if opened:
        way = html.P([parts.link(f"打开预警 {opened}", warning_path(opened), className="button button-first")])
        return html.Div([answer("", "补立预警"), way], className="case")
    form = step_form("past", number, [RECORD], None)
    return html.Div([html.P(MEANS, className="muted small"), form, answer(said, "")], className="case")
