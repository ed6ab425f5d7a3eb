"""供电公司: what every account of a firm used in a month."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.activity import Economy
from sample_data.firms.calendar import month_index
from sample_data.firms.filings import period_labels
from sample_data.firms.handover import LAST_INITIAL_MONTH, Office, csv_editor, hand_in, months_due, soil
from sample_data.firms.identity import Identities
from sample_data.firms.register import COUNTY_NAMES, Firms

OFFICE = Office("electricity", "gongdiangongsi", "GB18030")
TWO_ACCOUNTS = 0.05

EDITS = (
    Edit("户名为空", "R001", "户名", defects.blank),
    Edit("用电量不是数字", "R002", "用电量", defects.not_a_number),
    Edit("县区不在本市", "R003", "县区", defects.always("历城区")),
    Edit("户号写法不对", "R004", "户号", lambda cell, rng: cell[:6]),
    Edit("用电量为负", "R005", "用电量", defects.always("-120")),
    Edit("单元格带单位", "", "用电量", defects.with_unit("万千瓦时", 10_000)),
    Edit("千分位", "", "用电量", defects.thousands),
    corrupt.lost_character("户名"),
    corrupt.DUPLICATE,
    corrupt.SHORT_ROW,
    corrupt.TRAILING_COMMAS,
    corrupt.REPEATED_HEADER,
    corrupt.TOTALS,
    corrupt.ALL_ZERO,
)


@dataclass(frozen=True)
class Accounts:
    """Meter accounts: the firm behind each, and its share of the firm's power."""

    firm: NDArray[np.int64]
    share: NDArray[np.float64]
    number: NDArray[np.object_]


def make_accounts(rng: np.random.Generator, firms: Firms) -> Accounts:
    """The accounts of the firms with meters; one in twenty has a second one."""
    count = firms.counts.active
    second = np.flatnonzero(rng.random(count) < TWO_ACCOUNTS)
    part = rng.uniform(0.1, 0.4, size=len(second))
    share = np.ones(count)
    share[second] -= part
    firm = np.concatenate([np.arange(count), second])
    county = firms.table["county"].to_numpy()[firm]
    number = 37_0000_0000 + county * 1_000_000 + np.arange(len(firm))
    return Accounts(firm, np.concatenate([share, part]), number.astype(str).astype(object))


def _month_table(firms: Firms, economy: Economy, identities: Identities, accounts: Accounts, month: int) -> pa.Table:
    exists = pd.Series(economy.founded <= economy.months[month]).to_numpy()[accounts.firm]
    firm = accounts.firm[exists]
    style = accounts.firm[exists] % 3
    used = np.round(economy.power[firm, month] * accounts.share[exists]).astype(np.int64)
    county = np.array(COUNTY_NAMES, dtype=object)[firms.table["county"].to_numpy()[firm]]
    return pa.table(
        {
            "户号": accounts.number[exists],
            "户名": identities.power_name[firm],
            "统一社会信用代码": identities.power_number[firm],
            "统计期": period_labels(economy.months, style, month),
            "用电量": used,
            "县区": county,
        }
    )


def deliver_electricity(city: City, firms: Firms, economy: Economy, identities: Identities) -> None:
    """The initial batch and each month's batch, which the power company sends twice."""
    accounts = make_accounts(city.stream("firms", "accounts"), firms)
    early = [index for index, month in enumerate(economy.months) if month <= LAST_INITIAL_MONTH]
    plan = [(OFFICE.initial("monthly"), early)]
    plan += [(OFFICE.monthly(month), [month_index(economy.months, str(month))]) for month in months_due(city)]
    for batch, indexes in plan:
        file = f"用电量_{batch.period}.csv"
        rows = int(sum((economy.founded <= economy.months[i])[accounts.firm].sum() for i in indexes))

        def write(path: Path, indexes: list[int] = indexes) -> None:
            tables = (_month_table(firms, economy, identities, accounts, index) for index in indexes)
            delivery.write_csv(path, tables, encoding="GB18030")

        folder = hand_in(city, batch, {file: write}, rows)
        soil(city, folder, file, EDITS, csv_editor, rows=rows)
        if len(indexes) == 1:
            again = batch.batch[:-2] + "02"
            badfiles.send_again(folder, again, batch.delivered_at.replace("T18:00", "T20:30"))
            city.truth.expect(batch.resource, again, "duplicate")
