"""A small, believable serving folder: what a night of the sample city publishes, for developing and testing the pages.

``python tests/dashboards/serving_fixture.py FOLDER`` writes one. Figures are invented; divisions and outlines are real.
"""

import datetime as dt
import json
import math
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from catalog.codes import all_codes
from catalog.load import load_catalog
from catalog.model import CYCLE_TITLES, DOMAIN_TITLES, Resource
from jobs.quality import measures

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

from decisions import decision_tables
from entities import KEY, entity_tables
from planned import plan_tables
from warned import warning_tables

HERE = Path(__file__).parent
CITY = "370900"
PERIODS = [f"{year}-{month:02d}" for year in (2016, 2017, 2018) for month in range(1, 13)][:30]
SEASON = [0.93, 0.78, 1.04, 1.02, 1.03, 1.06, 1.0, 1.0, 1.03, 1.02, 1.04, 1.05]

SHOWN = (
    "air_quality",
    "boundary",
    "dishonest_debtor",
    "division",
    "electricity",
    "electricity_area",
    "enterprise_registration",
    "enterprise_return",
    "enterprise_return_paradata",
    "fiscal",
    "hotline_12345",
    "indicator_history",
    "license",
    "penalty",
    "plan_task",
    "resident",
    "standard_address",
    "tax_registration",
    "vat_invoice",
    "world_bank_china",
)
"""The resources of this night: one that joins the catalogue changes nothing that the pages are tested on."""

INDICATORS: list[tuple[str, str, str, str, str, float, float, str, str]] = [
    ("registered_population", "户籍人口", "人口", "person", "neutral", 55_200, 0.003, "resident", "公安局"),
    ("share_aged_60", "60岁及以上人口占比", "人口", "percent", "neutral", 19.8, 0.02, "resident", "公安局"),
    ("households", "户数", "人口", "household", "neutral", 18_400, 0.006, "resident", "公安局"),
    ("enterprises_alive", "在营企业", "经济", "firm", "up", 2_150, 0.085, "enterprise_registration", "市场监管局"),
    ("industrial_output", "规上工业总产值", "经济", "10k_yuan", "up", 238_000, 0.062, "enterprise_return", "统计局"),
    ("industrial_electricity", "企业用电量", "经济", "kwh", "up", 41_500_000, 0.041, "electricity", "供电公司"),
    ("vat_sales", "增值税开票销售额", "经济", "10k_yuan", "up", 352_000, 0.07, "vat_invoice", "税务局"),
    ("fiscal_revenue", "一般公共预算收入", "经济", "10k_yuan", "up", 16_300, 0.055, "fiscal", "财政局"),
    ("hotline_calls", "12345 来电量", "民生诉求", "case", "down", 4_820, 0.031, "hotline_12345", "政务热线"),
    ("hotline_on_time_rate", "按时办结率", "民生诉求", "percent", "up", 93.4, 0.012, "hotline_12345", "政务热线"),
    ("pm25", "PM2.5", "城市运行", "ug_m3", "down", 58.0, -0.09, "air_quality", "生态环境局"),
    ("penalties", "行政处罚", "信用", "case", "neutral", 310, 0.02, "penalty", "市场监管局"),
    ("licences", "行政许可", "信用", "case", "neutral", 890, 0.05, "license", "行政审批局"),
]
AVERAGED = frozenset({"share_aged_60", "hotline_on_time_rate", "pm25"})
COUNTY_SIZE = {"370902": 0.15, "370911": 0.18, "370921": 0.15, "370923": 0.14, "370982": 0.25, "370983": 0.18}
COUNTY_DRIFT = {"370902": 0.02, "370911": 0.0, "370921": -0.01, "370923": -0.075, "370982": 0.06, "370983": -0.02}
COUNTY_ONLY = frozenset({"fiscal_revenue", "pm25"})
JANUARY_IN_FEBRUARY = frozenset({"industrial_output"})
STALE = {"fiscal_revenue": 15}


