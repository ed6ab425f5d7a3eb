"""批次运行: what ran last night, what was refused and why, and how to hand it in again."""

import json
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html

from catalog.codes import all_codes
from catalog.model import DIMENSION_TITLES
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.charts.stages import stage_bars
from dashboards.pages.grid import GRID_OPTIONS, grid_height
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View, address
from dashboards.words import RUN_STATES, SEVERITIES, STAGES, STATES
from taian.settings import settings

TITLE = "批次运行"
NIGHTS, STEPS, SAMPLES = 7, 12, 2
PHONE_NAME = 9

COLUMNS: list[dict[str, Any]] = [
    {
        "field": "state",
        "headerName": "状态",
        "width": 122,
        "cellClassRules": {"cell-strong": "params.data.tone === 'bad'"},
    },
    {"field": "resource", "headerName": "资源", "flex": 2, "minWidth": 120, "tooltipField": "batch"},
    {"field": "period", "headerName": "统计期", "width": 104},
    {"field": "delivered", "headerName": "交付行", "type": "rightAligned", "width": 84},
    {"field": "quarantined", "headerName": "隔离行", "type": "rightAligned", "width": 80},
    {"field": "time", "headerName": "送达", "width": 112},
]
PHONE_FIELDS = ("state", "resource", "period")


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


def night_of(snapshot: Snapshot, view: View) -> str | None:
    """The run whose batches are listed: ``?run=`` names one, ``?night=all`` means every night, else the last."""
    return None if view.params.get("night") == "all" else view.params.get("run") or snapshot.run_id


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


def _summary_card(snapshot: Snapshot, view: View) -> html.Section:
    frame = queries.runs(snapshot, NIGHTS)
    last = next((row for row in frame.to_dict("records") if row["run_id"] == snapshot.run_id), None)
    line: list[Any] = [f"业务日期 {snapshot.business_date}"]
    if last is not None:
        line = [
            _state_of_run(last, snapshot),
            f" {fmt.moment(last['started_at'])} 开始，用时 {_duration(last, snapshot)}",
        ]
    airflow = f"http://{settings().host}:{settings().airflow_port}"
    return parts.card(
        f"最近一夜 {snapshot.business_date}",
        [html.P(line, className="run-line"), _tiles(snapshot, view)],
        subtitle="点击数字只看这一类批次；待核与拒收需要人处理",
        aside=html.A("在 Airflow 中查看与重跑 ↗", href=airflow, target="_blank", rel="noreferrer"),
        foot=parts.stamp(snapshot.business_date, f"批次 {snapshot.run_id}"),
        name="wide-card",
    )


def _rows(frame: pd.DataFrame, titles: dict[str, str]) -> list[dict[str, Any]]:
    rows = []
    for i, row in enumerate(frame.to_dict("records")):
        words, tone = STATES.get(str(row["state"]), (str(row["state"]), "plain"))
        rows.append(
            {
                "key": f"{row['batch']}#{i}",
                "batch": row["batch"],
                "state": words,
                "tone": tone,
                "resource": titles.get(str(row["resource"]), str(row["resource"])),
                "period": fmt.DASH if fmt.is_missing(row["period"]) else row["period"],
                "delivered": fmt.count(row["rows_delivered"]),
                "quarantined": fmt.count(row["rows_quarantined"]),
                "time": fmt.moment(row["delivered_at"]),
            }
        )
    return rows


def _columns(is_phone: bool) -> list[dict[str, Any]]:
    if not is_phone:
        return COLUMNS
    return [{**c, "width": 120} if c["field"] == "state" else c for c in COLUMNS if c["field"] in PHONE_FIELDS]


def _deliveries_card(snapshot: Snapshot, view: View) -> html.Section:
    night = night_of(snapshot, view)
    titles = queries.titles(snapshot)
    frame = queries.deliveries(snapshot, view.params.get("state"), view.params.get("resource"), night)
    rows = _rows(frame, titles)
    chosen = [row["key"] for row in rows if row["batch"] == view.params.get("batch")][:1]
    grid = dag.AgGrid(
        id="deliveries",
        columnDefs=_columns(view.is_phone),
        defaultColDef={"resizable": False, "cellDataType": False, "sortable": True, "suppressMovable": True},
        rowData=rows,
        getRowId="params.data.key",
        selectedRows={"ids": chosen} if chosen else None,
        dashGridOptions=GRID_OPTIONS,
        style={"height": grid_height(view.is_phone, len(rows)), "width": "100%"},
    )
    nothing = parts.empty("没有符合条件的批次。", parts.link("清除筛选，看全部批次", address("/runs", night="all")))
    return parts.card(
        "报送批次",
        grid if rows else nothing,
        subtitle="交付 = 接受 + 隔离；整批拒收的没有行数",
        aside=html.Span(f"{fmt.count(len(rows))} 批", className="muted"),
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="list-card",
    )


