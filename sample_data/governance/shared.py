"""What departments built each for itself and the plan wants shared: conferencing, surveillance (article 7), office work
(29), mobile work (30). Half of it is shut or joined by the middle of 2018; a few are said to be shut and go on.

Drawn from a stream of its own and kept apart from the other systems, which are as they were without it.
"""

import datetime
from dataclasses import dataclass, replace

import numpy as np

from sample_data.context import City
from sample_data.governance.departments import DEPARTMENTS
from sample_data.governance.systems import MAIL_KINDS, System, make_one

FIRST_NUMBER = 95_000
STILL_USED = 3
"""Said to be shut in spring, and still signed in to."""
WORK = ("会议组织", "督查督办", "政务信息报送", "电子档案", "应急管理")
"""What article 29 names."""


@dataclass(frozen=True)
class Kind:
    """How many there are of a kind whatever the scale, which share of them is shut rather than joined, what it does."""

    count: int
    shut: float
    function: str


KINDS = {
    "网络会议系统": Kind(10, 0.8, "会场音视频互通、会议预约和录像"),
    "视频监控系统": Kind(12, 0.2, "摄像头接入、实时查看和录像回放"),
    "办公业务系统": Kind(18, 0.5, "公文起草、签批和流转"),
    "移动办公系统": Kind(10, 0.2, "手机上待办、通知和通讯录"),
}
REGISTERED_KINDS = (*MAIL_KINDS, *KINDS)
"""Kinds that the ledger names; every other system is a business system to it."""


def _system(rng: np.random.Generator, number: int, kind: str, place: int) -> System:
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    made = make_one(rng, FIRST_NUMBER + number, (department, "内部", "管理系统"), "shared")
    work = WORK[place % len(WORK)] if kind == "办公业务系统" else ""
    since = datetime.date(2018, 1, 15) + datetime.timedelta(days=int(rng.integers(0, 330)))
    is_shut = rng.random() < KINDS[kind].shut
    function = f"本单位自建{work}{kind}，{KINDS[kind].function}"
    made = replace(made, name=f"{department.name}{work}{kind}", kind=kind, function=function, unified_on=since)
    return replace(made, ended_on=since, says_closed=True) if is_shut else made


def make_shared(city: City) -> list[System]:
    """Every one of them; what is said to be shut and goes on, to the truth."""
    rng = city.stream("governance", "shared")
    kinds = [(kind, place) for kind, each in KINDS.items() for place in range(each.count)]
    found = [_system(rng, number, kind, place) for number, (kind, place) in enumerate(kinds)]
    for place in range(STILL_USED):
        said = datetime.date(2018, 2, 12) + datetime.timedelta(days=14 * place)
        found[place] = replace(found[place], unified_on=said, says_closed=True, ended_on=None)
        city.truth.event("shut_system_still_used", resource="information_system", code=found[place].code)
    return found
