"""双公示: administrative licences and penalties of all departments, and the courts' list of dishonest debtors."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, hand_in, jsonl_editor, soil

FIRST_DAY = datetime.date(2016, 1, 1)
UNKNOWN_COUNTY = "370999"

DEPARTMENTS = {
    "gongshangju": "工商局",
    "huanbaoju": "环保局",
    "anjianju": "安监局",
    "shiyaojianju": "食品药品监管局",
    "weijiwei": "卫生计生委",
    "zhujianju": "住房城乡建设局",
    "jiaotongju": "交通运输局",
    "rensheju": "人力资源社会保障局",
}
"""Departments that decide; their decisions are collected by the approval bureau, or handed in by themselves."""

LICENCES = (
    ("食品经营许可", "普通", "shiyaojianju"),
    ("公共场所卫生许可", "普通", "weijiwei"),
    ("危险化学品经营许可", "普通", "anjianju"),
    ("排污许可", "普通", "huanbaoju"),
    ("道路货物运输经营许可", "普通", "jiaotongju"),
    ("建筑业企业资质", "认可", "zhujianju"),
    ("劳务派遣经营许可", "普通", "rensheju"),
    ("企业设立登记", "登记", "gongshangju"),
    ("城镇燃气经营许可", "特许", "zhujianju"),
    ("环境影响评价文件审批", "核准", "huanbaoju"),
)
OFFENCES = (
    ("未按规定公示年度报告", "警告", "gongshangju"),
    ("超过排放标准排放污染物", "罚款", "huanbaoju"),
    ("未取得食品经营许可从事经营活动", "没收", "shiyaojianju"),
    ("安全生产培训记录不实", "罚款", "anjianju"),
    ("超限运输", "罚款", "jiaotongju"),
    ("未按施工图设计文件施工", "罚款", "zhujianju"),
    ("拖欠劳动者工资", "罚款", "rensheju"),
    ("消毒管理不符合卫生标准", "责令停产停业", "weijiwei"),
    ("销售不合格产品且情节严重", "吊销许可证件", "gongshangju"),
)

_PAST: defects.Change = defects.always("1999-01-01")

LICENCE_EDITS = (
    Edit("许可内容为空", "R001", "XK_NR", defects.blank),
    Edit("区划不在本市", "R003", "XK_QH", defects.always(UNKNOWN_COUNTY)),
    Edit("年份0168", "R005", "XK_JDRQ", defects.ancient_date),
    Edit("信用代码错一位", "R007", "XK_XDR_SHXYM", defects.swapped_digits),
    Edit("有效期早于决定日期", "R105", "XK_YXQZ", _PAST, fits=bool),
    Edit("日期斜线", "", "XK_JDRQ", defects.slash_date),
    Edit("生僻字", "", "XK_FRDB", defects.rare_given_name),
    corrupt.lost_character("XK_XDR_MC"),
    corrupt.BROKEN_RECORD,
    corrupt.DUPLICATE,
)
PENALTY_EDITS = (
    Edit("违法事实为空", "R001", "CF_SY", defects.blank),
    Edit("罚款不是数字", "R002", "CF_NR_FK", defects.not_a_number),
    Edit("区划不在本市", "R003", "CF_QH", defects.always(UNKNOWN_COUNTY)),
    Edit("年份0168", "R005", "CF_JDRQ", defects.ancient_date),
    Edit("信用代码错一位", "R007", "CF_XDR_SHXYM", defects.swapped_digits),
    Edit("修复早于处罚", "R105", "CF_XFRQ", _PAST, fits=bool),
    corrupt.lost_character("CF_XDR_MC"),
    corrupt.BROKEN_RECORD,
    corrupt.DUPLICATE,
)
_ALWAYS_FIT = (0, 1, 2, 3)
"""Edits that fit every record: for small batches whose outcome must not depend on the draw."""


@dataclass(frozen=True)
class _Kind:
    """One of the two publications: volume a year in the whole city, fewest a day, and the days something goes wrong."""

    office: Office
    a_year: int
    fewest: int
    edits: tuple[Edit, ...]
    table: Callable[[np.random.Generator, pd.DataFrame, NDArray[np.datetime64], str], pa.Table]
    held_day: int = 0
    flagged_day: int = 0
    miscounted_day: int = 0
    repairs: float = 0.0
    """Share of a day's rows that are not new but the repair (信用修复) of an older penalty."""


def _subjects(rng: np.random.Generator, register: pd.DataFrame, count: int) -> pd.DataFrame:
    """Firms and sole traders the decisions are about; the same one can be hit again."""
    return register.iloc[rng.integers(0, len(register), size=count)].reset_index(drop=True)


