"""Check characters of identity numbers and credit codes, by arithmetic on whole columns."""

from collections.abc import Sequence

from pyspark.sql import Column as Col
from pyspark.sql import functions as F

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: digits and capitals without I, O, S, V, Z, in the order of their values."""
CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def _total(values: Sequence[Col]) -> Col:
    """The sum, added in pairs: one long chain nests deeper than a message of Spark Connect may (100 levels)."""
    half = len(values) // 2
    return _total(values[:half]) + _total(values[half:]) if half else values[0]


def _id_check(seventeen: Col) -> Col:
    """The check character of 17 digits by ISO 7064 mod 11-2; null for what is no number."""
    digits = seventeen.try_cast("bigint")
    # Weight 2^(18-i) mod 11 for position i. Long arithmetic: decimal division costs 50 times as much.
    weighted = [F.call_function("div", digits, F.lit(10**power)) % 10 * pow(2, power + 1, 11) for power in range(17)]
    return F.substring(F.lit("10X98765432"), (_total(weighted) % 11 + 1).cast("int"), F.lit(1))


def in_eighteen_digits(text: Col) -> Col:
    """A 15-digit number of GB 11643-1989 in today's 18 digits; every other text as it is.

    Such numbers were given out until 1999 and leave out the century and the check character. Order codes 996-999 were
    kept for persons of a hundred years and more, whose century is therefore not 19: these stay as they are.
    """
    seventeen = F.concat(F.substring(text, 1, 6), F.lit("19"), F.substring(text, 7, 9))
    is_old = (F.length(text) == 15) & text.rlike(r"^[1-8]\d{11}([0-8]\d\d|9[0-8]\d|99[0-5])$")
    return F.when(is_old, F.concat(seventeen, _id_check(seventeen))).otherwise(text)


def is_id_number(text: Col) -> Col:
    """GB 11643: 17 digits and a mod 11-2 check character, with a real date of birth in positions 7-14.

    The area code is where the number was first issued: any county of any year, so only its province is looked at.
    """
    expected = _id_check(F.substring(text, 1, 17))
    birth = F.concat_ws("-", F.substring(text, 7, 4), F.substring(text, 11, 2), F.substring(text, 13, 2))
    # The check character first: what always runs is shared by Spark, and ``digits`` would else be cast 17 times.
    return (
        (F.substring(text, 18, 1) == expected) & text.rlike(r"^[1-8]\d{16}[\dX]$") & birth.try_cast("date").isNotNull()
    )


def _weighted(text: Col, start: int, weights: tuple[int, ...], alphabet: str) -> Col:
    values = [
        (F.position(F.substring(text, start + i, 1), F.lit(alphabet)) - 1) * weight for i, weight in enumerate(weights)
    ]
    return _total(values)


def is_credit_code(text: Col) -> Col:
    """GB 32100: 18 characters, mod 31 check; characters 9-17 are an organisation code with GB 11714's own check."""
    total = _weighted(text, 1, CREDIT_WEIGHTS, CREDIT_ALPHABET)
    check = F.substring(
        F.lit(CREDIT_ALPHABET), (F.pmod(31 - F.pmod(total, F.lit(31)), F.lit(31)) + 1).cast("int"), F.lit(1)
    )
    organisation = F.pmod(
        11 - F.pmod(_weighted(text, 9, ORGANISATION_WEIGHTS, ORGANISATION_ALPHABET), F.lit(11)), F.lit(11)
    )
    organisation_check = F.substring(F.lit("0123456789X"), (organisation + 1).cast("int"), F.lit(1))
    return (
        text.rlike(f"^[{CREDIT_ALPHABET}]{{18}}$")
        & (F.substring(text, 18, 1) == check)
        & (F.substring(text, 17, 1) == organisation_check)
    )
