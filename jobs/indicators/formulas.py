"""Indicators that no tally gives, one function each: its leaves (``jobs.indicators.leaves``)."""

from collections.abc import Callable
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.profile import period_of
from jobs.exact import exact_mean
from jobs.indicators import service, society
from jobs.indicators.leaves import leaves as _leaves
from jobs.indicators.tally import tallied
from jobs.inputs import Inputs

FIRST_MONTH = "2016-01"


def _known_until(inputs: Inputs, register: str) -> date:
    """The last day that a register has told of: nothing is said of days after it, though they have come."""
    last = inputs.last_period(register)
    return min(inputs.today, period_of(last)[1]) if last else inputs.today


def _month_ends(business_date: date, first: str) -> list[tuple[str, date]]:
    """Every month from ``first`` to the business date's, with its last day (the business date for an unfinished
    month).
    """
    found = []
    year, month = int(first[:4]), int(first[5:7])
    while (year, month) <= (business_date.year, business_date.month):
        following = date(year + month // 12, month % 12 + 1, 1)
        end = min(date.fromordinal(following.toordinal() - 1), business_date)
        found.append((f"{year:04d}-{month:02d}", end))
        year, month = following.year, following.month
    return found


def _registered(inputs: Inputs) -> DataFrame:
    """Persons in the register at each month's end since the register is delivered, with their township."""
    persons = inputs.table("base_population__person").where("is_registered")
    # Before its first delivery nothing is known of the register: no figure is made up for earlier months.
    ends = _month_ends(
        _known_until(inputs, "resident"), (inputs.first_period("resident") or inputs.today.isoformat())[:7]
    )
    at_end: DataFrame | None = None
    for period, end in ends:
        limit = F.lit(end.isoformat()).cast("date")
        valid = persons.where(
            (F.col("valid_from") <= limit) & (F.col("valid_to").isNull() | (F.col("valid_to") > limit))
        )
        part = valid.select(
            F.col("township_code").alias("area_code"),
            F.lit(period).alias("period"),
            "household_id",
            (F.floor(F.months_between(limit, F.col("birth_date")) / 12) >= 60).alias("is_aged"),
        )
        at_end = part if at_end is None else at_end.unionByName(part)
    assert at_end is not None
    return at_end


def registered_population(inputs: Inputs) -> DataFrame | None:
    """Persons in the register at the end of the month."""
    return _leaves(_registered(inputs), F.lit(1))


def households(inputs: Inputs) -> DataFrame | None:
    """Households with at least one registered person at the end of the month."""
    return _leaves(_registered(inputs).select("area_code", "period", "household_id").distinct(), F.lit(1))


def share_aged_60(inputs: Inputs) -> DataFrame | None:
    """Percent of registered persons who are 60 or older at the end of the month."""
    return _leaves(_registered(inputs), F.col("is_aged").cast("int") * 100, F.lit(1))


def enterprises_alive(inputs: Inputs) -> DataFrame | None:
    """Firms and sole traders that exist at the end of the month; the last change of a dead one is its end."""
    firms = inputs.current("enterprise_registration")
    if firms is None:
        return None
    months = _month_ends(_known_until(inputs, "enterprise_registration"), FIRST_MONTH)
    ends = F.array(
        *(F.struct(F.lit(p).alias("period"), F.lit(d.isoformat()).cast("date").alias("end")) for p, d in months)
    )
    monthly = firms.select(
        F.col("county_code").alias("area_code"),
        "established_on",
        "status",
        F.to_date("updated_at").alias("changed_on"),
        F.explode(ends).alias("m"),
    )
    alive = monthly.where(
        (F.col("established_on") <= F.col("m.end"))
        & ((F.col("status") == "active") | (F.col("changed_on") > F.col("m.end")))
    )
    return _leaves(alive.select("area_code", F.col("m.period").alias("period")), F.lit(1))


def industrial_electricity(inputs: Inputs) -> DataFrame | None:
    """Electricity used by firms' accounts, kWh."""
    used = inputs.current("electricity")
    return (
        None if used is None else _leaves(used.withColumnRenamed("county_code", "area_code"), F.col("electricity_kwh"))
    )


def _decisions(inputs: Inputs, resource: str) -> DataFrame | None:
    decided = inputs.current(resource)
    if decided is None:
        return None
    monthly = decided.select(
        F.col("county_code").alias("area_code"), F.date_format("decided_on", "yyyy-MM").alias("period")
    )
    return _leaves(monthly.where(F.col("period") >= FIRST_MONTH), F.lit(1))


def licences(inputs: Inputs) -> DataFrame | None:
    """Licences granted in the month."""
    return _decisions(inputs, "license")


def penalties(inputs: Inputs) -> DataFrame | None:
    """Penalties decided in the month."""
    return _decisions(inputs, "penalty")


def _calls(inputs: Inputs) -> DataFrame | None:
    calls = inputs.current("hotline_12345")
    if calls is None:
        return None
    due = F.date_add(F.to_date("received_at"), F.col("due_days").cast("int"))
    return calls.select(
        F.col("township_code").alias("area_code"),
        F.date_format("received_at", "yyyy-MM").alias("period"),
        F.col("handled_at").isNotNull().alias("is_handled"),
        (F.to_date("handled_at") <= due).alias("is_on_time"),
    )


def hotline_calls(inputs: Inputs) -> DataFrame | None:
    """Calls taken in the month."""
    calls = _calls(inputs)
    return None if calls is None else _leaves(calls, F.lit(1))


def hotline_on_time_rate(inputs: Inputs) -> DataFrame | None:
    """Percent of the month's handled calls that were handled within their days."""
    calls = _calls(inputs)
    if calls is None:
        return None
    return _leaves(calls.where("is_handled"), F.col("is_on_time").cast("int") * 100, F.lit(1))


def pm25(inputs: Inputs) -> DataFrame | None:
    """Mean of the stations' daily means; hourly values count where a day has no daily one."""
    air = inputs.current("air_quality")
    if air is None:
        return None
    day = F.to_date("observed_at")
    daily = (
        air.where("pm25_ug_m3 is not null")
        .groupBy("station_code", "county_code", day.alias("day"))
        .agg(
            F.coalesce(
                exact_mean(F.when(F.col("grain") == "day", F.col("pm25_ug_m3"))),
                exact_mean(F.when(F.col("grain") == "hour", F.col("pm25_ug_m3"))),
            ).alias("mean")
        )
    )
    monthly = daily.select(
        F.col("county_code").alias("area_code"), F.date_format("day", "yyyy-MM").alias("period"), "mean"
    )
    return _leaves(monthly, F.col("mean"), F.lit(1))


FORMULAS: dict[str, Callable[[Inputs], DataFrame | None]] = {
    "registered_population": registered_population,
    "households": households,
    "share_aged_60": share_aged_60,
    "enterprises_alive": enterprises_alive,
    "industrial_electricity": industrial_electricity,
    "licences": licences,
    "penalties": penalties,
    "hotline_calls": hotline_calls,
    "hotline_on_time_rate": hotline_on_time_rate,
    "pm25": pm25,
    **society.FORMULAS,
    **service.FORMULAS,
}

SEVERAL: tuple[Callable[[Inputs], DataFrame | None], ...] = (tallied, society.diseases)
"""Functions of more than one indicator: their leaves say which in the column ``indicator``."""
