"""How a batch is handed in again, by its form, its way of loading and what became of it."""

import pytest

from alerts.again import again

BATCH = {"resource": "visit", "period": "2018-06", "batch": "visit-2018-06-01"}


def commands(**facts):
    given = {"form": "csv", "load": "upsert", "state": "published", "rows_quarantined": 0, **facts}
    return [step.command for step in again(**BATCH, **given)]


def test_a_batch_that_is_well_asks_for_nothing():
    assert commands() == []
    assert commands(state="duplicate") == []


def test_a_rejected_file_is_delivered_again_with_its_rows_where_they_cannot_be_counted():
    assert commands(state="rejected") == ["taian deliver 文件 --resource visit --period 2018-06"]
    assert commands(state="rejected", form="xlsx") == [
        "taian deliver 文件 --resource visit --period 2018-06 --rows 行数"
    ]


def test_a_held_batch_is_corrected_or_let_through():
    assert commands(state="held") == [
        "taian deliver 文件 --resource visit --period 2018-06 --replaces visit-2018-06-01",
        "taian deliveries release visit-2018-06-01 --resource visit --why 理由",
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl", "json", "parquet"])
def test_refused_rows_are_exported_corrected_and_handed_in(form):
    assert commands(rows_quarantined=2, form=form) == [
        "taian quarantine export visit --batch visit-2018-06-01 --out refused.xlsx",
        "",
        "taian quarantine resubmit refused.xlsx",
    ]


def test_rows_that_cannot_come_alone_come_with_the_whole_file():
    whole = ["taian deliver 文件 --resource visit --period 2018-06 --replaces visit-2018-06-01"]
    assert commands(rows_quarantined=2, load="replace") == whole
    assert commands(rows_quarantined=2, form="geojson") == whole


@pytest.mark.parametrize("state", ["rejected", "held", "published"])
def test_a_view_is_mended_where_it_is(state):
    found = again(**BATCH, form="jdbc", load="upsert", state=state, rows_quarantined=1)
    assert [step.words for step in found if not step.command] == [
        "在源库中改正；平台下一次读取视图时取得改正后的内容。"
    ]


def test_rows_of_a_batch_that_was_corrected_since_are_done_with():
    assert commands(state="replaced", rows_quarantined=2) == []
