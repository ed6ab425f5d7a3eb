"""The life of a case, as pure functions.

A refused delivery or a bad night goes open → acknowledged → assigned → closed. What an inspector works on (a finding, a
lead by hand, a unit drawn at random) goes further: 线索 → 核查 → 陈述申辩 → 属实 or 排除 → 移送 → 办结. Nobody is
found to have fabricated before being heard (统计法: the unit may state its case); every case can be opened again.
"""

import datetime
from dataclasses import dataclass
from typing import Literal

from alerts import deadlines
from alerts.words import ACTION_TITLES, KIND_TITLES, PLATFORM, STRENGTH_TITLES, one_line, state_title

State = Literal[
    "open", "acknowledged", "assigned", "heard", "confirmed", "dismissed", "transferred", "closed",
    "assessed", "published", "signed", "dispatched", "answered", "reviewed", "lifted", "proved", "asked",
]  # fmt: skip
Action = Literal[
    "acknowledge", "assign", "hear", "confirm", "dismiss", "transfer", "close", "reopen",
    "assess", "publish", "sign", "dispatch", "feedback", "review", "escalate", "lower", "lift", "archive", "silence",
    "reply", "assist", "prove", "ask", "grant", "refuse", "return",
]  # fmt: skip
INSPECTED = frozenset({"finding", "hand", "drawn"})
"""Kinds of cases that end in a verdict on a unit."""


@dataclass(frozen=True)
class Step:
    """What a person does to a case.

    ``to`` whom it is given (assign, transfer) or on whose behalf (the answers to a duty), ``on`` which day (assign,
    ask, grant: by when; hear: when the unit answered), ``document`` what shows it. ``seen`` is the last entry of the
    history that the person had before them, where that is known.
    """

    action: Action
    who: str
    why: str = ""
    to: str = ""
    on: datetime.date | None = None
    seen: int | None = None
    document: str = ""


Transitions = dict[tuple[str, str], State]

_TAKEN_ON: Transitions = {
    ("open", "acknowledge"): "acknowledged",
    ("open", "assign"): "assigned",
    ("acknowledged", "assign"): "assigned",
    ("assigned", "assign"): "assigned",
}
"""How every case is taken on."""

TRANSITIONS: Transitions = {
    **_TAKEN_ON,
    ("open", "close"): "closed",
    ("acknowledged", "close"): "closed",
    ("assigned", "close"): "closed",
    ("closed", "reopen"): "open",
}
"""Of deliveries and nights."""

INSPECTION: Transitions = {
    **_TAKEN_ON,
    ("assigned", "hear"): "heard",
    ("heard", "hear"): "heard",
    ("heard", "assign"): "heard",
    ("heard", "confirm"): "confirmed",
    ("open", "dismiss"): "dismissed",
    ("acknowledged", "dismiss"): "dismissed",
    ("assigned", "dismiss"): "dismissed",
    ("heard", "dismiss"): "dismissed",
    ("confirmed", "transfer"): "transferred",
    ("confirmed", "close"): "closed",
    ("dismissed", "close"): "closed",
    ("transferred", "close"): "closed",
    ("confirmed", "reopen"): "open",
    ("dismissed", "reopen"): "open",
    ("transferred", "reopen"): "open",
    ("closed", "reopen"): "open",
}
"""Of what is inspected. A unit is cleared at any time, but found to have fabricated only once it was heard."""

WARNING = "warning"
"""Kind of the cases of early warning."""

ON_THE_WAY: tuple[State, ...] = ("open", "assessed", "published", "signed", "dispatched", "answered", "reviewed")
"""States of a warning that stands."""

WARNINGS: Transitions = {
    ("open", "assess"): "assessed",
    ("assessed", "publish"): "published",
    ("published", "sign"): "signed",
    ("signed", "dispatch"): "dispatched",
    ("dispatched", "feedback"): "answered",
    ("answered", "review"): "reviewed",
    ("answered", "dispatch"): "dispatched",
    ("reviewed", "dispatch"): "dispatched",
    **{(state, "lift"): "lifted" for state in ON_THE_WAY},
    ("lifted", "archive"): "closed",
    ("lifted", "reopen"): "open",
    ("closed", "reopen"): "open",
    **{(state, action): state for action in ("escalate", "lower", "silence") for state in ON_THE_WAY},
    **{(state, verdict): state for verdict in ("confirm", "dismiss") for state in (*ON_THE_WAY[1:], "lifted")},
}
"""监测 → 研判 → 审批发布 → 签收 → 派发 → 处置反馈 → 复核 → 解除 → 归档. Its level changes on the way; what was answered
may be sent back to be done again. 属实 or 排除 (a false alarm) is said once somebody has looked into it; it moves the
warning no further."""

DUTY = "duty"
"""Kind of the cases of supervision 督办: a task of the plan that is due."""

_UNANSWERED: tuple[State, ...] = ("open", "answered")
DUTIES: Transitions = {
    **{(state, "reply"): "answered" for state in _UNANSWERED},
    **{(state, "assist"): state for state in (*_UNANSWERED, "proved", "asked")},
    **{(state, "prove"): "proved" for state in (*_UNANSWERED, "asked")},
    **{(state, "ask"): "asked" for state in _UNANSWERED},
    ("asked", "grant"): "open",
    ("asked", "refuse"): "open",
    ("answered", "return"): "open",
    ("proved", "return"): "open",
    ("closed", "return"): "open",
}
"""提醒 → 答复、举证 or 申请延期 → 批复. The night closes it when the task is done; the leading group may send back.
What a cooperating department says of its part answers for nobody else: the duty waits for the lead as before."""