def shown() -> list[Resource]:
    """The declarations of SHOWN, in the order of the catalogue."""
    return [resource for name, resource in load_catalog().resources.items() if name in SHOWN]


def _series(rng: np.random.Generator, base: float, growth: float, seasonal: bool) -> list[float]:
    noise = rng.normal(0, 0.012 if seasonal else 0.001, len(PERIODS))
    return [
        base * (1 + growth) ** (i / 12) * (SEASON[i % 12] if seasonal else 1.0) * math.exp(noise[i])
        for i in range(len(PERIODS))
    ]


def _areas() -> list[tuple[str, str, str, str | None, float, float]]:
    """(code, name, level, parent, size, drift of growth) from the city down."""
    lists = load_catalog().codelists
    rng = np.random.default_rng(7)
    areas: list[tuple[str, str, str, str | None, float, float]] = [(CITY, "泰安市", "city", None, 1.0, 0.0)]
    for code, name in lists["county"].names.items():
        areas.append((code, name, "county", CITY, COUNTY_SIZE[code], COUNTY_DRIFT[code]))
        towns = [(c, n) for c, n in lists["township_nbs"].names.items() if c.startswith(code)]
        weights = rng.dirichlet(np.full(len(towns), 6.0))
        for (town, town_name), weight in zip(towns, weights, strict=True):
            drift = COUNTY_DRIFT[code] + rng.normal(0, 0.05)
            areas.append((town, town_name, "township", code, COUNTY_SIZE[code] * weight, drift))
    return areas


def indicator_rows() -> pd.DataFrame:
    """``topic_city__indicator`` for the city, its counties and townships, 2016-01 to 2018-06."""
    rng = np.random.default_rng(1)
    rows: list[dict[str, Any]] = []
    for code, name, level, parent, size, drift in _areas():
        for key, _, _, unit, _, base, growth, source, _ in INDICATORS:
            if level == "township" and key in COUNTY_ONLY:
                continue
            averaged, calm = key in AVERAGED, key in ("registered_population", "households", "share_aged_60")
            level_of = base if averaged else base * size
            values = _series(rng, level_of, growth + (0 if calm else drift), not (averaged or calm))
            last = len(PERIODS) - (1 if key in STALE else 0)
            for i, period in enumerate(PERIODS[:last]):
                if key in JANUARY_IN_FEBRUARY and period.endswith("-01"):
                    continue
                months = 2 if key in JANUARY_IN_FEBRUARY and period.endswith("-02") else 1
                value = min(values[i], 100.0) if unit == "percent" else sum(values[i - months + 1 : i + 1])
                rows.append(
                    {
                        "indicator": key,
                        "area_code": code,
                        "area_name": name,
                        "area_level": level,
                        "parent_code": parent,
                        "period": period,
                        "value": round(value, 1) if unit in ("percent", "ug_m3") else float(round(value)),
                        "yoy": values[i] / values[i - 12] - 1 if i >= 12 else None,
                        "mom": values[i] / values[i - 1] - 1 if i else None,
                        "is_withheld": False,
                        "months": months,
                        "as_of": PERIODS[last - 1],
                        "source": source,
                        "days_stale": STALE.get(key, 0),
                    }
                )
    return pd.DataFrame(rows)


