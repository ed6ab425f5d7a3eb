"""Every outcome code with its meaning and remedy."""

from typing import Any

from dash import html

from catalog.codes import all_codes
from catalog.model import DIMENSION_TITLES
from dashboards import parts

KINDS = {"F": "整个文件拒收", "R": "行被隔离", "W": "提示与待核"}


def codes_card() -> html.Section:
    """Files rejected, rows quarantined, warnings: each kind as a table."""
    body: list[Any] = []
    for kind, words in KINDS.items():
        rows = [
            (html.Strong(code.code), code.title, DIMENSION_TITLES[code.dimension], code.meaning, code.remedy)
            for code in all_codes().values()
            if code.code.startswith(kind)
        ]
        body += [
            html.H3(f"{kind} 类 · {words}"),
            parts.table(f"{kind} 类处理代码", ("代码", "名称", "质量维度", "含义", "怎么办"), rows, name="codes"),
        ]
    return parts.card(
        "处理代码", body, subtitle="报送结果只有三种：整批拒收、行被隔离、提示。编号不会重复使用。", name="wide-card"
    )