OWN_LIFE = frozenset({WARNING, DUTY})
"""Kinds whose deadlines and steps are not those of the inspectors' cases."""

NEEDS_DOCUMENT = frozenset({"reply", "assist", "prove"})
"""Answers of a department that count for nothing without a document."""

NEEDS_REASON = frozenset(
    {
        "reply",
        "assist",
        "prove",
        "ask",
        "grant",
        "refuse",
        "return",
        "hear",
        "confirm",
        "dismiss",
        "close",
        "reopen",
        "assess",
        "feedback",
        "review",
        "escalate",
        "lower",
        "lift",
        "silence",
        "record",
    }
)
NEEDS_NAME: dict[str, str] = {"assign": "承办人", "transfer": "接收机关", "dispatch": "责任单位"}
"""Steps that hand the case to somebody, and what that is called."""

WORKING_DAYS: dict[str, int] = {"open": 3, "acknowledged": 3, "assigned": 20, "heard": 5, "confirmed": 10}
"""How long a case may stay in a state before it is overdue; a person who assigns it may set another day.

The bureau's own choice, as no law sets days for these steps: look at a lead within three days of the mail; a month of
working days for a check on site; a week to decide once the unit was heard; two weeks to hand over.
"""

UNDECIDED: tuple[State, ...] = ("open", "acknowledged", "assigned", "heard")
"""States in which a further finding on the same unit joins the case: whoever decides it has both before them."""

VERDICTS: dict[str, str] = {"confirm": "confirmed", "dismiss": "dismissed"}
"""Steps that say what the check has shown. A case that is opened again has no verdict."""

RANK: dict[str, int] = {
    "blue": 1,
    "yellow": 2,
    "orange": 3,
    "red": 4,
    "weak": 1,
    "strong": 2,
    "held": 1,
    "rejected": 2,
    "soon": 1,
    "today": 2,
    "past": 3,
    "raised": 4,
    "late": 1,
    "missing": 2,
    "failed": 3,
}
"""How bad a case is among cases of its kind."""


RECORDED = "recorded"
"""What the history calls it when a person opens a warning afterwards 补立, on a signal of the past."""

BEGINNINGS = frozenset({"opened", RECORDED})
"""Entries with which a history begins."""


class CaseError(ValueError):
    """A step that this case does not allow; the sentence says what to do instead."""


def transitions(kind: str) -> Transitions:
    """The steps that a case of this kind allows."""
    if kind in OWN_LIFE:
        return WARNINGS if kind == WARNING else DUTIES
    return INSPECTION if kind in INSPECTED else TRANSITIONS


def steps(kind: str, state: str) -> list[Action]:
    """What a person may do with a case of this kind in this state, the usual step first."""
    return [action for (at, action) in transitions(kind) if at == state]  # type: ignore[misc]


def called(case_id: str, kind: str) -> str:
    """What a refusal calls it: a warning and a duty are no cases to whoever works on them."""
    return f"{KIND_TITLES[kind] if kind in OWN_LIFE else '案件'} {case_id}"


def unknown(case_id: str) -> CaseError:
    """What is said of a number that nothing has."""
    return CaseError(f"没有编号为 {one_line(case_id)} 的案件、预警或督办；用 taian alerts list 查看现有编号")


def after(case_id: str, kind: str, state: str, action: Action, why: str) -> State:
    """The state of a case after a person's ``action``. Raises CaseError when it is not allowed or lacks its reason."""
    title = ACTION_TITLES[action]
    to = transitions(kind).get((state, action))
    if to is None:
        allowed = "、".join(ACTION_TITLES[each] for each in steps(kind, state))
        raise CaseError(f"{called(case_id, kind)} 当前为{state_title(state, kind)}，不能{title}；可以：{allowed}")
    if action in NEEDS_REASON and not why.strip():
        what = "写明陈述申辩的内容" if action == "hear" else "说明理由"
        raise CaseError(f"{called(case_id, kind)} {title}时必须{what}；请填写后再试")
    return to


def due(
    case_id: str, kind: str, to: State, action: Action, on: datetime.date | None, today: datetime.date
) -> datetime.date | None:
    """By when the step after this one is due; None when nothing is. Raises CaseError for a day that cannot be."""
    if action == "assign" and on is not None:
        if on < today:
            raise CaseError(f"案件 {case_id} 的核查期限 {on} 已经过去；请填写 {today} 或以后的日期")
        return on
    if action == "hear" and on is not None and on > today:
        raise CaseError(f"案件 {case_id} 的陈述日期 {on} 还没有到；请填写 {today} 或以前的日期")
    if kind not in INSPECTED or to not in WORKING_DAYS:
        return None
    return deadlines.after(today, WORKING_DAYS[to])


def words(step: Step, name: str, due_on: datetime.date | None) -> str:
    """What the history says of a step beside who took it."""
    why = one_line(step.why)
    if step.action == "assign":
        limit = f"，期限 {due_on}" if due_on else ""
        return f"承办人：{name}{limit}。{why}"
    if name := name if step.action in NEEDS_NAME else "":
        return f"{NEEDS_NAME[step.action]}：{name}。{why}"
    return f"{step.on} 陈述：{why}" if step.action == "hear" and step.on else why


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