def observation_rows() -> pd.DataFrame:
    """``base_macro__observation``: output of the city, month and cumulative; 2018-05 was first known 10 % lower."""
    rows: list[dict[str, Any]] = []
    figures = indicator_rows().query("indicator == 'industrial_output' and area_code == @CITY")
    for _, group in figures.groupby(figures["period"].str[:4]):
        whole = 0.0
        for row in group.to_dict("records"):
            whole += row["value"]
            known = str((pd.Period(row["period"], "M") + 1).start_time.date() + dt.timedelta(days=9))
            for is_cumulative, value, months in (
                (False, row["value"], row["months"]),
                (True, whole, int(row["period"][5:])),
            ):
                one = {
                    "indicator": "industrial_output",
                    "area_code": CITY,
                    "period": row["period"],
                    "period_kind": "month",
                    "is_cumulative": is_cumulative,
                    "months": months,
                    "known_from": known,
                    "known_to": None,
                }
                if row["period"] == "2018-05":
                    rows.append(one | {"value": value * 0.9, "known_to": "2018-06-20"})
                    one |= {"known_from": "2018-06-20"}
                rows.append(one | {"value": value})
    frame = pd.DataFrame(rows)
    return frame.assign(**{name: pd.to_datetime(frame[name]).dt.date for name in ("known_from", "known_to")})


def indicator_definitions() -> pd.DataFrame:
    """``meta__indicator``."""
    return pd.DataFrame(
        [
            {
                "indicator": key,
                "title": title,
                "topic": topic,
                "unit": unit,
                "direction": direction,
                "definition": f"{title}：按月汇总已发布批次，剔除被隔离的行；户籍口径，不是常住口径。"
                if topic == "人口"
                else f"{title}：按所属区划和统计期汇总已发布批次，剔除被隔离的行。",
                "sources": json.dumps([source]),
                "owner": owner,
                "cycle": "monthly",
            }
            for key, title, topic, unit, direction, _, _, source, owner in INDICATORS
        ]
    )


EVIDENCE_INNOCENT = {
    "cross_source": ["自备光伏或余热发电，外购电少", "电表户名与企业不一致", "本月清库存，产量与销售不同步"],
    "identity": ["分项口径与合计口径不同（含税与不含税）", "个别分项保密未填"],
    "copied_growth": ["同一代理机构按同一模板估报", "集团统一调价"],
    "same_source": ["代理记账公司为多家企业代报", "园区服务中心集中代录"],
    "bunching": ["以2000万元为目标的正常经营", "企业规模本来就集中在门槛附近"],
    "dispersion": ["租金等固定收入", "包产合同按月结算"],
}
TITLES = ("cross_source", "identity", "copied_growth", "same_source", "dispersion", "bunching")


def _evidence(family: str, rng: np.random.Generator, effect: float) -> dict[str, Any]:
    if family == "cross_source":
        x = np.exp(rng.normal(11.5, 1.2, 160))
        y = x * np.exp(rng.normal(-5.2, 0.22, 160))
        at = float(np.exp(11.2))
        band = [
            [float(v), float(v * math.exp(-5.9)), float(v * math.exp(-4.5))] for v in np.geomspace(x.min(), x.max(), 24)
        ]
        return {
            "kind": "peers_scatter",
            "x_label": "月用电量（千瓦时）",
            "y_label": "营业收入（万元）",
            "peers": [[float(a), float(b)] for a, b in zip(x, y, strict=True)],
            "unit": [at, at * math.exp(-5.2) * 4.6],
            "band": band,
        }
    if family in ("copied_growth", "bunching"):
        edges = np.linspace(-10, 14, 49) if family == "copied_growth" else np.linspace(1000, 3400, 49)
        counts = np.round(38 * np.exp(-(((edges[:-1] - edges.mean()) / (np.ptp(edges) / 5)) ** 2))).astype(int)
        lit = 36 if family == "copied_growth" else 20
        counts[lit] += 55
        return {
            "kind": "histogram",
            "x_label": "同比增速（%）" if family == "copied_growth" else "主营业务收入（万元）",
            "bins": [[float(a), float(b), int(c)] for a, b, c in zip(edges[:-1], edges[1:], counts, strict=True)],
            "lit": [float(edges[lit]), float(edges[lit + 1])],
        }
    if family == "identity":
        parts = [["主营业务收入", 1820.0], ["其他业务收入", 240.5], ["投资收益", 61.2]]
        return {"kind": "waterfall", "parts": parts, "total": ["申报合计", sum(p[1] for p in parts) + effect]}
    if family == "same_source":
        start = pd.Timestamp("2018-06-08T14:02:00")
        events = [
            [(start + pd.Timedelta(seconds=int(41 * i))).isoformat(), f"示例企业{i * 37 % 500:05d}有限公司"]
            for i in range(23)
        ]
        members = [
            {"unit": "91370900MA30000001", "name": "示例企业00211有限公司"},
            {"unit": "91370900MA39999999", "name": "示例企业99999有限公司"},
        ]
        return {"kind": "timeline", "events": events, "device": "设备 7f3a…c21", "members": members}
    months = PERIODS[-18:]
    base = [1200.0 + 6 * i for i in range(18)]
    peers = [round(float(v), 1) for v in 1150 + rng.normal(0, 90, 18).cumsum() / 2]
    return {"kind": "series", "x": months, "lines": [["本企业营业收入", base], ["同行中位数", peers]]}


