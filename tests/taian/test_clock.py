"""The business clock: which day a night works for, and when a delivery arrives."""

import datetime as dt
import json

import pytest

from taian.clock import SHANGHAI, business_date, delivery_moment

NOW = dt.datetime(2026, 7, 29, 9, 30, tzinfo=SHANGHAI)


def test_the_day_asked_for_wins():
    assert business_date("2018-06-30", NOW) == dt.date(2018, 6, 30)


def test_the_night_of_two_o_clock_closes_the_day_before_in_china():
    two_in_china = dt.datetime(2018, 6, 30, 18, 0, tzinfo=dt.UTC)
    assert business_date(None, two_in_china) == dt.date(2018, 6, 30)


def test_a_run_without_any_date_is_refused():
    with pytest.raises(ValueError, match="neither a business_date nor a logical date"):
        business_date(None, None)


def test_a_delivery_arrives_by_the_wall_clock_of_china(tmp_path):
    assert delivery_moment(tmp_path, NOW.astimezone(dt.UTC)) == NOW


def test_in_the_sample_city_the_clock_stands_at_the_last_night(tmp_path):
    (tmp_path / "truth").mkdir()
    (tmp_path / "serving").mkdir()
    (tmp_path / "serving" / "CURRENT.json").write_text(json.dumps({"business_date": "2018-06-30"}), encoding="utf-8")
    assert delivery_moment(tmp_path, NOW).date() == dt.date(2018, 6, 30)
