"""The life of a case, as pure functions: open → acknowledged → assigned → closed, and open again for a reason."""

from dataclasses import dataclass
from typing import Literal

from alerts.words import PLATFORM, STATE_TITLES, STRENGTH_TITLES

State = Literal["open", "acknowledged", "assigned", "closed"]
Action = Literal["acknowledge", "assign", "close", "reopen"]

ACTION_TITLES: dict[str, str] = {"acknowledge": "受理", "assign": "分派", "close": "办结", "reopen": "重新打开"}

TRANSITIONS: dict[tuple[str, str], State] = {
    ("open", "acknowledge"): "acknowledged",
    ("open", "assign"): "assigned",
    ("acknowledged", "assign"): "assigned",
    ("assigned", "assign"): "assigned",
    ("open", "close"): "closed",
    ("acknowledged", "close"): "closed",
    ("assigned", "close"): "closed",
    ("closed", "reopen"): "open",
}

NEEDS_REASON = frozenset({"close", "reopen"})

RANK: dict[str, int] = {"weak": 1, "strong": 2, "held": 1, "rejected": 2, "late": 1, "missing": 2, "failed": 3}
"""How bad a case is among cases of its kind."""


class CaseError(ValueError):
    """A step that this case does not allow; the sentence says what to do instead."""


def after(case_id: str, state: str, action: Action, why: str) -> State:
    """The state of a case after a person's ``action``. Raises CaseError when it is not allowed or lacks its reason."""
    to = TRANSITIONS.get((state, action))
    if to is None:
        allowed = "、".join(ACTION_TITLES[a] for (s, a) in TRANSITIONS if s == state)
        raise CaseError(f"案件 {case_id} 当前为{STATE_TITLES[state]}，不能{ACTION_TITLES[action]}；可以：{allowed}")
    if action in NEEDS_REASON and not why.strip():
        raise CaseError(f"案件 {case_id} {ACTION_TITLES[action]}时必须说明理由；请填写理由后再试")
    return to


@dataclass(frozen=True)
class Sighting:
    """What a night that sees a known case again does to it; ``what`` is None when nothing is worth an entry."""

    what: str | None
    to: State
    strength: str
    why: str = ""


def seen_again(state: State, closed_by: str | None, was: str, now: str) -> Sighting:
    """A known case is seen again with strength ``now``.

    A case closed by a person stays closed, with an entry that says it was seen, unless it became worse; one that the
    platform itself closed (the batch was published, the night ran) opens again. While closed, the strength it was
    closed with is kept, so that a finding that flickers cannot open it.
    """
    rose = RANK[now] > RANK[was]
    old, new = (f"“{STRENGTH_TITLES[strength]}”" for strength in (was, now))
    if state == "closed":
        if rose:
            return Sighting("reopened", "open", now, f"程度由{old}升为{new}，重新打开")
        if closed_by == PLATFORM:
            return Sighting("reopened", "open", now, "问题再次出现，重新打开")
        return Sighting("seen_closed", "closed", was, "办结后再次出现，程度未升高，保持办结")
    if now != was:
        return Sighting("strength", state, now, f"程度由{old}变为{new}")
    return Sighting(None, state, was)
