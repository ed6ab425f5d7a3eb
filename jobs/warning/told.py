"""What the watch of this night says, as facts for the alerts."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from alerts.night import WarningFact, WarningNight
from catalog.warnings import declared
from jobs import lake
from jobs.session import spark

SIGNALS, FORECAST = "topic_warning__signal", "topic_warning__forecast"


def watched() -> WarningNight | None:
    """The signals of the last night that made them; None where there is no watch."""
    if not lake.exists(SIGNALS) or not lake.exists(FORECAST):
        return None
    signals = lake.read(spark(), SIGNALS).toPandas()
    periods = (
        lake.read(spark(), FORECAST).where("not is_forecast").select("indicator", "area_code", "period").toPandas()
    )
    return night_of(signals, periods)


def night_of(signals: pd.DataFrame, periods: pd.DataFrame) -> WarningNight:
    """Signals at the last period of their number, and how many periods each number and area has been quiet."""
    now = signals[signals["is_current"].astype(bool)]
    facts = tuple(WarningFact.model_validate(_values(row)) for row in now.to_dict("records"))
    hygiene = declared().hygiene
    last = signals.groupby(["indicator", "area_code"])["period"].max().rename("last").reset_index()
    after = periods.merge(last, on=["indicator", "area_code"])
    passed = (
        after.assign(is_after=after["period"] > after["last"]).groupby(["indicator", "area_code"])["is_after"].sum()
    )
    counted: dict[Any, Any] = passed.to_dict()
    quiet = {(str(indicator), str(area)): int(count) for (indicator, area), count in counted.items()}
    return WarningNight(signals=facts, quiet=quiet, most=hygiene.budget_a_day, periods=hygiene.quiet_periods)


def _values(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The columns that a fact has; NaN is no value."""
    found = {name: row[name] for name in WarningFact.model_fields if name in row}
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in found.items()}
