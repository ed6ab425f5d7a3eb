"""Who takes whose data: what was planted comes out of the counts that the pages read."""

import datetime

import duckdb
import pytest

from jobs.publish.exchange import COUNTED
from sample_data import places
from sample_data.context import City
from sample_data.governance import exchange
from sample_data.governance.departments import DEPARTMENTS

READ = """
SELECT DYSJ::TIMESTAMP - INTERVAL 8 HOUR AS called_at, SYDW AS taker, TGDW AS giver, ZYMC AS resource_name,
  JHFS AS way, CASE JG WHEN '成功' THEN 'succeeded' ELSE 'failed' END AS result, HS AS row_count, YS AS latency_ms
FROM calls
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """Counts of a small city's calls, before dirt fell on them."""
    city = City(tmp_path_factory.mktemp("city"), 0.001, 4, datetime.date(2018, 6, 30), places.make_places(4))
    calls, _ = exchange.make_calls(city, exchange.make_links(city))
    named = ", ".join(f"('{each.code}', '{each.name}', {each.is_county})" for each in DEPARTMENTS)
    with duckdb.connect() as connection:
        connection.register("calls", calls)
        connection.execute(f"CREATE VIEW log AS {READ}")
        connection.execute(f"CREATE VIEW party AS SELECT * FROM (VALUES {named}) AS p(code, name, is_county)")
        connection.execute(f"CREATE TABLE counted AS {COUNTED}")
        yield calls, connection


def test_those_who_take_and_never_give_are_those_that_were_planted(counted):
    _, connection = counted
    given = "SELECT giver FROM counted WHERE succeeded > 0"
    taken = f"SELECT DISTINCT taker FROM counted WHERE succeeded > 0 AND taker NOT IN ({given})"
    assert {row[0] for row in connection.execute(taken).fetchall()} == set(exchange.TAKES_ONLY)


def test_the_interface_that_failed_for_three_days_has_the_worst_days_of_all(counted):
    _, connection = counted
    worst = connection.execute(
        "SELECT giver, day FROM counted GROUP BY ALL HAVING sum(calls) >= 3 "
        "ORDER BY sum(succeeded) / sum(calls) LIMIT 3"
    ).fetchall()
    days = [datetime.date(2018, 5, day) for day in (14, 15, 16)]
    assert sorted(worst) == [(exchange.DOWN, day) for day in days]


def test_every_call_is_counted_once_on_its_day_in_the_city_and_crosses_one_boundary(counted):
    calls, connection = counted
    assert connection.execute("SELECT sum(calls)::BIGINT, sum(row_count)::BIGINT FROM counted").fetchone() == (
        calls.num_rows,
        sum(calls["HS"].to_pylist()),
    )
    days = connection.execute("SELECT min(day), max(day) FROM counted").fetchone()
    assert days == (datetime.date(2018, 4, 1), datetime.date(2018, 6, 30))
    assert connection.execute("SELECT DISTINCT log_until FROM counted").fetchall() == [(days[1],)]
    crossed = connection.execute(
        "SELECT DISTINCT across, (taker < 'a')::INT + (giver < 'a')::INT FROM counted ORDER BY 2"
    ).fetchall()
    assert crossed == [("department", 0), ("level", 1), ("region", 2)]
