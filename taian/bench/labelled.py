"""``taian bench labelled``: the authenticity engine on public data whose truth somebody else established.

Each set is read as its authors published it, from a folder of its own name; nothing of it is part of this project.

``hartgerink_ddfab``: data sets that researchers were paid to invent, beside genuine sites (Hartgerink et al., 2019).
``nigrini_benford``: figures of a fraudulent annual report, beside payments and census counts (Nigrini, 2012).
``covid_underdispersion``: daily counts of countries (JHU), held against deaths in excess of those reported, which were
counted without them (Karlinsky and Kobak, eLife 2021).
``china_provincial_gdp``: yearly figures of 31 provinces, three of which admitted fabrication in 2017 and 2018.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from expectations.authenticity import digits, number_bunching, underdispersion
from expectations.authenticity.examine import Report, examine
from expectations.authenticity.observations import Roles, observe
from taian.bench.report import Measure, measure, share
from taian.errors import ProblemError

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_TRIALS = ("MC", "SDC", "NC", "MI", "SDI", "NI")
"""Mean, standard deviation and number of trials in either condition, one participant a row."""
_FIGURES = ("MC", "SDC", "MI", "SDI")
_DRAWS = 40
_LEVEL = 0.05
_UNDERCOUNTED = 2.0
"""Deaths in excess over those reported from which more than half of all are missing."""
_DAYS_UNTIL = "2021-10-31"
"""The last day that the count of excess deaths covers."""
_ADMITTED = ("辽宁", "内蒙古", "天津")


def bench_labelled(data: Path, say: Callable[[str], None]) -> list[Measure]:
    """The measures of every set found below ``data``. ProblemError where none is, or one is not as published."""
    found = [(name, run) for name, run in SETS.items() if (data / name).is_dir()]
    if not found:
        raise ProblemError(f"{data} holds none of {', '.join(SETS)}; see docs/authenticity.md for where they are.")
    measures: list[Measure] = []
    for name, run in found:
        try:
            measures += run(data / name)
        except (OSError, KeyError, ValueError) as error:
            raise ProblemError(f"{data / name} is not as it was published ({error}); fetch it again.") from error
        say(name)
    return measures


def auroc(score: Floats, label: Booleans) -> float:
    """Chance that a labelled one scores above another one; ties count half (Mann and Whitney, 1947)."""
    return float(stats.mannwhitneyu(score[label], score[~label]).statistic / (label.sum() * (~label).sum()))


def _accused(report: Report) -> dict[str, bool]:
    return {unit.unit: unit.verdict in ("strong", "weak") for unit in report.units}


def _fabrications(folder: Path) -> list[Measure]:
    """Each genuine site in turn is judged with the invented sets, by the others as reference; and all without one."""
    genuine = pd.read_csv(folder / "study2_genuine.csv").rename(columns={"study_name": "site"})[["site", *_TRIALS]]
    invented = pd.concat(_invented(folder / "study2_fabricated"))
    rows = pd.concat([genuine, invented], ignore_index=True)
    fabricators = set(invented["site"])
    sites = genuine["site"].unique()
    areas, named, false = [], [], 0
    for left_out in sites:
        known = rows["site"].isin(set(sites) - {left_out})
        report = examine(observe(rows.assign(known=known), Roles(unit="site", values=_FIGURES, reference="known")))
        areas.append(_separated(report, fabricators, {left_out}))
        accused = _accused(report)
        named.append(sum(accused[unit] for unit in fabricators))
        false += accused[left_out]
    alone = examine(observe(rows, Roles(unit="site", values=_FIGURES)))
    accused = _accused(alone)
    return [
        measure("hartgerink.auroc", float(np.mean(areas)), f"{len(fabricators)} sets, {len(sites)} sites in turn"),
        share("hartgerink.named", round(float(np.mean(named))), len(fabricators)),
        share("hartgerink.false", false, len(sites)),
        measure("hartgerink.without_reference.auroc", _separated(alone, fabricators, set(sites)), ""),
        share("hartgerink.without_reference.named", sum(accused[unit] for unit in fabricators), len(fabricators)),
        share("hartgerink.without_reference.false", sum(accused[site] for site in sites), len(sites)),
    ]


def _separated(report: Report, fabricators: set[str], genuine: set[str]) -> float:
    judged = [unit for unit in report.units if unit.unit in fabricators | genuine]
    return auroc(np.array([unit.score for unit in judged]), np.array([unit.unit in fabricators for unit in judged]))


def _invented(folder: Path) -> Iterator[pd.DataFrame]:
    for file in sorted(folder.glob("*.txt")):
        rows = pd.read_csv(file, sep="\t").iloc[:, 1 : 1 + len(_TRIALS)]
        yield rows.set_axis(list(_TRIALS), axis=1).assign(site=file.stem)


def _report_of_a_fraud(folder: Path) -> list[Measure]:
    """The p-values of its figures, and how often as many figures of a clean set fall below the level."""
    fraud = pd.read_csv(folder / "sino_forest.csv")["value"]
    clean = {
        "census": pd.read_csv(folder / "census_2009.csv")["pop.2009"],
        "payments": pd.read_csv(folder / "corporate_payment.csv.gz")["Amount"],
    }
    measures = [measure(f"sino_forest.{test}.p", p, "p") for test, p in _chances(fraud).items()]
    for name, figures in clean.items():
        drawn = [_chances(figures[figures > 0].sample(len(fraud), random_state=seed)) for seed in range(_DRAWS)]
        measures += [
            share(f"{name}.{test}.below_05", sum(each[test] <= _LEVEL for each in drawn), _DRAWS) for test in drawn[0]
        ]
    return measures


def _chances(figures: pd.Series) -> dict[str, float]:
    seen = observe(pd.DataFrame({"figure": figures.to_numpy()}), Roles(values=("figure",)))
    return {each.test: float(each.p[0]) for each in (*digits.test(seen), *number_bunching.test(seen))}


def _epidemic(folder: Path) -> list[Measure]:
    """Too little chance in a country's daily counts, against the deaths that it did not report."""
    ratio = pd.read_csv(folder / "kobak_excess_mortality.csv").set_index("Country")["Undercount ratio"]
    measures = []
    for what in ("deaths", "confirmed"):
        seen = observe(
            _daily(folder / f"jhu_time_series_covid19_{what}_global.csv"),
            Roles(unit="country", period="day", values=("count",)),
        )
        chance = pd.Series(underdispersion.test(seen)[0].p, index=pd.Index(seen.units))
        both = pd.DataFrame({"score": -np.log(chance), "ratio": ratio}).dropna()
        accused = both.index.map(_accused(examine(seen))).to_numpy(dtype=bool)
        under = (both["ratio"] >= _UNDERCOUNTED).to_numpy()
        area = auroc(both["score"].to_numpy(), under)
        measures += [
            measure(f"covid.{what}.auroc", area, f"{under.sum()} of {len(both)} countries"),
            measure(f"covid.{what}.rank_correlation", stats.spearmanr(both["score"], both["ratio"]).statistic, ""),
            share(f"covid.{what}.named", int((accused & under).sum()), int(under.sum())),
            share(f"covid.{what}.named_and_not_undercounted", int((accused & ~under).sum()), int((~under).sum())),
        ]
    return measures


