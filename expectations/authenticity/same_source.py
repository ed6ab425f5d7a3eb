"""Many returns from one device or account within a minute of each other (family same_source).

Nobody reads, checks and files a return within ``burst_seconds`` of the one before. A source is looked at when
it filed for ``burst_members`` firms or more in one month, and the statistic is how many of its filings followed
another firm's within that time. The null is what filings of different hands would do: pairs within that time
among *all* filings of the month (so the rush before the deadline is in it), Poisson, Benjamini-Hochberg over
sources. That says only that one hand filed. Declared bookkeeping agencies 代理记账 do so for many honest firms:
their filings are left out. The rest is weak, and strong only when a second family speaks on the members, in
columns that the source was not found by: findings on at least ``burst_overlap`` of them, more than chance gives
(hypergeometric), or months that are more alike than those of random firms (``alike``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from expectations.authenticity import judge, wording
from expectations.authenticity.alike import Growth
from expectations.authenticity.evidence import Member, Timeline
from expectations.authenticity.finding import Finding, UnitKind
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import SMALLEST
from expectations.authenticity.units import Directory

SOURCES: tuple[tuple[str, str, UnitKind], ...] = (("device", "设备", "device"), ("account", "账号", "group"))
FAMILY_TITLES = {
    "copied_growth": "增速雷同",
    "cross_source": "产值缺少用电和开票支撑",
    "identity": "报表恒等关系不成立",
}

INNOCENT = (
    "同一集团的财务共享中心代各子公司报送",
    "未备案的代理记账机构或会计服务少数小企业",
    "园区、乡镇统计站组织企业集中到场填报",
    "平台批量导入或补报，报送时间由系统统一写入",
)


@dataclass(frozen=True)
class Source:
    """One device or account: its undeclared filings in the months in which it filed for many."""

    column: str
    title: str
    kind: UnitKind
    name: str
    filings: pd.DataFrame
    bursts: int
    p: float
    q: float = 1.0

    @property
    def members(self) -> frozenset[str]:
        """The firms it filed for."""
        return frozenset(self.filings["unit"])

    @property
    def span(self) -> tuple[str, str]:
        """First and last month with filings within a minute of each other."""
        months = self.filings.loc[self.filings["is_burst"], "period"]
        return str(months.min()), str(months.max())


def find(paradata: pd.DataFrame, limits: Limits = LIMITS) -> list[Source]:
    """Devices and accounts that filed for many firms within a minute of each other, by more than chance.

    ``paradata`` has unit, period, device, account, filed_at, agency_number (empty when not declared).
    """
    undeclared = paradata[paradata["agency_number"].fillna("") == ""]
    chance = _pair_chance(paradata, limits)
    found: list[Source] = []
    seen: set[frozenset[str]] = set()
    for column, title, kind in SOURCES:
        for source in _sources(undeclared, column, title, kind, chance, limits):
            if source.members not in seen:
                seen.add(source.members)
                found.append(source)
    q = judge.adjust(np.array([source.p for source in found]))
    return [replace(source, q=float(value)) for source, value in zip(found, q, strict=True) if value <= limits.fdr_weak]


def inspect(
    found: Sequence[Source],
    population: int,
    suspects: Mapping[str, set[str]],
    growth: Growth,
    directory: Directory,
    limits: Limits = LIMITS,
) -> list[Finding]:
    """A finding on each source found.

    ``population`` counts the filing firms, ``suspects`` names, per other family, those on which it has a
    finding, and ``growth`` tells whether the members' months are alike.
    """
    findings = []
    for source in found:
        level = limits.fdr_strong / (len(found) * (len(suspects) + 1))
        alike = growth.alike(sorted(source.members), *source.span)
        second = _second_family(source, suspects, population, level, limits)
        if alike is not None and alike.p <= level:
            second = (
                f"成员企业产值增速彼此相差{alike.distance:.1f}个百分点，随机同样多的企业相差{alike.usual:.1f}个百分点"
            )
        findings.append(_finding(source, directory, second))
    return findings


def _pair_chance(paradata: pd.DataFrame, limits: Limits) -> dict[str, float]:
    """Per period, the share of pairs of filings that lie within ``burst_seconds``; both members of a pair count
    once."""
    chance = {}
    for period, times in paradata.groupby("period")["filed_at"]:
        seconds = np.sort(_seconds(times))
        count = len(seconds)
        after = np.searchsorted(seconds, seconds + limits.burst_seconds, side="right") - np.arange(1, count + 1)
        chance[str(period)] = float(after.sum() / (count * (count - 1) / 2)) if count > 1 else 1.0
    return chance


def _seconds(times: pd.Series) -> np.ndarray:
    return pd.to_datetime(times).to_numpy().astype("datetime64[ms]").astype(np.int64) / 1000


def _sources(
    filings: pd.DataFrame, column: str, title: str, kind: UnitKind, chance: Mapping[str, float], limits: Limits
) -> list[Source]:
    """Sources that filed for many firms in some month, with the bursts in those months and their chance."""
    by = [column, "period"]
    many = filings[filings.groupby(by)["unit"].transform("nunique") >= limits.burst_members]
    if many.empty:
        return []
    rows = many.sort_values([*by, "filed_at", "unit"]).copy()
    rows["seconds"] = _seconds(rows["filed_at"])
    gap = rows["seconds"] - rows.groupby(by)["seconds"].shift()
    rows["is_burst"] = (gap <= limits.burst_seconds) & (rows["unit"] != rows.groupby(by)["unit"].shift())
    size = rows.groupby(by)["unit"].transform("size")
    # Each filing carries its half of the month's pairs: their sum over the month is the expected number of close pairs.
    rows["expected"] = (size - 1) / 2 * rows["period"].map(chance)
    found = []
    for name, own in rows.groupby(column):
        bursts = int(own["is_burst"].sum())
        if bursts >= limits.burst_members - 1:
            p = max(float(stats.poisson.sf(bursts - 1, own["expected"].sum())), SMALLEST)
            found.append(Source(column, title, kind, str(name), own, bursts, p))
    return found


def _second_family(
    source: Source, suspects: Mapping[str, set[str]], population: int, level: float, limits: Limits
) -> str | None:
    """What the other family with most of the source's members says; None when none has more than chance gives."""
    best: tuple[int, str] | None = None
    for family, named in sorted(suspects.items()):
        shared = len(source.members & named)
        p = float(stats.hypergeom.sf(shared - 1, population, len(named), len(source.members)))
        enough = shared >= max(limits.burst_overlap * len(source.members), limits.growth_members)
        if enough and p <= level and (best is None or shared > best[0]):
            best = (shared, FAMILY_TITLES.get(family, family))
    return f"其中{best[0]}家另有“{best[1]}”疑点" if best else None


