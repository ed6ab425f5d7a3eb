"""统计局: the monthly return of the reporting units, and the paradata of every filing."""

import datetime
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.delivery import Batch
from sample_data.firms import calendar, industries
from sample_data.firms.calendar import Months
from sample_data.firms.cast import Cast
from sample_data.firms.codes import distinct
from sample_data.firms.fabrication import SLIPPED_BY, Returns, slipped
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, csv_editor, hand_in, months_due, soil
from sample_data.firms.register import Firms

RETURN = Office("enterprise_return", "tongjiju", "GB18030")
PARADATA = Office("enterprise_return_paradata", "tongjiju")
CORRECTED_MONTH, CORRECTED_ON = "2016-05", datetime.date(2018, 6, 20)
"""A month of the past that some units correct, and the day on which they do."""

HEADERS = {
    "工业总产值": "output",
    "营业收入": "revenue",
    "利润总额": "profit",
    "应交税金": "tax_payable",
    "内销产值": "domestic",
    "出口交货值": "export",
    "平均从业人员": "headcount",
    "应付职工薪酬": "wages",
}


def _is_large(cell: str) -> bool:
    return cell.isdigit() and int(cell) > 1000


RETURN_EDITS = (
    Edit("必填项为空", "R001", "工业总产值", defects.blank),
    Edit("金额不是数字", "R002", "营业收入", defects.not_a_number),
    Edit("行业代码不存在", "R003", "行业代码", defects.always("9999")),
    Edit("人数为负", "R005", "平均从业人员", defects.always("-5")),
    Edit("信用代码错一位", "R007", "统一社会信用代码", defects.swapped_digits),
    Edit("总产值抄错", "R103", "工业总产值", lambda cell, rng: str(int(cell) * 3 // 2), fits=_is_large),
    Edit("千分位", "", "营业收入", defects.thousands, fits=_is_large),
    Edit("单元格带单位", "", "应付职工薪酬", defects.with_unit("万元", 10)),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    corrupt.TRAILING_COMMAS,
    corrupt.REPEATED_HEADER,
    corrupt.TOTALS,
    corrupt.ALL_ZERO,
)
PARADATA_EDITS = (
    Edit("账号为空", "R001", "报送账号", defects.blank),
    Edit("秒数不是数字", "R002", "填报秒数", defects.not_a_number),
    Edit("设备号写法不对", "R004", "设备号", defects.always("N/A")),
    Edit("年份2197", "R005", "报送时间", defects.future_date),
    Edit("信用代码错一位", "R007", "统一社会信用代码", defects.swapped_digits),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
)


def period_labels(months: Months, style: NDArray[np.int64], month: int) -> NDArray[np.object_]:
    """One month in the three spellings that share a column: 2018-05, 201805, 2018年5月."""
    text = str(months[month])
    spellings = np.array([text, text.replace("-", ""), f"{text[:4]}年{int(text[5:])}月"], dtype=object)
    return np.asarray(spellings[style])


def _return_table(firms: Firms, returns: Returns, style: NDArray[np.int64], month: int) -> pa.Table:
    units = firms.table.iloc[: firms.counts.units]
    columns = {
        "统一社会信用代码": units["credit_code"].to_numpy(),
        "统计期": period_labels(returns.months, style, month),
        "行业代码": industries.written_in(returns.months[month], units["industry_code"].to_numpy()),
    }
    columns |= {header: returns.values[name][:, month] for header, name in HEADERS.items()}
    return pa.table(columns)


@dataclass(frozen=True)
class _Desks:
    """Who sits where when a unit files: account, device and address of each unit, and the declared agency's number."""

    account: NDArray[np.object_]
    device: NDArray[np.object_]
    address: NDArray[np.object_]
    agency: NDArray[np.object_]

    def joined(self, rows: NDArray[np.int64], lead: int, *, account: bool) -> None:
        """Let ``rows`` file from the desk of ``lead``, under its account too when asked."""
        self.device[rows] = self.device[lead]
        self.address[rows] = self.address[lead]
        if account:
            self.account[rows] = self.account[lead]


def _own_desks(rng: np.random.Generator, firms: Firms) -> _Desks:
    units = firms.table.iloc[: firms.counts.units]
    count = len(units)
    serial = pd.Series(np.arange(1, count + 1)).astype(str).str.zfill(6)
    account = ("QY" + units["county_code"].reset_index(drop=True) + serial).to_numpy(dtype=object)
    device = np.array([f"{number:012X}" for number in distinct(rng, count, 1 << 44)], dtype=object)
    octets = rng.integers(1, 255, size=(count, 2))
    county = units["county"].to_numpy()
    address = np.array([f"10.{9 + c}.{a}.{b}" for c, (a, b) in zip(county, octets, strict=True)], dtype=object)
    return _Desks(account, device, address, np.full(count, "", dtype=object))


def _filing_times(
    rng: np.random.Generator, cast: Cast, month: np.datetime64, is_new_hand: NDArray[np.bool_]
) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
    """When each unit files in the last days of ``month``, and how many seconds the form was open."""
    count = len(cast.part)
    first = (month + 1).astype("datetime64[D]").astype(np.int64) - 7
    second = (first + rng.integers(0, 5, size=count)) * 86_400 + rng.integers(30_600, 63_000, size=count)
    taken = np.clip(np.round(np.exp(rng.normal(np.log(900), 0.5, size=count))), 120, 14_400).astype(np.int64)
    for group in cast.groups("one_hand"):
        if is_new_hand[group[0]]:
            second[group] = second[group[0]] + np.cumsum(rng.integers(20, 60, size=len(group)))
            taken[group] = rng.integers(6, 30, size=len(group))
    for group in cast.groups("bookkeeping_agency"):
        if is_new_hand[group[0]]:
            second[group] = second[group[0]] + np.cumsum(rng.integers(240, 900, size=len(group)))
            taken[group] = rng.integers(150, 600, size=len(group))
    return second.astype("datetime64[s]"), taken


def _paradata_tables(city: City, firms: Firms, cast: Cast, months: Months) -> dict[int, pa.Table]:
    """One table a month in which returns are filed, by month index."""
    rng = city.stream("firms", "paradata")
    desks, own = _own_desks(rng, firms), _own_desks(city.stream("firms", "desks"), firms)
    for number, group in enumerate(cast.groups("one_hand")):
        desks.joined(group, group[0], account=number % 2 == 0)
    for number, group in enumerate(cast.groups("bookkeeping_agency")):
        desks.joined(group, group[0], account=True)
        desks.agency[group] = f"DLJZ3709{number + 1:08d}"
    shared = np.isin(cast.part.astype(str), ["one_hand", "bookkeeping_agency"])
    style = rng.integers(0, 3, size=len(cast.part))
    tables = {}
    for index in np.flatnonzero(calendar.month_numbers(months) != 1).tolist():
        is_new_hand = shared & (cast.since <= index)
        before = shared & ~is_new_hand
        second, taken = _filing_times(rng, cast, months[index], is_new_hand)
        tables[index] = pa.table(
            {
                "统一社会信用代码": firms.table["credit_code"].to_numpy()[: len(style)],
                "统计期": period_labels(months, style, index),
                "报送账号": np.where(before, own.account, desks.account),
                "设备号": np.where(before, own.device, desks.device),
                "IP地址": np.where(before, own.address, desks.address),
                "报送时间": np.char.replace(np.datetime_as_string(second), "T", " ").astype(object),
                "填报秒数": taken,
                "代理记账备案号": np.where(before, "", desks.agency),
            }
        )
    return tables


def _filed_months(city: City, months: Months) -> tuple[list[int], list[np.datetime64]]:
    """Indexes of the months filed before the daily clock starts, and the months filed after; January is exempt."""
    numbers = calendar.month_numbers(months)
    early = [i for i, number in enumerate(numbers) if number != 1 and months[i] <= LAST_INITIAL_MONTH]
    return early, [month for month in months_due(city) if str(month)[5:] != "01"]


def deliver_returns(city: City, firms: Firms, returns: Returns) -> None:
    """The initial batch and each month's batch of ``enterprise_return``."""
    style = city.stream("firms", "periods").integers(0, 3, size=firms.counts.units)
    early, late = _filed_months(city, returns.months)
    plan = [(RETURN.initial("monthly"), early)]
    plan += [(RETURN.monthly(month), [calendar.month_index(returns.months, str(month))]) for month in late]
    for batch, indexes in plan:
        rows = len(indexes) * firms.counts.units
        file = f"规上工业报表_{batch.period.replace('-', '')}.csv"

        def write(path: Path, indexes: list[int] = indexes) -> None:
            tables = (_return_table(firms, returns, style, index) for index in indexes)
            delivery.write_csv(path, tables, encoding="GB18030", newline="\r\n")

        folder = hand_in(city, batch, {file: write}, rows)
        soil(city, folder, file, RETURN_EDITS, csv_editor, rows=rows)


def deliver_correction(city: City, firms: Firms, cast: Cast, returns: Returns) -> None:
    """Two years late the units that slipped in May 2016 hand in that month again; their other months stay as they were.

    The batch holds these units alone and replaces none: the month's other returns are still what they were.
    """
    at = calendar.month_index(returns.months, CORRECTED_MONTH)
    wrong = {row: names for row, names in slipped(cast) if cast.since[row] == at}
    if city.until < CORRECTED_ON or not wrong:
        return
    values = {name: panel.copy() for name, panel in returns.values.items()}
    for row, names in wrong.items():
        for name in names:
            values[name][row, at] //= SLIPPED_BY
    right = Returns(returns.months, values)
    batch = replace(RETURN.initial("monthly"), period=CORRECTED_MONTH, batch=f"{RETURN.resource}-{CORRECTED_MONTH}-01")
    batch = replace(batch, delivered_at=f"{CORRECTED_ON}T16:20:00+08:00")
    table = _return_table(firms, right, np.zeros(firms.counts.units, dtype=np.int64), at).take(list(wrong))
    file = f"规上工业报表_{CORRECTED_MONTH.replace('-', '')}_更正.csv"

    def write(path: Path) -> None:
        delivery.write_csv(path, table, encoding="GB18030", newline="\r\n")

    hand_in(city, batch, {file: write}, table.num_rows)
    city.truth.expect(batch.resource, batch.batch, "published_flagged", "W004")
    city.truth.event(
        "correction",
        resource=batch.resource,
        batch=batch.batch,
        period=CORRECTED_MONTH,
        delivered=CORRECTED_ON,
        units=table["统一社会信用代码"].to_pylist(),
        columns=[";".join(names) for names in wrong.values()],
    )


def _deliver_filings(city: City, batch: Batch, tables: list[pa.Table], *, is_spoiled: bool) -> None:
    rows, file = sum(table.num_rows for table in tables), "paradata.csv"
    folder = hand_in(city, batch, {file: lambda path: delivery.write_csv(path, tables, bom=True)}, rows)
    if is_spoiled:
        badfiles.reencode(folder, file, "GB18030")
        city.truth.expect(batch.resource, batch.batch, "rejected", "F005")
    else:
        soil(city, folder, file, PARADATA_EDITS, csv_editor, rows=rows)


def deliver_paradata(city: City, firms: Firms, cast: Cast, months: Months) -> None:
    """The paradata beside the returns; each month first arrives in the wrong encoding and is sent again."""
    tables = _paradata_tables(city, firms, cast, months)
    early, late = _filed_months(city, months)
    _deliver_filings(city, PARADATA.initial("monthly"), [tables[index] for index in early], is_spoiled=False)
    for month in late:
        own = [tables[calendar.month_index(months, str(month))]]
        _deliver_filings(city, PARADATA.monthly(month), own, is_spoiled=True)
        _deliver_filings(city, PARADATA.monthly(month, 2, "21:10"), own, is_spoiled=False)
