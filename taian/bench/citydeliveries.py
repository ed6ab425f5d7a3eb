"""The numbers under watch, read straight from the deliveries of a sample city, without an engine and without a night.

What the night does in Spark is done here for a dozen numbers by a dozen lines: batches that must be published (the
city's own answers say which), the last version of each key, rows that cannot be read left out. Firms' invoices are
counted in the county where the firm is registered.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from catalog.warnings import CITY, declared
from jobs.warning.gather import COLUMNS

REFERENCE = Path(__file__).parents[2] / "sample_data" / "reference"
HOTLINE = {
    "hotline_labour_daily": "劳动保障",
    "hotline_property_daily": "物业管理",
    "hotline_water_daily": "供水",
    "hotline_heating_daily": "供热",
    "hotline_power_daily": "供电",
    "hotline_environment_daily": "环境保护",
}
DISEASES = {
    "influenza_daily": "流行性感冒",
    "hand_foot_mouth_daily": "手足口病",
    "dysentery_daily": "细菌性和阿米巴性痢疾",
    "measles_daily": "麻疹",
}
FOOD = "食品烟酒"


def daily(city: Path) -> pd.DataFrame:
    """Numbers of single days, in the columns of the night's watch."""
    return pd.concat([*_hotline(city), *_disease(city), _power(city, "日", "power_daily"), _air(city)])[COLUMNS]


def monthly(city: Path) -> pd.DataFrame:
    """Numbers of months: cases, invoices, food prices, and the power of every area."""
    cases = _cases(city)
    cases = cases.assign(period=cases["period"].str.slice(0, 7))
    cases = _summed(cases, "infectious_cases", "区划代码")
    return pd.concat([cases, _invoices(city), _food(city), _power(city, "月", "power_monthly")])[COLUMNS]


def more_monthly(city: Path) -> pd.DataFrame:
    """Series that are only forecast: each disease by county, each group of prices, each food by county."""
    cases = _cases(city)
    cases = cases.assign(period=cases["period"].str.slice(0, 7))
    parts = [_summed(part, f"cases {name}", "区划代码") for name, part in cases.groupby("病种")]
    index = _read(city, "price_index", ["类别", "统计期"])
    index = index.assign(period=_months(index["统计期"]), value=_numbers(index["环比"]))
    parts += [_placed(part, f"prices {name}", CITY) for name, part in index.groupby("类别")]
    return pd.concat(parts)[COLUMNS]


def _hotline(city: Path) -> list[pd.DataFrame]:
    calls = _read(city, "hotline_12345", ["工单编号"])
    calls = _known(calls.assign(period=_days(calls["来电时间"]), value=1.0), "乡镇代码")
    days = pd.date_range(calls["period"].min(), calls["period"].max()).strftime("%Y-%m-%d")
    found = []
    for key, category in HOTLINE.items():
        of_kind = calls[calls["诉求类别"] == category]
        found.append(_every_day(_summed(of_kind, key, "乡镇代码"), key, days))
    return found


def _disease(city: Path) -> list[pd.DataFrame]:
    cases = _cases(city)
    cases = cases[cases["粒度"] == "日"]
    days = pd.date_range(cases["period"].min(), cases["period"].max()).strftime("%Y-%m-%d")
    parts = {key: _summed(cases[cases["病种"] == name], key, "区划代码") for key, name in DISEASES.items()}
    return [_every_day(part, key, days) for key, part in parts.items()]


def _cases(city: Path) -> pd.DataFrame:
    rows = _read(city, "infectious_disease", ["区划代码", "病种", "粒度", "起始日期"])
    return _known(rows.assign(period=_days(rows["起始日期"]), value=_counted(rows["发病数"])), "区划代码")


def _power(city: Path, grain: str, key: str) -> pd.DataFrame:
    """Consumption by county and city; that of the townships for months, which are only forecast."""
    rows = _read(city, "electricity_area", ["区划代码", "粒度", "起始日期"])
    # Months until the days begin: what is monthly of both are sums of either.
    rows = rows[rows["粒度"] == "日"] if grain == "日" else rows
    days = _days(rows["起始日期"])
    rows = rows.assign(period=days if grain == "日" else days.str.slice(0, 7), value=_counted(rows["用电量"]))
    rows = _known(rows, "区划代码")
    # A county tells its own figure: a refused row of a township is no fall of its county.
    counties = _summed(rows[rows["区划代码"].str.len() == 6], key, "区划代码")
    return counties if grain == "日" else pd.concat([counties, _townships(rows, key)])


