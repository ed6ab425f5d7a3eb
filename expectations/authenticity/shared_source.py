"""Many units that filed from one device, account, address or phone (family same_source).

Needs the delivery's paradata: a text column whose name says who filed (``Observations.traits``), best with the time
of filing. A value is looked at when ``burst_members`` units or more share it. With filing times the statistic is how
many filings of the source followed another unit's within ``burst_seconds``; the null is what filings of different
hands would do, pairs within that time among *all* filings of the period (the rush before the deadline is in it),
Poisson. Without times it is the number of units, against a Poisson of the typical number (which honest agencies raise).
That says only that one hand filed: a finding on the group, weak, and strong only where another family speaks on half of
the members, or their figures are more alike than those of random units (``alike``).
"""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity import judge
from expectations.authenticity.alike import alikeness
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST, Floats
from expectations.authenticity.observations import Observations
from expectations.authenticity.tested import Group, Tested
from expectations.authenticity.wording import interval

INNOCENT = (
    "集团财务共享中心代各子公司报送",
    "代理记账机构或会计服务少数小企业",
    "园区、乡镇统计站组织企业集中到场填报",
    "平台批量导入，报送时间由系统统一写入",
)
_TIME = re.compile(r"time|filed|submit|时间|_at$", re.IGNORECASE)
_DEVICE = re.compile(r"device|mac|terminal|设备|终端", re.IGNORECASE)
_UNKNOWN = frozenset({"", "nan", "none", "null", "-", "无", "未知", "/", "0"})


def test(seen: Observations, limits: Limits = LIMITS) -> list[Tested]:
    """Each paradata column that is no time; nothing where units are not told apart."""
    if seen.size < limits.burst_members:
        return []
    times = [name for name in seen.traits if _TIME.search(name)]
    seconds = clock(seen)
    found: set[tuple[int, ...]] = set()
    return [_tested(name, seconds, found, seen, limits) for name in seen.traits if name not in times]


def clock(seen: Observations) -> Floats | None:
    """When each row was filed, in seconds since the epoch; None where no trait is a time."""
    times = (name for name in seen.traits if _TIME.search(name))
    return next((stamps for name in times if (stamps := _clock(seen.frame[name])) is not None), None)


def _clock(column: pd.Series) -> Floats | None:
    """Seconds since the epoch; None where fewer than half of the values are times."""
    stamps = pd.to_datetime(column, errors="coerce", format="mixed", utc=True)
    if stamps.notna().mean() < 0.5:
        return None
    seconds = stamps.dt.tz_localize(None).to_numpy().astype("datetime64[ms]").astype(np.int64) / 1000.0
    return np.where(stamps.notna().to_numpy(), seconds, np.nan)


def _tested(
    name: str, seconds: Floats | None, found: set[tuple[int, ...]], seen: Observations, limits: Limits
) -> Tested:
    rows = filings(name, seconds, seen)
    unknown = np.full(seen.size, np.nan)
    return Tested(
        test="shared_source",
        family="same_source",
        columns=(name,),
        p=unknown,
        statistic=unknown,
        effect=unknown,
        unit_of_effect="家" if seconds is None else "次",
        peers=np.full(seen.size, rows["source"].nunique(), dtype=np.int64),
        message=lambda unit: f"{seen.units[unit]}与其他单位同一来源报送。",
        reason="同一来源的结论只对一组单位作出",
        groups=tuple(_groups(name, rows, found, seen, limits)),
        looked=np.isin(np.arange(seen.size), rows["unit"]),
        innocent=INNOCENT,
    )


def _groups(
    name: str, rows: pd.DataFrame, found: set[tuple[int, ...]], seen: Observations, limits: Limits
) -> Iterator[Group]:
    """A group for each source that files for many beyond chance; units in ``found`` were named by another trait."""
    members = rows.groupby("source")["unit"].nunique()
    many = members[members >= limits.burst_members]
    own = rows[rows["source"].isin(many.index)]
    if rows["seconds"].isna().all():
        # Typical sharing by the mean of sources below the gate, so that the found ones do not excuse themselves.
        usual = float(members[members < limits.burst_members].mean()) if (members < limits.burst_members).any() else 1.0
        bursts, expected = many.astype(float), pd.Series(max(usual, 1.0), index=many.index)
    else:
        bursts, expected = (each.reindex(many.index).fillna(0.0) for each in _bursts(own, rows, limits))
    p = np.maximum(stats.poisson.sf(bursts.to_numpy() - 1, expected.to_numpy()), SMALLEST)
    q = judge.adjust(np.asarray(p, dtype=float))
    sure = np.flatnonzero(q <= limits.fdr_group).tolist()
    for at in sure:
        filed = own[own["source"] == many.index[at]]
        units = tuple(int(unit) for unit in np.sort(filed["unit"].unique()))
        if units not in found:
            found.add(units)
            yield _group(name, filed, units, (float(p[at]), float(bursts.iloc[at]), len(sure)), seen, limits)


def _group(
    name: str,
    filed: pd.DataFrame,
    units: tuple[int, ...],
    seen_as: tuple[float, float, int],
    seen: Observations,
    limits: Limits,
) -> Group:
    (p, bursts, sources), source = seen_as, filed["source"].iloc[0]
    timed = not filed["seconds"].isna().all()
    shared = filed.groupby("period")["unit"].nunique()
    periods = sorted(int(at) for at in shared[shared >= limits.burst_members].index)
    same = alikeness(seen, units, periods, limits) if seen.period is not None else None
    as_one = same is not None and same.p <= limits.fdr_strong / sources
    quick = f"，其中{bursts:.0f}次与上一家相隔不到一分钟" if timed else ""
    told = (
        f"；各家“{same.column}”的逐期增速彼此相差{same.distance:.1f}个百分点，随机同样多的单位相差{same.usual:.1f}个百分点"
        if same is not None and as_one
        else ""
    )
    when = f"在{seen.when(periods[0])}至{seen.when(periods[-1])}" if seen.periods and periods else ""
    return Group(
        label=f"{name} {source}",
        unit=str(source),
        kind="device" if _DEVICE.search(name) else "group",
        members=units,
        p=p,
        statistic=float(len(units)),
        effect=bursts,
        message=f"“{name}”为{source}的来源{when}共为{len(units)}个单位报送{quick}{told}。",
        period=interval(seen.periods[periods[0]], seen.periods[periods[-1]]) if seen.periods and periods else "",
        seconded=as_one,
    )


def filings(name: str, seconds: Floats | None, seen: Observations) -> pd.DataFrame:
    """One row a filing with a known source: unit, period, source, seconds."""
    source = seen.frame[name].astype("string").str.strip()
    rows = pd.DataFrame(
        {
            "unit": seen.unit,
            "period": 0 if seen.period is None else seen.period,
            "source": source.to_numpy(),
            "seconds": np.nan if seconds is None else seconds,
        }
    )
    known = source.notna() & ~source.str.lower().isin(_UNKNOWN)
    if seconds is not None:
        known &= np.isfinite(seconds)
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
