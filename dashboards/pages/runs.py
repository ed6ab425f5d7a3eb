"""批次运行: what ran last night, what was refused and why, and how to hand it in again."""

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards import parts, queries
from dashboards.kept import kept_card, kept_content
from dashboards.pages.again_card import again_card
from dashboards.pages.batch import batch
from dashboards.pages.deliveries_card import deliveries_card, rows_of
from dashboards.pages.night import GIVEN_BY_RUN, night_of
from dashboards.pages.night_cards import nights_card, summary_card
from dashboards.pages.stage_card import stage_card
from dashboards.pages.states_card import resources_card
from dashboards.pages.storage_card import storage_card
from dashboards.serving import Snapshot
from dashboards.sight import is_own
from dashboards.view import View
from dashboards.words import STATES

TITLE = "批次运行"


def detail(snapshot: Snapshot, view: View) -> Any:
    """The batch of ``?batch=``, else the first of the list; on a phone in a drawer that opens when one is chosen."""
    chosen = view.params.get("batch")
    if not chosen and not view.is_phone:
        chosen = next((str(row["batch"]) for row in rows_of(snapshot, view)), None)
    panel = html.Div(batch(snapshot, chosen, view), id="batch-panel", className="detail-panel")
    if not view.is_phone:
        return html.Section(panel, className="card detail-card", **parts.aria(label="批次详情", live="polite"))
    return dmc.Drawer(
        panel,
        id="batch-drawer",
        opened=bool(chosen),
        position="bottom",
        size="88%",
        title="批次详情",
        closeButtonProps=parts.aria(label="关闭"),
    )


def _nights(snapshot: Snapshot, view: View) -> tuple[list[dict[str, str]], str]:
    """What the night's control offers, and what it stands on: the night of ``?run=`` has its own place."""
    offered = [{"value": "", "label": "最近一夜"}, {"value": "all", "label": "全部"}]
    if not view.params.get("run") or view.params.get("night") == "all":
        return offered, view.params.get("night", "")
    night = night_of(snapshot, view)
    return [{"value": GIVEN_BY_RUN, "label": night.date if night and night.date else "未知"}, *offered], GIVEN_BY_RUN


def _tools(snapshot: Snapshot, view: View) -> list[Any]:
    given = {"clearable": True, "w": 170}
    states = {queries.WAITING: "待处理（未办结）", **{key: words for key, (words, _) in STATES.items()}}
    nights, value = _nights(snapshot, view)
    offered = {key: title for key, title in queries.titles(snapshot).items() if is_own(snapshot.sight, key)}
    return [
        dmc.Select(
            id={"type": "param", "name": "resource"},
            data=[{"value": key, "label": title} for key, title in offered.items()],
            value=view.params.get("resource"),
            placeholder="全部资源",
            searchable=True,
            nothingFoundMessage="没有这项资源",
            **given,
            **parts.aria(label="按资源筛选"),
        ),
        dmc.Select(
            id={"type": "param", "name": "state"},
            data=[{"value": key, "label": words} for key, words in states.items()],
            value=view.params.get("state"),
            placeholder="全部状态",
            **given,
            **parts.aria(label="按状态筛选"),
        ),
        dmc.SegmentedControl(
            id={"type": "param", "name": "night"},
            data=nights,
            value=value,
        ),
    ]


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?batch=``, ``?state=``, ``?resource=``, ``?run=`` and ``?night=all``."""
    return parts.page(
        TITLE,
        "昨夜跑了什么？拒了什么、为什么？怎样再报？",
        [
            dcc.Store(id="batch-chosen"),
            kept_card(snapshot, view, "最近一夜", lambda: summary_card(snapshot, view), "wide-card"),
            html.Div(
                [parts.guarded("报送批次", lambda: deliveries_card(snapshot, view)), _guarded_detail(snapshot, view)],
                className="master-detail",
            ),
            parts.guarded("资源状态", lambda: _of_night(view, resources_card, snapshot), "wide-card"),
            _of_the_machine(snapshot, view) if snapshot.sight.scopes is None else None,
        ],
        tools=_tools(snapshot, view),
    )


def _of_the_machine(snapshot: Snapshot, view: View) -> html.Div:
    """How long the steps took, the nights before, how to run one again, the disk: nothing of a department's own."""
    return html.Div(
        [
            html.Div(
                [
                    parts.guarded("各步骤用时", lambda: _of_night(view, stage_card, snapshot, view), "half-card"),
                    parts.guarded("最近几夜", lambda: _of_night(view, nights_card, snapshot), "half-card"),
                ],
                className="stack",
            ),
            html.Div(
                [
                    parts.guarded("怎样重跑", lambda: again_card(snapshot), "half-card"),
                    parts.guarded("磁盘与增长", lambda: storage_card(snapshot), "half-card"),
                ],
                className="stack",
            ),
        ],
        className="halves",
    )


def _of_night(view: View, make: Callable[..., html.Section], snapshot: Snapshot, *more: View) -> html.Section:
    """A card that shows the night and nothing of the address, made once: the figure of the steps took half the page."""
    look = View(f"/runs#{make.__name__}", {}, view.theme, view.is_phone)
    return kept_content(snapshot, look, lambda: make(snapshot, *more))


def _guarded_detail(snapshot: Snapshot, view: View) -> Any:
    return parts.guarded("批次详情", lambda: detail(snapshot, view), "detail-card")
