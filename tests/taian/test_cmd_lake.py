"""taian lake digest and vacuum: which tables, and what is said when the engine does not run."""

import json
import os
import socket

import pytest

from taian import cli
from taian.commands.lake import chosen
from taian.errors import ProblemError
from taian.settings import settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPARK_REMOTE", f"sc://127.0.0.1:{port}")
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


def test_without_an_engine_it_is_one_sentence_and_exit_code_2(home, capsys):
    assert cli.run(["lake", "vacuum"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Spark does not answer at sc://127.0.0.1:")
    assert said.count("\n") == 1


def test_the_technical_logs_are_left_out_unless_asked_for():
    known = ["base_a", "meta__run"]
    assert chosen([], known, frozenset({"meta__run"})) == ["base_a"]
    assert chosen(["meta__run"], known, frozenset({"meta__run"})) == ["meta__run"]


def test_a_table_that_is_not_there_is_named():
    with pytest.raises(ProblemError, match="has no table 'moon'"):
        chosen(["moon"], ["base_a"], frozenset())


@pytest.mark.spark
def test_the_same_rows_in_another_order_have_the_same_digest(home, spark, capsys):
    for table, rows in (("base_a", [(1, "x"), (2, None)]), ("base_b", [(2, None), (1, "x")]), ("base_c", [(1, "x")])):
        spark.createDataFrame(rows, "n int, t string").write.format("delta").save(str(home / "lake" / table))
    assert cli.run(["lake", "digest", "--json"]) == 0
    found = {row["table"]: (row["rows"], row["digest"]) for row in json.loads(capsys.readouterr().out)}
    assert found["base_a"] == found["base_b"] != found["base_c"]
    assert found["base_a"][0] == 2


@pytest.mark.spark
def test_vacuum_removes_files_of_no_version_of_the_last_days_and_leaves_the_table_as_it_is(
    home, spark, monkeypatch, capsys
):
    from jobs import lake

    monkeypatch.setattr("taian.commands.lake.engine", lambda: spark)
    folder = home / "lake" / "base_a"
    spark.createDataFrame([(1, "x")], "n int, t string").write.format("delta").save(str(folder))
    before = lake.digest("base_a")
    for name, days in (("old", 8), ("young", 6)):
        stray = folder / f"{name}.parquet"
        stray.write_bytes(b"stray")
        moment = stray.stat().st_mtime - days * 86_400
        os.utime(stray, (moment, moment))
    assert cli.run(["lake", "vacuum", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"table": "base_a", "files_removed": 1, "bytes_freed": 5}]
    assert not (folder / "old.parquet").exists() and (folder / "young.parquet").exists()
    assert lake.digest("base_a") == before
    assert cli.run(["lake", "vacuum", "--days", "6"]) == 2
