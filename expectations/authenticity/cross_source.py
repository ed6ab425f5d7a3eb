"""Output that electricity, invoices and staff do not carry (family cross_source).

Three questions to each firm, each in its own file: ``idle_output`` (output while electricity and invoices lie
idle), ``output_change`` (output steps away from the sources and stays), ``output_level`` (a year far above the
industry's level).

No source carries a finding alone where two exist (own solar power empties the electricity bill, consignment the
invoices): strong needs electricity and invoices to agree, measured by the weaker of the two. The tests of a
firm are combined by Cauchy (Liu and Xie 2020), firms by Benjamini-Hochberg, and within the selected firms
Benjamini and Bogomolov (2014) say which tests speak. One finding a firm: the test that says most.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from expectations.authenticity import idle_output, judge, output_change, output_level, wording
from expectations.authenticity.evidence import PeersScatter, Series
from expectations.authenticity.finding import Finding
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.null import Floats
from expectations.authenticity.panel import SOURCES, grid, labels
from expectations.authenticity.scored import PAIRS, Scored
from expectations.authenticity.units import Directory

OUTPUT = "output_10k_yuan"
INNOCENT = (
    "自备光伏或余热发电，购电减少",
    "来料加工、委托外协或产品自用，开票少于产值",
    "主要为出口或集团内调拨，开票口径不同",
    "兼并重组或搬迁后，用电或开票登记在另一户名下",
    "产品涨价或转产高附加值产品",
    "用电户登记在房东或园区名下",
)
_SCATTER = 300  # peers shown: the picture needs a cloud, not a census
_BAND = 24  # points along the band


def inspect(
    panel: pd.DataFrame, directory: Directory, tainted: frozenset[str] = frozenset(), limits: Limits = LIMITS
) -> list[Finding]:
    """Findings on the firms of the rectangular panel whose output is not carried by the other sources.

    ``tainted`` are firms of which another family already found something: they are judged, but the null is not
    theirs.
    """
    data = _data(panel, directory, tainted)
    if not data.units:
        return []
    return [_finding(data, found) for found in _judged(scores(data, limits), limits)]


@dataclass(frozen=True)
class _Found:
    """One firm, the test and the pair of sources that say most of it, and how sure they are."""

    row: int
    test: Scored
    pair: int
    p: float
    q: float
    is_strong: bool


def _judged(tests: tuple[Scored, ...], limits: Limits) -> list[_Found]:
    """One firm at most once: strong by the books, else by whatever test the firm was selected for."""
    books_p = np.column_stack([test.p[:, 0] for test in tests])
    # Bonferroni over the tests: strong is decided by one test, without help from the others.
    books_q = np.column_stack([judge.adjust(np.minimum(p * len(tests), 1.0)) for p in books_p.T])
    books_ratio = np.column_stack([test.ratio[:, 0] for test in tests])
    strong = judge.is_strong(books_q, books_ratio, limits)
    p = np.column_stack([judge.combine(test.p, limits) for test in tests])
    q = judge.adjust(judge.combine(p, limits))
    speaks = judge.select_tests(p, q, limits.fdr_weak)
    pairs = [np.where(np.isfinite(test.p), test.p, np.inf).argmin(axis=1) for test in tests]
    ratio = np.column_stack([test.ratio[np.arange(len(q)), pair] for test, pair in zip(tests, pairs, strict=True)])
    weak = speaks & (ratio >= limits.meaningful_ratio)
    found = []
    for row in np.flatnonzero((strong | weak).any(axis=1)):
        if strong[row].any():
            at = int(np.argmin(np.where(strong[row], books_p[row], np.inf)))
            found.append(_Found(int(row), tests[at], 0, books_p[row, at], books_q[row, at], True))
        else:
            at = int(np.argmin(np.where(weak[row], p[row], np.inf)))
            found.append(_Found(int(row), tests[at], int(pairs[at][row]), p[row, at], q[row], False))
    return found


@dataclass(frozen=True)
class _Data:
    """Monthly averages by unit and observation, and who the units are."""

    units: list[str]
    periods: list[str]
    months: Floats
    output: Floats
    sources: dict[str, Floats]
    strata: pd.Series
    honest: npt.NDArray[np.bool_]
    directory: Directory


def _data(panel: pd.DataFrame, directory: Directory, tainted: frozenset[str]) -> _Data:
    units, periods = labels(panel)
    months = np.array([2.0 if period.endswith("-02") else 1.0 for period in periods])
    sources = {name: grid(panel, name) / (1.0 if name == "headcount" else months) for name in SOURCES} if units else {}
    output = grid(panel, OUTPUT) / months if units else np.empty((0, 0))
    honest = np.array([unit not in tainted for unit in units], dtype=bool)
    return _Data(units, periods, months, output, sources, directory.strata(units), honest, directory)


def scores(data: _Data, limits: Limits = LIMITS) -> tuple[Scored, Scored, Scored]:
    """The three tests on every unit."""
    electricity, sales = (data.sources[name] for name in PAIRS[0])
    return (
        idle_output.score(data.output, electricity, sales, data.strata, data.honest, limits),
        output_change.score(data.output, data.sources, data.strata, data.honest, limits),
        output_level.score(data.output, data.sources, data.strata, data.honest, limits),
    )


def _finding(data: _Data, found: _Found) -> Finding:
    test, row, pair = found.test, found.row, found.pair
    first, last = int(test.first[row, pair]), int(test.last[row, pair])
    inside = slice(first, last + 1)
    claimed = float(np.nansum(data.output[row, inside] * data.months[inside]))
    ratio = float(test.ratio[row, pair])
    who = data.directory.who(data.units[row])
    span = (data.periods[first], data.periods[last])
    return Finding(
        **who.fields(),
        unit_kind="firm",
        resource="enterprise_return",
        columns=(OUTPUT, *PAIRS[pair]),
        period=wording.interval(*span),
        test=test.test,
        family="cross_source",
        strength="strong" if found.is_strong else "weak",
        statistic=float(test.statistic[row, pair]),
        effect=round(claimed * (1 - 1 / ratio), 1),
        unit_of_effect="10k_yuan",
        p_value=found.p,
        q_value=found.q,
        peers=int(test.peers[row]),
        message=_sentence(data, found, who.unit_name, inside, claimed),
        innocent=INNOCENT,
        evidence=_scatter(data, row, inside) if test.test == "output_level" else _series(data, row, span),
    )


def _sentence(data: _Data, found: _Found, name: str, inside: slice, claimed: float) -> str:
    test, row = found.test.test, found.row
    when = wording.span(data.periods[inside.start], data.periods[inside.stop - 1])
    said = f"{name}{when}申报工业总产值{wording.money(claimed)}"
    if test == "idle_output":
        power, sales = (float(np.nansum(data.sources[book][row, inside] * data.months[inside])) for book in PAIRS[0])
        return (
            f"{said}，同期用电{power:,.0f}千瓦时、开票{wording.money(sales / 10_000)}，两项都不到正常生产所需的一成。"
        )
    ratio = float(found.test.ratio[row, found.pair])
    measure = "和".join(SOURCES[source] for source in PAIRS[found.pair])
    basis = "本企业此前的关系" if test == "output_change" else "同行业企业的关系"
    return f"{said}；按{basis}，其{measure}只能支撑约{wording.money(claimed / ratio)}，申报值约为其{ratio:.1f}倍。"


def _numbers(values: Floats, digits: int = 2) -> tuple[float | None, ...]:
    return tuple(None if not np.isfinite(v) else round(float(v), digits) for v in values)


def _series(data: _Data, row: int, lit: tuple[str, str]) -> Series:
    """Output and its sources as an index of each one's own median before the finding, so that they share an
    axis."""
    before = np.array([period < lit[0] for period in data.periods])
    named = [("工业总产值", data.output[row]), *((SOURCES[book], data.sources[book][row]) for book in PAIRS[0])]
    lines = []
    for title, values in named:
        known = values[np.isfinite(values) & (values > 0) & (before if before.any() else ~before)]
        base = float(np.median(known)) if known.size else np.nan
        lines.append((f"{title}指数", _numbers(100 * values / base, 1)))
    return Series(x=tuple(data.periods), lines=tuple(lines), lit=lit)


def _scatter(data: _Data, row: int, inside: slice) -> PeersScatter:
    """Output against electricity in the firm's industry, medians of the window, with the central 98 % band."""
    peers = np.flatnonzero((data.strata == data.strata.iloc[row]).to_numpy())
    y, x = (_typical(values[peers, inside]) for values in (data.output, data.sources[PAIRS[0][0]]))
    own = peers == row
    others = np.isfinite(x) & np.isfinite(y) & ~own
    shown = np.flatnonzero(others)[:: max(int(others.sum()) // _SCATTER, 1)]
    band: list[tuple[float, float, float]] = []
    if others.any():
        slope = output_level.slope(np.log(y), np.log(x), pd.Series(np.zeros(len(peers))))
        low, high = np.exp(np.quantile(np.log(y[others]) - slope * np.log(x[others]), [0.01, 0.99]))
        for at in np.geomspace(x[others].min(), x[others].max(), _BAND):
            band.append((float(at), float(low * at**slope), float(high * at**slope)))
    return PeersScatter(
        x_label="月均用电量（千瓦时）",
        y_label="月均工业总产值（万元）",
        peers=tuple((round(float(a), 1), round(float(b), 1)) for a, b in zip(x[shown], y[shown], strict=True)),
        unit=(float(np.nan_to_num(x[own][0])), float(np.nan_to_num(y[own][0]))),
        band=tuple(band),
    )


def _typical(values: Floats) -> Floats:
    """Median of the positive values of each row, NaN without any."""
    return np.asarray(pd.DataFrame(np.where(values > 0, values, np.nan)).median(axis=1).to_numpy(dtype=float))