def _finding(source: Source, directory: Directory, second: str | None) -> Finding:
    members = sorted(source.members)
    first, last = source.span
    month, filings = _densest(source.filings)
    said = f"{source.title}{source.name}在{wording.span(first, last)}为{len(members)}家企业报送报表"
    return Finding(
        **{**directory.common(members), "unit": source.name, "unit_name": f"{source.title}{source.name}"},
        unit_kind=source.kind,
        resource="enterprise_return_paradata",
        columns=(source.column, "filed_at"),
        period=wording.interval(first, last),
        test=f"same_{source.column}",
        family="same_source",
        strength="strong" if second else "weak",
        statistic=float(len(members)),
        effect=float(source.bursts),
        unit_of_effect="次",
        p_value=source.p,
        q_value=source.q,
        peers=0,
        message=f"{said}，其中{source.bursts}次与上一家相隔不到一分钟{f'；{second}' if second else ''}。",
        innocent=INNOCENT,
        evidence=Timeline(
            device=f"{source.title}{source.name}，{wording.month(month)}报表",
            events=tuple(
                (at.isoformat(), directory.name(unit))
                for at, unit in zip(pd.to_datetime(filings["filed_at"]), filings["unit"], strict=True)
            ),
            members=tuple(Member(unit=unit, name=directory.name(unit)) for unit in members),
        ),
    )


def _densest(own: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """The month with most bursts and its filings."""
    month = str(own.groupby("period")["is_burst"].sum().idxmax())
    return month, own[own["period"] == month]
