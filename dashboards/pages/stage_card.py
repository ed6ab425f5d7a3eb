"""Where the night's seconds went."""

import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.stages import stage_bars
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View
from dashboards.words import STAGES, step_title

STEPS = 12
PHONE_NAME = 9


def _by_stage(rows: pd.DataFrame) -> dict[str, float]:
    """Seconds by the name of the stage, in the order in which a batch passes them."""
    known = list(STAGES)
    ordered = sorted(
        rows.to_dict("records"), key=lambda r: known.index(r["stage"]) if r["stage"] in known else len(known)
    )
    return {STAGES.get(str(row["stage"]), str(row["stage"])): float(row["seconds"]) for row in ordered}


def _short(steps: list[tuple[str, dict[str, float]]], view: View) -> list[tuple[str, dict[str, float]]]:
    """On a phone a long name would leave no room for its bar; the table below has it in full."""
    if not view.is_phone:
        return steps
    return [(name if len(name) <= PHONE_NAME else f"{name[: PHONE_NAME - 1]}…", stages) for name, stages in steps]


def stage_card(snapshot: Snapshot, view: View) -> html.Section:
    """The longest steps of the last night, each split into its stages."""
    frame = queries.stages(snapshot, snapshot.run_id)
    if frame.empty:
        return parts.card("各步骤用时", parts.empty("这一夜没有记录用时。"), name="half-card")
    titles = queries.titles(snapshot)
    steps = [(step_title(str(step), titles), _by_stage(g)) for step, g in frame.groupby("step", sort=False)]
    total = float(frame["seconds"].sum())
    figure = stage_bars(_short(steps[:STEPS], view), palette(view.theme))
    rows = [
        (
            step_title(str(r["step"]), titles),
            STAGES.get(str(r["stage"]), str(r["stage"])),
            fmt.seconds(r["seconds"]),
            fmt.count(r["rows"]),
        )
        for r in frame.to_dict("records")
    ]
    data = parts.table("各步骤各阶段用时", ("步骤", "阶段", "用时", "行数"), rows, numeric=(2, 3), name="plain-table")
    height = 60 + 30 * min(STEPS, len(steps))
    return parts.card(
        "各步骤用时",
        parts.graph(figure, f"各步骤用时，合计 {fmt.seconds(total)}，最长 {steps[0][0]}", height, data),
        subtitle=f"最长的 {min(STEPS, len(steps))} 步，共 {len(steps)} 步，合计 {fmt.seconds(total)}（各步可同时运行）",
        foot=parts.stamp(snapshot.business_date, f"批次 {snapshot.run_id}"),
        name="half-card",
    )
