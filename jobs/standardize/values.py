"""Delivered text to typed values, one function a type; every function maps unreadable text to null, never to a
guess.
"""

from collections.abc import Callable

from pyspark.sql import Column as Col
from pyspark.sql import functions as F

from catalog import Column
from jobs.standardize.checksums import in_eighteen_digits

FULL_WIDTH = "".join(chr(0xFF01 + i) for i in range(94)) + "\u3000"
HALF_WIDTH = "".join(chr(0x21 + i) for i in range(94)) + " "
PLAIN = str.maketrans(FULL_WIDTH, HALF_WIDTH)
EXCEL_EPOCH = "1899-12-30"
"""Day 0 of Excel's serial dates, chosen by Excel so that day 60 is its 1900-02-29."""
NUMBER = r"^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$"
QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}


def half_width(text: Col) -> Col:
    """Full-width digits, letters and punctuation (１２．５) as their plain forms."""
    # Most cells are ASCII, and telling so costs far less than translating them.
    is_plain = F.octet_length(text) == F.length(text)
    return F.when(is_plain, text).otherwise(F.translate(text, FULL_WIDTH, HALF_WIDTH))


def number(text: Col, units: dict[str, float], target: str) -> Col:
    """A number with thousands separators and, where ``units`` are declared, a unit behind it (16.34万元)."""
    plain = F.regexp_replace(half_width(text), r"[,\s]", "")
    if not units:
        # Java reads 5d, 0x1p3, NaN and Infinity as doubles; nobody delivers them as numbers.
        return F.when(plain.rlike(NUMBER), plain).try_cast(target)
    factor = F.lit(None).cast("decimal(20,8)")
    unit = F.regexp_extract(plain, r"^[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?(\D*)$", 1)
    for suffix, value in units.items():
        factor = F.when(unit == F.lit(suffix), F.lit(value).cast("decimal(20,8)")).otherwise(factor)
    # Eight places: 1元 written in 亿元.
    amount = F.regexp_extract(plain, r"^([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\D*$", 1).try_cast("decimal(26,8)")
    return (amount * factor).try_cast(target)


def day(text: Col) -> Col:
    """A date: 2018-06-30, 2018/6/30, 2018.6.30, 2018年6月30日, 20180630, or Excel's serial number of a day."""
    usual = F.when((F.length(text) == 10) & (F.substring(text, 5, 1) == "-"), text).try_cast("date")
    plain = half_width(text)
    dashed = F.regexp_replace(F.regexp_replace(plain, r"[年月/.]", "-"), r"日$", "")
    iso = F.when(dashed.rlike(r"^\d{4}-\d{1,2}-\d{1,2}( 0?0:00(:00)?)?$"), dashed)
    compact = F.when(
        plain.rlike(r"^\d{8}$"),
        F.concat_ws("-", F.substring(plain, 1, 4), F.substring(plain, 5, 2), F.substring(plain, 7, 2)),
    )
    serial = F.when(plain.rlike(r"^[1-6]\d{4}$"), F.date_add(F.lit(EXCEL_EPOCH).cast("date"), plain.try_cast("int")))
    # The usual spelling first: coalesce stops there, and regular expressions are what this costs.
    return F.coalesce(usual, F.coalesce(iso, compact).try_cast("date"), serial)


def moment(text: Col) -> Col:
    """A moment in China: a date with or without a time of day, 20180630201500, or ISO 8601."""
    usual = F.when((F.length(text) == 19) & (F.substring(text, 5, 1) == "-"), text).try_cast("timestamp")
    plain = F.regexp_replace(half_width(text), r"[年月/]", "-")
    plain = F.regexp_replace(plain, r"日", "")
    compact = F.when(
        plain.rlike(r"^\d{14}$"),
        F.regexp_replace(plain, r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$", "$1-$2-$3 $4:$5:$6"),
    )
    iso = F.when(plain.rlike(r"^\d{4}-\d{1,2}-\d{1,2}([ T].*)?$"), plain)
    return F.coalesce(usual, F.coalesce(iso, compact).try_cast("timestamp"), day(text).cast("timestamp"))


def period(text: Col) -> Col:
    """A month, quarter or year in any spelling (201806, 2018年6月, 2018-6; 2018年2季度, 2018Q2; 2018年) as
    2018-06, 2018Q2, 2018.
    """
    plain = F.regexp_replace(half_width(text), r"\s", "")
    for chinese, digit in QUARTERS.items():
        plain = F.regexp_replace(plain, f"{chinese}季度", f"{digit}季度")
    # A month of one digit needs something before it: 43252 is a day of Excel's, not 4325-02.
    month = F.regexp_extract(plain, r"^(\d{4})(?:(?=\d\d)|[年/.-])(0[1-9]|1[0-2]|[1-9])月?(?:份)?$", 2)
    year = F.substring(plain, 1, 4)
    quarter = F.regexp_extract(plain, r"^\d{4}(?:年|-)?(?:第)?(?:Q|q)?([1-4])(?:季度)?$", 1)
    is_quarter = plain.rlike(r"^\d{4}(年|-)?(第)?([Qq][1-4]|[1-4]季度)$")
    return (
        F.when(is_quarter, F.concat(year, F.lit("Q"), quarter))
        .when(month != "", F.concat(year, F.lit("-"), F.lpad(month, 2, "0")))
        .when(plain.rlike(r"^\d{4}年?$"), year)
    )


def _text(cell: Col, column: Column) -> Col:
    """Text: identifiers and codes in plain half-width capitals, names and addresses as they are."""
    if column.checksum:
        plain = F.upper(half_width(cell))
        return in_eighteen_digits(plain) if column.checksum == "id_number" else plain
    return half_width(cell) if column.codelist or column.pattern or column.references else cell


def _named(text: Col, labels: dict[str, str]) -> Col:
    """The stored value of a label as declared or in plain characters (男 as 1); null for any other text."""
    found = (F.when(text.isin(*{label, label.translate(PLAIN)}), F.lit(value)) for label, value in labels.items())
    return F.coalesce(*found)


def _labelled(text: Col, labels: dict[str, str]) -> Col:
    """The stored value of a delivered label; other values stay."""
    return F.coalesce(_named(text, labels), text) if labels else text


def succeeded(code: Col, successors: dict[str, str], applies: Col) -> Col:
    """The current code of one of an earlier edition, where ``applies``; codes without a successor stay."""
    pairs = [F.lit(text) for pair in successors.items() for text in pair]
    later = F.try_element_at(F.create_map(*pairs), code)
    # Few codes have one, and looking into a map costs more than a look at the list of its keys.
    return F.when(applies & code.isin(list(successors)), later).otherwise(code)


TYPES: dict[str, str] = {
    "string": "string",
    "integer": "bigint",
    "decimal": "decimal(20,4)",
    "number": "double",
    "date": "date",
    "timestamp": "timestamp",
    "period": "string",
}

_READERS: dict[str, Callable[[Col], Col]] = {"date": day, "timestamp": moment, "period": period}


def typed(cell: Col, column: Column) -> Col:
    """The stored value of one present cell; null when it cannot be read as the declared type."""
    if column.type == "string":
        # As declared, nearly always: only another spelling is brought to plain characters first.
        known = _named(cell, column.labels)
        return (
            F.coalesce(known, _labelled(_text(cell, column), column.labels)) if column.labels else _text(cell, column)
        )
    labelled = _labelled(cell, column.labels)
    if column.type in _READERS:
        return _READERS[column.type](labelled)
    return number(labelled, column.units, TYPES[column.type])