def _decided(
    rng: np.random.Generator, subjects: pd.DataFrame, matters: tuple[tuple[str, str, str], ...]
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.object_]]:
    """Matter, kind and deciding authority of each decision."""
    weights = 1.0 / (np.arange(len(matters)) + 2.0)
    chosen = rng.choice(len(matters), size=len(subjects), p=weights / weights.sum())
    matter, kind, code = (np.array(column, dtype=object)[chosen] for column in zip(*matters, strict=True))
    authority = "泰安市" + pd.Series(code).map(DEPARTMENTS).to_numpy(dtype=object)
    return matter, kind, np.asarray(authority, dtype=object)


def _numbers(word: str, days: NDArray[np.datetime64], series: str) -> NDArray[np.object_]:
    """Document numbers 泰许〔2018〕0605-00012号, different within and between deliveries of ``series``."""
    date = pd.Series(days)
    serial = (date.groupby(days).cumcount() + 1).astype(str).str.zfill(5)
    return np.asarray(word + "〔" + date.dt.strftime("%Y") + "〕" + date.dt.strftime("%m%d") + series + serial + "号")


def _dates(days: NDArray[np.datetime64]) -> NDArray[np.object_]:
    """ISO dates."""
    return np.asarray(np.datetime_as_string(days).astype(object))


def _times(rng: np.random.Generator, days: NDArray[np.datetime64]) -> NDArray[np.object_]:
    clock = rng.integers(9 * 3600, 18 * 3600, size=len(days)).astype("timedelta64[s]")
    seconds = days.astype("datetime64[s]") + clock
    return np.asarray(np.char.replace(np.datetime_as_string(seconds), "T", " ").astype(object))


def _licences(rng: np.random.Generator, register: pd.DataFrame, days: NDArray[np.datetime64], series: str) -> pa.Table:
    subjects = _subjects(rng, register, len(days))
    matter, kind, authority = _decided(rng, subjects, LICENCES)
    years = rng.choice([0, 3, 5], size=len(days), p=[0.2, 0.5, 0.3])
    until = _dates(days + (years * 365).astype("timedelta64[D]"))
    return pa.table(
        {
            "XK_WSH": _numbers("泰许", days, series),
            "XK_NR": matter,
            "XK_XKLB": kind,
            "XK_XDR_MC": subjects["name"].to_numpy(),
            "XK_XDR_SHXYM": subjects["credit_code"].to_numpy(),
            "XK_FRDB": subjects["representative"].to_numpy(),
            "XK_JDRQ": _dates(days),
            "XK_YXQZ": np.where(years == 0, "", until),
            "XK_XKJG": authority,
            "XK_QH": subjects["county_code"].to_numpy(),
            "GXSJ": _times(rng, days),
        }
    )


def _penalties(rng: np.random.Generator, register: pd.DataFrame, days: NDArray[np.datetime64], series: str) -> pa.Table:
    subjects = _subjects(rng, register, len(days))
    matter, kind, authority = _decided(rng, subjects, OFFENCES)
    fine = np.round(np.exp(rng.normal(0.3, 1.1, size=len(days))), 2)
    fine_text = pd.Series(fine).map("{:.2f}".format).to_numpy(dtype=object)
    after = days + rng.integers(90, 400, size=len(days)).astype("timedelta64[D]")
    end = np.datetime64(INITIAL_DAY, "D")
    is_repaired = (rng.random(len(days)) < 0.35) & (after <= end)
    updated = np.where(is_repaired, after, days)
    public = days + np.timedelta64(365, "D")
    return pa.table(
        {
            "CF_WSH": _numbers("泰罚", days, series),
            "CF_SY": matter,
            "CF_CFLB": kind,
            "CF_NR_FK": np.where(kind == "警告", "0", fine_text),
            "CF_XDR_MC": subjects["name"].to_numpy(),
            "CF_XDR_SHXYM": subjects["credit_code"].to_numpy(),
            "CF_FRDB": subjects["representative"].to_numpy(),
            "CF_JDRQ": _dates(days),
            "CF_GSJZQ": _dates(public),
            "CF_XFRQ": np.where(is_repaired, _dates(after), ""),
            "CF_CFJG": authority,
            "CF_QH": subjects["county_code"].to_numpy(),
            "GXSJ": _times(rng, updated),
        }
    )


# On the days that go wrong at least five rows of a batch must be refused: fewer are never a share worth holding it for.
LICENCE = _Kind(Office("license", "xzspj"), 260_000, 30, LICENCE_EDITS, _licences, held_day=19, miscounted_day=26)
PENALTY = _Kind(Office("penalty", "xzspj"), 41_000, 60, PENALTY_EDITS, _penalties, flagged_day=12, repairs=0.2)


