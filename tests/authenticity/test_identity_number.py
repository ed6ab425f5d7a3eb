from dataclasses import replace

import pytest

from expectations.authenticity.identity_number import Person, holds, inspect, is_slip

# An invented number in the unassigned area block of the sample city.
NUMBER = "379901196003074219"
ROW = Person("resident-01/a.csv#7", NUMBER, "19600307", "1", "370902", "泰山区", "2018-05-31", "379901**********19")


def with_check(body):
    return next(body + last for last in "0123456789X" if holds(body + last))


@pytest.fixture
def row():
    return replace(ROW, number=with_check(NUMBER[:17]))


def test_a_valid_number_is_no_finding(row):
    assert inspect([row]) == []


def test_an_impossible_day_of_birth_does_not_hold():
    assert not any(holds("37990119600230421" + last) for last in "0123456789X")


@pytest.mark.parametrize(
    "slip",
    [
        lambda n: n[:10] + str((int(n[10]) + 1) % 10) + n[11:],
        lambda n: n[:12] + n[13:],
        lambda n: n[:12] + n[12] + n[12:],
        lambda n: n[:14] + n[15] + n[14] + n[16:],
    ],
    ids=["one digit wrong", "one left out", "one doubled", "two swapped"],
)
def test_one_slip_of_the_pen_is_an_error_and_not_a_lead(row, slip):
    wrong = replace(row, number=slip(row.number))
    assert is_slip(wrong)
    (found,) = inspect([wrong])
    assert (found.unit_kind, found.strength, found.effect) == ("county", "weak", 1.0)


def test_a_number_that_no_slip_explains_is_strong(row):
    invented = replace(row, number="123456789012345678")
    (found,) = inspect([invented])
    assert (found.unit_kind, found.strength, found.unit) == ("person", "strong", row.place)


def test_a_number_made_valid_by_one_digit_must_agree_with_birth_and_sex(row):
    wrong = row.number[:17] + ("1" if row.number[17] != "1" else "2")
    assert is_slip(replace(row, number=wrong))
    assert not is_slip(replace(row, number=wrong, birth_date="19851130", sex="2"))


def test_no_finding_shows_the_number_itself(row):
    for found in inspect([replace(row, number="123456789012345678")]):
        assert "123456789012345678" not in found.model_dump_json()
