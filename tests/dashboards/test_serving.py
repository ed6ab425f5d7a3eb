import json
from pathlib import Path

import duckdb
import pytest
from serving_fixture import write_serving

from dashboards import queries, serving
from dashboards.bounded import Bounded
from dashboards.serving import NothingPublishedError, Serving, ServingError, open_snapshot


def test_before_the_first_night_the_reason_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError, match="taian nightly"):
        open_snapshot(tmp_path)


def test_a_broken_pointer_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "CURRENT.json").write_text("{", encoding="utf-8")
    with pytest.raises(ServingError, match=r"CURRENT\.json 读不懂"):
        open_snapshot(tmp_path)


@pytest.mark.parametrize(
    "content",
    ["7", "[]", '{"run_id": "a", "business_date": "2018-06-30", "tables": {"meta__run": null}}',
     '{"run_id": "a", "business_date": "yesterday", "tables": {}}', "\\ud800"],
)  # fmt: skip
def test_a_pointer_of_another_form_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "CURRENT.json").write_text(content, encoding="utf-8")
    with pytest.raises(ServingError, match=r"CURRENT\.json 读不懂"):
        open_snapshot(tmp_path)


def test_a_missing_file_takes_down_its_table_only(serving_copy: Path) -> None:
    (serving_copy / "topic_city__indicator-v1.duckdb").unlink()
    snapshot = open_snapshot(serving_copy)
    with pytest.raises(ServingError, match=r"topic_city__indicator-v1\.duckdb 不见了"):
        queries.children(snapshot, "vat_sales", queries.CITY)
    assert not queries.resources(snapshot).empty


def test_a_damaged_file_takes_down_its_table_only(serving_copy: Path) -> None:
    (serving_copy / "meta__resource-v1.duckdb").write_bytes(b"not a database" * 500)
    snapshot = open_snapshot(serving_copy)
    with pytest.raises(ServingError, match="已损坏") as caught:
        queries.resources(snapshot)
    assert str(serving_copy) not in str(caught.value)
    assert not queries.indicators(snapshot).empty


def test_a_table_the_night_did_not_publish_is_named(serving_copy: Path) -> None:
    pointer = json.loads((serving_copy / "CURRENT.json").read_text(encoding="utf-8"))
    del pointer["tables"]["open_geo__boundary"]
    (serving_copy / "CURRENT.json").write_text(json.dumps(pointer), encoding="utf-8")
    with pytest.raises(ServingError, match="没有发布结果表 open_geo__boundary"):
        queries.boundaries(open_snapshot(serving_copy))


@pytest.mark.parametrize("name", ["../secret.duckdb", "/etc/passwd", "a'b.duckdb", ""])
def test_a_file_name_that_leads_elsewhere_is_not_opened(serving_copy: Path, name: str) -> None:
    pointer = json.loads((serving_copy / "CURRENT.json").read_text(encoding="utf-8"))
    pointer["tables"]["meta__run"]["file"] = name
    (serving_copy / "CURRENT.json").write_text(json.dumps(pointer), encoding="utf-8")
    with pytest.raises(ServingError, match="meta__run"):
        queries.nights(open_snapshot(serving_copy), 5)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH '/tmp/other.duckdb'",
        "SET threads = 8",
        "COPY (SELECT 1) TO '/tmp/x'",
    ],
)
def test_pages_can_reach_no_file_and_change_no_setting(published: Path, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        open_snapshot(published).connection.execute(statement)


def test_a_page_holds_one_night_while_the_next_is_published(serving_copy: Path) -> None:
    source = Serving(serving_copy)
    first = source.snapshot()
    assert source.snapshot() is first
    write_serving(serving_copy, "nightly__2018-07-01", "2018-07-01", version=2)
    second = source.snapshot()
    assert (first.business_date, second.business_date) == ("2018-06-30", "2018-07-01")
    assert not queries.nights(first, 1).empty


def test_an_unreadable_new_pointer_leaves_the_last_night_up_and_says_so(serving_copy: Path) -> None:
    source = Serving(serving_copy)
    source.snapshot()
    (serving_copy / "CURRENT.json").write_text("{", encoding="utf-8")
    kept = source.snapshot()
    assert kept.business_date == "2018-06-30"
    assert "读不懂" in kept.problem
    write_serving(serving_copy, version=3)
    assert source.snapshot().problem == ""


def test_a_file_that_comes_back_is_found_without_a_restart(serving_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "RETRY_SECONDS", 0.0)
    file = serving_copy / "meta__run-v1.duckdb"
    content = file.read_bytes()
    file.unlink()
    source = Serving(serving_copy)
    assert "meta__run" in source.snapshot().missing
    file.write_bytes(content)
    assert source.snapshot().missing == {}


def test_an_answer_is_read_once_a_night_and_given_as_a_copy(published: Path) -> None:
    snapshot = open_snapshot(published)
    first = queries.resources(snapshot)
    first["title"] = "overwritten by a card"
    object.__setattr__(snapshot, "connection", None)
    again = queries.resources(snapshot)
    assert len(again) == len(first)
    assert "overwritten by a card" not in set(again["title"])


def test_a_memory_lets_go_of_what_was_asked_for_longest_ago() -> None:
    held = Bounded(2)
    for key in ("a", "b"):
        held.put(key, key)
    assert held.get("a") == "a"
    held.put("c", "c")
    assert (held.get("a"), held.get("b"), held.get("c"), len(held)) == ("a", None, "c", 2)
