"""Any month, quarter or amount, in any of the spellings that departments use, is stored as one and the same value."""

import unicodedata
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.spark

SEVERAL = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Each example is a frame of many texts: what Spark costs is a plan, not a row."""

YEARS = st.integers(1990, 2099)
MONTH_SPELLINGS = (
    "{y}-{m:02d}",
    "{y}{m:02d}",
    "{y}年{m}月",
    "{y}年{m:02d}月",
    "{y}/{m}",
    "{y}.{m}",
    "{y}-{m}",
    "{y}年{m}月份",
)
QUARTER_SPELLINGS = ("{y}Q{q}", "{y}年{q}季度", "{y}年第{q}季度", "{y}年{c}季度", "{y}年第{c}季度")
UNITS = {"": 1, "万元": 1, "元": Decimal("0.0001"), "千元": Decimal("0.1"), "亿元": 10_000}


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def widths(text):
    """The text as it is, in full-width characters, or with blanks around and inside."""
    return st.sampled_from([text, full_width(text), f" {text}\u3000"])


@st.composite
def spelt_months(draw):
    year, month = draw(YEARS), draw(st.integers(1, 12))
    text = draw(st.sampled_from(MONTH_SPELLINGS)).format(y=year, m=month)
    return draw(widths(text)), f"{year}-{month:02d}"


@st.composite
def spelt_quarters(draw):
    year, quarter = draw(YEARS), draw(st.integers(1, 4))
    text = draw(st.sampled_from(QUARTER_SPELLINGS)).format(y=year, q=quarter, c="一二三四"[quarter - 1])
    return draw(widths(text)), f"{year}Q{quarter}"


@st.composite
def spelt_amounts(draw):
    """An amount of whole yuan in one of its units, plain or with separators, and the 10,000 yuan it is."""
    amount = Decimal(draw(st.integers(-(10**14), 10**14))).scaleb(-4)
    unit = draw(st.sampled_from(list(UNITS)))
    number = (amount / UNITS[unit]).normalize()
    text = f"{number:,f}" if draw(st.booleans()) else f"{number:f}"
    return draw(widths(text + unit)), amount


@pytest.fixture(scope="module")
def stored(spark):
    """Texts to what a reader of ``jobs.standardize.values`` makes of them, in one frame."""

    def run(reader, texts):
        from pyspark.sql import functions as F

        frame = spark.createDataFrame(pa.table({"at": list(range(len(texts))), "text": list(texts)}))
        return {r["at"]: r["value"] for r in frame.select("at", reader(F.trim("text")).alias("value")).collect()}

    return run


@given(spelt=st.lists(spelt_months() | spelt_quarters(), min_size=20, max_size=60))
@SEVERAL
def test_a_period_is_the_same_in_every_spelling(stored, spelt):
    from jobs.standardize.values import period

    texts, values = zip(*spelt, strict=True)
    assert stored(period, texts) == dict(enumerate(values))


@given(spelt=st.lists(spelt_amounts(), min_size=20, max_size=60))
@SEVERAL
def test_an_amount_is_the_same_in_yuan_in_10k_yuan_and_in_any_way_of_writing_it(stored, spelt):
    from jobs.standardize.values import TYPES, number

    factors = {unit: float(factor) for unit, factor in UNITS.items()}
    texts, values = zip(*spelt, strict=True)
    assert stored(lambda text: number(text, factors, TYPES["decimal"]), texts) == dict(enumerate(values))


def test_full_width_here_is_what_unicode_calls_so():
    assert unicodedata.normalize("NFKC", full_width("2018-06,1.5")) == "2018-06,1.5"
