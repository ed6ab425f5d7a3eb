"""市政府办公室: which systems have moved to the government cloud, a workbook a month; three departments are behind."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, hand_in, months_due
from sample_data.governance.departments import DEPARTMENTS
from sample_data.governance.ledger import listed_on
from sample_data.governance.systems import MAIL_KINDS, System

OFFICE = Office("cloud_migration", "zfbgs")
BEHIND = ("jiaotongju", "wenguangxinju", "370923")
"""Their shares, and everybody else's, are of the systems that can move."""
BEHIND_SHARES, OTHER_SHARES = (0.30, 0.55), (0.76, 0.96)
PLAN_DAY = datetime.date(2017, 12, 4)
DAYS = 205
"""From the plan to the end of June 2018."""
DOMAINS = ("公共服务域", "行政服务域")
WHY_NOT_ELIGIBLE = ("涉密，按保密规定不上云", "拟关停，不再迁移", "上级部门统一部署，由上级迁移")
WHY_NOT_YET = ("数据库版本过旧，需先升级", "开发商已退出，代码待交接", "等待专网割接", "预算未下达", "迁移测试未通过")
NEXT_STEPS = ("升级数据库后迁移", "重新采购维护后迁移", "专网割接后迁移", "列入下半年预算", "修改后再次测试")
SHEET = "上云进度"
TITLES = ("泰安市政务信息系统上云进度表", "汇总单位：泰安市人民政府办公室　　　进度单位：%")
HEADER_ROW = len(TITLES) + 1
HEADER = (
    "系统编码",
    "系统名称",
    "所属部门",
    "迁往区域",
    "是否具备迁移条件",
    "不具备条件的原因",
    "迁移状态",
    "迁移进度",
    "上云日期",
    "未上云原因",
    "下一步措施",
    "计划完成日期",
)
SHARE = 0.03


EDITS = (
    Edit("迁移条件为空", "R001", "是否具备迁移条件", defects.blank),
    Edit("部门用旧名", "R003", "所属部门", defects.always("劳动和社会保障局")),
    Edit("状态不在目录", "R004", "迁移状态", defects.always("基本完成")),
    Edit("进度超过100", "R005", "迁移进度", defects.always(120), fits=lambda cell: float(cell) < 100),
    Edit("上云早于方案", "R005", "上云日期", defects.always("2015-05-01"), fits=bool),
    Edit("进度与状态矛盾", "R106", "迁移进度", defects.always(40), fits=lambda cell: float(cell) == 100),
    Edit("进度带单位", "", "迁移进度", defects.with_unit("%")),
    Edit("斜线日期", "", "上云日期", defects.slash_date, fits=bool),
    corrupt.DUPLICATE,
    corrupt.TOTALS,
)


@dataclass(frozen=True)
class Move:
    """What becomes of one system: whether it can move, when it did or will, and what is said about it."""

    system: System
    domain: str
    is_eligible: bool
    why_not_eligible: str
    moved_on: datetime.date | None
    begun_on: datetime.date
    excuse: int


def make_moves(city: City, systems: list[System]) -> list[Move]:
    """Every business system's way to the cloud."""
    rng = city.stream("governance", "migration")
    moves: list[Move] = []
    for department in DEPARTMENTS:
        own = [s for s in systems if s.department == department and s.role != "unlisted" and s.kind not in MAIL_KINDS]
        can = [system.role != "zombie" and rng.random() < 0.85 for system in own]
        low, high = BEHIND_SHARES if department.code in BEHIND else OTHER_SHARES
        target = rng.uniform(low, high) * sum(can)
        count = int(np.floor(target) if department.code in BEHIND else np.ceil(target))
        # Slow at first, then a rush before the date that is watched.
        days = np.round(DAYS * rng.beta(3.0, 1.6, len(own))).astype(int)
        order = iter(rng.permutation(sum(can)).tolist())
        for system, is_eligible, day in zip(own, can, days.tolist(), strict=True):
            is_moved = is_eligible and next(order) < count
            begun = max(PLAN_DAY + datetime.timedelta(days=day), system.built_on)
            why = "" if is_eligible else WHY_NOT_ELIGIBLE[1 if system.role == "zombie" else int(rng.choice([0, 2]))]
            moved = min(begun, PLAN_DAY + datetime.timedelta(days=DAYS)) if is_moved else None
            excuse = int(rng.integers(len(WHY_NOT_YET)))
            moves.append(Move(system, str(rng.choice(DOMAINS)), is_eligible, why, moved, begun, excuse))
    return moves


def _row(move: Move, day: datetime.date) -> list[object]:
    system = move.system
    head = [system.code, system.name, system.department.name, move.domain, "是" if move.is_eligible else "否"]
    if not move.is_eligible:
        return [*head, move.why_not_eligible, "不迁移", 0, None, None, None, None]
    if move.moved_on is not None and move.moved_on <= day:
        return [*head, None, "已上云", 100, move.moved_on.isoformat(), None, None, None]
    begun = move.begun_on <= day + datetime.timedelta(days=20)
    planned = datetime.date(2018, 9 + move.excuse % 4, 28)
    state, progress = ("迁移中", 20 + 10 * move.excuse) if begun else ("未启动", 0)
    why, then = WHY_NOT_YET[move.excuse], NEXT_STEPS[move.excuse]
    return [*head, None, state, progress, None, why, then, planned.isoformat()]


def deliver(city: City, systems: list[System]) -> None:
    """May's workbook with the first delivery, then each month's."""
    moves = make_moves(city, systems)
    for code in BEHIND:
        city.truth.event("behind_in_cloud_migration", resource=OFFICE.resource, department=code)
    _hand_in(city, OFFICE.initial("monthly"), moves, datetime.date(2018, 5, 31))
    for month in months_due(city):
        day = (month + 1).astype("datetime64[D]").astype(datetime.date) - datetime.timedelta(days=1)
        _hand_in(city, OFFICE.monthly(month), moves, day)


def _file(period: str) -> str:
    return f"系统上云进度_{period}.xlsx"


def _hand_in(city: City, batch: delivery.Batch, moves: list[Move], day: datetime.date) -> Path:
    listed = {system.code for system in listed_on([move.system for move in moves], day)}
    rows = [_row(move, day) for move in moves if move.system.code in listed]
    file = _file(batch.period)

    def write(path: Path) -> None:
        delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES)

    folder = hand_in(city, batch, {file: write}, len(rows))
    rng = city.stream("dirt", folder.name, file)
    planted = corrupt.edit_xlsx(folder, file, EDITS, rng, sheet=SHEET, header_row=HEADER_ROW, share=SHARE)
    city.truth.plant(planted)
    return folder
