"""Check characters against python-stdnum, an implementation that is not ours."""

import datetime
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

pytestmark = pytest.mark.spark


def id_numbers(rng):
    """Valid numbers, and each with one position changed."""
    for _ in range(120):
        day = f"{rng.randint(1900, 2018)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        body = f"{rng.choice(['370902', '379901', '110101', '650102'])}{day}{rng.randint(0, 999):03d}"
        number = body + ric.calc_check_digit(body + "0")
        place = rng.randrange(18)
        other = rng.choice([d for d in "0123456789" if d != number[place]])
        yield from (number, number[:place] + other + number[place + 1 :])


def credit_codes(rng):
    """Valid codes, and each with one position changed."""
    for _ in range(120):
        body = f"9{rng.choice('1239')}{rng.choice(['370902', '379901', '110101'])}{organisation(rng)}"
        code = body + uscc.calc_check_digit(body)
        place = rng.randrange(18)
        other = rng.choice([c for c in uscc._alphabet if c != code[place]])
        yield from (code, code[:place] + other + code[place + 1 :])


def organisation(rng):
    """An organisation code with its check character by GB 11714, skipping X, which a credit code may hold too."""
    body = "".join(rng.choice(uscc._alphabet) for _ in range(8))
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(w * values.index(c) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True))
    return body + "0123456789X0"[(11 - total % 11) % 11]


def judged(spark, judge, numbers):
    from pyspark.sql import functions as F

    frame = spark.createDataFrame([(number,) for number in numbers], "number string")
    return {row["number"]: row["ok"] for row in frame.select("number", judge(F.col("number")).alias("ok")).collect()}


def is_birth_plausible(number):
    """stdnum also asks for a date; its list of counties is left out here, sample codes are of none."""
    try:
        ric.get_birth_date(number)
    except ric.InvalidComponent:
        return False
    return number[:17].isdigit() and number[0] in "12345678"


def test_identity_numbers_agree_with_stdnum(spark):
    from jobs.standardize.checksums import is_id_number

    numbers = list(id_numbers(random.Random(20180630)))
    expected = {n: is_birth_plausible(n) and ric.calc_check_digit(n) == n[-1] for n in numbers}
    assert judged(spark, is_id_number, numbers) == expected
    assert sum(expected.values()) == 120


def test_credit_codes_agree_with_stdnum(spark):
    from jobs.standardize.checksums import is_credit_code

    codes = list(credit_codes(random.Random(20180630)))
    expected = {code: uscc.calc_check_digit(code[:17]) == code[-1] for code in codes}
    found = judged(spark, is_credit_code, codes)
    # Ours is never kinder; it is stricter where a change of the organisation code breaks that code's own check.
    assert not [code for code in codes if found[code] and not expected[code]]
    assert all(found[code] for code in codes[::2])
    assert not any(found[code] for code in codes[1::2])


def test_a_number_of_fifteen_digits_becomes_the_eighteen_that_stdnum_makes_of_it(spark):
    from jobs.standardize.checksums import in_eighteen_digits, is_id_number

    rng = random.Random(20180630)
    days = [f"{rng.randint(0, 99):02d}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}" for _ in range(60)]
    old = [f"{rng.choice(['370902', '379901', '110101'])}{day}{rng.randint(0, 995):03d}" for day in days]
    bodies = {number: f"{number[:6]}19{number[6:]}" for number in old}
    expected = {number: body + ric.calc_check_digit(body + "0") for number, body in bodies.items()}
    assert judged(spark, in_eighteen_digits, old) == expected
    assert all(judged(spark, is_id_number, list(expected.values())).values())


OLD_NUMBERS = st.builds(
    lambda area, born, order: f"{area}{born:%y%m%d}{order:03d}",
    st.integers(110000, 829999).map(str),
    st.dates(datetime.date(1900, 1, 1), datetime.date(1999, 12, 31)),
    st.integers(0, 995),
)
"""Numbers of GB 11643-1989; order codes from 996 belong to another century."""
MANY = settings(max_examples=4, deadline=None)
"""Each example is a list of numbers, judged in one Spark job."""


def in_full(old):
    """The 18 digits of a 15-digit number, by stdnum's check character."""
    body = f"{old[:6]}19{old[6:]}"
    return body + ric.calc_check_digit(body + "0")


@MANY
@given(st.lists(OLD_NUMBERS, min_size=30, max_size=60, unique=True))
def test_fifteen_and_eighteen_digits_of_one_person_are_one_valid_number(spark, numbers):
    from jobs.standardize.checksums import in_eighteen_digits, is_id_number

    full = {old: in_full(old) for old in numbers}
    assert judged(spark, in_eighteen_digits, numbers) == full
    # What has eighteen digits stays, so that converting twice changes nothing.
    assert judged(spark, in_eighteen_digits, list(full.values())) == {number: number for number in full.values()}
    assert all(judged(spark, is_id_number, list(full.values())).values())


@MANY
@given(st.lists(st.tuples(OLD_NUMBERS, st.integers(0, 16), st.integers(1, 9)), min_size=30, max_size=60))
def test_no_single_wrong_digit_and_no_exchange_of_neighbours_leaves_a_number_valid(spark, slips):
    from jobs.standardize.checksums import is_id_number

    spoiled = set()
    for old, place, by in slips:
        number = in_full(old)
        wrong = str((int(number[place]) + by) % 10)
        spoiled.add(number[:place] + wrong + number[place + 1 :])
        exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        spoiled |= {exchanged} - {number}
    assert not any(judged(spark, is_id_number, sorted(spoiled)).values())


def test_only_what_can_be_converted_exactly_is(spark):
    from jobs.standardize.checksums import in_eighteen_digits

    # Order codes from 996 belong to the very old, born in the 1800s; the rest is of no known form.
    kept = [
        "379901990228996",
        "379901990228999",
        "37990119900101123",
        "379901199001011237",
        "37990199022899X",
        "",
        None,
    ]
    assert judged(spark, in_eighteen_digits, kept) == {text: text for text in kept}


def test_neither_what_is_no_number_nor_a_missing_one_is_valid(spark):
    from jobs.standardize.checksums import is_credit_code, is_id_number

    odd = [
        "",
        "37090219900230001X",
        "3709021990010112",
        "379901199001011234567",
        "370902900101123",
        "abc",
        "９",
        "37990119900101123X\n",
        None,
    ]
    assert not any(judged(spark, is_id_number, odd).values())
    assert not any(judged(spark, is_credit_code, [*odd, "91370902MA3C1234I5", "91370902ma3c123455"]).values())
