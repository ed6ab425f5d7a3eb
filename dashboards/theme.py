"""Colours of the pages and of the charts, light and dark: one source for CSS and for figures.

Text on its ground passes WCAG AA (a test computes it). Orange and blue are told apart by colour-blind readers, and a
word or a sign always says the same thing as the colour. Sequential and diverging scales are kept apart.
"""

from dataclasses import asdict, dataclass
from typing import Literal

ThemeName = Literal["light", "dark"]

FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif'


@dataclass(frozen=True)
class Palette:
    """Named colours of one theme."""

    ground: str
    surface: str
    sunken: str
    line: str
    line_strong: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    good: str
    bad: str
    bad_soft: str
    warn: str
    warn_soft: str
    good_soft: str
    peer: str
    band: str
    diverge_low: str
    diverge_middle: str
    diverge_high: str


LIGHT = Palette(
    ground="#f3f5f8",
    surface="#ffffff",
    sunken="#f6f8fa",
    line="#e2e7ed",
    line_strong="#c3ccd6",
    text="#16202c",
    muted="#566476",
    accent="#1b5e9b",
    accent_soft="#e7f0f8",
    on_accent="#ffffff",
    good="#08745a",
    bad="#b23c12",
    bad_soft="#fbece5",
    warn="#855600",
    warn_soft="#fdf2d8",
    good_soft="#e3f4ee",
    peer="#8593a3",
    band="#dbe7f2",
    diverge_low="#c4621a",
    diverge_middle="#e9edf1",
    diverge_high="#1f5f9e",
)
DARK = Palette(
    ground="#0e131a",
    surface="#171e27",
    sunken="#1d2530",
    line="#2a3441",
    line_strong="#43505f",
    text="#e9eef4",
    muted="#a3b1c1",
    accent="#74b6f2",
    accent_soft="#1c2f44",
    on_accent="#0b1622",
    good="#54d0a8",
    bad="#ff9c6b",
    bad_soft="#3a231a",
    warn="#f0c05a",
    warn_soft="#352a14",
    good_soft="#15332b",
    peer="#7d8c9d",
    band="#26394d",
    diverge_low="#e58a3c",
    diverge_middle="#2b3643",
    diverge_high="#7dbcf5",
)
PALETTES: dict[str, Palette] = {"light": LIGHT, "dark": DARK}


LEVELS: dict[str, str] = {"red": "#b3261e", "orange": "#f28c28", "yellow": "#f5cc3d", "blue": "#1f5f9e"}
"""Grounds of the four levels of a warning, the same in both themes; the word on them is black or white."""


def palette(theme: str) -> Palette:
    """The palette of a theme; an unknown name means light."""
    return PALETTES.get(theme, LIGHT)


def css_variables() -> str:
    """The palettes as CSS custom properties, switched by the attribute that Mantine sets on the document.

    Paper is always light; a chart that was drawn for the dark takes its ground with it.
    """
    blocks = []
    for name, colours in PALETTES.items():
        selector = ":root" if name == "light" else ':root[data-mantine-color-scheme="dark"]'
        body = "".join(f"--{key.replace('_', '-')}:{value};" for key, value in asdict(colours).items())
        block = f"{selector}{{color-scheme:{name};{body}}}"
        blocks.append(block if name == "light" else f"@media screen{{{block}}}")
        blocks.append(f"{selector}{{--chart-ground:{colours.surface};}}")
    levels = "".join(f"--level-{key}:{fill};--on-level-{key}:{readable_on(fill)};" for key, fill in LEVELS.items())
    blocks.append(f":root{{{levels}}}")
    return "".join(blocks)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(start: str, end: str, share: float) -> str:
    """The colour ``share`` of the way from ``start`` to ``end``."""
    pairs = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance 0..1 (WCAG 2.2)."""
    linear = [c / 12.92 if (c := v / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for v in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio 1..21 of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable_on(fill: str) -> str:
    """Black or white, whichever is read better on ``fill``: one of them always passes AA."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(fill, ink))
