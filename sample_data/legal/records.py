"""An office's book of legal persons: who stands in it, under which name and number, and who is from elsewhere."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.firms import codes, names
from sample_data.firms.industries import COUNTIES
from sample_data.legal import numbers, spelling

Objects = NDArray[np.object_]

OTHER_REPRESENTATIVE, MISHEARD = 0.05, 0.02
"""Who changed hands and did not tell this office; whose representative is written with another character."""
OTHER_COUNTY = 0.03
"""Who is on the books of another county than the one it is registered in."""
OUTSIDERS = 0.013
BRANCHES = 0.03
ELSEWHERE = 379909
"""Unassigned like the sample city's own blocks: firms of other cities, which no register here knows."""
_CITIES = ("济南", "济宁", "莱芜", "山东", "青岛", "临沂")
_BRANCH_WORDS = ("分公司", "第一分公司", "分厂", "营业部", "门市部", "办事处", "项目部")
_FIRMS = ("unit", "active", "firm")


def book(city: City, resource: str, everybody: pd.DataFrame, chosen: NDArray[np.int64]) -> pd.DataFrame:
    """Records of the ``chosen`` rows of ``everybody``, their branches, and firms from elsewhere.

    Columns: ``subject`` (row of ``everybody``, -1 for an outsider), ``relation`` (self, branch, outsider), ``name``,
    ``code``, ``representative``, ``county``, and how each was written: ``name_kind``, ``code_kind``, ``person_kind``.
    """
    rng = city.stream("legal", resource, "book")
    own = _own(rng, everybody, chosen)
    firms = chosen[np.isin(everybody["group"].to_numpy()[chosen], _FIRMS)]
    parents = rng.choice(firms, size=round(BRANCHES * len(chosen)), replace=False)
    outsiders = _outsiders(rng, round(OUTSIDERS * len(chosen)))
    return pd.concat([own, _branches(rng, everybody, parents), outsiders], ignore_index=True)


def _own(rng: np.random.Generator, everybody: pd.DataFrame, chosen: NDArray[np.int64]) -> pd.DataFrame:
    subjects = everybody.iloc[chosen]
    name_kind, code_kind = spelling.kinds(rng, subjects), numbers.kinds(rng, subjects)
    count = len(chosen)
    draw, right = rng.random(count), subjects["representative"].to_numpy()
    is_other, is_misheard = draw < OTHER_REPRESENTATIVE, draw > 1 - MISHEARD
    other = names.person_names(rng, count)
    misheard = np.array([a[:-1] + b[-1] for a, b in zip(right, other, strict=True)], dtype=object)
    moved = rng.random(count) < OTHER_COUNTY
    return pd.DataFrame(
        {
            "subject": chosen,
            "relation": "self",
            "name": spelling.spelled(rng, subjects, name_kind),
            "code": numbers.written(rng, subjects, code_kind, everybody),
            "representative": np.select([is_other, is_misheard], [other, misheard], default=right),
            "county": np.where(moved, rng.integers(0, len(COUNTIES), size=count), subjects["county"]),
            "name_kind": name_kind,
            "code_kind": code_kind,
            "person_kind": np.select([is_other, is_misheard], ["other", "misheard"], default="right"),
        }
    )


def _branches(rng: np.random.Generator, everybody: pd.DataFrame, parents: NDArray[np.int64]) -> pd.DataFrame:
    """Branches under their own code, which the register of legal persons lacks, or under the parent's, or none."""
    subjects, count = everybody.iloc[parents], len(parents)
    county = np.where(rng.random(count) < 0.5, rng.integers(0, len(COUNTIES), size=count), subjects["county"])
    areas = np.array([int(code[2:8]) for code in subjects["credit_code"]])
    never = np.zeros(count, dtype=bool)
    own_code = codes.credit_codes(rng, areas, never, ~never).astype(object)
    draw = rng.random(count)
    word = np.array(_BRANCH_WORDS, dtype=object)[rng.integers(0, len(_BRANCH_WORDS), size=count)]
    town = np.array(("泰山", "岱岳", "宁阳", "东平", "新泰", "肥城"), dtype=object)[county]
    where = np.where(rng.random(count) < 0.6, town, "")
    return pd.DataFrame(
        {
            "subject": parents,
            "relation": "branch",
            "name": subjects["name"].to_numpy(dtype=object) + where + word,
            "code": np.select([draw < 0.6, draw < 0.9], [own_code, subjects["credit_code"]], default=""),
            "representative": names.person_names(rng, count),
            "county": county,
            "name_kind": "branch",
            "code_kind": np.select([draw < 0.6, draw < 0.9], ["own", "of_parent"], default="missing"),
            "person_kind": "other",
        }
    )


def _outsiders(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Firms of other cities that work here."""
    place = np.array(_CITIES, dtype=object)[rng.integers(0, len(_CITIES), size=count)]
    business = np.array(("建设", "物流", "商贸", "工程技术", "装饰"), dtype=object)[rng.integers(0, 5, size=count)]
    never = np.zeros(count, dtype=bool)
    code = codes.credit_codes(rng, np.full(count, ELSEWHERE), never, ~never).astype(object)
    is_missing = rng.random(count) < 0.15
    return pd.DataFrame(
        {
            "subject": np.full(count, -1),
            "relation": "outsider",
            "name": place + names.trade_names(rng, count) + business + "有限公司",
            "code": np.where(is_missing, "", code),
            "representative": names.person_names(rng, count),
            "county": rng.integers(0, len(COUNTIES), size=count),
            "name_kind": "registered",
            "code_kind": np.where(is_missing, "missing", "elsewhere"),
            "person_kind": "right",
        }
    )