def _message(family: str, name: str, effect: float) -> str:
    return {
        "cross_source": f"{name}2018年5月申报营业收入是同行业同等用电水平的 4.6 倍，相差约 {effect:,.0f} 万元。",
        "identity": f"{name}2018年5月各项收入之和与申报合计相差 {effect:,.1f} 万元，超过四舍五入能解释的范围。",
        "copied_growth": f"{name}等 56 家企业2018年5月营业收入同比增速同为 8.0%，同类企业中通常不超过 3 家。",
        "same_source": f"{name}等 23 家企业的2018年5月报表在 16 分钟内由同一台设备提交，平均每 41 秒一份。",
        "dispersion": f"{name}连续 18 个月营业收入每月恰好增加 6.0 万元，同行的月度波动中位数为 7.4%。",
        "bunching": f"{name}有 61 家企业年主营收入落在 2000 万至 2050 万元之间，按邻近区间推算应约为 18 家。",
    }[family]


def finding_rows(run_id: str, strong: int = 18, weak: int = 42) -> pd.DataFrame:
    """``topic_authenticity__finding``: every family that has a picture, strong and weak."""
    rng = np.random.default_rng(3)
    counties = load_catalog().codelists["county"].names
    industries = ["黑色金属冶炼", "化学原料", "纺织业", "非金属矿物制品", "通用设备", "农副食品加工"]
    rows = []
    for i in range(strong + weak):
        family = TITLES[i % len(TITLES)] if i else "cross_source"
        grouped = family in ("copied_growth", "same_source", "bunching")
        county = list(counties)[i % 6]
        effect = float(np.round(np.exp(rng.normal(5.6, 1.1)), 1))
        name = f"{counties[county]}{industries[i % 6]}" if grouped else f"示例企业{(i * 211) % 20000:05d}有限公司"
        kind = {"identity": None}.get(family, 10 ** -rng.uniform(6.5, 12) if i < strong else 10 ** -rng.uniform(1.3, 4))
        rows.append(
            {
                "finding_id": f"f{i:04d}{family[:3]}",
                "run_id": run_id,
                "unit": f"91370900MA3{i:07d}",
                "unit_name": name,
                "unit_kind": "group" if grouped else "firm",
                "resource": "enterprise_return",
                "columns": ["revenue_10k_yuan", "electricity_kwh"]
                if family == "cross_source"
                else ["revenue_10k_yuan"],
                "period": "2018-05",
                "test": family,
                "family": family,
                "strength": "strong" if i < strong else "weak",
                "statistic": float(np.round(rng.uniform(3, 14), 2)),
                "effect": effect if family not in ("same_source", "bunching") else float(23 + i % 9),
                "unit_of_effect": "万元" if family not in ("same_source", "bunching") else "家",
                "p_value": None if kind is None else kind / 40,
                "q_value": kind,
                "peers": int(rng.integers(40, 260)),
                "message": _message(family, name, effect),
                "county_code": county,
                "county_name": counties[county],
                "industry_name": industries[i % 6],
                "innocent": json.dumps(EVIDENCE_INNOCENT[family], ensure_ascii=False),
                "evidence": json.dumps(_evidence(family, rng, effect), ensure_ascii=False),
                "reported": None if grouped else '{"columns":["营业收入"],"rows":[["2018-05",[1.0],[2.0]]]}',
            }
        )
    return pd.DataFrame(rows)


