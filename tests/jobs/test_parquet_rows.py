"""Parquet files: every value as the text a CSV would have had."""

import csv
import datetime
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.ingest import parquet_rows
from jobs.ingest.parquet_rows import read_parquet
from jobs.ingest.rejected import RejectedError

TABLE = pa.table(
    {
        "编号": ["V1", "V2", None],
        "姓名": pa.array(['引"号,逗号', "两\r\n行", ""]),
        "性别": pa.array(["男", "女\n", "男"]).dictionary_encode(),
        "金额": pa.array([Decimal("12.50"), None, Decimal("0.01")], pa.decimal128(10, 2)),
        "日期": [datetime.date(2018, 6, 30), None, datetime.date(2018, 6, 1)],
    }
)


@pytest.fixture
def delivered(tmp_path):
    def write(table):
        path = tmp_path / "visits.parquet"
        pq.write_table(table, path)
        return path

    return write


@pytest.mark.parametrize("chunk", [1, 2, 200_000])
def test_each_row_is_one_quoted_line_whatever_its_texts_hold(monkeypatch, delivered, declared, chunk):
    monkeypatch.setattr(parquet_rows, "CHUNK", chunk)
    content = read_parquet(delivered(TABLE), declared())
    found = [row for batch in content.batches for row in batch.to_pylist()]
    assert content.headers == ("编号", "姓名", "性别", "金额", "日期")
    assert [row["_source_row"] for row in found] == [1, 2, 3]
    assert {row["_defect"] for row in found} == {None}
    assert [next(csv.reader(io.StringIO(row["raw"]))) for row in found] == [
        ["V1", '引"号,逗号', "男", "12.50", "2018-06-30"],
        ["V2", "两 行", "女 ", "", ""],
        ["", "", "男", "0.01", "2018-06-01"],
    ]


def test_a_missing_column_is_f006(delivered, declared):
    with pytest.raises(RejectedError) as raised:
        read_parquet(delivered(TABLE.rename_columns(["编号", "姓名", "性别", "款项金额", "日期"])), declared())
    assert raised.value.code == "F006"
    assert "（是否改名为“款项金额”？）" in raised.value.message


def test_a_file_that_is_no_parquet_or_a_cut_one_is_f012(tmp_path, delivered, declared):
    whole = delivered(TABLE).read_bytes()
    path = tmp_path / "broken.parquet"
    for data in (b"", b"PAR1", whole[:-20], b"a,b\n1,2\n"):
        path.write_bytes(data)
        with pytest.raises(RejectedError) as raised:
            read_parquet(path, declared())
        assert raised.value.code == "F012"
