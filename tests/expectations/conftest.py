"""A small resource and frames of it: the gate's tests say only what differs."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from catalog.model import Resource
from expectations.profile import BatchFacts, BatchProfile

DECLARED: dict[str, Any] = {
    "columns": [
        {"name": "visit_id", "title": "编号", "required": True, "pattern": "V\\d+"},
        {"name": "sex", "title": "性别", "required": True, "codelist": "sex"},
        {"name": "amount_yuan", "title": "金额", "type": "decimal", "minimum": 0, "maximum": 1000},
        {"name": "visited_on", "title": "日期", "type": "date", "minimum": "2000-01-01", "maximum": "business_date"},
    ],
    "gate": {"drift_columns": ["sex", "amount_yuan"], "mostly": {"visited_on": 0.5}},
}
SCHEMA = "visit_id string, sex string, amount_yuan decimal(20,4), visited_on date, _batch string"

Row = tuple[str | None, str | None, Decimal | None, datetime.date | None]


@pytest.fixture
def declared(visit_declaration: Callable[..., dict[str, Any]]) -> Callable[..., Resource]:
    """The resource, with parts of its declaration replaced."""

    def build(**changes: Any) -> Resource:
        return Resource.model_validate(visit_declaration(**DECLARED | changes))

    return build


@pytest.fixture
def rows() -> Callable[..., list[Row]]:
    """That many good rows: both sexes in turn, amounts of one size, every date there."""

    def build(count: int, sexes: str = "12", amount: str = "20", prefix: str = "V") -> list[Row]:
        day = datetime.date(2018, 6, 1)
        return [(f"{prefix}{i}", sexes[i % len(sexes)], Decimal(amount), day) for i in range(count)]

    return build


@pytest.fixture
def frame(spark: Any) -> Callable[[dict[str, Sequence[Row]]], Any]:
    """The accepted rows of several batches as one frame."""

    def build(batches: dict[str, Sequence[Row]]) -> Any:
        return spark.createDataFrame([(*row, batch) for batch, found in batches.items() for row in found], SCHEMA)

    return build


@pytest.fixture
def facts() -> Callable[..., BatchFacts]:
    """Facts of the batch of a day of June 2018."""

    def build(day: int, accepted: int, quarantined: int = 0, **more: Any) -> BatchFacts:
        return BatchFacts(
            batch=batch_of(day),
            period=f"2018-06-{day:02d}",
            rows_delivered=accepted + quarantined,
            rows_accepted=accepted,
            rows_quarantined=quarantined,
            **more,
        )

    return build


@pytest.fixture
def history() -> Callable[..., list[BatchProfile]]:
    """The initial batch and that many published days of that many rows."""

    def build(days: int, rows: int, sexes: str = "12", size: str = "+2") -> list[BatchProfile]:
        def profile(period: str, count: int, *, is_initial: bool) -> BatchProfile:
            share = {sex: count // len(sexes) for sex in sexes}
            return BatchProfile(
                resource="visit",
                batch=f"visit-{period}-01",
                period=period,
                kind="day",
                is_initial=is_initial,
                rows=count,
                rows_delivered=count,
                distributions={"sex": share, "amount_yuan": {size: count}},
            )

        first = profile("2018-04-30", 1_000_000, is_initial=True)
        return [first, *(profile(f"2018-05-{day:02d}", rows, is_initial=False) for day in range(1, days + 1))]

    return build


def batch_of(day: int) -> str:
    """Id of the batch of a day of June 2018."""
    return f"visit-2018-06-{day:02d}-01"