def unit_rows() -> pd.DataFrame:
    """``topic_authenticity__unit``: 40 firms that were inspected, every other one named by a finding."""
    counties = list(load_catalog().codelists["county"].names.values())
    rows = [(f"91370900MA3{i:07d}", f"示例企业{i:05d}有限公司", counties[i % 6], "纺织业", i % 2) for i in range(40)]
    return pd.DataFrame(rows, columns=["unit", "unit_name", "county_name", "industry_name", "findings"])


def resource_rows() -> pd.DataFrame:
    """``meta__resource`` from the real declarations."""
    rows, lists = [], load_catalog().codelists
    for i, resource in enumerate(shown()):
        state = ("published", "published", "published_flagged", "published", "held", "published", "rejected")[i % 7]
        columns = [
            {
                "name": c.name,
                "title": c.title,
                "type": c.type,
                "required": c.required,
                "unit": c.unit,
                "codelist_title": lists[c.codelist].title if c.codelist else None,
                "grade": c.grade,
                "personal": c.personal,
                "rules": [rule.message for rule in resource.rules if c.name in rule.columns],
            }
            for c in resource.columns
        ]
        rows.append(
            {
                "resource": resource.resource,
                "title": resource.title,
                "domain": resource.domain,
                "domain_title": resource.domain,
                "code": resource.code,
                "provider": resource.provider.code,
                "provider_name": resource.provider.name,
                "summary": resource.summary,
                "cycle": CYCLE_TITLES[resource.cycle],
                "form": resource.form.kind,
                "load": resource.load,
                "share": resource.share,
                "is_open": resource.is_open,
                "edition": resource.edition,
                "columns_json": json.dumps(columns, ensure_ascii=False),
                "last_period": "2018-06",
                "last_state": state,
                "last_delivered_at": "2018-06-30T18:00:00+08:00",
                "rows_published": 10_482 * (i + 1),
                "good_share": None if state == "rejected" else 0.9987 - 0.004 * i,
                "is_late": i % 5 == 3,
            }
        )
    frame = pd.DataFrame(rows)
    frame["domain_title"] = frame["domain"].map(DOMAIN_TITLES)
    return frame


OUTCOMES: list[tuple[str, str | None, str]] = [
    ("published", None, "已发布。"),
    ("published", None, "已发布。"),
    ("published_flagged", "W005", "隔离比例 6.1%，超过警戒线 5%，批次已发布。"),
    ("held", "W102", "本批 412 行，历史中位数 10,482 行，偏离 96%，批次未发布，沿用 2018-05 的版本。"),
    ("rejected", "F003", "文件 part-1.csv 的 SHA-256 与清单不一致，整批拒收。"),
    ("duplicate", None, "内容与已接收的批次相同，不再处理。"),
    ("replaced", None, "已被更正批次替换。"),
]
RELEASED = "resident-2018-06-15-01"
"""A batch that was held and let through by a person; its refused rows were cleared since."""


