"""Evidence as inline SVG: each of its kinds by one of the four pictures of ``svg``."""

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from expectations.authenticity.drawn import indexed
from expectations.authenticity.evidence import (
    Bars,
    Evidence,
    Histogram,
    Number,
    PeersScatter,
    Series,
    Timeline,
    Waterfall,
)
from expectations.authenticity.null import Floats
from taian.inspectpage import svg


def draw(title: str, evidence: Evidence | None) -> str:
    """The picture, called ``title`` for who cannot see it; "" when there is nothing to draw."""
    return "" if evidence is None else _DRAWN[type(evidence)](title, evidence)


def drawn(title: str, evidence: str) -> str:
    """The picture of evidence that was kept as JSON; "" when it was kept in a form that is no longer known."""
    try:
        return draw(title, _KEPT.validate_json(evidence))
    except ValidationError:
        return ""


_KEPT: TypeAdapter[Evidence] = TypeAdapter(Evidence)


def _floats(values: tuple[Number, ...]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _series(title: str, shown: Series) -> str:
    """Lines without a common scale are drawn as indices."""
    lines = [(label, _floats(values)) for label, values in shown.lines]
    y_label = shown.y_label or lines[0][0]
    if not shown.y_label and len(lines) > 1:
        lines, y_label = [(label, indexed(values)) for label, values in lines], "各项中位数=100"
    drawn = [svg.Line("同类单位", _floats(values), is_own=False) for values in shown.peers]
    drawn += [svg.Line(label, values) for label, values in lines]
    lit = None if shown.lit is None else (shown.x.index(shown.lit[0]), shown.x.index(shown.lit[1]))
    return svg.lines(title, shown.x, drawn, y_label, lit)


def _histogram(title: str, shown: Histogram) -> str:
    edges = np.array([low for low, _, _ in shown.bins] + [shown.bins[-1][1]])
    counts = np.array([count for *_, count in shown.bins], dtype=np.float64)
    expected = np.array(shown.expected) if shown.expected else None
    low, high = shown.lit or (np.inf, -np.inf)
    return svg.histogram(
        title, edges, counts, expected, f"{shown.x_label}：{shown.counted}数", lambda at: low < at < high
    )


def _bars(title: str, shown: Bars) -> str:
    values = _floats(tuple(value for _, value in shown.bars))
    expected = np.array(shown.expected) if shown.expected else None
    return svg.bars(title, [label for label, _ in shown.bars], values, expected, shown.y_label)


def _waterfall(title: str, shown: Waterfall) -> str:
    named = [*shown.parts, ("各项之和", sum(value for _, value in shown.parts)), shown.total]
    return svg.bars(title, [label for label, _ in named], np.array([value for _, value in named]), None, shown.total[0])


def _timeline(title: str, shown: Timeline) -> str:
    stamps = np.array([np.datetime64(moment) for moment, _ in shown.events]).astype("datetime64[s]").astype(np.int64)
    minutes = (stamps - stamps.min()) / 60.0
    points = minutes, np.arange(1, len(minutes) + 1, dtype=np.float64)
    nobody = np.empty(0), np.empty(0)
    return svg.dots(title, nobody, points, ("从第一份起的分钟数", f"{shown.device}：累计份数"))


def _scatter(title: str, shown: PeersScatter) -> str:
    own = shown.own or (() if shown.unit is None else (shown.unit,))
    peers, unit = (np.array(points, dtype=np.float64).reshape(-1, 2).T for points in (shown.peers, own))
    labels = shown.x_label, shown.y_label
    return svg.dots(title, (peers[0], peers[1]), (unit[0], unit[1]), labels, is_log=shown.is_log)


_DRAWN: dict[type[Any], Callable[[str, Any], str]] = {
    Series: _series,
    Histogram: _histogram,
    Bars: _bars,
    Waterfall: _waterfall,
    Timeline: _timeline,
    PeersScatter: _scatter,
}
