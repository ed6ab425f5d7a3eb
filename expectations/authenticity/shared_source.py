"""Many units that filed from one device, account, address or phone (family same_source).

Needs the delivery's paradata: a text column whose name says who filed (``Observations.traits``), best with the time
of filing. A value is looked at when ``burst_members`` units or more share it. With filing times the statistic is how
many filings of the source followed another unit's within ``burst_seconds``; the null is what filings of different
hands would do, pairs within that time among *all* filings of the period (the rush before the deadline is in it),
Poisson. Without times it is the number of units, against a Poisson of the typical number (which honest agencies raise).
That says only that one hand filed: a finding on the group, weak, and strong only where another family speaks on half of
the members.
"""

import re

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity import judge
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Group, Tested

INNOCENT = (
    "集团财务共享中心代各子公司报送",
    "代理记账机构或会计服务少数小企业",
    "园区、乡镇统计站组织企业集中到场填报",
    "平台批量导入，报送时间由系统统一写入",
)
_TIME = re.compile(r"time|filed|submit|时间|_at$", re.IGNORECASE)
_UNKNOWN = frozenset({"", "nan", "none", "null", "-", "无", "未知", "/", "0"})


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Each paradata column that is no time; nothing where units are not told apart."""
    if seen.size < limits.burst_members:
        return []
    times = [name for name in seen.traits if _TIME.search(name)]
    clock = next((stamps for name in times if (stamps := _clock(seen.frame[name])) is not None), None)
    return [_tested(name, clock, seen, limits) for name in seen.traits if name not in times]


def _clock(column: pd.Series) -> Floats | None:
    """Seconds since the epoch; None where fewer than half of the values are times."""
    stamps = pd.to_datetime(column, errors="coerce", format="mixed", utc=True)
    if stamps.notna().mean() < 0.5:
        return None
    seconds = stamps.dt.tz_localize(None).to_numpy().astype("datetime64[ms]").astype(np.int64) / 1000.0
    return np.where(stamps.notna().to_numpy(), seconds, np.nan)


def _tested(name: str, clock: Floats | None, seen: Observations, limits: Limits) -> Tested:
    rows = _filings(name, clock, seen)
    by = rows.groupby("source")
    members = by["unit"].nunique()
    many = members[members >= limits.burst_members]
    groups = []
    if clock is None:
        # Typical sharing by the mean of sources below the gate, so that the found ones do not excuse themselves.
        usual = float(members[members < limits.burst_members].mean()) if (members < limits.burst_members).any() else 1.0
        p = np.maximum(stats.poisson.sf(many.to_numpy() - 1, max(usual, 1.0)), SMALLEST)
        bursts = many.astype(float)
    else:
        bursts, expected = _bursts(rows[rows["source"].isin(many.index)], rows, limits)
        bursts = bursts.reindex(many.index).fillna(0.0)
        p = np.maximum(stats.poisson.sf(bursts.to_numpy() - 1, expected.reindex(many.index).to_numpy()), SMALLEST)
    q = judge.adjust(np.asarray(p, dtype=float))
    for at in np.flatnonzero(q <= limits.fdr_weak).tolist():
        source = many.index[at]
        units = np.sort(rows.loc[rows["source"] == source, "unit"].unique())
        quick = f"，其中{bursts.iloc[at]:.0f}次与上一家相隔不到一分钟" if clock is not None else ""
        groups.append(
            Group(
                label=f"{name} {source}",
                members=tuple(int(unit) for unit in units),
                p=float(p[at]),
                statistic=float(len(units)),
                effect=float(bursts.iloc[at]),
                message=f"“{name}”为{source}的来源共为{len(units)}个单位报送{quick}。",
            )
        )
    unknown = np.full(seen.size, np.nan)
    return Tested(
        test="shared_source",
        family="same_source",
        columns=(name,),
        p=unknown,
        statistic=unknown,
        effect=unknown,
        unit_of_effect="家" if clock is None else "次",
        peers=np.full(seen.size, len(members), dtype=np.int64),
        message=lambda unit: f"{seen.units[unit]}与其他单位同一来源报送。",
        reason="同一来源的结论只对一组单位作出",
        groups=tuple(groups),
        innocent=INNOCENT,
    )


def _filings(name: str, clock: Floats | None, seen: Observations) -> pd.DataFrame:
    """One row a filing with a known source: unit, period, source, seconds."""
    source = seen.frame[name].astype("string").str.strip()
    rows = pd.DataFrame(
        {
            "unit": seen.unit,
            "period": 0 if seen.period is None else seen.period,
            "source": source.to_numpy(),
            "seconds": np.nan if clock is None else clock,
        }
    )
    known = source.notna() & ~source.str.lower().isin(_UNKNOWN)
    if clock is not None:
        known &= np.isfinite(clock)
    return rows[known.to_numpy(dtype=bool)]


def _bursts(own: pd.DataFrame, everything: pd.DataFrame, limits: Limits) -> tuple[pd.Series, pd.Series]:
    """Filings of each source within ``burst_seconds`` of another unit's, and how many chance would give."""
    chance = everything.groupby("period")["seconds"].apply(lambda seconds: _pairs(seconds.to_numpy(), limits))
    rows = own.sort_values(["source", "period", "seconds", "unit"])
    by = rows.groupby(["source", "period"])
    quick = (rows["seconds"] - by["seconds"].shift() <= limits.burst_seconds) & (rows["unit"] != by["unit"].shift())
    size = by["unit"].transform("size")
    expected = (size - 1) / 2 * rows["period"].map(chance)
    return quick.groupby(rows["source"]).sum().astype(float), expected.groupby(rows["source"]).sum()


def _pairs(seconds: Floats, limits: Limits) -> float:
    """Share of pairs of filings of a period that lie within ``burst_seconds``."""
    ordered = np.sort(seconds)
    count = len(ordered)
    if count < 2:
        return 1.0
    after = np.searchsorted(ordered, ordered + limits.burst_seconds, side="right") - np.arange(1, count + 1)
    return float(after.sum() / (count * (count - 1) / 2))