def delivery_rows(run_id: str, business_date: str) -> pd.DataFrame:
    """``meta__delivery``: daily batches of June and the monthly ones, with each outcome somewhere."""
    rows = []
    for i, resource in enumerate(shown()):
        daily = resource.cycle == "daily"
        periods = [f"2018-06-{d:02d}" for d in range(1, 31)] if daily else ["2018-05", "2018-06"]
        for j, period in enumerate(periods):
            batch = f"{resource.resource}-{period}-01"
            state, code, message = OUTCOMES[i % 7 if j == len(periods) - 1 else 0]
            if is_released := batch == RELEASED:
                state, code, message = "published_flagged", "W102", f"批次 {batch} 经核实放行，已发布。"
            delivered = None if state == "rejected" else 412 if state == "held" else 10_482 + 31 * j
            bad = None if delivered is None else round(delivered * (0.061 if code == "W005" else 0.004))
            moment = f"{period}T20:00:00" if daily else ("2018-06-01T06:00:00" if j == 0 else "2018-06-30T18:00:00")
            rows.append(
                {
                    "resource": resource.resource,
                    "provider": resource.provider.code,
                    "period": period,
                    "batch": batch,
                    "state": state,
                    "code": code,
                    "message": message,
                    "codes": None if delivered is None else json.dumps({"R003": bad} if bad else {}),
                    "rows_delivered": delivered,
                    "rows_accepted": None if delivered is None else delivered - (bad or 0),
                    "rows_quarantined": bad,
                    "delivered_at": f"{moment}+08:00",
                    "finished_at": f"{business_date}T20:41:07.120+08:00",
                    "run_id": run_id if moment >= "2018-06-29" else "nightly__2018-06-29",
                    "released_by": "王芳" if is_released else None,
                    "released_at": "2018-06-16T09:30:00+08:00" if is_released else None,
                    "released_why": "公安局确认当日集中补录" if is_released else None,
                }
            )
    frame = pd.DataFrame(rows)
    for column in ("rows_delivered", "rows_accepted", "rows_quarantined"):
        frame[column] = frame[column].astype("Int64")
    return frame


def check_rows(deliveries: pd.DataFrame) -> pd.DataFrame:
    """``meta__check`` for the monthly batches."""
    rows = []
    for _, delivery in deliveries[deliveries["state"].isin(["published", "published_flagged", "held"])].iterrows():
        held, flagged = delivery["state"] == "held", delivery["state"] == "published_flagged"
        for check, dimension, severity, observed, expected, success in (
            ("volume", "completeness", "critical", "412" if held else "10,482", "2,096 至 18,868 行", not held),
            ("quarantine_share", "accuracy", "warning", "6.1%" if flagged else "0.4%", "≤ 5%", not flagged),
            ("key_unique", "consistency", "critical", "0 行重复", "0 行重复", True),
            ("drift:status", "accuracy", "warning", "0.03", "≤ 0.25", True),
        ):
            rows.append(
                {
                    "run_id": delivery["run_id"],
                    "resource": delivery["resource"],
                    "batch": delivery["batch"],
                    "check": check,
                    "dimension": dimension,
                    "severity": severity,
                    "observed": observed,
                    "expected": expected,
                    "success": success,
                }
            )
    return pd.DataFrame(rows)


def sample_rows(deliveries: pd.DataFrame) -> pd.DataFrame:
    """``meta__quarantine_sample``, masked."""
    codes = all_codes()
    rows = []
    has_rows = deliveries["state"].isin(["published", "published_flagged", "held"]) & (deliveries["batch"] != RELEASED)
    for _, delivery in deliveries[has_rows].iterrows():
        for k, code in enumerate(("R001", "R006", "R101")):
            for n in range(3):
                masked = {
                    "公民身份号码": "370902**********1X",
                    "姓名": "王*",
                    "性别": "男",
                    "出生日期": "0168-01-02",
                    "户籍地址": "泰安市***",
                    "村居代码": f"{('370982', '370911', '370902')[n]}100201",
                }
                rows.append(
                    {
                        "resource": delivery["resource"],
                        "batch": delivery["batch"],
                        "file": "part-1.csv",
                        "source_row": 17 + 400 * k + n,
                        "code": code,
                        "code_title": codes[code].title,
                        "column_title": ("姓名", "公民身份号码", "出生日期")[k],
                        "remedy": codes[code].remedy,
                        "row_masked": json.dumps(masked, ensure_ascii=False),
                    }
                )
    return pd.DataFrame(rows)


