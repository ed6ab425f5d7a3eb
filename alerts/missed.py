"""What the inspection misses, estimated from the verdicts on units drawn at random among those nobody suspected."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from alerts.draws import KIND, draws, frame_of
from alerts.store import Case, open_store
from taian.settings import Settings

CONFIDENCE = 0.95


@dataclass(frozen=True)
class MissRate:
    """How many of the drawn units were decided and how, and how many such units there were in the last frame.

    ``weight`` and ``missed_weight`` sum, over the decided and over those found to have fabricated, how much each
    stands for (1 where nothing was stratified); ``squares`` sums the squares.
    """

    drawn: int = 0
    confirmed: int = 0
    dismissed: int = 0
    frame: int = 0
    weight: float = 0.0
    missed_weight: float = 0.0
    squares: float = 0.0

    @property
    def share(self) -> float | None:
        """The share of unsuspected units that fabricate, weighted by stratum; None when nothing was decided."""
        return self.missed_weight / self.weight if self.weight else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact interval of Clopper and Pearson (Biometrika 1934), both ends at 2.5 %; None without a verdict.

        With unequal weights of the effective number of checks, (Σw)²/Σw² (Kish 1965), in place of their number, as
        Korn and Graubard do (Survey Methodology 1998). That strata and a frame that is not endless make it narrower
        is left out, so it is rather too wide.
        """
        if self.share is None:
            return None
        from scipy.stats import beta

        checks = self.weight**2 / self.squares
        missed = min(self.share * checks, checks)
        tail = (1 - CONFIDENCE) / 2
        low = float(beta.ppf(tail, missed, checks - missed + 1)) if self.confirmed else 0.0
        high = float(beta.ppf(1 - tail, missed + 1, checks - missed)) if self.dismissed else 1.0
        return low, high


def miss_rate(settings: Settings) -> MissRate:
    """The estimate over every draw, each in proportion to its decided cases; those not decided do not count yet."""
    made = draws(settings)
    if not made:
        return MissRate()
    with open_store(settings).reading() as session:
        rows = session.execute(select(Case.subject, Case.verdict).where(Case.kind == KIND))
        cases = {row.subject: row.verdict for row in rows}
    total = Counter[str]()
    weights: list[tuple[float, bool]] = []
    for each in made:
        frame = frame_of(each)
        verdicts = {unit: cases[f"{each.id}/{unit}"] for unit in frame if f"{each.id}/{unit}" in cases}
        total.update(verdict or "open" for verdict in verdicts.values())
        weights += _weighted(frame, {unit: verdict for unit, verdict in verdicts.items() if verdict})
    return MissRate(
        drawn=total.total(),
        confirmed=total["confirmed"],
        dismissed=total["dismissed"],
        frame=len(frame_of(made[0])),
        weight=sum(weight for weight, _ in weights),
        missed_weight=sum(weight for weight, is_missed in weights if is_missed),
        squares=sum(weight**2 for weight, _ in weights),
    )


def _weighted(frame: dict[str, str], decided: dict[str, str]) -> list[tuple[float, bool]]:
    """Of one draw: what each decided unit stands for, and whether it had fabricated. A stratum weighs as much as it has
    units in the frame, and all of the draw as much as it has decided units.
    """
    sizes, checked = Counter(frame.values()), Counter(frame[unit] for unit in decided)
    covered = sum(sizes[stratum] for stratum in checked)
    return [
        (sizes[frame[unit]] / covered * len(decided) / checked[frame[unit]], verdict == "confirmed")
        for unit, verdict in decided.items()
    ]
