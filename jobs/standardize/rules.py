"""The declaration's rules as Spark conditions that are true for a row that breaks them.

Unknown is never a pass and never a second accusation: an empty required cell is R001 alone, an unreadable one R002
alone; the other rules speak only of values that could be read.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pyspark.sql import Column as Col
from pyspark.sql import functions as F

from catalog import CodeList, Column, Resource
from jobs.standardize.checksums import is_credit_code, is_id_number

TOTALS = ("合计", "总计", "小计", "合 计", "总 计")
LOST = "\ufffd"
"""U+FFFD stands where a program could not decode a character: what was there is gone."""
CHECKED = "_checked_"
CHECKSUMS = {"id_number": ("R006", is_id_number), "credit_code": ("R007", is_credit_code)}


class Violation(NamedTuple):
    """A condition that is true where a row breaks a rule: its code and the column it speaks of."""

    code: str
    column: str
    broken: Col


def checked(column: Column, value: Col) -> Col:
    """Whether a present value of a column with a check character carries the right one; false when it cannot."""
    assert column.checksum is not None
    _, is_valid = CHECKSUMS[column.checksum]
    return F.coalesce(is_valid(value), F.lit(False))


def cell_rules(
    column: Column, cell: Col, value: Col, codelists: dict[str, CodeList], business_date: date
) -> Iterator[Violation]:
    """Rules of one column over its delivered ``cell`` and its typed ``value`` (both null when empty).

    A column with a check character has its verdict (``checked``) beside it, under CHECKED and its name.
    """
    if column.required:
        yield Violation("R001", column.name, cell.isNull())
    if column.type != "string":
        yield Violation("R002", column.name, cell.isNotNull() & value.isNull())
    if column.codelist:
        known = list(codelists[column.codelist].names)
        yield Violation("R003", column.name, ~value.isin(known))
    if column.pattern:
        yield Violation("R004", column.name, ~value.rlike(f"^(?:{column.pattern})$"))
    if column.checksum:
        code, _ = CHECKSUMS[column.checksum]
        yield Violation(code, column.name, ~F.col(CHECKED + column.name) & value.isNotNull())
    outside = _outside(column, value, business_date)
    if outside is not None:
        yield Violation("R005", column.name, outside)


def _bound(column: Column, bound: float | str, business_date: date, *, is_upper: bool) -> Col:
    if column.type not in ("date", "timestamp"):
        return F.lit(bound)
    text = business_date.isoformat() if bound == "business_date" else str(bound)
    if column.type == "date":
        return F.lit(text).cast("date")
    return F.lit(f"{text} 23:59:59.999" if is_upper and len(text) == 10 else text).cast("timestamp")


def _outside(column: Column, value: Col, business_date: date) -> Col | None:
    conditions = []
    if column.minimum is not None:
        conditions.append(value < _bound(column, column.minimum, business_date, is_upper=False))
    if column.maximum is not None:
        conditions.append(value > _bound(column, column.maximum, business_date, is_upper=True))
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else conditions[0] | conditions[1]


def row_rules(resource: Resource, names: dict[str, Col]) -> Iterator[Violation]:
    """Declared rules between columns, each only where all of its columns were read."""
    for rule in resource.rules:
        known = [names[name].isNotNull() for name in rule.columns]
        applies = known[0]
        for condition in known[1:]:
            applies = applies & condition
        yield Violation(rule.code, rule.columns[0], applies & ~F.coalesce(F.expr(rule.expression), F.lit(False)))


def structural(resource: Resource, cells: dict[str, Col], defect: Col) -> Col:
    """The R code of a row that is no record (defect found while reading, a totals row, all zeros), else null."""
    texts = [cells[column.name] for column in resource.columns if column.type == "string" and not column.labels]
    is_total = F.lit(False)
    for text in texts:
        is_total = is_total | F.coalesce(text.isin(*TOTALS), F.lit(False))
    joined = F.concat_ws("", *cells.values())
    # Only a row that begins like one of zeros is read to its end.
    is_zero = F.substring(joined, 1, 1).isin("", "0", ".") & joined.rlike(r"^[0.\s]*$")
    return F.coalesce(
        defect,
        F.when(joined.contains(LOST), F.lit("R013")),
        F.when(is_total, F.lit("R010")),
        F.when(is_zero, F.lit("R011")),
    )