def run_rows(run_id: str, business_date: str) -> pd.DataFrame:
    """``meta__run``: a week of nights."""
    rows = []
    for back in range(7):
        date = pd.Timestamp(business_date) - pd.Timedelta(days=back)
        started = date + pd.Timedelta(hours=26)
        rows.append(
            {
                "run_id": run_id if back == 0 else f"nightly__{date:%Y-%m-%d}",
                "business_date": f"{date:%Y-%m-%d}",
                "started_at": f"{started.isoformat()}.000+08:00",
                "ended_at": f"{(started + pd.Timedelta(seconds=388 + 17 * back)).isoformat()}.000+08:00",
                "state": "failed" if back == 3 else "success",
            }
        )
    return pd.DataFrame(rows)


def stage_rows(run_id: str) -> pd.DataFrame:
    """``meta__stage``: seconds of each step's stages."""
    rng = np.random.default_rng(5)
    rows = []
    for name in SHOWN:
        for stage in ("land", "ods", "standardize", "gate", "dwd"):
            seconds = float(np.round(rng.gamma(2.0, 1.1), 2))
            rows.append({"run_id": run_id, "step": name, "stage": stage, "seconds": seconds, "rows": 10_482})
    for name in ("base_population__person", "base_legal__legal_person", "topic_city__indicator", "publish", "alert"):
        rows.append(
            {"run_id": run_id, "step": name, "stage": "build", "seconds": float(rng.uniform(3, 14)), "rows": 5_000}
        )
    return pd.DataFrame(rows)


def step_rows(run_id: str) -> pd.DataFrame:
    """``meta__step``: every step of the night ended well but one."""
    names = [*SHOWN, "base_population__person", "topic_city__indicator"]
    rows = [{"run_id": run_id, "step": name, "state": "success", "message": "好"} for name in names]
    failed = {"run_id": run_id, "step": "base_geo__address", "state": "failed", "message": "OSError: 磁盘已满"}
    return pd.DataFrame([*rows, failed])


def lineage_rows() -> pd.DataFrame:
    """``meta__lineage``."""
    edges = [
        ("division", "resident"),
        ("resident", "base_population__person"),
        ("division", "base_geo__division"),
        ("base_population__person", "topic_city__indicator"),
        ("enterprise_return", "topic_city__indicator"),
        ("enterprise_return", "topic_authenticity__finding"),
    ]
    return pd.DataFrame(edges, columns=["source", "target"])


def published_sample_rows() -> pd.DataFrame:
    """``meta__sample``, masked."""
    cells = {"公民身份号码": "370902**********1X", "姓名": "王*", "出生日期": "1968-01-02", "婚姻状况": None}
    return pd.DataFrame(
        [
            {
                "resource": name,
                "batch": f"{name}-2018-06-30-01",
                "source_row": row,
                "row_masked": json.dumps(cells, ensure_ascii=False),
            }
            for name in ("resident", "dishonest_debtor")
            for row in range(2, 5)
        ]
    )


def division_rows() -> pd.DataFrame:
    """``base_geo__division``."""
    return pd.DataFrame(
        [
            {
                "system": "nbs",
                "edition": "2023",
                "level": level,
                "code": code,
                "name": name,
                "parent_code": parent,
                "valid_from": None,
                "valid_to": None,
                "successor_code": None,
                "is_current": True,
            }
            for code, name, level, parent, _, _ in _areas()
        ]
    )


def quality_rows(deliveries: pd.DataFrame, business_date: str) -> pd.DataFrame:
    """``meta__quality`` of these deliveries, every refused row with a code that is not in its list."""
    batches = [
        {**row, "codes": json.loads(row["codes"] or "{}"), "profile": None}
        for row in deliveries.astype(object).where(deliveries.notna(), None).to_dict("records")
    ]
    found = measures(load_catalog(), batches, dt.date.fromisoformat(business_date))
    return pd.DataFrame(found).assign(business_date=lambda frame: frame["business_date"].astype(str))


