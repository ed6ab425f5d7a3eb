"""市政府办公室: the government's websites: kept, merged into others or shut down; some only on paper."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sample_data import corrupt, defects
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office
from sample_data.governance.departments import DEPARTMENTS, Department
from sample_data.governance.workbook import PLAN_DAY, Rows, Workbook

SITES, STILL_UP = 320, 5
"""Registers do not scale; so many are said to be shut and still answer."""
TOPICS = ("政务网", "信息网", "办事大厅", "专题网", "公众服务网", "教育培训网", "党建网", "招考网")
BY_JUNE, BY_DECEMBER = 200, 390
"""By when sites are cleared up, and by when the kept ones move, in days after the plan."""
REASONS = ("数据待迁移", "合同未到期", "栏目正在合并", "域名注销手续办理中")
BOOK = Workbook(
    Office("website", "zfbgs"),
    "政府网站整合进度",
    "网站整合",
    ("泰安市政府网站整合进度表", "汇总单位：泰安市人民政府办公室"),
    (
        "网站标识码", "网站名称", "主办单位", "整合意见", "网站状态", "整合关停日期", "能否打开", "有无面向公众的服务",
        "与门户整合日期", "迁入统一平台日期", "未完成原因",
    ),
    (
        Edit("整合意见为空", "R001", "整合意见", defects.blank),
        Edit("主办单位用旧名", "R003", "主办单位", defects.always("广播电视局")),
        Edit("状态不在目录", "R004", "网站状态", defects.always("改版中")),
        Edit("标识码缺位", "R004", "网站标识码", lambda cell, rng: str(cell)[:6]),
        Edit("关停早于方案", "R005", "整合关停日期", defects.always("2015-09-01"), fits=bool),
        Edit("仍在运行却有日期", "R106", "网站状态", defects.always("运行"), fits=lambda cell: cell.startswith("已")),
        Edit("斜线日期", "", "整合关停日期", defects.slash_date, fits=bool),
        corrupt.DUPLICATE,
        corrupt.TOTALS,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Site:
    """One website; days are None where the thing will not happen."""

    code: str
    name: str
    department: Department
    decision: str
    cleared_on: datetime.date | None
    has_services: bool
    in_portal_on: datetime.date | None
    moved_on: datetime.date | None
    reason: int
    still_up: bool = False


def _some_day(rng: np.random.Generator, days: int) -> datetime.date:
    return PLAN_DAY + datetime.timedelta(days=round(days * float(rng.beta(3.0, 1.5))))


def make_sites(city: City) -> list[Site]:
    """Every website; those that are shut on paper only go to the truth."""
    rng = city.stream("governance", "websites")
    found = []
    for number in range(SITES):
        department = DEPARTMENTS[number % len(DEPARTMENTS)]
        decision = str(rng.choice(("保留", "整合", "关停"), p=(0.3, 0.4, 0.3)))
        stays, has_services = decision == "保留", bool(rng.random() < 0.4)
        topic = TOPICS[number // len(DEPARTMENTS) % len(TOPICS)]
        serial = number // (len(DEPARTMENTS) * len(TOPICS))
        found.append(
            Site(
                code=f"3709{number + 1:06d}",
                name=f"{department.name}{topic}{serial + 1 if serial else ''}",
                department=department,
                decision=decision,
                cleared_on=None if stays else _some_day(rng, BY_JUNE),
                has_services=stays and has_services,
                in_portal_on=_some_day(rng, BY_JUNE + 30) if stays and has_services else None,
                moved_on=_some_day(rng, BY_DECEMBER) if stays else None,
                reason=int(rng.integers(0, len(REASONS))),
            )
        )
    early = [n for n, site in enumerate(found) if site.cleared_on and site.cleared_on < datetime.date(2018, 5, 20)]
    for place in rng.choice(len(early), STILL_UP, replace=False).tolist():
        found[early[place]] = replace(found[early[place]], still_up=True)
        city.truth.event("closed_site_still_up", resource=BOOK.office.resource, code=found[early[place]].code)
    return found


def _rows(sites: Sequence[Site], day: datetime.date) -> Rows:
    rows: Rows = []
    for site in sites:
        is_cleared = site.cleared_on is not None and site.cleared_on <= day
        done = {"整合": "已整合", "关停": "已关停"}.get(site.decision, "")
        told = [on.isoformat() if on and on <= day else None for on in (site.in_portal_on, site.moved_on)]
        waits = site.cleared_on is not None and not is_cleared
        rows.append(
            [
                *(site.code, site.name, site.department.name, site.decision, done if is_cleared else "运行"),
                site.cleared_on.isoformat() if is_cleared and site.cleared_on else None,
                "能" if site.still_up or not is_cleared else "否",
                "有" if site.has_services else "无",
                *told,
                REASONS[site.reason] if waits else None,
            ]
        )
    return rows


def deliver(city: City) -> None:
    """The register of each month."""
    sites = make_sites(city)
    BOOK.deliver(city, lambda day: _rows(sites, day))
