"""The last night at a glance, and the nights before it."""

from typing import Any
from urllib.parse import quote

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.words import RUN_STATES, STATES, step_title
from taian.settings import settings

NIGHTS = 7


def _state_of_run(row: Row, snapshot: Snapshot) -> html.Span:
    if row["state"] == "running" and row["run_id"] == snapshot.run_id:
        # The tables are published by the run they tell of, a moment before it ends.
        return parts.badge("已发布", "good")
    words, tone = RUN_STATES.get(str(row["state"]), (str(row["state"]), "plain"))
    return parts.badge(words, tone)


def _duration(row: Row, snapshot: Snapshot) -> str:
    published = snapshot.published_at if row["run_id"] == snapshot.run_id else None
    ended = published if fmt.is_missing(row["ended_at"]) else row["ended_at"]
    start, end = fmt.as_moment(row["started_at"]), fmt.as_moment(ended)
    return fmt.seconds((end - start).total_seconds()) if start and end else fmt.DASH


def _tiles(snapshot: Snapshot, view: View) -> html.Div:
    """Batches of the last night by state; each number leads to its batches."""
    frame = queries.outcome_counts(snapshot)
    counts = dict(
        frame.loc[frame["run_id"] == snapshot.run_id, ["state", "batches"]].itertuples(index=False, name=None)
    )
    tiles = []
    for state, (words, tone) in STATES.items():
        number = int(counts.get(state, 0))
        chosen = view.params.get("state") == state
        tiles.append(
            parts.link(
                [html.Strong(fmt.count(number), className=f"tone-{tone if number else 'plain'}"), html.Span(words)],
                view.link(state=None if chosen else state, batch=None),
                className="tile chosen" if chosen else "tile",
            )
        )
    return html.Div(tiles, className="tiles")


def summary_card(snapshot: Snapshot, view: View) -> html.Section:
    """The last night: its state, how long it took, its batches by state."""
    frame = queries.runs(snapshot, NIGHTS)
    last = next((row for row in frame.to_dict("records") if row["run_id"] == snapshot.run_id), None)
    line: list[Any] = [f"业务日期 {snapshot.business_date}"]
    if last is not None:
        line = [
            _state_of_run(last, snapshot),
            f" {fmt.moment(last['started_at'])} 开始，用时 {_duration(last, snapshot)}",
        ]
    return parts.card(
        f"最近一夜 {snapshot.business_date}",
        [html.P(line, className="run-line"), _failed_steps(snapshot), _tiles(snapshot, view)],
        subtitle="点击数字只看这一类批次；待核与拒收需要人处理",
        aside=html.A("在 Airflow 中看这一夜 ↗", href=airflow_run(snapshot.run_id), target="_blank", rel="noreferrer"),
        foot=parts.stamp(snapshot.business_date, f"批次 {snapshot.run_id}"),
        name="wide-card",
    )


def airflow_run(run_id: str) -> str:
    """Page of a run in Airflow."""
    return f"http://{settings().host}:{settings().airflow_port}/dags/nightly/runs/{quote(run_id, safe='')}"


def _failed_steps(snapshot: Snapshot) -> html.Ul | None:
    """The steps that failed and why; a night without any, or one that published none of its steps, has no list."""
    if "meta__step" not in snapshot.as_of:
        return None
    steps = queries.steps(snapshot, snapshot.run_id).to_dict("records")
    failed = [row for row in steps if row["state"] == "failed"]
    titles = queries.titles(snapshot)
    items = [html.Li([html.Strong(step_title(str(row["step"]), titles)), f"：{row['message']}"]) for row in failed]
    return html.Ul(items, className="state state-error failed-steps") if items else None


def nights_card(snapshot: Snapshot) -> html.Section:
    """The last nights, newest first."""
    counts = queries.outcome_counts(snapshot).pivot_table(
        index="run_id", columns="state", values="batches", fill_value=0
    )
    rows = []
    for row in queries.runs(snapshot, NIGHTS).to_dict("records"):
        found = counts.loc[row["run_id"]].to_dict() if row["run_id"] in counts.index else {}
        published = int(found.get("published", 0) + found.get("published_flagged", 0))
        refused = int(found.get("held", 0) + found.get("rejected", 0))
        rows.append(
            (
                parts.link(fmt.day(row["business_date"]), address("/runs", run=str(row["run_id"]))),
                _state_of_run(row, snapshot),
                fmt.moment(row["started_at"]),
                _duration(row, snapshot),
                fmt.count(published),
                fmt.count(refused),
            )
        )
    headers = ("业务日期", "结果", "开始", "用时", "发布批次", "待核与拒收")
    return parts.card(
        "最近几夜",
        parts.table("最近几夜", headers, rows, numeric=(4, 5)) if rows else parts.empty("还没有运行记录。"),
        subtitle="点击日期看那一夜处理的批次",
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="half-card",
    )
