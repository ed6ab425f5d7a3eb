"""Identity numbers 公民身份号码 that do not hold (family identity): the exact identity of GB 11643.

A number that fails its check character is, nearly always, a slip of the pen: one character wrong, left out,
doubled, or two swapped. So each failing number is asked whether *one* such slip explains it, that is whether
undoing it gives a valid number which also agrees with the recorded birth date and sex. Those are errors: they
are counted by county, weak, and their owner corrects them. A number that no single slip explains was not copied
from a document: strong, one finding each.

Findings name a row by its place in the delivery and show the number masked; the number itself never leaves this
function.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from expectations.authenticity.evidence import Waterfall
from expectations.authenticity.finding import Finding

_WEIGHTS = tuple(pow(2, 17 - i, 11) for i in range(17))
_CHECK = "10X98765432"
_DIGITS = "0123456789"

INNOCENT = ("原始户口簿或档案登记有误", "号码更换前后两份材料混用", "录入时串行，误填了他人的号码")
ERRORS = ("录入时错一位、漏一位或相邻两位颠倒", "扫描识别错误", "导出时末位的 X 或前导字符丢失")


@dataclass(frozen=True)
class Person:
    """A refused row: where it stands, the number as delivered, and what the row says beside it.

    ``birth_date`` is ``YYYYMMDD`` or empty, ``sex`` "1", "2" or empty; ``shown`` is the masked form for people
    to see.
    """

    place: str
    number: str
    birth_date: str
    sex: str
    county_code: str
    county_name: str
    period: str
    shown: str


def inspect(persons: list[Person]) -> list[Finding]:
    """Strong findings on numbers that no single slip explains; per county and period, one weak count of the
    errors."""
    failing = [person for person in persons if not holds(person.number)]
    unexplained = [person for person in failing if not is_slip(person)]
    invented = {person.place for person in unexplained}
    places = sorted({(person.county_code, person.county_name, person.period) for person in failing})
    counted = []
    for code, name, period in places:
        here = [p for p in failing if (p.county_code, p.period) == (code, period)]
        slips = sum(person.place not in invented for person in here)
        if slips:
            counted.append(_county_finding(code, name, period, slips, len(here)))
    return [_person_finding(person) for person in unexplained] + counted


def holds(number: str) -> bool:
    """Whether 18 characters keep GB 11643: province 1-8, a real date of birth, the mod 11-2 check character."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()) or number[0] not in "12345678":
        return False
    try:
        datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[17] == _CHECK[sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=False)) % 11]


def is_slip(person: Person) -> bool:
    """Whether undoing one wrong, missing, doubled or swapped character gives a number that agrees with the row."""
    return any(holds(number) and _agrees(number, person) for number in _one_away(person.number))


def _agrees(number: str, person: Person) -> bool:
    born = not person.birth_date or number[6:14] == person.birth_date
    return born and (person.sex not in ("1", "2") or int(number[16]) % 2 == int(person.sex) % 2)


def _one_away(number: str) -> Iterator[str]:
    """Every number one slip away; the last character may also be X."""
    for at in range(18):
        letters = _DIGITS + "X" if at == 17 else _DIGITS
        head, tail = number[:at], number[at:]
        if len(number) == 18:
            yield from (head + letter + tail[1:] for letter in letters)
            if at < 17:
                yield head + tail[1] + tail[0] + tail[2:]
        elif len(number) == 17:
            yield from (head + letter + tail for letter in letters)
    if len(number) == 19:
        yield from (number[:at] + number[at + 1 :] for at in range(19))


def _person_finding(person: Person) -> Finding:
    return Finding(
        unit=person.place,
        unit_name=person.shown,
        unit_kind="person",
        resource="resident",
        columns=("id_number", "birth_date", "sex"),
        period=person.period,
        test="identity_number",
        family="identity",
        strength="strong",
        statistic=1.0,
        effect=1.0,
        unit_of_effect="person",
        p_value=None,
        q_value=None,
        peers=0,
        message=f"{person.county_name}户籍数据中号码{person.shown}不符合国家标准，改正任何一处笔误都不能得到与出生日期、性别相符的号码。",
        county_code=person.county_code,
        county_name=person.county_name,
        innocent=INNOCENT,
        evidence=Waterfall(parts=(("一处笔误可以解释", 0.0),), total=("不成立的号码", 1.0)),
    )


def _county_finding(code: str, name: str, period: str, slips: int, failing: int) -> Finding:
    return Finding(
        unit=code,
        unit_name=name,
        unit_kind="county",
        resource="resident",
        columns=("id_number",),
        period=period,
        test="identity_number_errors",
        family="identity",
        strength="weak",
        statistic=float(slips),
        effect=float(slips),
        unit_of_effect="person",
        p_value=None,
        q_value=None,
        peers=0,
        message=f"{name}户籍数据有{slips}个公民身份号码不符合国家标准，都可以用一处笔误解释，属于差错，请报送部门更正。",
        county_code=code,
        county_name=name,
        innocent=ERRORS,
        evidence=Waterfall(parts=(("一处笔误可以解释", float(slips)),), total=("不成立的号码", float(failing))),
    )
