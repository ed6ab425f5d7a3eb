import pytest

from dashboards import theme

TEXTS = [
    ("text", "surface"),
    ("text", "ground"),
    ("text", "sunken"),
    ("text", "accent_soft"),
    ("text", "bad_soft"),
    ("text", "warn_soft"),
    ("muted", "surface"),
    ("muted", "ground"),
    ("muted", "sunken"),
    ("muted", "accent_soft"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
    ("good", "surface"),
    ("good", "good_soft"),
    ("good", "sunken"),
    ("bad", "surface"),
    ("bad", "bad_soft"),
    ("bad", "sunken"),
    ("warn", "surface"),
    ("warn", "warn_soft"),
    ("warn", "sunken"),
]


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_passes_aa_on_every_ground_it_stands_on(name: str, ink: str, ground: str) -> None:
    colours = theme.palette(name)
    assert theme.contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_labels_on_the_map_pass_aa_at_every_step_of_the_scale(name: str) -> None:
    colours = theme.palette(name)
    changes = ((colours.diverge_middle, colours.diverge_low), (colours.diverge_middle, colours.diverge_high))
    for start, end in (*changes, (colours.band, colours.accent)):
        for step in range(21):
            fill = theme.mix(start, end, step / 20)
            assert theme.contrast(theme.readable_on(fill), fill) >= 4.5


def test_the_word_on_each_level_of_a_warning_passes_aa() -> None:
    assert all(theme.contrast(theme.readable_on(fill), fill) >= 4.5 for fill in theme.LEVELS.values())
    assert "--on-level-yellow:#000000" in theme.css_variables()


def test_marks_of_a_chart_stand_out_from_the_card() -> None:
    for colours in theme.PALETTES.values():
        for mark in (colours.accent, colours.bad, colours.peer, colours.diverge_low, colours.diverge_high):
            assert theme.contrast(mark, colours.surface) >= 3.0


def test_the_style_sheet_gets_every_colour_of_both_themes() -> None:
    css = theme.css_variables()
    assert css.count("--accent:") == 2
    assert '[data-mantine-color-scheme="dark"]' in css
    assert "--diverge-middle:#e9edf1" in css