def _advice(code: str | None) -> html.Div | None:
    known = all_codes().get(code or "")
    if known is None:
        return None
    return html.Div(
        [
            html.H3(f"{known.code} {known.title} · {DIMENSION_TITLES[known.dimension]}"),
            html.P(known.meaning + "。"),
            html.P([html.Strong("怎么办："), known.remedy + "。"]),
        ],
        className="advice",
    )


def _release(row: Row) -> html.Div | None:
    """Why a person let a held batch through; the code's advice is no longer wanted then."""
    why = row.get("released_why")
    if fmt.is_missing(why):
        return None
    outcome = {"held": "下一夜发布", "published_flagged": "已带提示发布"}.get(str(row["state"]), "")
    facts = [str(row["released_by"]), fmt.moment(row["released_at"]), outcome]
    return html.Div(
        [
            html.H3("核实后放行"),
            html.P([html.Strong("理由："), str(why)]),
            html.P(" · ".join(fact for fact in facts if fact), className="muted"),
        ],
        className="advice",
    )


def _check_badge(success: Any, severity: str) -> Any:
    """Passed, failed, or not judged: nothing to judge by is neither."""
    if success is None or pd.isna(success):
        return parts.badge("未判定")
    if success:
        return parts.badge("通过", "good")
    return parts.badge("未通过", "bad" if severity == "critical" else "warn")


def checks_table(snapshot: Snapshot, batch: str) -> Any:
    """The gate's checks of one batch as a table."""
    frame = queries.checks(snapshot, batch)
    if frame.empty:
        return parts.empty("发布门没有检查这个批次。", "整批拒收、重复的批次不进入检查。")
    rows = [
        (
            _check_badge(row["success"], row["severity"]),
            f"{row['check']}（{DIMENSION_TITLES.get(str(row['dimension']), row['dimension'])}）",
            SEVERITIES.get(str(row["severity"]), str(row["severity"])),
            str(row["observed"]),
            str(row["expected"]),
        )
        for row in frame.to_dict("records")
    ]
    return parts.table("发布门检查", ("结果", "检查", "级别", "实测", "要求"), rows)


def _masked(text: Any) -> list[Any]:
    try:
        content = json.loads(text)
    except (TypeError, ValueError):
        return [str(text)]
    pairs = content.items() if isinstance(content, dict) else []
    return [html.Span([html.B(str(key)), " ", str(value)], className="cell") for key, value in pairs]


def _samples(snapshot: Snapshot, batch: str, refused: int) -> Any:
    frame = queries.quarantine_samples(snapshot, batch, SAMPLES)
    if frame.empty and refused:
        return parts.empty("被隔离的行已过保留期，已经清除。", "行数和代码仍然保留；需要更正的请部门重新报送。")
    if frame.empty:
        return parts.empty("这个批次没有被隔离的行。")
    groups = []
    for (code, title, remedy), rows in frame.groupby(["code", "code_title", "remedy"], sort=True):
        items = [
            html.Li(
                [
                    html.Span(
                        f"{row['file']} 第 {fmt.count(row['source_row'])} 行 · {row['column_title']}", className="where"
                    ),
                    html.Div(_masked(row["row_masked"]), className="masked"),
                ]
            )
            for row in rows.to_dict("records")
        ]
        summary = html.Summary([html.Strong(f"{code} {title}"), f" · 样例 {len(items)} 行"])
        groups.append(
            html.Details(
                [summary, html.P(f"怎么办：{remedy}。", className="muted"), html.Ul(items)], className="sample"
            )
        )
    return html.Div(groups)


def _outcome(row: Row, titles: dict[str, str]) -> html.Div:
    title = titles.get(str(row["resource"]), str(row["resource"]))
    return html.Div(
        [
            html.Div([html.H2(f"{title} {row['period']}"), parts.state_badge(row["state"])], className="finding-head"),
            html.P(
                f"{row['batch']} · {row['provider']} · {fmt.moment(row['delivered_at'])} 送达", className="subtitle"
            ),
            html.Blockquote(str(row["message"]), className="aloud") if not fmt.is_missing(row["message"]) else None,
            _release(row) or _advice(None if fmt.is_missing(row["code"]) else str(row["code"])),
            parts.facts(
                [
                    ("交付行", fmt.count(row["rows_delivered"])),
                    ("接受行", fmt.count(row["rows_accepted"])),
                    ("隔离行", fmt.count(row["rows_quarantined"])),
                    ("处理完成", fmt.moment(row["finished_at"])),
                ],
                "four",
            ),
        ],
        className="outcome",
    )


