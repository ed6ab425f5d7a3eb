"""Thresholds of the authenticity tests, each with its reason. None was fitted to the sample city's answers.

Owner: 统计局 decides on changes; a change belongs into docs/decisions with its reason.
"""

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """One set of thresholds; the defaults are in force."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fdr_weak: float = Field(
        default=0.1, description="A weak lead is a question: one in ten may be put to an honest unit"
    )
    fdr_group: float = Field(
        default=0.05,
        description="Convention, for what is no lead of its own: groups, slips, units that leave the baseline",
    )
    fdr_strong: float = Field(
        default=0.01, description="A strong finding names a firm: one in a hundred, and two sources"
    )
    far_beyond_chance: float = Field(default=1e-6, description="AUTHENTICITY rule 4: what one family alone would need")
    cauchy_cap: float = Field(
        default=0.9, description="One p = 1 must not cancel real evidence (.84 against .97 recall)"
    )

    stratum_prior: float = Field(
        default=20.0, description="A stratum of 20 weighs as much as its parent: below, MAD errs > 15 %"
    )
    null_units: int = Field(
        default=100, description="Fewer peers cannot show a p below .01: the test is not applicable"
    )
    few_peers: int = Field(
        default=8, description="Below 8 values a median absolute deviation errs by more than a third"
    )
    tail_fit: float = Field(default=0.05, description="Bootstrap p below which a generalised Pareto tail does not fit")

    change_side: int = Field(
        default=6, description="Half a year on each side of a change, so that one season is not a change"
    )
    elasticity_spread: float = Field(
        default=0.2, description="Fixed load is 0 to 40 % of a bill: firms' elasticities differ"
    )
    idle_share: float = Field(
        default=0.1, description="Lamps, pumps and an office take under a tenth of a works' power"
    )
    idle_spread: float = Field(
        default=4.0,
        description="Robust deviations of the stratum's own needs below which none is usual: one honest unit in 30,000",
    )
    idle_run: int = Field(default=3, description="A quarter; shorter is stock, maintenance or late billing")
    meaningful_ratio: float = Field(
        default=1.2, description="A month of stock is 8 %, prices moved 10 % a year: beyond both"
    )
    meaningful_spread: float = Field(
        default=0.5, description="Half the peers' spread: honest units of one trade differ by a third"
    )
    meaningful_level: float = Field(
        default=2.0, description="Firms of one industry differ by half in output per kWh; twice needs an answer"
    )
    related_correlation: float = Field(
        default=0.2, description="Columns of one business correlate; independent ones stay below .1 in 10^3 rows"
    )
    spike: float = Field(
        default=6.0, description="Robust deviations beyond which an isolated month is a slip, not evidence"
    )

    growth_grid: float = Field(default=0.001, description="Growth is published to 0.1 percentage points")
    growth_window: int = Field(default=3, description="Consecutive months; two coincide by chance in 10^4 firms")
    growth_members: int = Field(
        default=3, description="Two may share a boss; three sharing every growth rate need an answer"
    )
    growth_neighbours: int = Field(
        default=30, description="Fewer units do not show how near honest ones lie to each other"
    )
    alike_correlation: float = Field(
        default=0.8, description="Two thirds of all movement in common beyond the industry's: one business or one hand"
    )
    growth_resolution: int = Field(
        default=2000, description="One unit in the last place is then at most half of 0.1 pp"
    )
    repeat_months: int = Field(
        default=2, description="One month equal in every column may be a stop; two in a row are copied"
    )
    repeat_columns: int = Field(
        default=3, description="Rents and headcounts repeat honestly; three flows at once do not"
    )

    strong_months: int = Field(default=6, description="Half a year of one hand; shorter could be one wrong template")

    burst_seconds: float = Field(
        default=60.0, description="No return can be read and filled in within a minute of another"
    )
    burst_members: int = Field(default=5, description="One accountant serves a few small firms honestly")
    burst_overlap: float = Field(
        default=0.5, description="Half of the members in a second family: the source is the pattern"
    )

    slip_ratio: float = Field(
        default=5.0, description="One digit too many is ten times; half of it leaves room for the month"
    )
    rounding: float = Field(default=0.5, description="Each part and the total were rounded to a whole unit")


LIMITS = Limits()
