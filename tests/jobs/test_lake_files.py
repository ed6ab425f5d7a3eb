"""Which files a table is made of now, read from its log without an engine."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs import lake


def commit(home, version, *actions):
    log = home / "lake" / "base_x" / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    (log / f"{version:020d}.json").write_text("\n".join(json.dumps(action) for action in actions), encoding="utf-8")


def add(name, vector=None):
    return {"add": {"path": name, "deletionVector": vector}}


def names(found):
    return [name.rpartition("/")[2] for name in found]


def test_files_that_a_later_commit_removed_are_not_of_the_table(home):
    commit(home, 0, add("a%20b.parquet"), add("c.parquet"))
    assert names(lake.files("base_x")) == ["a b.parquet", "c.parquet"]
    commit(home, 1, {"remove": {"path": "a%20b.parquet"}}, {"remove": {"path": "c.parquet"}}, add("d.parquet"))
    assert names(lake.files("base_x")) == ["d.parquet"]


def test_a_checkpoint_stands_for_the_commits_before_it(home):
    commit(home, 9, add("old.parquet"))
    rows = [{"add": {"path": "kept.parquet"}}, {"add": None}]
    log = home / "lake" / "base_x" / "_delta_log"
    pq.write_table(pa.Table.from_pylist(rows), log / f"{10:020d}.checkpoint.parquet")
    commit(home, 11, add("new.parquet"))
    assert names(lake.files("base_x")) == ["kept.parquet", "new.parquet"]


def test_a_file_with_deleted_rows_is_refused(home):
    commit(home, 0, add("a.parquet", {"storageType": "u"}))
    with pytest.raises(LookupError, match="base_x hold deleted rows"):
        lake.files("base_x")
