"""What the inspectors' verdicts teach: which units leave the honest baseline, and how often a test was right."""

import datetime
import hashlib
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from alerts.casebook import SINGLE, CaseView
from alerts.cases import INSPECTED, VERDICTS
from alerts.store import Case, CaseEvent, CaseFinding, open_store
from taian.clock import SHANGHAI
from taian.settings import Settings, settings


@dataclass(frozen=True)
class Standing:
    """Units whose last verdict says that they fabricated, and those whose last verdict cleared them."""

    confirmed: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Precision:
    """How often the leads of one test were confirmed, with the 95 % interval of Wilson (JASA 1927)."""

    test: str
    family: str
    confirmed: int
    dismissed: int

    @property
    def share(self) -> float | None:
        """Confirmed among those decided; None when none was."""
        decided = self.confirmed + self.dismissed
        return self.confirmed / decided if decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the share; None when nothing was decided."""
        if self.share is None:
            return None
        from scipy.stats import binomtest

        found = binomtest(self.confirmed, self.confirmed + self.dismissed).proportion_ci(0.95, method="wilson")
        return float(found.low), float(found.high)


def standing(config: Settings, business_date: datetime.date | None = None) -> Standing:
    """The verdicts that stand on ``business_date``, so that a past night run again knows no more than it did then."""
    if not config.alerts_db.exists():
        return Standing()
    steps = (
        select(Case, CaseEvent)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(Case.kind.in_(INSPECTED), Case.unit.is_not(None), CaseEvent.what.in_((*VERDICTS, "reopen", "reopened")))
        .order_by(CaseEvent.id)
    )
    by_case: dict[str, tuple[str, str]] = {}
    with open_store(config).reading() as session:
        for case, event in session.execute(steps):
            is_later = business_date is not None and event.at.astimezone(SHANGHAI).date() > business_date
            finding = CaseView.model_validate(case).finding
            if is_later or (finding is not None and finding.unit_kind not in SINGLE):
                continue
            by_case.pop(case.id, None)
            if event.what in VERDICTS:
                by_case[case.id] = (case.unit or "", VERDICTS[event.what])
    confirmed = frozenset(unit for unit, verdict in by_case.values() if verdict == "confirmed")
    cleared = frozenset(unit for unit, verdict in by_case.values() if verdict == "dismissed")
    return Standing(confirmed, cleared - confirmed)


def fingerprint(business_date: datetime.date) -> str:
    """Changes when a verdict that counts on the date does: the night then inspects anew."""
    found = standing(settings(), business_date)
    told = "\n".join([*sorted(found.confirmed), "", *sorted(found.cleared)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def precision(config: Settings) -> list[Precision]:
    """One entry a test whose findings became cases, by family and test; undecided cases do not count."""
    if not config.alerts_db.exists():
        return []
    own = select(Case.test, Case.family, Case.verdict).where(Case.kind == "finding", Case.test.is_not(None))
    joined = select(CaseFinding.test, CaseFinding.family, Case.verdict).join(Case, Case.id == CaseFinding.case_id)
    with open_store(config).reading() as session:
        rows = [*session.execute(own), *session.execute(joined)]
        counted = Counter((row.test or "", row.family or "", row.verdict) for row in rows)
    tests = sorted({(family, test) for test, family, _ in counted})
    return [
        Precision(test, family, counted[test, family, "confirmed"], counted[test, family, "dismissed"])
        for family, test in tests
    ]
