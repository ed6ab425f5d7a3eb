"""Delivered text to stored values: what departments write, what the platform keeps, and what it refuses to guess."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pyarrow as pa
import pytest

from catalog import Column

pytestmark = pytest.mark.spark

MONEY = {"": 1, "万元": 1, "元": 0.0001, "亿元": 10000, "千元": 0.1}


@pytest.fixture(scope="module")
def stored(spark):
    """Delivered texts of one column to what is stored, all of them in one frame."""
    from pyspark.sql import functions as F

    from jobs.ingest.cells import PREFIX, with_cells
    from jobs.ingest.rows import record_batch
    from jobs.standardize.values import typed

    def run(texts, **declaration):
        column = Column(name="value", title="值", **declaration)
        lines = [f'"{text}"' for text in texts]
        rows = record_batch("values.csv", range(len(lines)), lines, [None] * len(lines))
        cells = with_cells(rows, SimpleNamespace(columns=[column], form=SimpleNamespace(delimiter=",")), ["值"], "csv")
        delivered = pa.Table.from_batches([cells]).append_column("text", pa.array(texts))
        frame = spark.createDataFrame(delivered)
        value = typed(F.col(f"{PREFIX}value"), column)
        kept = value.cast("string") if column.type == "timestamp" else value
        return {row["text"]: row["value"] for row in frame.select("text", kept.alias("value")).collect()}

    return run


def test_numbers_with_units_separators_and_full_width_digits(stored):
    expected = {
        "16.34": Decimal("16.34"),
        "16.34万元": Decimal("16.34"),
        "163400元": Decimal("16.34"),
        "163,400.00 元": Decimal("16.34"),
        "0.5亿元": Decimal("5000"),
        "20千元": Decimal("2"),
        "１２．５": Decimal("12.5"),
        "１，２００万元": Decimal("1200"),
        "1,234,567.89": Decimal("1234567.89"),
        "-3.5": Decimal("-3.5"),
        "+3.5": Decimal("3.5"),
        ".5": Decimal("0.5"),
        "5.": Decimal("5"),
        "1.2e3": Decimal("1200"),
        "1E2万元": Decimal("100"),
        "0": Decimal("0"),
        " 7 ": Decimal("7"),
        "\u30007\u3000": Decimal("7"),
        "1元": Decimal("0.0001"),
        "9999999999.1234": Decimal("9999999999.1234"),
        "": None,
        "\u3000 \t": None,
        "不详": None,
        "-": None,
        "万元": None,
        "12美元": None,
        "12.5.6": None,
        "100-200": None,
        "12万3": None,
        "1万元2": None,
        "NaN": None,
        "1e": None,
        "--5": None,
    }
    assert stored(expected, type="decimal", unit="10k_yuan", units=MONEY) == expected


def test_numbers_without_units(stored):
    expected = {
        "117.05": 117.05,
        "１１７．０５": 117.05,
        "1,117.05": 1117.05,
        "-0.5": -0.5,
        "1e2": 100.0,
        "": None,
        "NaN": None,
        "Infinity": None,
        "-inf": None,
        "5d": None,
        "5F": None,
        "0x1p3": None,
        "12度": None,
        "1.2.3": None,
        ".": None,
    }
    assert stored(expected, type="number", unit="degree") == expected


def test_whole_numbers_are_not_rounded_from_broken_ones(stored):
    expected = {
        "12": 12,
        "１２": 12,
        "1,200": 1200,
        "-3": -3,
        "007": 7,
        "9223372036854775807": 9223372036854775807,
        "9223372036854775808": None,
        "12.5": None,
        "12人": None,
        "十二": None,
        "": None,
    }
    assert stored(expected, type="integer") == expected


def test_a_whole_number_with_a_unit(stored):
    expected = {"3": 3, "3天": 3, "3个工作日": 3, "３天": 3, "三天": None, "3小时": None}
    units = {"": 1, "天": 1, "个工作日": 1}
    assert stored(expected, type="integer", unit="day", units=units) == expected


def test_exact_numbers_keep_four_places_and_refuse_what_does_not_fit(stored):
    expected = {
        "0.12345": Decimal("0.1235"),
        "1e3": Decimal("1000"),
        "9999999999999999.9999": Decimal("9999999999999999.9999"),
        "99999999999999999": None,
        "NaN": None,
        "5d": None,
    }
    assert stored(expected, type="decimal") == expected


def test_dates_in_the_spellings_of_departments(stored):
    day, first = datetime.date(2018, 6, 30), datetime.date(2018, 6, 1)
    expected = {
        "2018-06-30": day,
        "2018/6/30": day,
        "2018.6.30": day,
        "2018.06.30": day,
        "2018-6-30": day,
        "2018年6月30日": day,
        "2018年06月30日": day,
        "２０１８年６月３０日": day,
        "20180630": day,
        "2018-06-30 00:00:00": day,
        "2018-06-30 0:00": day,
        "2018/6/1": first,
        "43281": day,
        "43252": first,
        "0168-01-01": datetime.date(168, 1, 1),
        "2020-02-29": datetime.date(2020, 2, 29),
        "2018-02-29": None,
        "2018-02-30": None,
        "2018-13-01": None,
        "2018-06-31": None,
        "20181301": None,
        "18-06-30": None,
        "2018-06": None,
        "2018年": None,
        "30/6/2018": None,
        "2018-06-30 20:15:00": None,
        "70000": None,
        "1234": None,
        "不详": None,
        "": None,
    }
    assert stored(expected, type="date") == expected


def test_moments_are_moments_in_china(stored):
    expected = {
        "2018-06-30 20:15:00": "2018-06-30 20:15:00",
        "2018-06-30T20:15:00": "2018-06-30 20:15:00",
        "2018/6/30 20:15": "2018-06-30 20:15:00",
        "2018年6月30日 20:15:07": "2018-06-30 20:15:07",
        "20180630201500": "2018-06-30 20:15:00",
        "2018-06-30T12:15:00Z": "2018-06-30 20:15:00",
        "2018-06-30T20:15:00+08:00": "2018-06-30 20:15:00",
        "2018-06-30 20:15:00.5": "2018-06-30 20:15:00.5",
        "2018-06-30": "2018-06-30 00:00:00",
        "2018.6.30": "2018-06-30 00:00:00",
        "20180630": "2018-06-30 00:00:00",
        "43281": "2018-06-30 00:00:00",
        "0168-01-01 00:00:00": "0168-01-01 00:00:00",
        "2018-06-30 25:00:00": None,
        "2018-02-30 10:00:00": None,
        "20:15:00": None,
        "刚才": None,
        "": None,
    }
    assert stored(expected, type="timestamp") == expected


MONTHS = (
    "2018-06",
    "2018-6",
    "201806",
    "2018/06",
    "2018/6",
    "2018.6",
    "2018年6月",
    "2018年06月",
    "2018年6月份",
    "2018 年 6 月",
    "２０１８年６月",
    "2018-06月",
)
QUARTERS = (
    "2018Q2",
    "2018q2",
    "2018-Q2",
    "2018年2季度",
    "2018年第2季度",
    "2018年第二季度",
    "2018年二季度",
    "2018第二季度",
)
NO_PERIOD = (
    "2018-06-30",
    "2018-13",
    "2018-00",
    "201813",
    "2018Q5",
    "2018年五季度",
    "20186",
    "43252",
    "18-06",
    "6月",
    "去年",
    "",
)


def test_periods_in_every_spelling_are_one(stored):
    expected = {
        **dict.fromkeys(MONTHS, "2018-06"),
        **dict.fromkeys(QUARTERS, "2018Q2"),
        **dict.fromkeys(("2018", "2018年", "２０１８"), "2018"),
        "2018年11月": "2018-11",
        "201812": "2018-12",
        "2018年四季度": "2018Q4",
        **dict.fromkeys(NO_PERIOD),
    }
    assert stored(expected, type="period") == expected


def test_labels_become_codes_and_codes_stay(stored):
    expected = {"男": "1", "女": "2", "1": "1", "２": "2", " 男\u3000": "1", "未知": "未知", "": None}
    assert stored(expected, labels={"男": "1", "女": "2"}, codelist="sex") == expected


def test_labels_with_full_width_punctuation_are_found_in_both_spellings(stored):
    expected = {"总值（现价）": "gdp", "总值(现价)": "gdp", "总值": "总值"}
    assert stored(expected, labels={"总值（现价）": "gdp"}, pattern="gdp") == expected


def test_identifiers_become_half_width_capitals_and_names_stay_as_written(stored):
    assert stored(["37990119900101123x"], checksum="id_number") == {"37990119900101123x": "37990119900101123X"}
    assert stored(["ａ１"], pattern="a1") == {"ａ１": "a1"}
    assert stored(["（株）Ａ"]) == {"（株）Ａ": "（株）Ａ"}
