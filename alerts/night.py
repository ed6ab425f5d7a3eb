"""What a night hands to the alerts: facts only, already decided by the gate and the inspection."""

import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

NightState = Literal["success", "failed", "late", "missing"]
DeliveryState = Literal["published", "published_flagged", "held", "rejected", "duplicate", "replaced"]


class Fact(BaseModel):
    """A fact is read once and never changed; an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CodeCount(NamedTuple):
    """How many rows of a batch were quarantined under one code."""

    code: str
    title: str
    remedy: str
    rows: int


class FindingFact(Fact):
    """One 疑点 of the inspection; ``county_name`` is None for one that belongs to no county.

    ``message`` and ``unit_name`` may name a firm: they stay in the case store and never enter a mail. ``columns`` and
    ``innocent`` are JSON lists; ``evidence``, the data of its picture, and ``reported``, the figures behind it as they
    were filed, are JSON as in the table of findings.
    """

    finding_id: str = Field(min_length=1)
    family: str
    test: str
    strength: Literal["weak", "strong"]
    county_name: str | None = None
    message: str
    unit: str = ""
    unit_name: str | None = None
    unit_kind: str = "unit"
    resource: str = ""
    columns: str = "[]"
    period: str = ""
    statistic: float | None = None
    effect: float | None = None
    unit_of_effect: str = ""
    q_value: float | None = None
    peers: int | None = None
    industry_name: str | None = None
    innocent: str = "[]"
    evidence: str | None = None
    reported: str | None = None

    @property
    def opens_a_case(self) -> bool:
        """A strong finding does, but for one on a single person: a refused identity number is its department's to mend,
        and no unit that reports."""
        return self.strength == "strong" and self.unit_kind != "person"


class DeliveryFact(Fact):
    """The outcome of one batch finished that night; a rejected file has no row counts.

    ``provider`` is the code of the department that owns the resource in the catalogue; what comes from a code that the
    catalogue does not know is told to the operator, for nobody else can be written to. ``released_why`` is the reason
    for which a person let a held batch be published.
    """

    resource: str
    title: str
    provider: str
    provider_name: str
    period: str
    batch: str = Field(min_length=1)
    state: DeliveryState
    code: str | None = None
    code_title: str | None = None
    message: str | None = None
    remedy: str | None = None
    rows_delivered: int | None = None
    rows_accepted: int | None = None
    rows_quarantined: int | None = None
    released_why: str | None = None
    form: str = "csv"
    load: str = "upsert"
    top_codes: tuple[CodeCount, ...] = ()


class WarningFact(Fact):
    """One signal of the night's watch (``topic_warning__signal``); its sentence is about an area and names nobody."""

    indicator: str
    title: str
    unit: str = ""
    area_code: str
    area_name: str
    parent_code: str = ""
    period: str
    detector: str
    actual: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    severity: float
    level: Literal["red", "orange", "yellow", "blue"]
    sentence: str
    causes: str = "[]"
    beside: str = "[]"
    owner: str
    is_held: bool = False


class WarningNight(Fact):
    """What the watch says: signals at the last period of each number, and how long each number and area has been quiet
    since its last signal (-1: no signal is left, the data were corrected). ``most`` and ``periods`` as in
    ``catalog/warnings.yaml``."""

    signals: tuple[WarningFact, ...]
    quiet: dict[tuple[str, str], int]
    most: int
    periods: int


class DutyFact(Fact):
    """A task of the integration plan that has a due date, as the night saw it (``topic_plan__task``).

    ``lead`` is the code of the department that leads it, empty where the platform knows none; ``obliged`` are the codes
    of all whom it binds; of a measured task no person says that it is done.
    """

    task: str
    title: str
    due_on: datetime.date
    lead: str = ""
    lead_name: str
    obliged: tuple[str, ...] = ()
    state: str
    evidence: str = ""
    is_measured: bool = False


class FigureFact(Fact):
    """The city's latest figure of one indicator; ``yoy`` is its growth on a year ago (0.1 is 10 %)."""

    indicator: str
    title: str
    unit: str
    period: str
    months: int
    value: float
    yoy: float | None


class TargetFact(Fact):
    """One of the city's targets with its outlook (``topic_decision__target``)."""

    title: str
    unit: str
    kind: str
    target: float
    actual: float
    expected: float | None
    probability: float | None


class PullFact(Fact):
    """What pulls one number of the city most, up and down; points of its growth since January."""

    title: str
    growth: float
    up: str = ""
    up_points: float = 0.0
    down: str = ""
    down_points: float = 0.0


class BriefFacts(Fact):
    """What the brief of a night is written from; ``silent`` are titles of sources that are late. All of it is about
    the city and its counties and names no unit."""

    figures: tuple[FigureFact, ...]
    targets: tuple[TargetFact, ...]
    pulls: tuple[PullFact, ...]
    silent: tuple[str, ...]


class QualityFact(Fact):
    """The latest figures of one resource of a department, a share by dimension of GB/T 36344; None: not judged."""

    provider: str
    resource: str
    title: str
    shares: dict[str, float | None]


class Night(Fact):
    """One nightly run: how it ended, what it found, what it decided about each batch finished for its business date."""

    run_id: str
    business_date: datetime.date
    state: NightState
    failed_steps: tuple[str, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    deliveries: tuple[DeliveryFact, ...] = ()
    quality: tuple[QualityFact, ...] = ()
    warnings: WarningNight | None = None
    """None where the night has no watch, or its tables cannot be read: nothing is lifted then."""
    duties: tuple[DutyFact, ...] = ()
    """The tasks of the plan that have a due date; one that is not here is left as it is."""
    brief: BriefFacts | None = None
    """None where the night published nothing new: yesterday's brief is no news."""
