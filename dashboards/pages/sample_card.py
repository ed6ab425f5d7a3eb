"""A few published rows of a resource, masked: what the data look like before one asks for them."""

import json
from typing import Any

from dash import html

from dashboards import format as fmt
from dashboards import parts, queries
from dashboards.queries import Row
from dashboards.serving import Snapshot
from dashboards.words import SHARES

TITLE = "数据样例（脱敏）"


def sample_card(snapshot: Snapshot, resource: Row) -> html.Section:
    """The first rows of the last published batch, or why none are shown."""
    if resource["share"] != "unconditional":
        kind = SHARES.get(str(resource["share"]), str(resource["share"]))
        nothing = parts.empty(f"{kind}的资源不展示样例。", "需要时凭依据向提供部门申请；结构见上面的信息项。")
        return parts.card(TITLE, nothing, name="wide-card")
    frame = queries.sample(snapshot, str(resource["resource"]))
    if frame.empty:
        return parts.card(
            TITLE, parts.empty("还没有已发布的行。", "有批次发布后，下一夜这里会有样例。"), name="wide-card"
        )
    cells: list[dict[str, Any]] = [json.loads(text) for text in frame["row_masked"]]
    headers = list(cells[0])
    rows = [[fmt.DASH if row.get(header) is None else str(row[header]) for header in headers] for row in cells]
    return parts.card(
        TITLE,
        html.Div(parts.table("数据样例", headers, rows, name="sample-table")),
        subtitle=f"批次 {frame['batch'].iloc[0]} 的前 {len(rows)} 行；个人信息按分级遮盖，值是统一后的写法",
        foot=parts.stamp(resource["last_period"], str(resource["provider_name"])),
        name="wide-card",
    )
