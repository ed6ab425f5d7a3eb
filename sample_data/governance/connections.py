"""市政府办公室: private networks and internet exits of the departments, merged one by one; some are only said to be."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_data import corrupt, defects
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office
from sample_data.governance.departments import DEPARTMENTS, OFFICE_SUBJECTS, Department
from sample_data.governance.workbook import PLAN_DAY, Rows, Workbook

NETWORKS, EXITS = 130, 210
"""Registers do not scale."""
STILL_ON = 4
"""Of each, those that are said to be merged and still carry traffic."""
BEHIND = ("gonganju", "weijiwei", "370923")
"""They merge late: the police and the hospitals have networks that nobody dares to touch, one county has no money."""
DAYS, DAYS_BEHIND = 200, 420
"""By when everybody has merged, in days after the plan."""
REASONS = ("上级部门未批复", "专用设备不支持改址", "线路合同未到期", "业务不能中断，等待割接窗口")
APPROVED = "泰政办函〔2018〕{}号"


@dataclass(frozen=True)
class Connection:
    """One network or exit: what it is, when it is merged (None: it may stay), whether it goes on all the same."""

    code: str
    name: str
    department: Department
    kind: str
    into: str
    merged_on: datetime.date | None
    still_on: bool
    traffic_gb: float
    size: int
    reason: int

    def is_merged(self, day: datetime.date) -> bool:
        """Whether its owner says so."""
        return self.merged_on is not None and self.merged_on <= day

    def carries(self, day: datetime.date) -> float:
        """GB that the probes saw in the month."""
        return self.traffic_gb if self.still_on or not self.is_merged(day) else 0.0


def make_connections(city: City, what: str, count: int, kinds: Sequence[str], into: Sequence[str]) -> list[Connection]:
    """Every one of a kind (``what`` begins its code), shared out among the departments."""
    rng = city.stream("governance", "connections", what)
    owners = np.sort(np.concatenate([np.arange(len(DEPARTMENTS)), rng.integers(0, len(DEPARTMENTS), count)])[:count])
    stays = set(rng.choice(count, round(count * 0.05), replace=False).tolist())
    found = []
    for number, owner in enumerate(owners.tolist()):
        department = DEPARTMENTS[owner]
        subjects = (*department.subjects, *OFFICE_SUBJECTS)
        days = DAYS_BEHIND if department.code in BEHIND else DAYS
        on = PLAN_DAY + datetime.timedelta(days=round(days * float(rng.beta(3.0, 1.6))))
        found.append(
            Connection(
                code=f"{what}{number + 1:04d}",
                name=f"{department.name}{subjects[number % len(subjects)]}",
                department=department,
                kind=str(rng.choice(kinds)),
                into=str(rng.choice(into)),
                merged_on=None if number in stays else on,
                still_on=False,
                traffic_gb=round(float(np.exp(rng.normal(4.0, 1.0))), 1),
                size=int(rng.choice([20, 50, 100, 200, 500])),
                reason=int(rng.integers(0, len(REASONS))),
            )
        )
    return _some_go_on(rng, found)


def _some_go_on(rng: np.random.Generator, found: list[Connection]) -> list[Connection]:
    early = [place for place, each in enumerate(found) if each.is_merged(datetime.date(2018, 5, 20))]
    chosen = {early[place] for place in rng.choice(len(early), STILL_ON, replace=False).tolist()}
    return [
        Connection(**{**vars(each), "still_on": True}) if place in chosen else each for place, each in enumerate(found)
    ]


def _common(what: str, status: str, done: str, never: str) -> tuple[Edit, ...]:
    return (
        Edit("流量为空", "R001", "本月流量", defects.blank),
        Edit("部门用旧名", "R003", "所属部门", defects.always("卫生局")),
        Edit("状态不在目录", "R004", status, defects.always("基本完成")),
        Edit("编号缺位", "R004", f"{what}编号", lambda cell, rng: str(cell)[:4]),
        Edit("早于方案", "R005", done, defects.always("2016-03-01"), fits=bool),
        Edit("未完成却有日期", "R106", status, defects.always(never), fits=lambda cell: str(cell).startswith("已")),
        Edit("流量带单位", "", "本月流量", defects.with_unit("GB")),
        Edit("斜线日期", "", done, defects.slash_date, fits=bool),
        corrupt.DUPLICATE,
        corrupt.TOTALS,
    )


NETWORK_BOOK = Workbook(
    Office("private_network", "zfbgs"),
    "业务专网整合进度",
    "专网整合",
    ("泰安市业务专网整合进度表", "汇总单位：泰安市人民政府办公室　　　流量单位：GB　年租费单位：万元"),
    (
        "专网编号", "专网名称", "所属部门", "专网类型", "整合状态", "批准文号", "并入日期", "本月流量", "年租费",
        "未并入原因", "计划并入日期",
    ),
    _common("专网", "整合状态", "并入日期", "未并入"),
)  # fmt: skip
EXIT_BOOK = Workbook(
    Office("internet_exit", "zfbgs"),
    "互联网出口归并进度",
    "出口归并",
    ("泰安市互联网出口归并进度表", "汇总单位：泰安市人民政府办公室　　　流量单位：GB　带宽单位：兆"),
    (
        "出口编号", "出口名称", "所属部门", "运营商", "带宽", "归并状态", "批准文号", "归并日期", "本月流量",
        "未归并原因", "计划归并日期",
    ),
    _common("出口", "归并状态", "归并日期", "未归并"),
)  # fmt: skip


def _end(each: Connection, day: datetime.date) -> tuple[object, object, object, object]:
    """Approval, day of merging, why it is not merged, by when it will be."""
    if each.merged_on is None:
        return APPROVED.format(20 + each.reason), None, None, None
    if each.is_merged(day):
        return None, each.merged_on.isoformat(), None, None
    planned = each.merged_on if each.department.code in BEHIND else datetime.date(2018, 12, 20)
    return None, None, REASONS[each.reason], planned.isoformat()


def _status(each: Connection, day: datetime.date, merged: str, not_yet: str) -> str:
    return "批准保留" if each.merged_on is None else merged if each.is_merged(day) else not_yet


def network_rows(networks: Sequence[Connection], day: datetime.date) -> Rows:
    """The register of private networks on a day."""
    rows: Rows = []
    for each in networks:
        approval, on, why, planned = _end(each, day)
        head = [each.code, f"{each.name}专网", each.department.name, each.kind, _status(each, day, each.into, "未并入")]
        rows.append([*head, approval, on, each.carries(day), round(each.size / 20, 1), why, planned])
    return rows


def exit_rows(exits: Sequence[Connection], day: datetime.date) -> Rows:
    """The register of internet exits on a day."""
    rows: Rows = []
    for each in exits:
        approval, on, why, planned = _end(each, day)
        head = [each.code, f"{each.name}出口", each.department.name, each.kind, each.size]
        rows.append([*head, _status(each, day, each.into, "未归并"), approval, on, each.carries(day), why, planned])
    return rows


def deliver(city: City) -> None:
    """Both registers; what is still on goes to the truth."""
    networks = make_connections(city, "ZW", NETWORKS, ("垂直", "自建"), ("已并入外网", "已并入内网"))
    exits = make_connections(city, "CK", EXITS, ("联通", "移动", "电信"), ("已归并",))
    for book, found in ((NETWORK_BOOK, networks), (EXIT_BOOK, exits)):
        for each in found:
            if each.still_on:
                city.truth.event("merged_and_still_on", resource=book.office.resource, code=each.code)
    NETWORK_BOOK.deliver(city, lambda day: network_rows(networks, day))
    EXIT_BOOK.deliver(city, lambda day: exit_rows(exits, day))