def _daily(file: Path) -> pd.DataFrame:
    """New cases a country and day; a day on which the total fell is unknown."""
    total = pd.read_csv(file).drop(columns=["Province/State", "Lat", "Long"]).groupby("Country/Region").sum()
    total.columns = pd.to_datetime(total.columns, format="mixed")
    new = total.diff(axis=1).iloc[:, 1:].loc[:, :_DAYS_UNTIL]
    rows = new.where(new >= 0).stack(future_stack=True).reset_index()
    rows.columns = pd.Index(["country", "day", "count"])
    return rows.assign(day=rows["day"].dt.strftime("%Y-%m-%d"))


def _provinces(folder: Path) -> list[Measure]:
    """Where the provinces that admitted fabrication stand among all, and how many are accused."""
    rows = pd.read_csv(folder / "provincial_gdp_100m_yuan_2010_2019.csv")
    report = examine(observe(rows, Roles(unit="province", period="year", values=("gdp_100m_yuan",))))
    accused = _accused(report)
    ranked = [unit.unit for unit in sorted(report.units, key=lambda unit: -unit.score)]
    ranks = [measure(f"gdp.rank.{name}", ranked.index(name) + 1, f"of {len(ranked)}") for name in _ADMITTED]
    admitted = sum(accused[name] for name in _ADMITTED)
    return [
        *ranks,
        share("gdp.named", admitted, len(_ADMITTED)),
        share("gdp.named_others", sum(accused.values()) - admitted, len(accused) - len(_ADMITTED)),
    ]


SETS: dict[str, Callable[[Path], list[Measure]]] = {
    "hartgerink_ddfab": _fabrications,
    "nigrini_benford": _report_of_a_fraud,
    "covid_underdispersion": _epidemic,
    "china_provincial_gdp": _provinces,
}
