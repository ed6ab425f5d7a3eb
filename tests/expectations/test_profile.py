from datetime import date

import pytest

from catalog.model import Resource
from expectations.profile import BatchFacts, BatchProfile, comparable, period_of, profile_of


def resource(load: str = "upsert") -> Resource:
    return Resource.model_validate(
        {
            "resource": "visit",
            "title": "来访登记",
            "domain": "service",
            "code": "3-11-999/000001",
            "provider": {"code": "rexian", "name": "热线"},
            "summary": "测试",
            "cycle": "daily",
            "form": {"kind": "csv"},
            "load": load,
            "key": ["id"],
            "columns": [{"name": "id", "title": "编号", "required": True}],
        }
    )


def facts(period: str) -> BatchFacts:
    return BatchFacts(batch=f"visit-{period}-01", period=period, rows_delivered=5, rows_accepted=5, rows_quarantined=0)


def profiles(*periods: str, load: str = "upsert") -> list[BatchProfile]:
    history: list[BatchProfile] = []
    for period in periods:
        history.append(profile_of(resource(load), facts(period), history, {}, {}))
    return history


@pytest.mark.parametrize(
    ("period", "kind", "end"),
    [
        ("2018-06-30", "day", date(2018, 6, 30)),
        ("2018-12", "month", date(2018, 12, 31)),
        ("2018-02", "month", date(2018, 2, 28)),
        ("2018Q4", "quarter", date(2018, 12, 31)),
        ("2018", "year", date(2018, 12, 31)),
    ],
)
def test_a_period_has_a_kind_and_a_last_day(period: str, kind: str, end: date) -> None:
    assert period_of(period) == (kind, end)


def test_a_period_written_otherwise_is_refused_with_the_spellings_that_are_read() -> None:
    with pytest.raises(ValueError, match="统计期 '2018年6月' 无法识别，请写作 2018-06-30"):
        period_of("2018年6月")


def test_a_batch_whose_counts_do_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="批次 visit-1 行数不平：报送 10，接收 8，隔离 1"):
        BatchFacts(batch="visit-1", period="2018", rows_delivered=10, rows_accepted=8, rows_quarantined=1)


def test_the_first_period_is_initial_and_later_ones_are_not() -> None:
    assert [p.is_initial for p in profiles("2018-05-31", "2018-06-01", "2018-06-02")] == [True, False, False]


def test_a_correction_of_the_first_period_is_initial_too() -> None:
    assert [p.is_initial for p in profiles("2018-05-31", "2018-06-01", "2018-05-31")] == [True, False, True]


def test_a_daily_increment_is_not_compared_with_the_initial_batch() -> None:
    first, second, third = profiles("2018-05-31", "2018-06-01", "2018-06-02")
    assert comparable(resource(), second, [first]) == []
    assert comparable(resource(), third, [first, second]) == [second]


def test_a_quarterly_copy_is_not_compared_with_daily_increments() -> None:
    history = profiles("2018-05-31", "2018-06-01", "2018Q2")
    assert comparable(resource(), history[-1], history[:-1]) == []


def test_full_copies_are_all_compared_with_each_other() -> None:
    first, second = profiles("2018-05", "2018-06", load="replace")
    assert comparable(resource("replace"), second, [first]) == [first]


def test_a_profile_survives_the_journal() -> None:
    profile = profile_of(resource(), facts("2018-06-30"), [], {"id": 0}, {"sex": {"1": 3, "（空）": 2}})
    assert BatchProfile.model_validate_json(profile.model_dump_json()) == profile