def column_lineage_rows() -> pd.DataFrame:
    """``meta__column_lineage``: the resident's name, delivered, typed and golden."""
    names = ("table", "column", "source_table", "source_column", "how")
    dwd, golden = "dwd_population__resident", "base_population__person"
    return pd.DataFrame(
        [(dwd, "name", "landing:resident", "姓名", "原样"), (golden, "name", dwd, "name", "同名列")], columns=names
    )


def conflict_rows() -> pd.DataFrame:
    """``topic_quality__conflict``: the business and the tax register about the same firms."""
    return pd.DataFrame(
        [
            {
                "golden": "base_legal__legal_person",
                "attribute": attribute,
                "kept": "enterprise_registration",
                "other": "tax_registration",
                "conflicts": conflicts,
                "records": 2_150,
                "sample_keys": [f"91379901MA3SAMPLE{n}" for n in range(min(conflicts, 5))],
            }
            for attribute, conflicts in (("name", 12), ("industry_code", 3))
        ]
    )


def boundary_rows() -> pd.DataFrame:
    """``open_geo__boundary``: real outlines, simplified."""
    content = json.loads((HERE / "county_outlines.json").read_text(encoding="utf-8"))
    return pd.DataFrame(
        [
            {
                "code": county["code"],
                "name": county["name"],
                "geojson": json.dumps(county["geometry"]),
                "source": content["source"],
                "is_repaired": True,
            }
            for county in content["counties"]
        ]
    )


def all_tables(run_id: str, business_date: str) -> dict[str, Any]:
    """Every serving table of the night."""
    deliveries = delivery_rows(run_id, business_date)
    return {
        "meta__run": run_rows(run_id, business_date),
        "meta__delivery": deliveries,
        "meta__check": check_rows(deliveries),
        "meta__stage": stage_rows(run_id),
        "meta__quality": quality_rows(deliveries, business_date),
        "meta__step": step_rows(run_id),
        "meta__lineage": lineage_rows(),
        "meta__column_lineage": column_lineage_rows(),
        "meta__sample": published_sample_rows(),
        "meta__resource": resource_rows(),
        "meta__indicator": indicator_definitions(),
        "meta__quarantine_sample": sample_rows(deliveries),
        "topic_quality__conflict": conflict_rows(),
        **plan_tables(),
        **warning_tables(),
        **decision_tables(),
        "topic_city__indicator": indicator_rows(),
        "topic_authenticity__finding": finding_rows(run_id),
        "topic_authenticity__unit": unit_rows(),
        "base_geo__division": division_rows(),
        "base_macro__observation": observation_rows(),
        "open_geo__boundary": boundary_rows(),
        **entity_tables(),
    }


def write_serving(
    folder: Path, run_id: str = "nightly__2018-06-30", business_date: str = "2018-06-30", version: int = 1
) -> None:
    """Write one night: new files beside the old ones, then CURRENT.json replaced, as the publish step does."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "pseudonym.key").write_text(KEY, encoding="ascii")
    entries = {}
    for table, frame in all_tables(run_id, business_date).items():
        file = f"{table}-v{version}.duckdb"
        (folder / file).unlink(missing_ok=True)
        with duckdb.connect(str(folder / file)) as connection:
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM frame")
        entries[table] = {"file": file, "rows": len(frame), "as_of": business_date[:7]}
    content = {
        "run_id": run_id,
        "business_date": business_date,
        "published_at": f"{business_date}T02:14:09+08:00",
        "tables": entries,
    }
    aside = folder / "CURRENT.json.new"
    aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    aside.replace(folder / "CURRENT.json")


if __name__ == "__main__":
    write_serving(Path(sys.argv[1]))
