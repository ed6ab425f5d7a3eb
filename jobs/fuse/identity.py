"""What departments write about who somebody is, in the form in which it can be compared."""

from pyspark.sql import Column as Col
from pyspark.sql import functions as F

from jobs.fuse.survive import text
from jobs.standardize.checksums import is_id_number
from jobs.standardize.values import half_width

SMALLEST_DIFFERENCE = 2
"""Two valid numbers differ in two places at least (GB 11643's check character finds every single error)."""


def tidy(number: Col) -> Col:
    """A number as an office wrote it, in plain capitals without blanks; null where there is none."""
    return F.nullif(F.upper(F.regexp_replace(half_width(number), r"\s", "")), F.lit(""))


def valid_number(written: Col) -> Col:
    """The identity number that was written, in 18 places (``in_eighteen_digits``); null where it does not hold."""
    return F.when(is_id_number(written), written)


def surname(name: Col) -> Col:
    """The first character of a name, which is nearly always the whole surname."""
    return F.substring(text(name), 1, 1)


def is_nearly(written: Col, number: Col) -> Col:
    """Whether a number could have been meant: one wrong digit, or two neighbours exchanged (which costs two)."""
    return F.coalesce(F.levenshtein(written, number, SMALLEST_DIFFERENCE) >= 0, F.lit(False))
