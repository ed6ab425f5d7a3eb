"""What was refused of a department's rows, by resource and code, with a masked example and the remedy."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pandas as pd
from dash import html

from alerts.again import can_resubmit
from catalog.codes import all_codes
from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.pages.batch import masked_row
from dashboards.pages.whose import Whose
from dashboards.queries import Row
from dashboards.report import rows_by_code
from dashboards.serving import Snapshot
from dashboards.view import address

TITLE = "被退回的行"
TAKEN = ("published", "published_flagged", "held")
"""States of batches whose refused rows still want to be corrected."""

MOST = 8
"""Kinds of refused rows that are shown with an example."""


def _refused(frame: pd.DataFrame) -> list[tuple[str, str, int, int, Row]]:
    """(resource, code, rows, batches, newest batch) of all refused rows in these batches, the most rows first."""
    rows: dict[tuple[str, str], int] = defaultdict(int)
    batches: dict[tuple[str, str], list[Row]] = defaultdict(list)
    ordered = frame[frame["state"].isin(TAKEN)].sort_values("delivered_at", ascending=False)
    for batch in ordered.to_dict("records"):
        for code, number in rows_by_code(batch).items():
            rows[str(batch["resource"]), code] += number
            batches[str(batch["resource"]), code].append(batch)
    found = [(*key, number, len(batches[key]), batches[key][0]) for key, number in rows.items() if number]
    return sorted(found, key=lambda one: (-one[2], one[0], one[1]))


def _example(snapshot: Snapshot, batch: Row, code: str) -> Any:
    """One refused row with this code, masked, where its reader may see refused rows."""
    if not snapshot.sight.rows:
        return None
    frame = queries.quarantine_samples(snapshot, str(batch["resource"]), str(batch["batch"]), 1)
    own = frame[frame["code"] == code].to_dict("records")
    if not own:
        return None
    where = f"{own[0]['file']} 第 {fmt.count(own[0]['source_row'])} 行 · {own[0]['column_title']}"
    return html.Details(
        [
            html.Summary("看一行样例（脱敏）"),
            html.Span(where, className="where"),
            html.Div(masked_row(own[0]["row_masked"]), className="masked"),
        ],
        className="sample",
    )


def _line(snapshot: Snapshot, found: tuple[str, str, int, int, Row], titles: Mapping[str, str]) -> Any:
    resource, name, rows, batches, newest = found
    code, key = all_codes()[name], queries.key_of(newest)
    links: list[Any] = [parts.link(str(newest["batch"]), address("/runs", batch=key, night="all"))]
    if snapshot.sight.rows:
        report = f"/report/{quote(resource)}/{quote(str(newest['batch']))}.xlsx"
        links += [" ", html.A("下载", href=report, download="", title="这个批次的报告（XLSX，样例已脱敏）")]
    return (
        parts.link(titles.get(resource, resource), f"/catalogue/{resource}"),
        html.Div([html.Strong(f"{code.code} {code.title}"), html.P(code.meaning, className="muted")]),
        fmt.count(rows),
        fmt.count(batches),
        html.Div([html.Span(code.remedy), _example(snapshot, newest, name)]),
        html.Span(links),
    )


def _rest(found: list[tuple[str, str, int, int, Row]], titles: Mapping[str, str]) -> html.Details:
    """What few rows were refused for, folded away."""
    rows = [
        (
            parts.link(titles.get(resource, resource), f"/catalogue/{resource}"),
            f"{code} {all_codes()[code].title}",
            fmt.count(number),
            fmt.count(batches),
            all_codes()[code].remedy,
        )
        for resource, code, number, batches, _ in found
    ]
    headers = ("资源", "原因", "行数", "批次", "怎么办")
    return html.Details(
        [
            html.Summary(f"行数较少的其余 {fmt.count(len(found))} 类"),
            parts.table("其余被退回的行", headers, rows, numeric=(2, 3)),
        ]
    )


def _how(snapshot: Snapshot, resources: list[str]) -> html.Details:
    """How to hand in again, by what the resources allow."""
    forms = {str(row["resource"]): row for row in queries.resources(snapshot).to_dict("records")}
    by_row = [name for name in resources if can_resubmit(str(forms[name]["form"]), str(forms[name]["load"]))]
    titles = queries.titles(snapshot)
    steps: list[Any] = [
        html.Li(html.Span("在源系统中更正，随下一批报送；同一主键以后来的为准。")),
    ]
    if by_row:
        steps += [
            html.Li(
                [
                    html.Span("或者请运维人员导出被退回的行（含原因和处理办法，未脱敏），在表格中只改数据列："),
                    html.Code(f"taian quarantine export {by_row[0]} --out refused.xlsx"),
                ]
            ),
            html.Li([html.Span("改好后重新提交，下一夜处理："), html.Code("taian quarantine resubmit refused.xlsx")]),
        ]
    if other := [titles.get(name, name) for name in resources if name not in by_row]:
        steps.append(html.Li(html.Span(f"{'、'.join(other)}：不能逐行补报，在源库更正，或改好后重新报送整份。")))
    return html.Details([html.Summary("怎样再报"), html.Ol(steps, className="commands")], open=True)


def refused_card(snapshot: Snapshot, who: Whose, frame: pd.DataFrame) -> html.Section:
    """Refused rows of the batches in ``frame`` by resource and code."""
    found = _refused(frame)
    foot = parts.stamp(snapshot.business_date, "夜间批次")
    if not found:
        nothing = parts.empty("没有被退回的行。", "整批拒收和待核的批次列在上面。")
        return parts.card(TITLE, nothing, foot=foot, name="wide-card")
    titles = queries.titles(snapshot)
    rows = [_line(snapshot, one, titles) for one in found[:MOST]]
    headers = ("资源", "原因", "行数", "批次", "怎么办", "最近的一批")
    named = [name for name in dict.fromkeys(one[0] for one in found) if name in who.resources]
    return parts.card(
        TITLE,
        [
            parts.table("被退回的行，按资源和代码", headers, rows, numeric=(2, 3)),
            _rest(found[MOST:], titles) if found[MOST:] else None,
            _how(snapshot, named),
        ],
        subtitle="已发布和待核批次中没有采用的行；一行可以有几个代码，各计一次",
        aside=parts.link("全部代码", "/catalogue?tab=codes"),
        foot=foot,
        name="wide-card",
    )
