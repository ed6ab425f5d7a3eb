"""A line the size of a word, as an SVG image: six of them cost less than one chart."""

from urllib.parse import quote

from dashboards.format import is_missing

WIDTH, HEIGHT, MARGIN = 160, 34, 3


def sparkline(values: list[float | None], colour: str) -> str:
    """``data:`` address of the picture; the scale spans the values, gaps stay gaps."""
    known = [value for value in values if value is not None and not is_missing(value)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    path, pen = [], "M"
    for i, value in enumerate(values):
        if value is None or is_missing(value):
            pen = "M"
            continue
        x, y = MARGIN + i * step, HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN)
        path.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">'
        f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round" '
        f'vector-effect="non-scaling-stroke"/></svg>'
    )
    return "data:image/svg+xml," + quote(svg)
