"""A commit that a kill left open: its batches are staged again as they were, or given up in one sentence."""

import json
import shutil

import pytest

from jobs import journal
from jobs.ingest.rejected import RejectedError
from jobs.landing import folder_of
from jobs.resource import run_resource
from jobs.unfinished import restage


@pytest.fixture
def visit(declared):
    return declared()


@pytest.fixture
def begun(home, deliver, table_text):
    """Deliver batches of one row and begin their commit."""

    def begin(*numbers):
        text = table_text(("V1", "王五", "男", "1", "2018-06-30")).encode("gb18030")
        manifests = [deliver(home / "landing", text, 1, number=number) for number in numbers]
        number = journal.begin_commit("visit", {folder_of(m): m.model_dump_json() for m in manifests})
        return number, manifests

    return begin


@pytest.fixture
def staged_again(visit, tmp_path):
    """Batches of the open commit that could be staged again."""

    def run():
        number, folders = journal.open_commit("visit")
        found = restage(visit, number, folders, "r2", lambda index: tmp_path / f"{index}.parquet")
        return [batch.manifest.batch for batch in found]

    return run


def outcomes():
    return {row["batch"]: (row["state"], row["code"]) for row in journal.deliveries("visit")}


def rewrite(manifest, **changes):
    path = manifest.folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


SPOIL = {
    "摘要不符": lambda manifest: (manifest.folder / "visits.csv").write_bytes(b"x"),
    "文件缺失": lambda manifest: (manifest.folder / "visits.csv").unlink(),
    "清单不可用": lambda manifest: shutil.rmtree(manifest.folder),
}


def test_batches_that_lie_as_they_did_are_staged_again(begun, staged_again):
    begun(1, 2)
    assert staged_again() == ["visit-2018-06-30-01", "visit-2018-06-30-02"]
    assert outcomes() == {}


@pytest.mark.parametrize("reason", SPOIL)
def test_a_batch_whose_delivery_was_touched_is_given_up_and_the_others_are_not(begun, staged_again, reason):
    number, manifests = begun(1, 2)
    SPOIL[reason](manifests[0])
    assert staged_again() == ["visit-2018-06-30-02"]
    assert outcomes() == {"visit-2018-06-30-01": ("rejected", "F003")}
    (row,) = journal.deliveries("visit")
    for words in ("visit-2018-06-30-01", reason, "请以新的批次号重新报送"):
        assert words in row["message"]
    assert (row["provider"], row["period"], row["rows_delivered"]) == ("rexian", "2018-06-30", None)
    assert journal.open_commit("visit") == (number, {folder_of(manifests[1]): manifests[1].model_dump_json()})


def test_a_new_delivery_in_the_same_folder_is_not_taken_for_the_one_that_was_begun(
    home, begun, staged_again, deliver, table_text
):
    _, (manifest,) = begun(1)
    shutil.rmtree(manifest.folder)
    other = table_text(("V2", "赵六", "女", "1", "2018-06-30")).encode("gb18030")
    deliver(home / "landing", other, 1)
    assert staged_again() == []
    assert outcomes() == {"visit-2018-06-30-01": ("rejected", "F003")}


def test_a_batch_that_was_given_up_stays_so_when_its_files_come_back(begun, staged_again):
    _, (manifest,) = begun(1)
    rewrite(manifest, rows=2)
    assert staged_again() == []
    rewrite(manifest, rows=1)
    assert staged_again() == []
    assert outcomes() == {"visit-2018-06-30-01": ("rejected", "F003")}


def test_a_view_that_does_not_answer_leaves_the_commit_open(begun, staged_again, monkeypatch):
    number, manifests = begun(1)

    def silent(*_):
        raise RejectedError("F015", "视图无法读取")

    monkeypatch.setattr("jobs.unfinished.stage", silent)
    with pytest.raises(RejectedError, match="视图无法读取"):
        staged_again()
    assert outcomes() == {}
    assert journal.open_commit("visit") == (number, {folder_of(manifests[0]): manifests[0].model_dump_json()})


def test_a_commit_of_which_nothing_is_left_is_closed_and_the_night_goes_on(begun, visit, catalog_of, night):
    _, (manifest,) = begun(1)
    shutil.rmtree(manifest.folder)
    assert run_resource(visit, catalog_of(visit), night, "r2") == "来访登记：1 个批次未采用（rejected 1）"
    assert run_resource(visit, catalog_of(visit), night, "r3") == "来访登记：没有新的批次"
    assert journal.open_commit("visit") is None
    assert journal.begin_commit("visit", {}) == 3
