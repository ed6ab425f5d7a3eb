"""A night that is late, or that never was."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.casebook import list_cases
from alerts.notify import record_night
from alerts.watch import check_night, deadline_of, expected_night, judge

CITY = ZoneInfo("Asia/Shanghai")
EVENING = datetime.date(2018, 6, 30)
DEADLINE = datetime.datetime(2018, 7, 1, 8, 30, tzinfo=CITY)
SECOND = datetime.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "last_success", "has_started", "verdict"),
    [
        (DEADLINE - SECOND, None, False, None),
        (DEADLINE, EVENING, False, None),
        (DEADLINE, datetime.date(2018, 6, 29), True, "late"),
        (DEADLINE, datetime.date(2018, 6, 29), False, "missing"),
        (DEADLINE, None, False, "missing"),
        (DEADLINE.astimezone(datetime.UTC), None, True, "late"),
    ],
)
def test_a_night_is_overdue_from_half_past_eight_in_china(now, last_success, has_started, verdict):
    assert judge(now, last_success, EVENING, has_started=has_started) == verdict


@pytest.mark.parametrize(
    ("now", "night_at", "expected"),
    [
        (DEADLINE - SECOND, datetime.time(2), datetime.date(2018, 6, 29)),
        (DEADLINE, datetime.time(2), EVENING),
        (DEADLINE.astimezone(datetime.UTC), datetime.time(2), EVENING),
        (DEADLINE + datetime.timedelta(hours=20), datetime.time(2), EVENING),
        # A night that starts at 22:00 on the day after its business date has until the next morning.
        (DEADLINE, datetime.time(22), datetime.date(2018, 6, 29)),
        (DEADLINE - SECOND, datetime.time(22), datetime.date(2018, 6, 28)),
    ],
)
def test_the_night_to_ask_for_is_the_last_whose_deadline_has_passed(now, night_at, expected):
    assert expected_night(now, night_at) == expected
    assert deadline_of(expected, night_at) <= now < deadline_of(expected + datetime.timedelta(days=1), night_at)


def test_the_operator_is_told_once_and_the_case_closes_when_the_night_succeeds(city, server, facts):
    for _ in range(3):
        check_night(city, DEADLINE, datetime.date(2018, 6, 28), EVENING)
    (mail,) = server.mails
    assert mail["To"] == "yunwei@taian.invalid"
    assert "没有运行" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert "taian nightly --date 2018-06-30" in text and "2018-06-28" in text
    record_night(city, facts.night())
    assert [case.state for case in list_cases(city)] == ["closed"]


def test_a_night_that_is_late_and_then_fails_is_told_twice(city, server, facts):
    check_night(city, DEADLINE, None, EVENING, has_started=True)
    record_night(city, facts.night(state="failed", failed_steps=("publish",)))
    check_night(city, DEADLINE, None, EVENING, has_started=True)
    assert ["逾时" in mail["Subject"] for mail in server.to("yunwei@taian.invalid")] == [True, False]


def test_a_night_in_time_changes_nothing(city, server):
    assert check_night(city, DEADLINE, EVENING, EVENING) is None
    assert server.raw == [] and not city.alerts_db.exists()
