"""What the night expected of a few series, its signals, and the warnings they open: one on the city with its parts."""

import datetime as dt
import json
from typing import Any

import pandas as pd

from alerts.night import WarningFact, WarningNight
from alerts.store import open_store
from alerts.warnings import Warnings
from taian.clock import SHANGHAI
from taian.settings import Settings

NIGHT = dt.date(2018, 6, 29)
CITY, TAISHAN, XINTAI = "370900", "370902", "370982"
SENTENCE = "泰安市增值税开票销售额（2018-06）骤降：本期 60.0亿，比预期 100.0亿 低 40.0%"
CAUSES = [
    {"area_code": TAISHAN, "area_name": "泰山区", "deviation": -310_000.0},
    {"area_code": XINTAI, "area_name": "新泰市", "deviation": -100_000.0},
    {"area_code": "", "area_name": "各地预期合计与全域预期之差", "deviation": 10_000.0},
]


def expected_rows() -> pd.DataFrame:
    """``topic_warning__forecast``: the city's sales over two years, the last month far below, and six months ahead."""
    rows: list[dict[str, Any]] = []
    for month in pd.period_range("2016-07", "2018-12", freq="M"):
        is_forecast, is_last = month > pd.Period("2018-06"), str(month) == "2018-06"
        centre = 1_000_000.0 + 10_000.0 * month.month
        rows.append(
            {
                "indicator": "vat_sales",
                "area_code": CITY,
                "area_name": "泰安市",
                "area_level": "city",
                "parent_code": "",
                "period": str(month),
                "actual": None if is_forecast else 600_000.0 if is_last else centre + 5_000.0,
                "expected": centre,
                "low": centre - 80_000.0,
                "high": centre + 80_000.0,
                "yoy": None,
                "is_forecast": is_forecast,
                "score": 0.8 if is_last else 0.0,
                "kind": "drop" if is_last else "",
                "message": "",
                "known_on": NIGHT.isoformat(),
                "made_from": "0",
            }
        )
    return pd.DataFrame(rows)


def drop(**more: Any) -> WarningFact:
    """The signal on the city's sales."""
    usual: dict[str, Any] = {
        "indicator": "vat_sales", "title": "增值税开票销售额", "unit": "10k_yuan", "area_code": CITY,
        "area_name": "泰安市", "period": "2018-06", "detector": "drop", "actual": 600_000.0, "expected": 1_000_000.0,
        "low": 920_000.0, "high": 1_080_000.0, "severity": 0.8, "level": "orange", "sentence": SENTENCE,
        "causes": json.dumps(CAUSES, ensure_ascii=False), "owner": "国税局",
        "beside": json.dumps([{"title": "工业用电量", "area_name": "泰山区", "detector": "drop"}], ensure_ascii=False),
    }  # fmt: skip
    return WarningFact(**{**usual, **more})


def late_source() -> WarningFact:
    """A source that did not come."""
    nothing: dict[str, Any] = dict.fromkeys(("actual", "expected", "low", "high"))
    return drop(
        indicator="air_quality", title="空气质量", unit="", period="2018-06-28", detector="no_data", level="blue",
        severity=0.5, sentence="数据缺失：空气质量迟 1 天未到；没有数据不等于没有问题", causes="[]", beside="[]",
        owner="环保局", **nothing,
    )  # fmt: skip


def water_outage() -> list[WarningFact]:
    """Five days of calls about water in a county and in two of its townships, all over by the night."""
    calls = {"indicator": "hotline_water_daily", "title": "供水诉求（日）", "unit": "case", "detector": "surge"}
    usual = {"expected": 1.0, "low": 0.0, "high": 5.0, "causes": "[]", "beside": "[]", "owner": "12345热线办公室"}
    places = [(TAISHAN, "泰山区", CITY, "red"), ("370902004", "上高街道", TAISHAN, "orange")]
    places.append(("370902005", "徐家楼街道", TAISHAN, "orange"))
    return [
        drop(
            **calls, **usual, area_code=code, area_name=name, parent_code=parent, level=level, actual=float(count),
            period=f"2018-05-{14 + day}", severity=0.9 + count / 1000,
            sentence=f"{name}供水诉求（日）（2018-05-{14 + day}）突增：本期 {count}",
        )
        for code, name, parent, level in places
        for day, count in enumerate((54, 31, 37, 49, 43))
    ]  # fmt: skip


def signal_rows() -> pd.DataFrame:
    """``topic_warning__signal``: two of the last period of their number, one that is doubted, and a water outage."""
    doubted = drop(indicator="fiscal_revenue", title="一般公共预算收入", period="2018-02", is_held=True)
    past = (*water_outage(), doubted)
    rows = [
        {
            **fact.model_dump(),
            "signal_id": f"s{place}",
            "area_level": "city",
            "is_current": place < 2,
            "known_on": "2018-06-29",
        }
        for place, fact in enumerate((drop(), late_source(), *past))
    ]
    return pd.DataFrame(rows)


def warning_tables() -> dict[str, pd.DataFrame]:
    """The two tables of the watch."""
    return {"topic_warning__forecast": expected_rows(), "topic_warning__signal": signal_rows()}


def open_warnings(config: Settings, *facts: WarningFact, at: dt.datetime | None = None) -> None:
    """Let a night open the warnings of these signals, at four in the afternoon of its Friday."""
    moment = at or dt.datetime(2018, 6, 29, 16, 0, tzinfo=SHANGHAI)
    seen = WarningNight(signals=facts or (drop(), late_source()), quiet={}, most=12, periods=3)
    with open_store(config).writing() as session:
        Warnings(session, moment).night(seen, NIGHT)
