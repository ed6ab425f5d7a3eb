"""数据真实性: what should an inspector look at first, and why. A finding is a question, never a verdict."""

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html

from alerts.words import family_title
from dashboards import parts, queries
from dashboards.pages.finding import evidence
from dashboards.pages.findings_card import findings_card
from dashboards.pages.precision_card import precision_card
from dashboards.serving import Snapshot
from dashboards.view import View

TITLE = "数据真实性"


def _counts(frame: pd.DataFrame, strength: str | None) -> dict[str, int]:
    """How many findings of the chosen strength each family has; all of them where none is chosen."""
    shown = frame["findings"].where((frame["strength"] == strength) | (not strength), 0)
    return {str(key): int(number) for key, number in shown.groupby(frame["family"]).sum().items()}


def _tools(counts: dict[str, int], view: View) -> list[Any]:
    families = [{"value": key, "label": f"{family_title(key)}（{number}）"} for key, number in counts.items()]
    return [
        dmc.Select(
            id={"type": "param", "name": "family"},
            data=families,
            value=view.params.get("family"),
            placeholder="全部检查",
            clearable=True,
            w=190,
            **parts.aria(label="按检查筛选"),
        ),
        dmc.SegmentedControl(
            id={"type": "param", "name": "strength"},
            data=[{"value": "", "label": "全部"}, {"value": "strong", "label": "强"}, {"value": "weak", "label": "弱"}],
            value=view.params.get("strength", ""),
        ),
    ]


def _detail(snapshot: Snapshot, view: View) -> Any:
    chosen = view.params.get("finding")
    if not chosen and not view.is_phone:
        first, _ = queries.findings(snapshot, view.params.get("strength"), view.params.get("family"), 0, 1)
        chosen = None if first.empty else str(first["finding_id"].iloc[0])
    panel = html.Div(evidence(snapshot, chosen, view), id="finding-panel", className="detail-panel")
    if not view.is_phone:
        return html.Section(panel, className="card detail-card", **parts.aria(label="证据", live="polite"))
    return dmc.Drawer(
        panel,
        id="finding-drawer",
        opened=bool(chosen),
        position="bottom",
        size="88%",
        title="证据",
        closeButtonProps=parts.aria(label="关闭"),
    )


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?finding=``, ``?strength=`` and ``?family=``."""
    frame = queries.finding_counts(snapshot)
    counts = _counts(frame, view.params.get("strength"))
    return parts.page(
        TITLE,
        "哪些数据值得先查？凭什么？疑点不是结论，核查前不得对外。",
        [
            dcc.Store(id="finding-chosen"),
            dcc.Store(id="case-taken"),
            html.Div([findings_card(snapshot, view), _detail(snapshot, view)], className="master-detail"),
            precision_card(snapshot),
        ],
        tools=_tools(counts, view),
    )
