"""One night at a glance, and the last nights."""

from typing import Any
from urllib.parse import quote

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.pages.night import Night, night_of
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.view import View, address
from dashboards.words import RUN_STATES, STATES, step_title
from taian.settings import settings

NIGHTS = 7
TILES = "点击数字只看这一类批次；待核与拒收需要人处理"


def _failures(snapshot: Snapshot) -> dict[str, list[Row]]:
    """Business date to the steps that failed in it; a night that published none of its steps has none to show."""
    if "meta__step" not in snapshot.as_of:
        return {}
    found: dict[str, list[Row]] = {}
    for row in queries.failed_steps(snapshot).to_dict("records"):
        found.setdefault(str(row["business_date"]), []).append(row)
    return found


def _state_of_run(row: Row, snapshot: Snapshot, has_failures: bool) -> html.Span:
    is_published = row["run_id"] == snapshot.run_id
    if has_failures and (is_published or row["state"] != "running"):
        return parts.badge("已发布·有失败步骤" if is_published else "有失败步骤", "bad")
    if row["state"] == "running" and is_published:
        # The tables are published by the run they tell of, a moment before it ends.
        return parts.badge("已发布", "good")
    words, tone = RUN_STATES.get(str(row["state"]), (str(row["state"]), "plain"))
    return parts.badge(words, tone)


def _duration(row: Row, snapshot: Snapshot) -> str:
    published = snapshot.published_at if row["run_id"] == snapshot.run_id else None
    ended = published if fmt.is_missing(row["ended_at"]) else row["ended_at"]
    start, end = fmt.as_moment(row["started_at"]), fmt.as_moment(ended)
    return fmt.seconds((end - start).total_seconds()) if start and end else fmt.DASH


def _tiles(snapshot: Snapshot, view: View, night: Night | None) -> html.Div:
    """Batches of the night by state, of every night without one; each number leads to its batches."""
    frame = queries.outcome_counts(snapshot)
    own = frame if night is None else frame[frame["business_date"] == night.date]
    counts = own.groupby("state")["batches"].sum().to_dict()
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
    """The night in view: its state, how long it took, its batches by state."""
    night = night_of(snapshot, view)
    if night is None:
        return parts.card(
            "全部各夜", _tiles(snapshot, view, None), subtitle=TILES, name="wide-card",
            foot=parts.stamp(snapshot.business_date, "夜间批次"),
        )  # fmt: skip
    if not night.date:
        nothing = parts.empty(f"没有编号为 {night.run_id} 的运行。", parts.link("看最近一夜", "/runs"))
        return parts.card("没有这一夜", nothing, name="wide-card")
    failed = _failures(snapshot).get(night.date, [])
    is_last = night.date == snapshot.business_date
    return parts.card(
        f"最近一夜 {night.date}" if is_last else f"{night.date} 这一夜",
        [
            html.P(_line(snapshot, night, bool(failed)), className="run-line"),
            _failed_list(snapshot, failed),
            _tiles(snapshot, view, night),
        ],
        subtitle=TILES,
        aside=html.A("在 Airflow 中看这一夜 ↗", href=airflow_run(night.run_id), target="_blank", rel="noreferrer"),
        foot=parts.stamp(night.date, f"批次 {night.run_id}"),
        name="wide-card",
    )


def _line(snapshot: Snapshot, night: Night, has_failures: bool) -> list[Any]:
    """State of the run that was asked for, and when it ran."""
    run = queries.run(snapshot, night.run_id)
    if run is None:
        return [f"业务日期 {night.date}"]
    state = _state_of_run(run, snapshot, has_failures)
    return [state, f" {fmt.moment(run['started_at'])} 开始，用时 {_duration(run, snapshot)}"]


def airflow_run(run_id: str) -> str:
    """Page of a run in Airflow."""
    return f"http://{settings().host}:{settings().airflow_port}/dags/nightly/runs/{quote(run_id, safe='')}"


def _failed_list(snapshot: Snapshot, failed: list[Row]) -> html.Ul | None:
    """The steps that failed and why; a night without any has no list."""
    titles = queries.titles(snapshot)
    items = [html.Li([html.Strong(step_title(str(row["step"]), titles)), f"：{row['message']}"]) for row in failed]
    return html.Ul(items, className="state state-error failed-steps") if items else None


def nights_card(snapshot: Snapshot) -> html.Section:
    """The last nights, newest first, each by its last run."""
    counts = queries.outcome_counts(snapshot).pivot_table(
        index="business_date", columns="state", values="batches", fill_value=0
    )
    failures = _failures(snapshot)
    rows = []
    for row in queries.nights(snapshot, NIGHTS).to_dict("records"):
        date = row["business_date"]
        found = counts.loc[date].to_dict() if date in counts.index else {}
        published = int(found.get("published", 0) + found.get("published_flagged", 0))
        refused = int(found.get("held", 0) + found.get("rejected", 0))
        rows.append(
            (
                parts.link(fmt.day(date), address("/runs", run=str(row["run_id"]))),
                _state_of_run(row, snapshot, str(date) in failures),
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
