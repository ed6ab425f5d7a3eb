"""One batch: its outcome, why, what to do, its checks and what was refused, masked."""

import json
from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html

from alerts import words
from catalog.codes import all_codes
from catalog.model import DIMENSION_TITLES
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.departments import name_of
from dashboards.kept import kept_content
from dashboards.pages.checks import checks_table
from dashboards.queries import Row
from dashboards.report import rows_by_code, steps_of
from dashboards.serving import Snapshot
from dashboards.view import View
from dashboards.words import STATES

SAMPLES = 2
"""Rows shown of each code: enough to recognise the mistake."""


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


def reason(row: Row, titles: dict[str, str]) -> str:
    """Why a batch ended as it did, without its own name before it and without the remedy, which stands beside it."""
    if fmt.is_missing(row["message"]):
        return ""
    title = titles.get(str(row["resource"]), str(row["resource"]))
    return words.reason(str(row["message"]), title, str(row["batch"]))


def masked_row(text: Any) -> list[Any]:
    """The cells of a masked row, each with its title."""
    try:
        content = json.loads(text)
    except (TypeError, ValueError):
        return [str(text)]
    pairs = content.items() if isinstance(content, dict) else []
    return [html.Span([html.B(str(key)), " ", str(value)], className="cell") for key, value in pairs]


def _codes(row: Row) -> list[Any]:
    """What was refused, in plain words: rows by code."""
    rows = [
        (
            [html.Strong(code.code), " ", code.title],
            fmt.count(count),
            fmt.percent(count / row["rows_delivered"]),
            code.meaning,
            code.remedy,
        )
        for count, code in sorted(
            ((count, all_codes()[name]) for name, count in rows_by_code(row).items()),
            key=lambda pair: (-pair[0], pair[1].code),
        )
    ]
    if not rows:
        return []
    headers = ("代码", "行数", "占交付行", "含义", "处理办法")
    return [
        html.H3("为什么被隔离"),
        parts.table("被隔离的行按代码", headers, rows, numeric=(1, 2)),
        html.P("一行可以有几个代码，各计一次。", className="muted"),
    ]


def _again(snapshot: Snapshot, row: Row) -> list[Any]:
    """How to hand in again, and the same report as a workbook."""
    steps = steps_of(row, queries.resource(snapshot, str(row["resource"])))
    items = [html.Li([html.Span(step.words), html.Code(step.command) if step.command else None]) for step in steps]
    address = f"/report/{quote(str(row['resource']))}/{quote(str(row['batch']))}.xlsx"
    said = [html.H3("怎样再报"), html.Ol(items, className="commands")] if items else []
    if not snapshot.sight.rows:
        return said
    return [
        *said,
        html.P(html.A("下载这个批次的报告（XLSX，样例已脱敏）", href=address, download="")),
    ]


def _samples(snapshot: Snapshot, row: Row, refused: int) -> Any:
    if not snapshot.sight.rows:
        return parts.empty("被隔离的行只给报送部门和运维看（已脱敏）。", "这里只显示行数和代码。")
    frame = queries.quarantine_samples(snapshot, str(row["resource"]), str(row["batch"]), SAMPLES)
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
                    html.Div(masked_row(row["row_masked"]), className="masked"),
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
    tone = STATES.get(str(row["state"]), ("", "plain"))[1]
    title = titles.get(str(row["resource"]), str(row["resource"]))
    return html.Div(
        [
            html.Div([html.H2(f"{title} {row['period']}"), parts.state_badge(row["state"])], className="finding-head"),
            html.P(
                f"{row['batch']} · {name_of(str(row['provider']))} · {fmt.moment(row['delivered_at'])} 送达",
                className="subtitle",
            ),
            html.Blockquote(said, className=f"aloud aloud-{tone}") if (said := reason(row, titles)) else None,
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


def batch(snapshot: Snapshot, key: str | None, view: View) -> Any:
    """Everything about one batch (``queries.key_of``): outcome, code with its remedy, checks, masked samples.

    A bare number stands for every batch that has it: two resources may number their batches alike.
    """
    if not key:
        return parts.empty("请选一个批次。", "这里会显示处理结果、原因、怎么办，以及脱敏后的被隔离行。")
    return kept_content(snapshot, View("/runs#batch", {"batch": key}), lambda: _batch(snapshot, key))


def _batch(snapshot: Snapshot, key: str) -> Any:
    outcomes = queries.outcomes_of_batch(snapshot, key)
    if outcomes.empty:
        return parts.empty(f"没有编号为 {key} 的批次。", "请核对编号；未处理的批次要到下一夜才出现。")
    return [node for _, own in outcomes.groupby("resource") for node in _of_resource(snapshot, own)]


def _of_resource(snapshot: Snapshot, outcomes: pd.DataFrame) -> list[Any]:
    """The outcomes of one batch of one resource, its checks and what was refused of it."""
    titles = queries.titles(snapshot)
    rows = outcomes.to_dict("records")
    return [
        *(_outcome(row, titles) for row in rows),
        *_codes(rows[0]),
        html.Div(_again(snapshot, rows[0])),
        html.H3("发布门检查"),
        checks_table(snapshot, str(rows[0]["resource"]), str(rows[0]["batch"])),
        html.H3("被隔离的行（脱敏样例）"),
        _samples(snapshot, rows[0], int(outcomes["rows_quarantined"].fillna(0).max())),
        html.P(parts.link("资源目录中的这项资源", f"/catalogue/{rows[0]['resource']}")),
    ]
