"""国税局: the taxpayers through a database view, and the monthly sum of their invoices as Parquet."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.activity import Economy
from sample_data.firms.calendar import Months, month_index
from sample_data.firms.cast import Cast
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, hand_in, months_due, parquet_editor, soil
from sample_data.firms.identity import Identities
from sample_data.firms.register import Firms

REGISTRATION = Office("tax_registration", "guoshuiju")
INVOICES = Office("vat_invoice", "guoshuiju")
ORDER = ("纳税人识别号", "统计期")
"""A view has no order of its own: source rows are counted in this one."""
SOURCE, VIEW = "tax", "v_tax_registration"
TAXPAYERS = 190_000
WRONG_DEPARTMENT = "dishuiju"

REGISTRATION_EDITS = (
    Edit("名称为空", "R001", "纳税人名称", defects.blank),
    Edit("行业代码不存在", "R003", "行业代码", defects.always("9999")),
    Edit("识别号缺位", "R004", "纳税人识别号", lambda cell, rng: cell[:10]),
    Edit("年份0168", "R005", "登记日期", defects.ancient_date),
    corrupt.lost_character("纳税人名称"),
    corrupt.DUPLICATE,
)
INVOICE_EDITS = (
    Edit("张数为空", "R001", "发票张数", defects.always(None)),
    Edit("张数为负", "R005", "发票张数", defects.always(-3)),
    Edit("信用代码错一位", "R007", "统一社会信用代码", defects.swapped_digits),
    Edit("税额错位", "R106", "税额", lambda cell, rng: cell * 100 + 1000),
    corrupt.DUPLICATE,
)


def make_taxpayers(city: City, firms: Firms, register: pd.DataFrame, identities: Identities) -> pd.DataFrame:
    """Rows of the register that are taxpayers, under the tax office's names and numbers."""
    count = min(max(firms.counts.active, city.count(TAXPAYERS)), firms.counts.all)
    table = register.iloc[:count].copy()
    known = len(identities.tax_name)
    table["name"] = np.concatenate([identities.tax_name, table["name"].to_numpy()[known:]])
    table["number"] = np.concatenate([identities.tax_number, table["credit_code"].to_numpy()[known:]])
    return table


def _snapshot(taxpayers: pd.DataFrame, cast: Cast, month: np.datetime64, index: int) -> pa.Table:
    """The view's rows for one month: 停业 and 非正常 follow what really happened to the works."""
    status = np.where(taxpayers["status"] == "存续", "正常", np.where(taxpayers["status"] == "注销", "注销", "非正常"))
    stopped = cast.who("stopped")
    stopped = stopped[cast.since[stopped] + 4 <= index]
    status[stopped[::2]] = "非正常"
    rows = taxpayers.assign(tax_status=status)
    rows = rows[rows["established"] < (month + 1).astype("datetime64[s]")]
    return pa.table(
        {
            "纳税人识别号": rows["number"].to_numpy(),
            "统计期": np.full(len(rows), str(month), dtype=object),
            "纳税人名称": rows["name"].to_numpy(),
            "纳税人类型": np.where(rows["size"] >= 500, "一般纳税人", "小规模纳税人"),
            "行业代码": rows["industry_code"].to_numpy(),
            "主管区划": rows["county_code"].to_numpy(),
            "登记日期": rows["established"].dt.strftime("%Y-%m-%d").to_numpy(),
            "纳税人状态": rows["tax_status"].to_numpy(),
        }
    )


def deliver_tax_registration(
    city: City, firms: Firms, register: pd.DataFrame, identities: Identities, cast: Cast, months: Months
) -> None:
    """One snapshot a month in the tax office's database; its deliveries have no files."""
    taxpayers = make_taxpayers(city, firms, register, identities)
    wanted = [LAST_INITIAL_MONTH, *months_due(city)]
    tables = [_snapshot(taxpayers, cast, month, month_index(months, str(month))) for month in wanted]
    database = delivery.source_file(city.out, SOURCE)
    delivery.write_sqlite_view(database, VIEW, tables)
    for month, table in zip(wanted, tables, strict=True):
        is_first = month == LAST_INITIAL_MONTH
        batch = REGISTRATION.initial("monthly") if is_first else REGISTRATION.monthly(month)
        folder = hand_in(city, batch, {}, table.num_rows)
        rng = city.stream("dirt", batch.batch)
        planted = corrupt.edit_sqlite(
            folder, database, VIEW, REGISTRATION_EDITS, rng, period=("统计期", str(month)), order=ORDER
        )
        city.truth.plant(planted)


def _money(values: NDArray[np.float64]) -> pa.Array:
    """Yuan with two places, as a decimal."""
    return pa.array(np.round(values, 2)).cast(pa.decimal128(18, 2), safe=False)


def _month_invoices(firms: Firms, economy: Economy, month: int) -> pa.Table:
    exists = economy.founded <= economy.months[month]
    return pa.table(
        {
            "统一社会信用代码": firms.table["credit_code"].to_numpy()[: len(exists)][exists],
            "统计期": np.full(int(exists.sum()), str(economy.months[month]), dtype=object),
            "销售额": _money(economy.invoiced[exists, month]),
            "税额": _money(economy.vat[exists, month]),
            "发票张数": economy.invoices[exists, month].astype(np.int64),
        }
    )


def deliver_invoices(city: City, firms: Firms, economy: Economy) -> None:
    """One Parquet file a year at first, then one a month, handed in by a wrong department before the right one."""
    early = [index for index, month in enumerate(economy.months) if month <= LAST_INITIAL_MONTH]
    years = sorted({str(economy.months[index])[:4] for index in early})
    parts = {f"vat_{year}.parquet": [i for i in early if str(economy.months[i])[:4] == year] for year in years}
    _hand_in_invoices(city, firms, economy, INVOICES.initial("monthly"), parts)
    for month in months_due(city):
        part = {f"vat_{month}.parquet": [month_index(economy.months, str(month))]}
        wrong = INVOICES.monthly(month)
        folder = _hand_in_invoices(city, firms, economy, wrong, part, is_clean=True)
        badfiles.wrong_department(folder, WRONG_DEPARTMENT)
        city.truth.expect(wrong.resource, wrong.batch, "rejected", "F008")
        _hand_in_invoices(city, firms, economy, INVOICES.monthly(month, 2, "19:30"), part)


def _hand_in_invoices(
    city: City,
    firms: Firms,
    economy: Economy,
    batch: delivery.Batch,
    parts: dict[str, list[int]],
    *,
    is_clean: bool = False,
) -> Path:
    files: dict[str, Callable[[Path], None]] = {}
    rows: dict[str, int] = {}
    for name, indexes in parts.items():

        def write(path: Path, indexes: list[int] = indexes) -> None:
            delivery.write_parquet(path, (_month_invoices(firms, economy, index) for index in indexes))

        files[name] = write
        rows[name] = int(sum((economy.founded <= economy.months[i]).sum() for i in indexes))
    folder = hand_in(city, batch, files, sum(rows.values()))
    if not is_clean:
        for name, count in rows.items():
            soil(city, folder, name, INVOICE_EDITS, parquet_editor, rows=count)
    return folder
