"""From a table of series to what was expected and what is unusual."""

import datetime as dt
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from jobs.warning import expected as engine
from jobs.warning.gather import whole_months, with_nothing
from jobs.warning.signals import Silent, signals
from taian.quantity import amount

DAY = dt.date(2018, 6, 30)
AREAS = [
    ("370900", "泰安市", "city", ""),
    ("370902", "泰山区", "county", "370900"),
    ("370911", "岱岳区", "county", "370900"),
]


def series(indicator: str, change: Callable[[int, str], float]) -> pd.DataFrame:
    """Thirty months of one number in the city and two counties; the city is the sum."""
    months = pd.period_range("2016-01", "2018-06", freq="M").astype(str)
    noise = np.random.default_rng(7)
    parts = {
        code: [100 * (1 + 0.02 * noise.standard_normal()) * change(at, code) for at in range(30)]
        for code, *_ in AREAS[1:]
    }
    parts["370900"] = [sum(values) for values in zip(*parts.values(), strict=True)]
    rows = [
        (indicator, code, name, level, parent, month, parts[code][at])
        for code, name, level, parent in AREAS
        for at, month in enumerate(months)
    ]
    frame = pd.DataFrame(
        rows, columns=["indicator", "area_code", "area_name", "area_level", "parent_code", "period", "value"]
    )
    before = frame.groupby("area_code")["value"].shift(12)
    return frame.assign(yoy=frame["value"] / before - 1)


def falls(at: int, code: str) -> float:
    return 0.5 if at == 29 and code == "370902" else 1.0


@pytest.fixture(scope="module")
def made() -> pd.DataFrame:
    return engine.expected(series("vat_sales", falls), pd.DataFrame(), DAY, "code")


def test_a_fall_is_told_with_its_place_its_cause_and_the_threshold_it_passed(made: pd.DataFrame) -> None:
    rows = signals(made, [], [], DAY)
    now = rows[rows["is_current"]].set_index(["area_code", "detector"])
    assert now.index.isin([("370902", "drop"), ("370900", "drop"), ("370902", "threshold")]).sum() == 3
    assert "370911" not in now.index.get_level_values(0)
    city = now.loc[("370900", "drop")]
    causes = json.loads(city["causes"])
    assert causes[0]["area_name"] == "泰山区"
    assert sum(each["deviation"] for each in causes) == pytest.approx(city["actual"] - city["expected"])
    assert "低于部门阈值 -20.0%" in now.loc[("370902", "threshold")]["sentence"]
    assert f"本期 {amount(city['actual'], city['unit'])}，比预期 " in city["sentence"], "a figure stands in its unit"
    assert city["sentence"].count("元") == 4 and city["unit"] in ("yuan", "10k_yuan")


def test_a_rise_of_what_should_rise_is_no_signal() -> None:
    up = engine.expected(series("vat_sales", lambda at, _: 2.0 if at == 29 else 1.0), pd.DataFrame(), DAY, "code")
    assert not signals(up, [], [], DAY)["is_current"].any()


def test_doubted_data_say_so(made: pd.DataFrame) -> None:
    rows = signals(made, [], {("vat_invoice", "泰山区")}, DAY)
    held = rows[rows["is_held"]]
    assert set(held["area_name"]) == {"泰山区"}
    assert held["sentence"].str.contains("数据真实性存疑").all()


def test_a_source_that_did_not_come_is_told(made: pd.DataFrame) -> None:
    rows = signals(made, [Silent("vat_invoice", "增值税发票", "国税局", "2018-04", dt.date(2018, 6, 15))], [], DAY)
    (only,) = rows.loc[rows["detector"] == "no_data", "sentence"]
    assert "迟 15 天未到" in only
    assert "没有数据不等于没有问题" in only


def test_only_series_with_new_data_are_made_anew(made: pd.DataFrame) -> None:
    rows = series("vat_sales", falls)
    rows.loc[(rows["area_code"] == "370911") & (rows["period"] == "2018-06"), "value"] += 1
    later = engine.expected(rows, made, dt.date(2018, 7, 1), "code")
    known = later.groupby("area_code")["known_on"].unique()
    assert list(known["370911"]) == ["2018-07-01"]
    assert list(known["370902"]) == ["2018-06-30"]
    assert len(later) == len(made)


def test_a_month_that_its_source_does_not_reach_the_end_of_is_left_out() -> None:
    rows = pd.DataFrame({"period": ["2018-05", "2018-06"], "as_of": ["2018-06-29", "2018-06-29"]})
    assert list(whole_months(rows)["period"]) == ["2018-05"]


def test_where_nothing_that_is_watched_came_nothing_is_said() -> None:
    seen = engine.expected(series("vat_sales", falls).iloc[:0], pd.DataFrame(), DAY, "code")
    assert list(seen.columns) == list(engine.SCHEMA)
    assert not len(signals(seen, [], [], DAY))


def test_where_a_counted_thing_did_not_happen_is_nothing_and_not_missing_data() -> None:
    def row(key: str, area: str, period: str) -> dict[str, object]:
        place = {"area_code": area, "area_name": area, "area_level": "county", "parent_code": "370900"}
        return {"indicator": key, **place, "period": period, "value": 2.0, "yoy": None}

    months = [row(key, area, "2018-05") for key in ("wage_arrears_cases", "water_use") for area in ("370902", "370982")]
    june = [row(key, "370982", "2018-06") for key in ("wage_arrears_cases", "water_use")]
    found = with_nothing(pd.DataFrame([*months, *june]))
    added = found[found["value"] == 0]
    assert list(zip(added["indicator"], added["area_code"], added["period"], strict=True)) == [
        ("wage_arrears_cases", "370902", "2018-06")
    ]
    assert set(found.columns) == {*months[0]}
