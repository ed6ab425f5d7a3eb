"""What goes wrong in a cell: pure changes of one delivered value, harmful ones first, harmless spellings after them."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

Change = Callable[[Any, np.random.Generator], Any]
"""From the delivered value to the value after the accident."""

CHECK_CHARACTERS = "10X98765432"
"""GB 11643: the check character by remainder."""

RARE_CHARACTERS = "㛃𬱖"
"""Characters outside GBK; the second lies beyond the basic plane and takes four bytes in GB18030 and in UTF-8."""

EXCEL_DAY_ZERO = datetime.date(1899, 12, 30)


def always(value: Any) -> Change:
    """A change that leaves ``value`` whatever was there."""
    return lambda cell, rng: value


blank: Change = always("")
not_a_number: Change = always("abc")


def _date_part(cell: str, date: str) -> str:
    return date + cell[10:] if len(cell) > 10 else date


def ancient_date(cell: str, rng: np.random.Generator) -> str:
    """A year typed as 0168; a time of day stays."""
    return _date_part(cell, "0168-05-01")


def future_date(cell: str, rng: np.random.Generator) -> str:
    """A date nobody has lived yet."""
    return _date_part(cell, "2197-01-01")


def wrong_check_digit(cell: str, rng: np.random.Generator) -> str:
    """The last character of an identity number replaced by another one that may stand there."""
    others = [c for c in CHECK_CHARACTERS if c != cell[-1].upper()]
    return cell[:-1] + others[int(rng.integers(len(others)))]


def swapped_digits(cell: str, rng: np.random.Generator) -> str:
    """Last character but one changed, as a typist does: the check character no longer fits."""
    digit = (int(cell[-2]) + 1 + int(rng.integers(9))) % 10 if cell[-2].isdigit() else 0
    return cell[:-2] + str(digit) + cell[-1]


def fifteen_digits(cell: str, rng: np.random.Generator) -> str:
    """An identity number as it was given out until 1999: two digits of the year, no check character."""
    return cell[:6] + cell[8:17]


def has_fifteen_digits(cell: str) -> bool:
    """Whether the person may hold such a number: born by 1960 (the old cling to theirs), order code below 996."""
    return "1900" <= cell[6:10] <= "1960" and cell[14:17] < "996"


def fifteen_digits_of_no_day(cell: str, rng: np.random.Generator) -> str:
    """A 15-digit number whose month is 13."""
    return f"{cell[:6]}{cell[8:10]}13{cell[12:17]}"


def other_sex(cell: str, rng: np.random.Generator) -> str:
    """男 for 女 and the other way round."""
    return {"男": "女", "女": "男"}[cell[0]] + cell[1:]


def other_day(cell: str, rng: np.random.Generator) -> str:
    """An ISO date of the same month with a day that is not the written one."""
    day = int(cell[8:10])
    return f"{cell[:8]}{1 + (day + int(rng.integers(27))) % 28:02d}{cell[10:]}"


def lost_character(cell: str, rng: np.random.Generator) -> str:
    """One character replaced by U+FFFD, as a bad conversion leaves it."""
    place = int(rng.integers(len(cell)))
    return cell[:place] + "\ufffd" + cell[place + 1 :]


def full_width(cell: str, rng: np.random.Generator) -> str:
    """Digits and letters typed with a Chinese input method in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in cell)


def lower_case(cell: str, rng: np.random.Generator) -> str:
    """An ``X`` check character written small."""
    return cell.lower()


def thousands(cell: str, rng: np.random.Generator) -> str:
    """1234567.8 as 1,234,567.8."""
    return f"{Decimal(str(cell)):,}"


def with_unit(unit: str, divisor: int = 1) -> Change:
    """The number divided by ``divisor`` with its unit in the cell: 163400 as 16.34万元."""

    def change(cell: Any, rng: np.random.Generator) -> str:
        number = (Decimal(str(cell).replace(",", "")) / divisor).normalize()
        return f"{number:f}{unit}"

    return change


def period_compact(cell: str, rng: np.random.Generator) -> str:
    """2018-01 as 201801."""
    return cell.replace("-", "")


def period_chinese(cell: str, rng: np.random.Generator) -> str:
    """2018-01 as 2018年1月."""
    return f"{int(cell[:4])}年{int(cell[5:7])}月"


def slash_date(cell: str, rng: np.random.Generator) -> str:
    """2018-06-05 as 2018/6/5."""
    return f"{int(cell[:4])}/{int(cell[5:7])}/{int(cell[8:10])}{cell[10:]}"


def compact_date(cell: str, rng: np.random.Generator) -> str:
    """2018-06-05 as 20180605."""
    return cell[:10].replace("-", "")


def excel_serial(cell: str, rng: np.random.Generator) -> str:
    """2018-06-05 as 43256, the day number a sheet keeps."""
    return str((datetime.date.fromisoformat(cell[:10]) - EXCEL_DAY_ZERO).days)


def has_five_digit_serial(cell: str) -> bool:
    """Whether the day number of an ISO date has five digits (from 1927-05-18); shorter ones look like a year."""
    return cell >= "1927-05-18"


def rare_given_name(cell: str, rng: np.random.Generator) -> str:
    """The last character of a name exchanged for a rare one."""
    return cell[:-1] + RARE_CHARACTERS[int(rng.integers(len(RARE_CHARACTERS)))]