def _initial_days(rng: np.random.Generator, kind: _Kind, scale: float) -> Iterator[tuple[str, NDArray[np.datetime64]]]:
    """A year's file and the days of its decisions, sorted."""
    a_day = max(kind.fewest, kind.a_year * scale / 365)
    for year in range(FIRST_DAY.year, INITIAL_DAY.year + 1):
        last = min(datetime.date(year, 12, 31), INITIAL_DAY)
        length = (last - datetime.date(year, 1, 1)).days + 1
        days = np.sort(rng.integers(0, length, size=round(a_day * length)))
        yield f"{kind.office.resource}_{year}.jsonl", np.datetime64(f"{year}-01-01", "D") + days


def _deliver(city: City, kind: _Kind, register: pd.DataFrame) -> None:
    rng = city.stream("firms", kind.office.resource)
    tables = {name: kind.table(rng, register, days, "-") for name, days in _initial_days(rng, kind, city.scale)}
    files = {name: _writer(table) for name, table in tables.items()}
    folder = hand_in(city, kind.office.initial("daily"), files, sum(t.num_rows for t in tables.values()))
    for name, table in tables.items():
        soil(city, folder, name, kind.edits, jsonl_editor, rows=table.num_rows)
    usual = max(kind.fewest, round(kind.a_year * city.scale / 365))
    waiting = _waiting(rng, pa.concat_tables(tables.values())) if kind.repairs else None
    others, used = list(DEPARTMENTS), 0
    for number, day in enumerate(city.days()):
        count = max(1, round(usual * rng.uniform(0.9, 1.1)))
        old = round(count * kind.repairs) if waiting is not None else 0
        table = kind.table(rng, register, np.full(count - old, np.datetime64(day, "D")), "-")
        if waiting is not None:
            table = pa.concat_tables([_repaired(waiting.slice(used, old), day), table])
            used += old
        office = kind.office
        if number % 7 == 5:
            office = Office(kind.office.resource, others[number // 7 % len(others)])
        _deliver_day(city, kind, office, day, table)


def _waiting(rng: np.random.Generator, past: pa.Table) -> pa.Table:
    """Penalties not yet repaired and older than three months, in random order."""
    is_open = pc.equal(past["CF_XFRQ"], "")
    is_old = pc.less(past["CF_JDRQ"], str(INITIAL_DAY - datetime.timedelta(days=90)))
    found = past.filter(pc.and_(is_open, is_old))
    return found.take(pa.array(rng.permutation(found.num_rows)))


def _repaired(penalties: pa.Table, day: datetime.date) -> pa.Table:
    """The same penalties, repaired on ``day``."""
    changed = {"CF_XFRQ": str(day), "GXSJ": f"{day} 16:30:00"}
    for name, value in changed.items():
        place = penalties.column_names.index(name)
        penalties = penalties.set_column(place, name, pa.array([value] * penalties.num_rows, pa.string()))
    return penalties


def _writer(table: pa.Table) -> Callable[[Path], None]:
    return lambda path: delivery.write_jsonl(path, table)


def _deliver_day(city: City, kind: _Kind, office: Office, day: datetime.date, table: pa.Table) -> None:
    """One evening's batch, with what goes wrong on some evenings."""
    batch, file, rows = office.daily(day), f"{office.resource}_{day:%Y%m%d}.jsonl", table.num_rows
    folder = hand_in(city, batch, {file: _writer(table)}, rows)
    sure = [kind.edits[i] for i in _ALWAYS_FIT]
    if day.day == kind.held_day:
        soil(city, folder, file, sure, jsonl_editor, rows=rows, share=0.35)
        city.truth.expect(batch.resource, batch.batch, "held", "W101")
    elif day.day == kind.flagged_day:
        soil(city, folder, file, sure, jsonl_editor, rows=rows, share=0.11)
        city.truth.expect(batch.resource, batch.batch, "published_flagged", "W005")
    elif day.day == kind.miscounted_day:
        badfiles.wrong_row_count(folder)
        city.truth.expect(batch.resource, batch.batch, "rejected", "F004")
        hand_in(city, office.daily(day, 2, "21:40"), {file: _writer(table)}, rows)
    else:
        soil(city, folder, file, kind.edits, jsonl_editor, rows=rows)


def deliver_licences(city: City, register: pd.DataFrame) -> None:
    """Licences: all of the past at once, then every evening; on Saturdays a department hands in by itself."""
    _deliver(city, LICENCE, register)


def deliver_penalties(city: City, register: pd.DataFrame) -> None:
    """Penalties and their repair, in the same rhythm."""
    _deliver(city, PENALTY, register)
