"""The served tables of decision support, a few invented rows each."""

from typing import Any

import pandas as pd

CITY = ("370900", "泰安市")


def target_rows() -> pd.DataFrame:
    """``topic_decision__target``: one target that will be met, one that hardly will, one nobody can tell."""
    told: list[tuple[tuple[str, str], str, str, str, float, float, float | None, float | None, str]] = [
        (CITY, "A01", "地区生产总值", "亿元", 3840.0, 1786.1, 3850.0, 0.62, "completion"),
        (CITY, "A08", "一般公共预算收入", "万元", 1_880_000.0, 869_773.0, 1_790_000.0, 0.01, "completion"),
        (CITY, "D01", "细颗粒物平均浓度", "微克/立方米", 60.0, 84.0, None, None, "none"),
        (("370902", "泰山区"), "A01", "地区生产总值", "亿元", 674.0, 330.5, 690.0, 0.99, "completion"),
    ]
    rows: list[dict[str, Any]] = [
        {
            "year": 2018, "area_code": area[0], "area_name": area[1], "code": code, "title": title, "unit": unit,
            "kind": "at_most" if code == "D01" else "level", "indicator": "gdp" if code == "A01" else "x",
            "target": target, "actual": actual, "as_of": "2018-06", "state": "behind", "expected": expected,
            "low": expected and expected * 0.99, "high": expected and expected * 1.01, "probability": probability,
            "basis": basis, "years": 7 if expected else 0, "errors": 46 if expected else 0,
        }
        for area, code, title, unit, target, actual, expected, probability, basis in told
    ]  # fmt: skip
    return pd.DataFrame(rows)


def driver_rows() -> pd.DataFrame:
    """``topic_decision__driver``: what the counties add to the city's output, and the remainder."""
    told = [
        ("370902", "泰山区", 60_000.0),
        ("370982", "新泰市", -10_000.0),
        ("", "其余（全市单独核算的差额）", 5_000.0),
    ]
    return pd.DataFrame(
        [
            {
                "indicator": "industrial_output", "kind": "area", "part": part, "part_name": name, "period": "2018-06",
                "before": 400_000.0, "now": 400_000.0 + change, "change": change, "points": change / 10_000.0,
            }
            for part, name, change in told
        ]
    )  # fmt: skip


def shift_rows() -> pd.DataFrame:
    """``topic_decision__shift``: one county."""
    row = {"area_code": "370902", "area_name": "泰山区", "period": "2018-06", "before": 100.0, "change": 9.0}
    return pd.DataFrame([{**row, "national": 7.0, "mix": 0.5, "local": 1.5, "growth": 0.09}])


def elasticity_rows() -> pd.DataFrame:
    """``topic_decision__elasticity``: one to reckon with, one whose direction is not clear."""
    told = [
        ("industrial_electricity", "企业用电量", 0.8, 0.5, 1.1, "usable"),
        ("persons_present", "日均驻留人数", 0.3, -0.4, 1.0, "unclear"),
    ]
    return pd.DataFrame(
        [
            {
                "driver": driver, "outcome": "industrial_output", "level": "county", "reason": "先看用电",
                "elasticity": value, "low": low, "high": high, "areas": 6, "months": 24, "rows": 144,
                "verdict": verdict, "driver_title": title, "outcome_title": "规上工业总产值",
            }
            for driver, title, value, low, high, verdict in told
        ]
    )  # fmt: skip


def township_rows() -> pd.DataFrame:
    """``topic_decision__township``: all together, one with figures, one of fewer than twenty."""
    pairs = ("present_power", "present_water", "power_water")
    figures = {"present": 0.01, "power": 0.08, "water": 0.02, **dict.fromkeys(pairs, 0.45)}
    figures |= {f"{pair}_low": 0.1 for pair in pairs}
    none = dict.fromkeys(figures)
    return pd.DataFrame(
        [
            {"area_code": "", "area_name": "", "months": 17, **figures, "reason": ""},
            {"area_code": "370902001", "area_name": "岱庙街道", "months": 17, **figures, "reason": ""},
            {"area_code": "370902100", "area_name": "省庄镇", "months": 0, **none, "reason": "few"},
        ]
    )


def decision_tables() -> dict[str, pd.DataFrame]:
    """All of them by name."""
    return {
        "topic_decision__driver": driver_rows(),
        "topic_decision__elasticity": elasticity_rows(),
        "topic_decision__shift": shift_rows(),
        "topic_decision__target": target_rows(),
        "topic_decision__township": township_rows(),
    }
