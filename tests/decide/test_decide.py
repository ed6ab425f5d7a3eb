"""Outlook of targets, what pulls a number, elasticities, and townships: on few rows whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from catalog.targets import Measure
from jobs.decide import elasticity, outlook, shifts, together

SALES = Measure(code="A01", indicator="gdp", to_date="cumulative", unit="亿元", scale="0.0001")


def numbers(years: range, share: float = 0.4) -> pd.DataFrame:
    """Two areas whose year ends at 10 000 000; by June they have come to ``share`` of it, a little more each year."""
    rows = []
    for area, wobble in (("370900", 0.0), ("370902", 0.01)):
        for year in years:
            june = 1e7 * (share + wobble * (year % 2))
            rows += [(area, f"{year}Q2", june), (area, f"{year}Q4", 1e7)]
    frame = pd.DataFrame(rows, columns=["area_code", "period", "value"])
    return frame.assign(indicator="gdp", is_cumulative=True, yoy=np.nan)


def target(value: float, kind: str = "level", **more: object) -> pd.DataFrame:
    row = {
        "year": 2018, "area_code": "370900", "indicator_code": "A01", "indicator_title": "地区生产总值", "unit": "亿元",
        "kind": kind, "target": value, "actual": 400.0, "as_of": "2018Q2", "state": "behind", **more,
    }  # fmt: skip
    return pd.DataFrame([row])


def ahead(*, months: int = 6) -> pd.DataFrame:
    periods = [f"2018-{month:02d}" for month in range(7, 7 + months)]
    return pd.DataFrame(
        {"indicator": "gdp", "area_code": "370900", "period": periods, "expected": 1e6, "low": 9e5, "high": 1.1e6}
    )


NOTHING = ahead(months=0)


def one(targets: pd.DataFrame, known: pd.DataFrame, expected: pd.DataFrame = NOTHING) -> dict:
    (row,) = outlook.outlook(targets, known, expected, {"A01": SALES}).to_dict("records")
    return row


def test_a_year_ends_as_the_same_months_of_past_years_went_on_with_their_errors():
    likely, unlikely = (one(target(value), numbers(range(2012, 2018))) for value in (960.0, 1100.0))
    assert likely["basis"] == "completion" and (likely["years"], likely["errors"]) == (5, 10)
    assert likely["expected"] == pytest.approx(1000.0)
    assert likely["low"] < 1000.0 < likely["high"]
    assert likely["probability"] > 0.9
    assert 0 < unlikely["probability"] < 0.1
    limit = one(target(960.0, kind="at_most"), numbers(range(2012, 2018)))
    assert limit["probability"] == pytest.approx(1 - likely["probability"])


def test_where_the_past_is_short_the_forecast_speaks_and_without_one_nobody_does():
    short = numbers(range(2016, 2018))
    by_month = one(target(1000.0), short, ahead())
    assert (by_month["basis"], by_month["expected"], by_month["probability"]) == ("forecast", 1000.0, 0.5)
    assert by_month["high"] == pytest.approx(1060.0), "the months err the same way: their ranges add up"
    assert one(target(1000.0), short, ahead(months=5))["basis"] == "none"
    assert pd.isna(one(target(1000.0), short)["probability"])
    assert one(target(300.0, state="reached"), short)["probability"] == 1.0
    over = one(target(390.0, as_of="2018Q4"), short)
    assert (over["basis"], over["probability"]) == ("ended", 1.0)


def figures(values: dict[tuple[str, str], tuple[float, float]], level: str = "county") -> pd.DataFrame:
    """Indicator and area to what June 2017 and June 2018 were."""
    rows = [
        {"indicator": name, "area_code": area, "area_level": level, "period": f"{year}-06", "value": value, "months": 6}
        for (name, area), both in values.items()
        for year, value in zip((2017, 2018), both, strict=True)
    ]
    return pd.DataFrame(rows)


def test_contributions_add_up_to_the_growth_of_the_city_with_what_is_missing_named():
    rows = figures(
        {("gdp", "370900"): (100.0, 110.0), ("gdp", "370902"): (40.0, 46.0), ("gdp", "370911"): (50.0, 51.0)}
    )
    late = figures({("gdp", "370921"): (10.0, 12.0)}).iloc[1:]  # a year ago is missing
    found = shifts.drivers(pd.concat([rows, late]), {"370902": "泰山区", "370921": "宁阳县"}, {})
    assert found["points"].sum() == pytest.approx(10.0)
    assert dict(zip(found["part_name"], found["points"], strict=True)) == {
        "泰山区": pytest.approx(6.0),
        "370911": pytest.approx(1.0),
        "其余（宁阳县缺数，在此项内）": pytest.approx(3.0),
    }


def test_shift_share_adds_up_and_tells_a_good_mix_from_strength_of_its_own():
    grown = {"gdp_primary": (100.0, 100.0), "gdp_industry": (100.0, 120.0), "gdp_construction": (50.0, 50.0)}
    city = {**grown, "gdp_tertiary": (250.0, 260.0)}
    mixed = {
        **dict.fromkeys(city, (10.0, 10.0)),
        "gdp_industry": (100.0, 120.0),
    }  # much industry, as good as the city's
    strong = {name: (before, before * 1.2) for name, (before, _) in city.items()}
    areas = {"370900": city, "370902": mixed, "370911": strong}
    rows = figures({(name, area): both for area, of in areas.items() for name, both in of.items()})
    found = shifts.shift_share(rows, {}).set_index("area_code")
    assert np.allclose(found["national"] + found["mix"] + found["local"], found["change"])
    assert found.loc["370902", "mix"] > 0 > found.loc["370902", "local"]
    assert found.loc["370911", "mix"] == pytest.approx(0.0, abs=1e-9)
    assert found.loc["370911", "local"] == pytest.approx(100.0 - 30.0)


def test_an_elasticity_is_found_within_areas_and_months_and_an_unclear_one_is_refused():
    chance = np.random.default_rng(7)
    rows = []
    for place in range(8):
        for month in pd.period_range("2016-03", "2017-12", freq="M"):
            x = chance.normal() + month.month + 5 * place
            output = 0.8 * x - 9 * place + chance.normal(0, 0.1)
            logs = {"industrial_electricity": x, "industrial_output": output, "vat_sales": chance.normal()}
            for name, value in logs.items():
                rows.append((name, f"{370900 + place}", "county", str(month), float(np.exp(value)), 1))
    known = pd.DataFrame(rows, columns=["indicator", "area_code", "area_level", "period", "value", "months"])
    found = elasticity.elasticities(known).set_index(["driver", "outcome"])
    output = found.loc[("industrial_electricity", "industrial_output")]
    assert output["low"] < 0.8 < output["high"] and output["high"] - output["low"] < 0.1
    assert output["verdict"] == "usable"
    assert found.loc[("industrial_electricity", "vat_sales"), "verdict"] == "unclear"
    assert found.loc[("persons_present", "water_use"), "verdict"] == "short"
    assert elasticity.verdict(0.5, 2.5, 2.0) == "nonsense"


def test_townships_move_together_without_the_season_and_few_people_are_not_told():
    chance = np.random.default_rng(3)
    rows = []
    for place in range(6):
        for step, month in enumerate(pd.period_range("2017-01", "2018-06", freq="M")):
            own, season = chance.normal(0, 0.2), np.sin(step)
            present = 5.0 if place == 5 else 1000 * np.exp(own + season)
            rows.append(
                (f"37090200{place}", str(month), present, np.exp(own + season), np.exp(chance.normal() + season))
            )
    monthly = pd.DataFrame(rows, columns=["area_code", "period", "present", "power", "water"])
    accounts = {f"37090200{place}": 19 if place == 4 else 30 for place in range(6)}
    found = together.together(monthly, accounts).set_index("area_code")
    assert found.loc["", "present_power"] == pytest.approx(1.0)
    assert abs(found.loc["", "power_water"]) < 0.5, "what they share is the season, which is taken out"
    few = found.loc[["370902004", "370902005"]]
    assert set(few["reason"]) == {"few"}
    assert few.drop(columns=["reason", "months"]).isna().all(axis=None)
