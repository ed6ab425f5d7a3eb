"""我的数据: what a department delivered, what was refused and how to hand it in again, how good it is, who uses it."""

from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards import parts
from dashboards.kept import kept_card
from dashboards.pages.conflict_card import TITLE as CONFLICTS
from dashboards.pages.conflict_card import conflict_card
from dashboards.pages.deliveries_card import deliveries_card, listed
from dashboards.pages.departments_card import TITLE as DEPARTMENTS
from dashboards.pages.departments_card import departments_card, facts_card
from dashboards.pages.refused_card import TITLE as REFUSED
from dashboards.pages.refused_card import refused_card
from dashboards.pages.runs import detail
from dashboards.pages.scores_card import TITLE as SCORES
from dashboards.pages.scores_card import scores_card
from dashboards.pages.uses_card import TITLE as USES
from dashboards.pages.uses_card import uses_card
from dashboards.pages.waiting_card import LATE, WAITING, late_card, waiting_card
from dashboards.pages.whose import Whose, offered, whose
from dashboards.serving import Snapshot
from dashboards.view import View

TITLE, EVERY = "我的数据", "部门数据"
"""What the page is called to a data owner, and to whoever sees every department."""

QUESTION = "报了什么、退回了什么、为什么？怎样再报？质量怎样？谁在用？"


def _tools(snapshot: Snapshot, who: Whose | None) -> Any:
    choices = offered(snapshot)
    if len(choices) < 2:
        return None
    return dmc.Select(
        id={"type": "param", "name": "provider"},
        data=[{"value": code, "label": name} for code, name in choices.items()],
        value=who.code if who else None,
        placeholder="全部部门",
        searchable=True,
        clearable=True,
        nothingFoundMessage="没有这个部门",
        w=200,
        **parts.aria(label="部门"),
    )


def _all(snapshot: Snapshot, view: View) -> html.Div:
    """Every department within sight; a data owner whom the catalogue does not know is told so."""
    if not offered(snapshot):
        nothing = parts.empty("目录中没有您负责的资源。", "部门或县区代码不对时，请找系统管理员（taian users role）。")
        return parts.page(TITLE, QUESTION, [parts.card("没有数据", nothing)])
    card = kept_card(snapshot, view, DEPARTMENTS, lambda: departments_card(snapshot, view), "wide-card")
    title = TITLE if snapshot.sight.scopes is not None else EVERY
    return parts.page(title, "谁按时报、谁迟到？退回了什么？", [card], tools=_tools(snapshot, None))


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page of ``?provider=``, of the reader's own department, or of all that it may see."""
    who = whose(snapshot, view)
    if who is None:
        return _all(snapshot, view)
    # Every night, not the last alone: what was refused three weeks ago still waits for its owner.
    every = View(view.path, {**view.params, "provider": who.code, "night": "all"}, view.theme, view.is_phone)
    frame = listed(snapshot, View(params={"provider": who.code, "night": "all"}))
    cards = (
        ("报送情况", partial(facts_card, snapshot, who)),
        (WAITING, partial(waiting_card, snapshot, frame, view)),
        (LATE, partial(late_card, snapshot, frame)),
        (REFUSED, partial(refused_card, snapshot, who, frame)),
        (SCORES, partial(scores_card, snapshot, who, view)),
        (CONFLICTS, partial(conflict_card, snapshot, who.resources)),
        (USES, partial(uses_card, snapshot, who)),
    )
    before, after = cards[:4], cards[4:]
    batches = html.Div(
        [
            parts.guarded("报送批次", lambda: deliveries_card(snapshot, every)),
            parts.guarded("批次详情", lambda: detail(snapshot, every), "detail-card"),
        ],
        className="master-detail",
    )
    is_own = snapshot.sight.scopes is not None
    return parts.page(
        TITLE if is_own else who.name,
        f"{who.name} · {QUESTION}" if is_own else QUESTION,
        [
            dcc.Store(id="batch-chosen"),
            *(parts.guarded(name, card, "wide-card") for name, card in before),
            batches,
            *(parts.guarded(name, card, "wide-card") for name, card in after),
        ],
        tools=_tools(snapshot, who),
    )
