"""A finding 疑点: what one test says of one unit, in the form of the table ``topic_authenticity__finding``.

A finding opens a lead for an inspector. It is no verdict, and its score is no probability of guilt.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, computed_field

from expectations.authenticity.evidence import Evidence, Reported

UnitKind = Literal["unit", "firm", "device", "person", "county", "group"]
Strength = Literal["weak", "strong"]
Family = Literal[
    "dispersion",
    "round_share",
    "duplicate",
    "underdispersion",
    "cross_source",
    "identity",
    "revision",
    "copied_growth",
    "bunching",
    "same_source",
    "number_bunching",
    "digits",
    "outlier",
    "multivariate",
]


class Finding(BaseModel):
    """One finding on a unit, or on a group of ``members``. ``period`` is one period, or first and last with a slash.

    ``effect`` is in ``unit_of_effect``, the data's own unit. ``p_value`` and ``q_value`` are None for an exact
    identity, where chance plays no part. ``innocent`` lists the honest explanations to rule out before anybody
    is accused. Whose it is besides the unit, of which resource, and the data behind its picture are known to those
    who know the table; a slip of the pen ``is_error`` and no fabrication.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    unit_name: str = ""
    unit_kind: UnitKind = "unit"
    resource: str = ""
    columns: tuple[str, ...]
    period: str
    test: str
    family: Family
    strength: Strength
    statistic: float
    effect: float
    unit_of_effect: str
    p_value: float | None
    q_value: float | None
    peers: int
    message: str
    county_code: str = ""
    county_name: str = ""
    industry_name: str = ""
    innocent: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    is_error: bool = False
    evidence: Evidence | None = None
    reported: Reported | None = None

    @property
    def called(self) -> str:
        """What the unit or group is called."""
        return self.unit_name or self.unit

    @computed_field  # type: ignore[prop-decorator]
    @property
    def finding_id(self) -> str:
        """The same finding keeps its id from night to night while its first month and its columns stay."""
        start = self.period.partition("/")[0]
        parts = (self.unit_kind, self.unit, self.test, self.resource, *self.columns, start)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


TABLE: dict[str, str] = {
    "finding_id": "string",
    "run_id": "string",
    "unit": "string",
    "unit_name": "string",
    "unit_kind": "string",
    "resource": "string",
    "columns": "string",
    "period": "string",
    "test": "string",
    "family": "string",
    "strength": "string",
    "statistic": "double",
    "effect": "double",
    "unit_of_effect": "string",
    "p_value": "double",
    "q_value": "double",
    "peers": "bigint",
    "message": "string",
    "county_code": "string",
    "county_name": "string",
    "industry_name": "string",
    "innocent": "string",
    "evidence": "string",
    "reported": "string",
}
"""Columns of the finding table with their Spark types; ``columns`` and ``innocent`` hold JSON lists,
``evidence`` and ``reported`` JSON."""

_PANDAS = {"string": "object", "double": "float64", "bigint": "int64"}


def to_frame(findings: Iterable[Finding], run_id: str) -> pd.DataFrame:
    """The findings as rows of the table, strong ones first, then by id, so that a repeated run gives the same
    bytes."""
    rows = []
    for finding in findings:
        row = finding.model_dump(exclude={"columns", "innocent", "evidence", "reported", "members", "is_error"})
        row["unit_name"] = finding.called
        row["run_id"] = run_id
        row.update({place: row[place] or None for place in ("county_code", "county_name", "industry_name")})
        row["columns"] = json.dumps(finding.columns)
        row["innocent"] = json.dumps(finding.innocent, ensure_ascii=False)
        for name, data in (("evidence", finding.evidence), ("reported", finding.reported)):
            row[name] = data.model_dump_json() if data else None
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(TABLE)).astype({name: _PANDAS[kind] for name, kind in TABLE.items()})
    return frame.sort_values(["strength", "finding_id"], ignore_index=True)
