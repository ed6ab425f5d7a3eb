"""Four kinds of picture as inline SVG, from arrays alone: lines, histogram, bars, dots.

Colours are classes of the page's style sheet, so that pictures follow light, dark and print. Every text is escaped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from expectations.authenticity.null import Floats

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 64, 14, 26, 34


def short(value: float) -> str:
    """A figure as people say it: 3.2亿, 1.5万, 0.042."""
    size = abs(value)
    for scale, name in ((1e8, "亿"), (1e4, "万")):
        if size >= scale:
            return f"{value / scale:,.4g}{name}" if size < 1e4 * scale else f"{value / scale:,.0f}{name}"
    return f"{value:.4g}"


@dataclass(frozen=True)
class Scale:
    """From data to the picture, along one side."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands, in the picture's units."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """Four or so round values inside."""
        raw = (self.high - self.low) / 4
        size = 10.0 ** np.floor(np.log10(raw))
        step = size * next((factor for factor in (1, 2, 2.5, 5) if factor * size >= raw), 10)
        return [float(tick) for tick in np.arange(np.ceil(self.low / step), self.high / step + 1e-9) * step]


def _scale(values: Floats, start: float, end: float, *, from_zero: bool = False) -> Scale | None:
    """Room for all finite values with a small margin; None when there is none."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return None
    low, high = float(known.min()), float(known.max())
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    return Scale(low if from_zero and low == 0 else low - room, high + room, start, end)


def _across(values: Floats) -> Scale | None:
    return _scale(values, LEFT, WIDTH - RIGHT)


def _up(values: Floats, *, from_zero: bool = False) -> Scale | None:
    return _scale(values, HEIGHT - BOTTOM, TOP, from_zero=from_zero)


def _text(x: float, y: float, text: str, kind: str, anchor: str = "middle") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _box(kind: str, x: float, y: float, wide: float, high: float, told: str = "") -> str:
    """A rectangle; ``told`` is shown where the pointer rests on it."""
    inside = f"<title>{escape(told)}</title>" if told else ""
    place = f'x="{x}" y="{y}" width="{round(wide, 1)}" height="{round(high, 1)}"'
    return f'<rect class="{kind}" {place}>{inside}</rect>'


def _frame(title: str, y_label: str, up: Scale, inside: Sequence[str], said: Callable[[float], str] = short) -> str:
    """The picture with its vertical axis; ``title`` is what a reader who cannot see it is told."""
    rows = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}">',
        _text(LEFT, 14, y_label, "t", "start"),
    ]
    for tick in up.ticks():
        rows.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up(tick)}" y2="{up(tick)}"/>')
        rows.append(_text(LEFT - 6, up(tick) + 4, said(tick), "t", "end"))
    return "".join([*rows, *inside, "</svg>"])


@dataclass(frozen=True)
class Line:
    """One line over the positions 0, 1, 2 …; ``is_own`` is drawn strongly, peers thinly."""

    label: str
    values: Floats
    is_own: bool = True


def lines(title: str, names: Sequence[str], drawn: Sequence[Line], y_label: str, lit: tuple[int, int] | None) -> str:
    """Lines over named positions; the positions from ``lit[0]`` to ``lit[1]`` are shaded. "" when all are unknown."""
    up = _up(np.concatenate([line.values for line in drawn]) if drawn else np.array([]))
    if up is None:
        return ""
    across = Scale(0, max(len(names) - 1, 1), LEFT + 8, WIDTH - RIGHT - 8)
    parts = []
    if lit is not None:
        start, end = across(lit[0] - 0.4), across(lit[1] + 0.4)
        parts.append(_box("lit", start, TOP, end - start, HEIGHT - TOP - BOTTOM))
    own = 0
    for line in sorted(drawn, key=lambda line: line.is_own):
        kind = f"own s{own % 4}" if line.is_own else "peer"
        parts.append(
            f'<path class="{kind}" d="{_path(line.values, across, up)}"><title>{escape(line.label)}</title></path>'
        )
        own += line.is_own
    parts += _names(names, across)
    return _frame(title, y_label, up, parts) + _legend([line.label for line in drawn if line.is_own])


def _path(values: Floats, across: Scale, up: Scale) -> str:
    """A polyline with a gap where a value is unknown; a lone point becomes a dot."""
    pieces, pen = [], "M"
    for at, value in enumerate(values):
        if not np.isfinite(value):
            pen = "M"
            continue
        pieces.append(f"{pen}{across(at)} {up(float(value))}" + ("h.1" if pen == "M" else ""))
        pen = "L"
    return "".join(pieces)


def _names(names: Sequence[str], across: Scale) -> list[str]:
    """A name under about seven positions."""
    every = max(-(-len(names) // 7), 1)
    places = range(0, len(names), every)
    return [_text(across(at), HEIGHT - 14, names[at][:12], "t") for at in places]


def _legend(labels: Sequence[str]) -> str:
    if len(labels) < 2:
        return ""
    shown = "".join(f'<li class="s{at % 4}">{escape(label)}</li>' for at, label in enumerate(labels[:8]))
    return f'<ul class="legend">{shown}</ul>'


def histogram(
    title: str, edges: Floats, counts: Floats, expected: Floats | None, y_label: str, lit: Callable[[float], bool]
) -> str:
    """Counts between edges; ``expected`` is drawn as a stepped line; bins whose middle ``lit`` accepts stand out."""
    across = Scale(float(edges[0]), float(edges[-1]), LEFT, WIDTH - RIGHT)
    up = _up(np.concatenate([counts, expected if expected is not None else counts]), from_zero=True)
    if up is None or edges[0] == edges[-1]:
        return ""
    parts = []
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        kind = "bar lit" if lit((low + high) / 2) else "bar"
        x, y = across(float(low)), up(float(count))
        wide = max(round(across(float(high)) - x - 1, 1), 0.5)
        parts.append(_box(kind, x, y, wide, up(0) - y))
    if expected is not None:
        steps = [
            f"{across(float(edge))} {up(float(one))}" for at, one in enumerate(expected) for edge in edges[at : at + 2]
        ]
        parts.append(f'<path class="peerline" d="M{"L".join(steps)}"/>')
    parts += [_text(across(tick), HEIGHT - 14, short(tick), "t") for tick in across.ticks()]
    return _frame(title, y_label, up, parts)


def bars(title: str, names: Sequence[str], values: Floats, expected: Floats | None, y_label: str) -> str:
    """A bar a name; ``expected`` is a mark across each bar."""
    up = _up(np.concatenate([values, expected if expected is not None else values]), from_zero=True)
    if up is None:
        return ""
    wide = (WIDTH - LEFT - RIGHT) / len(names)
    parts = []
    for at, (name, value) in enumerate(zip(names, values, strict=True)):
        x = round(LEFT + at * wide + wide * 0.15, 1)
        if np.isfinite(value):
            top, foot = sorted((up(float(value)), up(0.0)))
            told = f"{name}: {short(float(value))}"
            parts.append(_box("bar lit", x, top, wide * 0.7, foot - top, told))
        if expected is not None:
            y = up(float(expected[at]))
            parts.append(f'<line class="peerline" x1="{x - 3}" x2="{round(x + wide * 0.7 + 3, 1)}" y1="{y}" y2="{y}"/>')
        most = max(int(wide / 12), 3)
        shown = name if len(name) <= most else name[: most - 1] + "…"
        parts.append(_text(round(LEFT + (at + 0.5) * wide, 1), HEIGHT - 14, shown, "t"))
    return _frame(title, y_label, up, parts)


def dots(
    title: str,
    peers: tuple[Floats, Floats],
    own: tuple[Floats, Floats],
    labels: tuple[str, str],
    *,
    is_log: bool = False,
) -> str:
    """Peers as pale dots, the unit's as strong ones; ``labels`` name the axes (across, up), logarithmic on request."""
    if is_log:
        peers, own = _log(peers), _log(own)
        labels = f"{labels[0]}，对数", f"{labels[1]}，对数"
    across, up = _across(np.concatenate([peers[0], own[0]])), _up(np.concatenate([peers[1], own[1]]))
    if across is None or up is None:
        return ""
    parts = []
    for kind, size, (xs, ys) in (("dot", 2, peers), ("dot lit", 4, own)):
        known = np.isfinite(xs) & np.isfinite(ys)
        parts += [
            f'<circle class="{kind}" cx="{across(float(x))}" cy="{up(float(y))}" r="{size}"/>'
            for x, y in zip(xs[known], ys[known], strict=True)
        ]
    said = (lambda tick: short(10.0**tick)) if is_log else short
    parts += [_text(across(tick), HEIGHT - 14, said(tick), "t") for tick in across.ticks()]
    parts.append(_text(WIDTH - RIGHT, 14, f"横轴：{labels[0]}", "t", "end"))
    return _frame(title, labels[1], up, parts, said)


def _log(points: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Powers of ten; what is not positive has no place."""
    with np.errstate(divide="ignore", invalid="ignore"):
        across, up = (np.log10(np.where(values > 0, values, np.nan)) for values in points)
    return across, up
