"""Serving files: written aside, switched in one step, the one before kept for open pages."""

import datetime
import json

import duckdb
import pyarrow as pa
import pytest

from jobs.publish import duck

CONTENT = pa.table({"code": ["b", "a", "c"], "rows": [2, 1, 3]})
DAY = datetime.date(2018, 6, 30)


@pytest.fixture
def serving(home):
    return home / "serving"


def files(serving):
    return sorted(path.name for path in serving.glob("*.duckdb"))


def test_before_the_first_night_there_is_no_pointer(serving):
    assert duck.current() is None


def test_a_table_is_one_sorted_file_that_its_owner_alone_may_read(serving):
    served = duck.write("meta__run", CONTENT, ["code"], "2018-06")
    assert served == duck.Served("meta__run-v1.duckdb", 3, "2018-06")
    path = serving / served.file
    assert path.stat().st_mode & 0o077 == 0
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select * from meta__run").fetchall() == [("a", 1), ("b", 2), ("c", 3)]


def test_an_unfinished_file_of_a_killed_night_is_in_nobodys_way(serving):
    serving.mkdir(parents=True)
    (serving / "meta__run-v1.tmp").write_bytes(b"half")
    assert duck.write("meta__run", CONTENT, [], None).file == "meta__run-v1.duckdb"
    assert [path.name for path in serving.iterdir()] == ["meta__run-v1.duckdb"]


def test_nothing_changes_for_readers_until_the_switch(serving):
    duck.switch("r1", DAY, {"t": duck.write("t", CONTENT, [], None)})
    before = duck.current()
    duck.write("t", CONTENT.slice(0, 1), [], None)
    assert duck.current() == before
    assert files(serving) == ["t-v1.duckdb", "t-v2.duckdb"]


def test_the_switch_points_to_the_new_files_and_keeps_the_version_before(serving):
    for night in range(1, 12):
        duck.switch(f"r{night}", DAY, {"t": duck.write("t", CONTENT, [], "2018-06")})
        assert len(files(serving)) == min(night, duck.KEEP)
    assert files(serving) == ["t-v10.duckdb", "t-v11.duckdb"]
    pointer = json.loads((serving / "CURRENT.json").read_text(encoding="utf-8"))
    assert pointer == duck.current()
    assert (pointer["run_id"], pointer["business_date"]) == ("r11", "2018-06-30")
    assert pointer["tables"] == {"t": {"file": "t-v11.duckdb", "rows": 3, "as_of": "2018-06", "made_from": None}}
    assert not list(serving.glob("*.tmp"))


def test_tables_whose_names_begin_alike_are_not_taken_for_each_other(serving):
    other = duck.write("meta__runs", CONTENT, [], None)
    duck.switch("r1", DAY, {"meta__runs": other})
    for _ in range(3):
        duck.switch("r1", DAY, {"meta__run": duck.write("meta__run", CONTENT, [], None)})
    assert files(serving) == ["meta__run-v2.duckdb", "meta__run-v3.duckdb", "meta__runs-v1.duckdb"]


def test_a_file_serves_on_while_what_decides_it_is_the_same_and_it_is_there(serving):
    assert duck.kept("t", "x", None) is None
    duck.switch("r1", DAY, {"t": duck.write("t", CONTENT, [], "2018-06", "x")})
    assert duck.kept("t", "x", "2018-07") == duck.Served("t-v1.duckdb", 3, "2018-07", "x")
    assert (duck.kept("t", "y", None), duck.kept("other", "x", None)) == (None, None)
    (serving / "t-v1.duckdb").unlink()
    assert duck.kept("t", "x", None) is None
