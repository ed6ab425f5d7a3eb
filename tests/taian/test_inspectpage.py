"""The report's page: a picture for every family that is whole XML, numbers as people say them, nothing left out in
silence."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import examine
from expectations.authenticity.examine import Report, UnitReport
from expectations.authenticity.finding import Family, Finding
from expectations.authenticity.observations import Roles, observe
from expectations.authenticity.pictures import Pictures
from taian.inspectfile import Inspected
from taian.inspectpage import page, svg
from taian.inspectpage.drawing import draw
from taian.inspectpage.page import CARDS, ROWS
from taian.notes import Note

FAMILIES = Family.__args__
COLUMNS = {"same_source": ("device",), "round_share": ("票", "选民"), "bunching": ("产值",)}


def seen(*, has_periods=True):
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "u": np.repeat([f"u{i}" for i in range(12)], 24),
            "t": np.tile([f"{2016 + k // 12}-{k % 12 + 1:02}" for k in range(24)], 12),
            "产值": np.round(np.exp(random.normal(7.6, 0.3, 288)), 1),
            "用电": np.round(np.exp(random.normal(7, 0.3, 288)), 1),
            "票": random.integers(1, 90, 288),
            "选民": random.integers(90, 200, 288),
            "device": np.repeat([f"d{i % 3}" for i in range(12)], 24),
        }
    )
    roles = Roles(unit="u", period="t" if has_periods else None, shares=(("票", "选民"),), thresholds={"产值": 2000})
    return observe(frame, roles)


def lead(family, **changes):
    fields = {
        "unit": "u3",
        "columns": COLUMNS.get(family, ("产值", "用电")),
        "period": "2017-01/2017-12",
        "test": "x",
        "family": family,
        "strength": "weak",
        "statistic": 1.5,
        "effect": 0.25,
        "unit_of_effect": "万元",
        "p_value": 1e-4,
        "q_value": 1e-3,
        "peers": 11,
        "message": "u3 <的> “产值”",
        "innocent": ("合并",),
    }
    return Finding(**(fields | changes))


def picture_of(observations, found):
    return draw(found.message, Pictures(observations).of(found))


def drawn(picture):
    """The picture as XML; a legend may stand below it."""
    return ElementTree.fromstring(f"<figure>{picture}</figure>").find("svg")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("has_periods", [True, False])
def test_every_family_has_a_picture_that_says_what_it_shows(family, has_periods):
    picture = drawn(picture_of(seen(has_periods=has_periods), lead(family)))
    assert picture.get("aria-label") == "u3 <的> “产值”"
    shapes = {child.tag for child in picture} - {"text", "line"}
    assert shapes


def test_a_group_is_drawn_by_its_members():
    found = lead(
        "copied_growth",
        unit="u1",
        unit_name="u1等3个单位",
        unit_kind="group",
        columns=("产值",),
        members=("u1", "u2", "u5"),
    )
    picture = picture_of(seen(), found)
    assert [item for item in ("u1", "u2", "u5") if f"<title>{item}</title>" in picture] == ["u1", "u2", "u5"]


@pytest.mark.parametrize("family", FAMILIES)
def test_unknown_figures_and_unknown_names_give_no_broken_picture(family):
    observations = seen()
    for name in ("产值", "用电", "票", "选民"):
        observations.frame[name] = np.nan
    for found in (lead(family), lead(family, columns=("absent",)), lead(family, unit="absent")):
        picture = picture_of(observations, found)
        assert picture == "" or drawn(picture) is not None
        assert "nan" not in picture


def test_a_constant_series_is_drawn():
    assert drawn(svg.lines("t", ["a", "b"], [svg.Line("x", np.array([5.0, 5.0]))], "y", (0, 0))) is not None


def test_a_gap_in_a_series_stays_a_gap():
    picture = svg.lines("t", list("abcd"), [svg.Line("x", np.array([1.0, 2.0, np.nan, 3.0]))], "y", None)
    assert drawn(picture).find("path").get("d").count("M") == 2


@pytest.mark.parametrize(
    ("value", "said"), [(320_000_000, "3.2亿"), (-15_000, "-1.5万"), (0.0421, "0.0421"), (0, "0"), (9_999, "9999")]
)
def test_figures_are_said_in_wan_and_yi(value, said):
    assert svg.short(value) == said


def test_the_page_shows_the_first_of_each_family_and_counts_what_it_does_not_show():
    leads = [lead("revision", unit=f"u{i % 12}") for i in range(CARDS + ROWS + 50)] + [lead("identity")]
    units = [UnitReport("u0", 0.0, "not_applicable", 0, "没有可适用的检验")]
    report = Report(288, units, leads, [examine.TestReport("x", "identity", 1, 0, "", np.array([True]))])
    opened = Inspected("f.csv", "abc", 288, seen(), (Note("left out", "未读入"),))
    text = "".join(page(opened, report))
    assert text.count("<article>") == CARDS + 1
    assert f"其他疑点（{ROWS + 50:,} 条，其余 50 条见 report.json）" in text
    assert "<li>未读入。</li>" in text
    assert "这张表不具备以下类别所需的列" in text
    assert "u3 &lt;的&gt; “产值”" in text