def _townships(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    sums = _summed(rows[rows["区划代码"].str.len() > 6], key, "区划代码")
    return sums[sums["area_level"] == "township"]


def _air(city: Path) -> pd.DataFrame:
    rows = _read(city, "air_quality", ["station_code", "grain", "time"])
    rows = _known(rows.assign(period=_days(rows["time"]), value=_numbers(rows["pm25"])), "county_code")
    rows = rows[rows["value"] > 0]
    # A station tells its day's mean, or its hours; stations weigh alike.
    stations = rows.groupby(["station_code", "county_code", "period"], as_index=False)["value"].mean()
    counties = stations.groupby(["county_code", "period"], as_index=False)["value"].mean()
    whole = stations.groupby("period", as_index=False)["value"].mean().assign(county_code=CITY)
    both = pd.concat([counties, whole])
    return pd.concat([_placed(part, "pm25_daily", str(code)) for code, part in both.groupby("county_code")])


def _invoices(city: Path) -> pd.DataFrame:
    firms = _read(city, "enterprise_registration", ["统一社会信用代码"])
    county = dict(zip(firms["统一社会信用代码"], firms["所属区划"].str.slice(0, 6), strict=True))
    rows = _read(city, "vat_invoice", ["统一社会信用代码", "统计期"])
    rows = rows.assign(period=_months(rows["统计期"]), value=_numbers(rows["销售额"]))
    rows = rows.assign(code=rows["统一社会信用代码"].map(county))
    return _with_yoy(_summed(rows[rows["code"].isin(_areas().index)], "vat_sales", "code"))


def _food(city: Path) -> pd.DataFrame:
    index = _read(city, "price_index", ["类别", "统计期"])
    index = index[index["类别"] == FOOD]
    index = index.assign(period=_months(index["统计期"]), value=_numbers(index["同比"]))
    return _placed(index, "food_prices", CITY).assign(yoy=lambda rows: rows["value"] / 100 - 1)


def _read(city: Path, resource: str, key: Sequence[str]) -> pd.DataFrame:
    """All rows of the batches that are published, as texts and numbers; of rows with one key the last delivered."""
    answers = pd.read_csv(city / "truth" / "batches.csv")
    is_wanted = (answers["resource"] == resource) & answers["expected_state"].str.startswith("published")
    batches = set(answers.loc[is_wanted, "batch"])
    folders = sorted(each for each in (city / "landing" / resource).glob("*/*") if each.name in batches)
    rows = pd.concat([_file(folder) for folder in folders], ignore_index=True)
    return rows.drop_duplicates(list(key), keep="last")


def _file(folder: Path) -> pd.DataFrame:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    parts = []
    for one in manifest["files"]:
        path = folder / one["name"]
        if path.suffix == ".parquet":
            parts.append(pd.read_parquet(path))
        elif path.suffix == ".json":
            parts.append(pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["data"]))
        else:
            encoding = "utf-8-sig" if manifest["encoding"].upper().startswith("UTF") else "gb18030"
            parts.append(
                pd.read_csv(path, dtype=str, encoding=encoding, on_bad_lines="skip", encoding_errors="replace")
            )
    return pd.concat(parts)


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce").astype(float)


def _counted(column: pd.Series) -> pd.Series:
    """Numbers that are never below 0; one that is was refused by the night."""
    found = _numbers(column)
    return found.where(found >= 0)


def _days(column: pd.Series) -> pd.Series:
    """Days in any spelling that a delivery has, as yyyy-MM-dd; years outside the city's are slips."""
    plain = column.astype("string").str.replace(r"[年月]", "-", regex=True).str.replace("日", "")
    found = pd.to_datetime(plain, errors="coerce", format="mixed")
    return found.where(found.dt.year.between(2010, 2018)).dt.strftime("%Y-%m-%d")


def _known(rows: pd.DataFrame, area: str) -> pd.DataFrame:
    """Rows whose area and time are known."""
    return rows[rows[area].isin(_areas().index) & rows["period"].notna()]


def _months(column: pd.Series) -> pd.Series:
    """Three spellings of a month as one; what is none stays out by being NaN."""
    digits = column.astype(str).str.extract(r"^(20\d\d)\D?(\d{1,2})\D?$")
    return digits[0] + "-" + digits[1].str.zfill(2)


@cache
def _areas() -> pd.DataFrame:
    """Names by code of the city's counties and townships."""
    read = [pd.read_csv(REFERENCE / name, dtype=str) for name in ("counties.csv", "townships_nbs2023.csv")]
    return (
        pd.concat([one[["code", "name"]] for one in read])
        .assign(code=lambda a: a["code"].str.rstrip())
        .set_index("code")
    )


def _summed(rows: pd.DataFrame, key: str, area: str) -> pd.DataFrame:
    """Sums by area and period, and those of the areas above."""
    rows = rows.assign(value=_numbers(rows["value"])).dropna(subset=["value", "period"])
    codes = rows[area].astype(str)
    levels = {codes.str.len().max(), 6} if len(rows) else set()
    cuts = [codes.str.slice(0, int(width)) for width in levels] + [pd.Series(CITY, index=rows.index)]
    parts = [rows.assign(code=cut).groupby(["code", "period"], as_index=False)["value"].sum() for cut in cuts]
    together = pd.concat(parts)
    return pd.concat([_placed(part, key, str(code)) for code, part in together.groupby("code")])


def _placed(rows: pd.DataFrame, key: str, code: str) -> pd.DataFrame:
    """One area's rows with all columns."""
    name = "泰安市" if code == CITY else str(_areas()["name"].get(code, code))
    level = "city" if code == CITY else "county" if len(code) == 6 else "township"
    parent = "" if code == CITY else CITY if level == "county" else code[:6]
    place = {"indicator": key, "area_code": code, "area_name": name, "area_level": level, "parent_code": parent}
    return rows[["period", "value"]].dropna().assign(**place, yoy=np.nan)


def _every_day(rows: pd.DataFrame, key: str, days: pd.Index) -> pd.DataFrame:
    """A count on each day in each area of the levels that are watched, 0 where no row was."""
    levels = declared().daily[key].levels
    parts = []
    for code, part in rows[rows["area_level"].isin(levels)].groupby("area_code"):
        values = part.set_index("period")["value"].reindex(days, fill_value=0.0).rename_axis("period")
        parts.append(_placed(values.reset_index(), key, str(code)))
    return pd.concat(parts)


def _with_yoy(rows: pd.DataFrame) -> pd.DataFrame:
    ordered = rows.sort_values(["area_code", "period"])
    return ordered.assign(yoy=ordered.groupby("area_code")["value"].pct_change(12))