def batch(snapshot: Snapshot, number: str | None, view: View) -> Any:
    """Everything about one batch: outcome, code with its remedy, checks, masked samples of what was refused."""
    if not number:
        return parts.empty("请选一个批次。", "这里会显示处理结果、原因、怎么办，以及脱敏后的被隔离行。")
    outcomes = queries.outcomes_of_batch(snapshot, number)
    if outcomes.empty:
        return parts.empty(f"没有编号为 {number} 的批次。", "请核对编号；未处理的批次要到下一夜才出现。")
    titles = queries.titles(snapshot)
    return [
        *(_outcome(row, titles) for row in outcomes.to_dict("records")),
        html.H3("发布门检查"),
        checks_table(snapshot, number),
        html.H3("被隔离的行（脱敏样例）"),
        _samples(snapshot, number, int(outcomes["rows_quarantined"].fillna(0).max())),
        html.P(parts.link("资源目录中的这项资源", f"/catalogue/{outcomes['resource'].iloc[0]}")),
    ]


def _detail(snapshot: Snapshot, view: View) -> Any:
    chosen = view.params.get("batch")
    if not chosen and not view.is_phone:
        night = night_of(snapshot, view)
        frame = queries.deliveries(snapshot, view.params.get("state"), view.params.get("resource"), night)
        chosen = None if frame.empty else str(frame["batch"].iloc[0])
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


def _stage_card(snapshot: Snapshot, view: View) -> html.Section:
    frame = queries.stages(snapshot, snapshot.run_id)
    if frame.empty:
        return parts.card("各步骤用时", parts.empty("这一夜没有记录用时。"), name="half-card")
    titles = queries.titles(snapshot)
    steps = [(titles.get(str(step), str(step)), _by_stage(g)) for step, g in frame.groupby("step", sort=False)]
    total = float(frame["seconds"].sum())
    figure = stage_bars(_short(steps[:STEPS], view), palette(view.theme))
    rows = [
        (
            titles.get(str(r["step"]), str(r["step"])),
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


def _nights_card(snapshot: Snapshot) -> html.Section:
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
                fmt.day(row["business_date"]),
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
        foot=parts.stamp(snapshot.business_date, "夜间批次"),
        name="half-card",
    )


def _resources_card(snapshot: Snapshot) -> html.Section:
    frame = queries.resources(snapshot)
    blocks = []
    for state in [*STATES, ""]:
        mask = frame["last_state"].fillna("") == state
        rows = frame[mask].to_dict("records")
        if not rows:
            continue
        names = [parts.link(str(row["title"]), f"/catalogue/{row['resource']}", className="chip") for row in rows]
        blocks.append(
            html.Div(
                [
                    html.H3([parts.state_badge(state or None), f" {len(rows)} 项资源"]),
                    html.Div(names, className="chips"),
                ]
            )
        )
    return parts.card(
        "资源按最近一批的状态",
        blocks or parts.empty("目录中没有资源。"),
        subtitle="待核与拒收的资源沿用上一个好版本",
        foot=parts.stamp(snapshot.business_date, "资源目录"),
        name="wide-card",
    )


def _tools(snapshot: Snapshot, view: View) -> list[Any]:
    given = {"clearable": True, "w": 170}
    return [
        dmc.Select(
            id={"type": "param", "name": "resource"},
            data=[{"value": key, "label": title} for key, title in queries.titles(snapshot).items()],
            value=view.params.get("resource"),
            placeholder="全部资源",
            searchable=True,
            nothingFoundMessage="没有这项资源",
            **given,
            **parts.aria(label="按资源筛选"),
        ),
        dmc.Select(
            id={"type": "param", "name": "state"},
            data=[{"value": key, "label": words} for key, (words, _) in STATES.items()],
            value=view.params.get("state"),
            placeholder="全部状态",
            **given,
            **parts.aria(label="按状态筛选"),
        ),
        dmc.SegmentedControl(
            id={"type": "param", "name": "night"},
            data=[{"value": "", "label": "最近一夜"}, {"value": "all", "label": "全部"}],
            value=view.params.get("night", ""),
        ),
    ]


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The page for ``?batch=``, ``?state=``, ``?resource=``, ``?run=`` and ``?night=all``."""
    return parts.page(
        TITLE,
        "昨夜跑了什么？拒了什么、为什么？怎样再报？",
        [
            dcc.Store(id="batch-chosen"),
            parts.guarded("最近一夜", lambda: _summary_card(snapshot, view), "wide-card"),
            html.Div(
                [parts.guarded("报送批次", lambda: _deliveries_card(snapshot, view)), _guarded_detail(snapshot, view)],
                className="master-detail",
            ),
            parts.guarded("资源状态", lambda: _resources_card(snapshot), "wide-card"),
            html.Div(
                [
                    parts.guarded("各步骤用时", lambda: _stage_card(snapshot, view), "half-card"),
                    parts.guarded("最近几夜", lambda: _nights_card(snapshot), "half-card"),
                ],
                className="halves",
            ),
        ],
        tools=_tools(snapshot, view),
    )


def _guarded_detail(snapshot: Snapshot, view: View) -> Any:
    return parts.guarded("批次详情", lambda: _detail(snapshot, view), "detail-card")
