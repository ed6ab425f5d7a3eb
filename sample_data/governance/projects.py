"""发展改革委: projects of electronic government from filing to funding; some are paid for and never approved."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sample_data import corrupt, defects
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office
from sample_data.governance.departments import DEPARTMENTS, Department
from sample_data.governance.systems import System
from sample_data.governance.workbook import Rows, Workbook

PROJECTS = 480
PLANTED = {"unapproved": 9, "bought_early": 7, "off_ledger": 6, "duplicate": 8}
"""Paid for and not approved; contracted before the approval; maintenance of what no ledger lists; building what is
there already.
"""
WAYS, WAY_SHARES = ("公开招标", "竞争性磋商", "单一来源"), (0.6, 0.3, 0.1)
NEW_THINGS = ("视频会议室改造", "数据中心机房改造", "网络安全加固", "无纸化会议", "政务云资源租用", "信息化监理服务")
BOOK = Workbook(
    Office("project_filing", "fagaiwei"),
    "电子政务项目备案",
    "项目备案",
    ("泰安市电子政务项目备案表", "汇总单位：泰安市发展和改革委员会　　　金额单位：万元"),
    (
        "项目编号", "项目名称", "申报单位", "项目类型", "建设内容", "对应系统编码", "备案日期", "规划审核", "批复日期",
        "采购方式", "合同日期", "预算", "已拨付",
    ),
    (
        Edit("建设内容为空", "R001", "建设内容", defects.blank),
        Edit("预算不是数字", "R002", "预算", defects.always("见批复")),
        Edit("申报单位用旧名", "R003", "申报单位", defects.always("建设局")),
        Edit("类型不在目录", "R004", "项目类型", defects.always("其他")),
        Edit("备案于0168年", "R005", "备案日期", defects.ancient_date),
        Edit("批复早于备案", "R105", "批复日期", defects.always("2016-01-01"), fits=bool),
        Edit("拨付多于预算", "R106", "已拨付", defects.always(9_000)),
        Edit("金额带单位", "", "预算", defects.with_unit("万元")),
        corrupt.DUPLICATE,
        corrupt.TOTALS,
    ),
    share=0.02,
)  # fmt: skip


@dataclass(frozen=True)
class Project:
    """One project; days are None where the step was not taken, ``paid`` is the share of the budget."""

    code: str
    name: str
    department: Department
    kind: str
    content: str
    system: str
    filed_on: datetime.date
    review: str
    approved_on: datetime.date | None
    way: str
    signed_on: datetime.date | None
    budget: float
    paid: float


def _after(rng: np.random.Generator, day: datetime.date, least: int, most: int) -> datetime.date:
    return day + datetime.timedelta(days=int(rng.integers(least, most)))


def _make(rng: np.random.Generator, number: int, system: System | None) -> Project:
    department = system.department if system else DEPARTMENTS[number % len(DEPARTMENTS)]
    filed = _after(rng, datetime.date(2016, 3, 1), 0, 700)
    approved = _after(rng, filed, 15, 50)
    signed = _after(rng, approved, 10, 60)
    if system:
        kind, name, content = "运维", f"{system.name}运维", f"{system.name}年度运行维护、故障处理和安全巡检"
    else:
        kind = str(rng.choice(("建设", "购买服务")))
        thing = NEW_THINGS[int(rng.integers(0, len(NEW_THINGS)))]
        name, content = f"{department.name}{thing}", f"{department.name}{thing}所需设备和实施，{filed.year}年"
    return Project(
        code=f"DZ{filed.year}{number:03d}",
        name=name,
        department=department,
        kind=kind,
        content=content,
        system=system.code if system else "",
        filed_on=filed,
        review="通过",
        approved_on=approved,
        way=str(rng.choice(WAYS, p=WAY_SHARES)),
        signed_on=signed,
        budget=round(float(np.exp(rng.normal(3.2, 0.9))), 1),
        paid=float(rng.choice((0.3, 0.6, 0.97))),
    )


def _spoilt(rng: np.random.Generator, project: Project, what: str, systems: Sequence[System]) -> Project:
    if what == "unapproved":
        return replace(project, review=str(rng.choice(("未审核", "不通过"))), approved_on=None)
    if what == "bought_early":
        return replace(project, signed_on=_after(rng, project.filed_on, 1, 12))
    if what == "off_ledger":
        ghost = f"TA{project.department.code[:6].upper():0<6}{80_000 + int(project.code[-3:]):05d}"
        return replace(project, kind="运维", system=ghost)
    same = systems[int(rng.integers(0, len(systems)))]
    content = f"新建{same.name}，{same.function}"
    return replace(
        project, kind="建设", system="", department=same.department, name=f"{same.name}建设", content=content
    )


def make_projects(city: City, systems: Sequence[System]) -> list[Project]:
    """Every project; what is wrong with some goes to the truth."""
    rng = city.stream("governance", "projects")
    sound = [each for each in systems if each.role in ("normal", "seasonal", "small") and each.built_on.year < 2016]
    kept = [sound[place] for place in rng.permutation(len(sound))[: PROJECTS // 2]]
    found = [_make(rng, number, kept[number] if number < len(kept) else None) for number in range(PROJECTS)]
    chosen = iter(rng.permutation(PROJECTS).tolist())
    for what, count in PLANTED.items():
        for place in (next(chosen) for _ in range(count)):
            found[place] = _spoilt(rng, found[place], what, sound)
            city.truth.event(f"project_{what}", resource=BOOK.office.resource, code=found[place].code)
    # What waits for its review is not paid for.
    for place in (next(chosen) for _ in range(25)):
        found[place] = replace(found[place], review="未审核", approved_on=None, way="", signed_on=None, paid=0.0)
    return found


def _rows(projects: Sequence[Project], day: datetime.date) -> Rows:
    rows: Rows = []
    for each in projects:
        if each.filed_on > day:
            continue
        days = [on.isoformat() if on and on <= day else None for on in (each.approved_on, each.signed_on)]
        paid = round(each.budget * each.paid, 2) if days[1] else 0
        rows.append(
            [
                *(each.code, each.name, each.department.name, each.kind, each.content, each.system or None),
                *(each.filed_on.isoformat(), each.review, days[0], each.way or None, days[1], each.budget, paid),
            ]
        )
    return rows


def deliver(city: City, systems: Sequence[System]) -> list[Project]:
    """The register of each month; what it is about, for others who look at the same projects."""
    projects = make_projects(city, systems)
    BOOK.deliver(city, lambda day: _rows(projects, day))
    return projects
