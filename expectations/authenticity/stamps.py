"""What the labels of periods say of the calendar: the year, the place in it, and how they are read aloud."""

import re

import numpy as np

from expectations.authenticity.null import Floats

_STAMP = re.compile(r"^(\d{4})\D*?(?:Q|q|第)?0*(\d{1,2})(?:\D.*)?$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-?Q(\d)$", re.IGNORECASE)


def stamps(periods: list[str]) -> list[tuple[int, int]] | None:
    """Year and number in the year (of a month or a quarter) of every label; None unless all labels have both."""
    found = [_STAMP.match(label) for label in periods]
    if not found or not all(found):
        return None
    return [(int(match.group(1)), int(match.group(2))) for match in found if match]


def season(periods: list[str]) -> int | None:
    """Periods in a year when the labels are months or quarters that come round again; None when nothing repeats."""
    found = stamps(periods)
    if found is None:
        return None
    numbers = [number for _, number in found]
    if numbers[0] not in numbers[1:]:
        return None
    length = numbers.index(numbers[0], 1)
    same = all(a == b for a, b in zip(numbers, numbers[length:], strict=False))
    return length if same and length > 1 else None


def spans(periods: list[str]) -> Floats | None:
    """Months (or quarters) that the step of a running total covers in each period; None where labels do not tell.

    Chinese statistics exempt January and report January and February together: the first period of a year then covers
    two. Before the first period of all a total may have begun at any time (NaN), unless it is a January or later years
    begin with the same number.
    """
    found = stamps(periods)
    if found is None or len(set(found)) < len(found):
        return None
    covered = [float(number) for _, number in found]
    for at in range(1, len(found)):
        if found[at][0] == found[at - 1][0]:
            covered[at] = float(found[at][1] - found[at - 1][1])
    begins = {number for (year, number), (before, _) in zip(found[1:], found, strict=False) if year != before}
    if found[0][1] != 1 and begins != {found[0][1]}:
        covered[0] = np.nan
    return np.array(covered)


def said(label: str, periods: list[str]) -> str:
    """``2018-06`` as 2018年6月, ``2018-Q2`` as 2018年第2季度, ``2018-02`` as 2018年1-2月 where no January is among the
    periods; any other label as it is."""
    if match := _MONTH.match(label):
        year, number = match.group(1), int(match.group(2))
        together = number == 2 and len(periods) > 1 and not any(period.endswith("-01") for period in periods)
        return f"{year}年1-2月" if together and season(periods) else f"{year}年{number}月"
    if match := _QUARTER.match(label):
        return f"{match.group(1)}年第{match.group(2)}季度"
    return label
