"""市政府办公室: the ledger of information systems 台账, a workbook a quarter gathered from every department."""

import datetime
from pathlib import Path

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import hand_in
from sample_data.governance.departments import OLD_NAMES
from sample_data.governance.shared import REGISTERED_KINDS
from sample_data.governance.systems import System
from sample_data.sheet_xml import Sheet
from sample_data.truth import Planted

RESOURCE, PROVIDER = "information_system", "zfbgs"
QUARTERS = {"2018Q1": "2018-04-12T16:30:00+08:00", "2018Q2": "2018-06-30T16:30:00+08:00"}
SHEET = "台账"
TITLES = ("泰安市政务信息系统台账", "汇总单位：泰安市人民政府办公室　　　年运维费单位：万元")
HEADER_ROW = len(TITLES) + 1
HEADER = (
    "系统编码",
    "系统名称",
    "所属部门",
    "层级",
    "系统类型",
    "功能描述",
    "服务对象",
    "建成日期",
    "最近更新日期",
    "运维到期日期",
    "年运维费",
    "用户数",
    "使用状态",
    "整合日期",
)
LEVEL = HEADER.index("层级")
CODE, NAME, OWNER = (HEADER.index(name) for name in ("系统编码", "系统名称", "所属部门"))
SHARE = 0.03
SAME_NAMES = 2
"""Systems that two offices of one department enter each under a number of its own."""


def _old_name(cell: object, rng: object) -> str:
    return OLD_NAMES[len(str(cell)) % len(OLD_NAMES)]


EDITS = (
    Edit("系统名称为空", "R001", "系统名称", defects.blank),
    Edit("运维费不是数字", "R002", "年运维费", defects.always("见合同")),
    Edit("部门用旧名", "R003", "所属部门", _old_name),
    Edit("系统编码缺位", "R004", "系统编码", lambda cell, rng: str(cell)[:6]),
    Edit("建成于2197年", "R005;R105", "建成日期", defects.always("2197-01-01")),
    Edit("更新早于建成", "R105", "最近更新日期", defects.always("2001-01-01")),
    Edit("整合早于方案", "R005", "整合日期", defects.always("2015-05-01"), fits=bool),
    Edit("单元格带单位", "", "年运维费", defects.with_unit("万元")),
    Edit("斜线日期", "", "建成日期", defects.slash_date),
    corrupt.DUPLICATE,
    corrupt.TOTALS,
)


def listed_on(systems: list[System], day: datetime.date) -> list[System]:
    """Systems that the ledger of that day has."""
    return [system for system in systems if system.role != "unlisted" and system.built_on <= day]


def ledger_row(system: System, day: datetime.date) -> list[object]:
    """What the ledger of a day says of a system, under HEADER."""
    unified = system.unified_on if system.unified_on and system.unified_on <= day else None
    return [
        system.code,
        system.name,
        system.department.name,
        "县级" if system.department.is_county else "市级",
        system.kind if system.kind in REGISTERED_KINDS else "业务系统",
        system.function,
        system.audience,
        system.built_on.isoformat(),
        system.changed_on.isoformat() if system.changed_on <= day else system.built_on.isoformat(),
        system.maintained_until.isoformat() if system.maintained_until else None,
        system.cost_10k_yuan,
        system.users,
        "停用" if unified and system.says_closed else "在用",
        unified.isoformat() if unified else None,
    ]


def deliver(city: City, systems: list[System]) -> None:
    """The ledger after each quarter."""
    for period, when in QUARTERS.items():
        day = datetime.date.fromisoformat(when[:10])
        if day <= city.until:
            _hand_in(city, period, when, [ledger_row(system, day) for system in listed_on(systems, day)])


def _hand_in(city: City, period: str, when: str, rows: list[list[object]]) -> None:
    batch = delivery.Batch(RESOURCE, PROVIDER, period, f"{RESOURCE}-{period}-01", when)
    file = f"政务信息系统台账_{period}.xlsx"

    def write(path: Path) -> None:
        delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES, merged_columns=[LEVEL])

    folder = hand_in(city, batch, {file: write}, len(rows))
    rng = city.stream("dirt", folder.name, file)
    planted = corrupt.edit_xlsx(folder, file, EDITS, rng, sheet=SHEET, header_row=HEADER_ROW, share=SHARE)
    city.truth.plant([*planted, *_same_names(folder, file, rows, {each.source_row for each in planted})])


def _same_names(folder: Path, file: str, rows: list[list[object]], touched: set[int]) -> list[Planted]:
    """The first whole rows once more under other numbers, at the end of the sheet."""
    book = Sheet.open(folder / file, SHEET)
    _, present = book.table(HEADER_ROW)
    whole = [row for place, row in enumerate(rows) if place + HEADER_ROW + 1 not in touched][:SAME_NAMES]
    made = []
    for number, row in enumerate(whole, start=HEADER_ROW + len(present) + 1):
        book.append(number, [f"{str(row[CODE])[:-5]}{99_000 + number:05d}", *row[1:]])
        made.append(Planted(RESOURCE, folder.name, f"{file}#{SHEET}", number, "系统重名", "R008"))
    book.save()
    delivery.sign(folder, rows=int(delivery.read_manifest(folder)["rows"]) + len(made))
    return made
