"""网信办: when each graded system was assessed, whether it joined the common sign-in, whether its backup was tried."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_data import corrupt, defects
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office
from sample_data.governance.systems import MAIL_KINDS, System
from sample_data.governance.workbook import PLAN_DAY, Rows, Workbook

GRADED = 480
OVERDUE, NEVER_RESTORED = 11, 14
"""Systems whose assessment is overdue, and systems with a backup from which nobody ever restored."""
YEARS = {"三级": 1, "二级": 2}
BACKUPS, BACKUP_SHARES = ("云灾备", "异地", "本地"), (0.45, 0.25, 0.3)
LAST_DAY = datetime.date(2018, 6, 30)
"""Who is overdue is so on this day whatever the city's last day is."""
BOOK = Workbook(
    Office("security_assessment", "wangxinban"),
    "系统安全测评与灾备",
    "测评与灾备",
    ("泰安市政务信息系统安全测评、统一认证接入与灾备情况表", "汇总单位：市委网信办"),
    (
        "系统编码", "系统名称", "所属部门", "保护等级", "最近测评日期", "下次测评期限", "测评结论", "是否面向公众",
        "统一身份认证接入日期", "备份方式", "最近恢复演练日期", "演练结果",
    ),
    (
        Edit("期限为空", "R001", "下次测评期限", defects.blank),
        Edit("部门用旧名", "R003", "所属部门", defects.always("质量技术监督局")),
        Edit("等级不在目录", "R004", "保护等级", defects.always("五级")),
        Edit("接入早于方案", "R005", "统一身份认证接入日期", defects.always("2014-01-01"), fits=bool),
        Edit("期限早于测评", "R105", "下次测评期限", defects.always("2013-01-01")),
        Edit("无备份却有演练", "R106", "备份方式", defects.always("无"), fits=lambda cell: cell == "云灾备"),
        Edit("斜线日期", "", "下次测评期限", defects.slash_date),
        corrupt.DUPLICATE,
        corrupt.TOTALS,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Assured:
    """One graded system: its last assessment, the day it joined the common sign-in, its last trial of a restore."""

    system: System
    level: str
    assessed_on: datetime.date
    conclusion: str
    is_public: bool
    signed_in_on: datetime.date | None
    backup: str
    restored_on: datetime.date | None
    restore_result: str | None

    @property
    def due_on(self) -> datetime.date:
        """By when it must be assessed again."""
        return self.assessed_on.replace(day=1, year=self.assessed_on.year + YEARS[self.level])


def _back(rng: np.random.Generator, least: int, most: int) -> datetime.date:
    return LAST_DAY - datetime.timedelta(days=int(rng.integers(least, most)))


def make_assured(city: City, systems: Sequence[System]) -> list[Assured]:
    """The graded systems; whose assessment is overdue goes to the truth."""
    rng = city.stream("governance", "assurance")
    able = [each for each in systems if each.role not in ("unlisted", "zombie", "new") and each.kind not in MAIL_KINDS]
    chosen = [able[place] for place in np.sort(rng.permutation(len(able))[:GRADED])]
    marks = rng.permutation(len(chosen))
    late, untried = set(marks[:OVERDUE].tolist()), set(marks[OVERDUE : OVERDUE + NEVER_RESTORED].tolist())
    found = []
    for number, system in enumerate(chosen):
        level = "三级" if rng.random() < 0.25 else "二级"
        year = 365 * YEARS[level]
        is_public = system.audience == "企业和群众"
        backup = "本地" if number in untried else str(rng.choice(BACKUPS, p=BACKUP_SHARES))
        tried = _back(rng, 45, 330)
        on = PLAN_DAY + datetime.timedelta(days=round(380 * float(rng.beta(2.5, 1.8))))
        assessed = _back(rng, year + 60, year + 200) if number in late else _back(rng, 60, year - 90)
        result = "失败" if rng.random() < 0.03 else "成功"
        found.append(
            Assured(
                system=system,
                level=level,
                assessed_on=assessed,
                conclusion=str(rng.choice(("符合", "基本符合"), p=(0.3, 0.7))),
                is_public=is_public,
                signed_in_on=on if is_public else None,
                backup=backup,
                restored_on=None if number in untried else tried,
                restore_result=None if number in untried else result,
            )
        )
        for is_it, kind in ((number in late, "assessment_overdue"), (number in untried, "never_restored")):
            if is_it:
                city.truth.event(kind, resource=BOOK.office.resource, code=system.code)
    return found


def _rows(assured: Sequence[Assured], day: datetime.date) -> Rows:
    rows: Rows = []
    for each in assured:
        system, joined = each.system, each.signed_in_on
        rows.append(
            [
                *(system.code, system.name, system.department.name, each.level, each.assessed_on.isoformat()),
                *(each.due_on.isoformat(), each.conclusion, "是" if each.is_public else "否"),
                joined.isoformat() if joined and joined <= day else None,
                each.backup,
                each.restored_on.isoformat() if each.restored_on else None,
                each.restore_result,
            ]
        )
    return rows


def deliver(city: City, systems: Sequence[System]) -> None:
    """The register of each month."""
    assured = make_assured(city, systems)
    BOOK.deliver(city, lambda day: _rows(assured, day))
