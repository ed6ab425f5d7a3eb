"""What the gate is told of a batch, what it answers, and the figures that later batches are compared with."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from catalog.model import Dimension, Resource
from taian.workdays import is_workday

Kind = Literal["day", "month", "quarter", "year"]
State = Literal["published", "published_flagged", "held"]
Severity = Literal["critical", "warning"]

_PERIODS: dict[Kind, str] = {
    "day": r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
    "month": r"(?P<year>\d{4})-(?P<month>\d{2})",
    "quarter": r"(?P<year>\d{4})Q(?P<quarter>[1-4])",
    "year": r"(?P<year>\d{4})",
}


class Frozen(BaseModel):
    """A value that is made once and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BatchFacts(Frozen):
    """What landing and the row rules know of a pending batch.

    ValueError when not every delivered row was either accepted or quarantined.
    """

    batch: str
    period: str
    rows_delivered: int
    rows_accepted: int
    rows_quarantined: int
    extra_columns: tuple[str, ...] = ()
    is_late: bool = False
    days_late: int = 0

    @model_validator(mode="after")
    def _adds_up(self) -> "BatchFacts":
        if self.rows_delivered != self.rows_accepted + self.rows_quarantined:
            raise ValueError(
                f"批次 {self.batch} 行数不平：报送 {self.rows_delivered}，接收 {self.rows_accepted}，"
                f"隔离 {self.rows_quarantined}；请重跑该资源，仍不平时交平台运维人员"
            )
        return self


class CheckResult(Frozen):
    """One check of one batch, in words for the owner of the data.

    ``success`` is true, false, or None: not judged, because there is nothing to judge by (no row, no history). None is
    neither a pass nor a failure; ``observed`` says why.
    """

    check: str
    dimension: Dimension
    severity: Severity
    observed: str
    expected: str
    success: bool | None


class BatchProfile(Frozen):
    """Figures of one batch, kept by the journal once the batch is published.

    ``rows`` are accepted rows; ``distributions`` counts rows by column and bin (see ``expectations.drift.bin_of``).
    ``is_initial`` marks the first period of a resource, which holds all of its past.
    """

    resource: str
    batch: str
    period: str
    kind: Kind
    is_initial: bool
    rows: int
    rows_delivered: int
    nulls: dict[str, int] = {}
    distributions: dict[str, dict[str, int]] = {}


class Verdict(Frozen):
    """What becomes of a batch: ``code`` is the first W code (None: nothing wrong), ``message`` a Chinese sentence."""

    batch: str
    state: State
    code: str | None
    message: str
    checks: list[CheckResult]
    profile: BatchProfile


def period_of(period: str) -> tuple[Kind, date]:
    """Kind and last day of a period written ``2018-06-30``, ``2018-06``, ``2018Q2`` or ``2018``.

    Raises ValueError when it is written otherwise.
    """
    for kind, pattern in _PERIODS.items():
        if match := re.fullmatch(pattern, period):
            found = {name: int(value) for name, value in match.groupdict().items()}
            if kind == "day":
                return kind, date(found["year"], found["month"], found["day"])
            month = found.get("month", found.get("quarter", 4) * 3)
            return kind, date(found["year"] + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    raise ValueError(f"统计期 '{period}' 无法识别，请写作 2018-06-30、2018-06、2018Q2 或 2018")


def is_of_rest(period: str) -> bool:
    """Whether a period is one day on which offices rest: fewer people come, call and file then."""
    kind, day = period_of(period)
    return kind == "day" and not is_workday(day)


def profile_of(
    resource: Resource,
    facts: BatchFacts,
    history: Sequence[BatchProfile],
    nulls: dict[str, int],
    distributions: dict[str, dict[str, int]],
) -> BatchProfile:
    """Profile of a batch; it is initial when no published batch of the resource has an earlier period."""
    kind, end = period_of(facts.period)
    return BatchProfile(
        resource=resource.resource,
        batch=facts.batch,
        period=facts.period,
        kind=kind,
        is_initial=all(period_of(past.period)[1] >= end for past in history),
        rows=facts.rows_accepted,
        rows_delivered=facts.rows_delivered,
        nulls=nulls,
        distributions=distributions,
    )


def comparable(resource: Resource, profile: BatchProfile, history: Sequence[BatchProfile]) -> list[BatchProfile]:
    """Published batches that ``profile`` may be compared with, oldest first.

    They have the same kind of period (a daily increment is not a quarterly copy). The initial batch of a resource that
    is delivered in increments holds years of rows and compares with nothing; where every delivery is a full copy
    (``load: replace``) it is as good as any other.
    """
    same_kind = [past for past in history if past.kind == profile.kind]
    if resource.load == "replace":
        return same_kind
    return [] if profile.is_initial else [past for past in same_kind if not past.is_initial]
