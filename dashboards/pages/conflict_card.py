"""校核: where this resource and those of other departments contradict each other about the same subject."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.words import step_title

TITLE = "待校核的矛盾"


def conflict_card(snapshot: Snapshot, resources: Sequence[str]) -> html.Section:
    """Each attribute and pair of departments: whose value is in use, how many subjects, a few of them masked."""
    frame = queries.conflicts(snapshot, resources)
    stamp = parts.stamp(snapshot.business_date, "基础库的融合规则")
    if frame.empty:
        nothing = parts.empty("没有与其他部门矛盾的记录。", "基础库同时用到几个部门的同一项信息时，才会比较。")
        return parts.card(TITLE, nothing, foot=stamp, name="wide-card")
    titles = queries.titles(snapshot)
    columns = queries.column_titles(snapshot, *resources)
    rows = [_row(row, resources, titles, columns) for row in frame.to_dict("records")]
    headers = ("基础库", "信息项", "采用", "另一方", "矛盾", "占在库", "样例（脱敏）")
    how = (
        "双方各自核对原始凭证，错的一方在下一批更正；矛盾在更正发布后的下一夜消失。"
        "全部对象由平台运维人员用 taian query 查询该基础库的 conflicts 列取得。"
    )
    return parts.card(
        TITLE,
        [parts.table("与其他部门矛盾的信息项", headers, rows, numeric=(4, 5)), html.P(how, className="muted")],
        subtitle="同一对象、同一信息项，两个部门的值不同；双方页面上看到的相同",
        foot=stamp,
        name="wide-card",
    )


def _row(row: Row, own: Sequence[str], titles: dict[str, str], columns: dict[str, str]) -> tuple[Any, ...]:
    attribute = str(row["attribute"])
    return (
        step_title(str(row["golden"]), titles),
        [columns.get(attribute, attribute)],
        _side(str(row["kept"]), own, titles),
        _side(str(row["other"]), own, titles),
        fmt.count(row["conflicts"]),
        fmt.percent(row["conflicts"] / row["records"], 2) if row["records"] else fmt.DASH,
        "、".join(str(key) for key in row["sample_keys"]) or fmt.DASH,
    )


def _side(resource: str, own: Sequence[str], titles: dict[str, str]) -> Any:
    """One of the two resources, marked when it is the reader's; a link unless its page is the one in view."""
    title = titles.get(resource, resource)
    if own == (resource,):
        return html.Strong(f"{title}（本资源）")
    link = parts.link(title, f"/catalogue/{resource}")
    return html.Strong(link) if resource in own else link
