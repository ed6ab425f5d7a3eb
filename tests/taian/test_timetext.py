"""Times are read as people write them, and named as deliveries name their periods."""

import numpy as np
import pyarrow as pa
import pytest

from taian.timetext import read_times


def read(*cells):
    return read_times(pa.chunked_array([pa.array(cells, pa.string())]))


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("2018-06-30", "2018-06-30"),
        ("2018/6/30", "2018-06-30"),
        ("2018年6月30日", "2018-06-30"),
        ("20180630", "2018-06-30"),
        ("43281", "2018-06-30"),
        ("6/30/18", "2018-06-30"),
        ("30.6.2018", "2018-06-30"),
        ("30 Jun 2018", "2018-06-30"),
        ("2018-06", "2018-06"),
        ("201806", "2018-06"),
        ("2018年6月", "2018-06"),
        ("2018.6", "2018-06"),
        ("2018年1-6月", "2018-06"),
        ("June 2018", "2018-06"),
        ("Jun-18", "2018-06"),
        ("2018Q2", "2018Q2"),
        ("2018年第二季度", "2018Q2"),
        ("2018年上半年", "2018H1"),
        ("2018-W05", "2018-W05"),
        ("2018年", "2018"),
        ("2018", "2018"),
        ("2018-06-30T12:00:05Z", "2018-06-30 12:00:05"),
        ("1530316800", "2018-06-30 00:00:00"),
    ],
)
def test_a_time_is_read_however_it_is_written(cell, label):
    assert read(cell).labels().tolist() == [label]


def test_the_day_is_told_from_the_month_by_the_other_cells():
    assert read("3/4/2018", "13/4/2018").labels().tolist() == ["2018-04-03", "2018-04-13"]
    assert read("3/4/2018", "4/13/2018").labels().tolist() == ["2018-03-04", "2018-04-13"]


def test_an_order_that_nothing_tells_is_assumed_and_said():
    assert read("3/4/2018").is_order_assumed
    assert not read("3/14/2018").is_order_assumed


def test_a_text_and_an_impossible_day_are_no_time():
    found = read("20180630", "暂缺", "2018-02-31", None)
    assert found.unreadable.tolist() == [1, 2]
    assert not np.isnat(found.values[0])
    assert np.isnat(found.values[1:]).all()


def test_kinds_that_do_not_go_together_have_no_step():
    assert read("2018", "2018-06").step is None
    assert read("2018-06-30", "2018-06-30 12:00").step == "second"
