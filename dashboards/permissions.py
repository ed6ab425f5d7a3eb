"""Who may ask for what: the one table of every route, page, callback, download and published table.

What stands nowhere in it is refused to everybody. A test goes through everything the application answers and fails on
one that is missing here.
"""

from typing import Literal

from alerts.cases import Action
from taian.access.roles import ROLES, Reader, Role

Roles = frozenset[Role]

EVERYBODY: Roles = frozenset(ROLES)
NOBODY: Roles = frozenset()


def only(*roles: Role) -> Roles:
    """These roles and no other."""
    return frozenset(roles)


CITY: Roles = only("analyst", "inspector", "leader", "operator", "owner")
"""Who works with the city's figures; administrators and auditors look after the platform."""

SUBJECTS: Roles = only("analyst", "inspector", "leader", "owner")
"""Who may look at one firm or one place; how much of a firm is a matter of sight."""

PLAN: Roles = only("analyst", "leader", "auditor", "owner")
"""Who follows the integration plan; a data owner its own department or county."""

DECIDERS: Roles = only("analyst", "leader")
"""Who decides, and who prepares decisions."""

WARNINGS: Roles = only("analyst", "leader", "operator", "auditor")
"""Who follows the early warnings: the duty officer (an analyst), who approves them, and who watches over both."""

AUDITORS: Roles = only("auditor")
"""Who sees which projects were drawn for audit: whoever is audited need not know it before the auditors come."""

PERSONS: Roles = only("analyst")
"""Who may look at one person, and only after saying what for."""

ELSEWHERE, RETURN = "/sign-in/elsewhere", "/sign-in/back"

PUBLIC: frozenset[str] = frozenset({"/healthz", "/assets/<path:filename>", "/sign-in", ELSEWHERE, RETURN, "/setup"})
"""Routes that answer before sign-in: whether the web lives, our own style sheet and scripts, and the way in."""

BY_PAGE: frozenset[str] = frozenset({"/", "/<path:path>"})
"""Routes that hand out a page: PAGES says whose it is."""

ROUTES: dict[str, Roles] = {
    "/_dash-layout": EVERYBODY,
    "/_dash-dependencies": EVERYBODY,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": EVERYBODY,
    "/_dash-update-component": EVERYBODY,  # CALLBACKS says whose each is
    "/_favicon.ico": NOBODY,
    "/_reload-hash": NOBODY,
    "/static/<path:filename>": NOBODY,
    "/sign-out": EVERYBODY,
    "/password": EVERYBODY,
    "/sheet/<case>": only("inspector"),
    "/export/figures.<kind>": CITY,
    "/export/cross.<kind>": CITY,
    "/export/plan.<kind>": PLAN,
    "/export/bulletin.pdf": PLAN,
    "/export/brief.pdf": DECIDERS,
    "/export/page.<kind>": EVERYBODY,  # PAGES says whose page it may be
    "/export/picture": EVERYBODY,  # a line of the log; the picture is the browser's
    "/report/<resource>/<batch>.xlsx": only("operator", "owner"),
}

PAGES: dict[str, Roles] = {
    "/": CITY,
    "/topics": CITY,
    "/topics/<topic>": CITY,
    "/my-data": CITY,
    "/authenticity": only("inspector"),
    "/cases": only("inspector"),
    "/runs": CITY,
    "/catalogue": EVERYBODY,
    "/catalogue/<resource>": EVERYBODY,
    "/plan": PLAN,
    "/plan/bulletin": PLAN,
    "/plan/<task>": PLAN,
    "/search": SUBJECTS,
    "/entity/firm/<code>": SUBJECTS,
    "/entity/person/<id>": PERSONS,
    "/entity/place/<code>": SUBJECTS,
    "/audit": AUDITORS,
    "/admin": only("administrator"),
    "/mine": EVERYBODY,  # of each account its own
    "/warnings": WARNINGS,
    "/decide": DECIDERS,
    "/brief": DECIDERS,
    "/warnings/<number>": WARNINGS,
}

_DUTY: Roles = only("analyst")
_BOTH: Roles = only("analyst", "leader")

WARNING_STEPS: dict[Action, Roles] = {
    "assess": _DUTY,
    "publish": only("leader"),
    "sign": _DUTY,
    "dispatch": _DUTY,
    "feedback": _DUTY,
    "review": _DUTY,
    "lift": _DUTY,
    "archive": _DUTY,
    "reopen": _BOTH,
    "escalate": _BOTH,
    "lower": _BOTH,
    "silence": _DUTY,
    "confirm": _DUTY,
    "dismiss": _DUTY,
}
"""Who takes which step on a warning: whoever says what it means does not approve it as well."""

DUTY_STEPS: dict[Action, Roles] = {
    "reply": only("owner"),
    "assist": only("owner"),
    "prove": only("owner"),
    "ask": only("owner"),
    "grant": only("leader"),
    "refuse": only("leader"),
    "return": only("leader"),
}
"""Who takes which step on a task that is supervised: a department answers for its own, the leading group decides."""

CALLBACKS: dict[str, Roles] = {
    "page.children": EVERYBODY,  # PAGES says whose page it may be
    "notice.children": EVERYBODY,
    "findings.getRowsResponse": PAGES["/authenticity"],
    "finding-panel.children": PAGES["/authenticity"],
    "case-panel.children": PAGES["/authenticity"],
    "case-list.children": PAGES["/cases"],
    "warning-panel.children": _BOTH,  # WARNING_STEPS says whose each step is
    "past-panel.children": WARNING_STEPS["assess"],
    "duty-panel.children": only("owner", "leader"),  # DUTY_STEPS says whose each step is
    "objection-panel.children": only("owner", "leader"),  # the department objects, the leading group decides
    "lead-opened.children": PAGES["/cases"],
    "units-drawn.children": PAGES["/cases"],
    "resource-list.children": PAGES["/catalogue"],
    "batch-panel.children": PAGES["/runs"],
    "account-said.children": PAGES["/admin"],
    "found.children": PAGES["/search"],
    "person-file.children": PAGES["/entity/person/<id>"],
    "keep-said.children": PAGES["/mine"],  # PAGES says which addresses may be kept
    "mine-panel.children": PAGES["/mine"],
    "note-said.children": PAGES["/topics"],
}
"""Callbacks that the server answers, by their first output."""

BY_ITSELF: frozenset[str] = frozenset({"notice.children"})
"""What an open page asks without anybody touching it: that keeps no session alive."""

Rule = Literal[
    "open",
    "catalogue",
    "provider",
    "owner",
    "batch",
    "refused",
    "conflict",
    "finding",
    "sample",
    "firm",
    "name",
    "person",
    "unit",
    "department",
    "exchange",
    "county",
    "obliged",
    "obliged_owner",
    "task",
    "audit",
    "watch",
]

TABLES: dict[str, Rule] = {
    "base_geo__division": "open",
    "base_macro__observation": "open",  # aggregates: what would show a unit was withheld when it was made
    "entity__firm": "firm",
    "entity__firm_month": "unit",
    "entity__name": "name",
    "entity__person": "person",
    "entity__person_name": "person",
    "entity__person_record": "person",
    "entity__place": "open",
    "meta__check": "batch",
    "meta__column_lineage": "open",
    "meta__delivery": "provider",
    "meta__indicator": "open",
    "meta__lineage": "open",
    "meta__quality": "owner",
    "meta__quarantine_sample": "refused",
    "meta__resource": "catalogue",
    "meta__run": "open",
    "meta__sample": "sample",
    "meta__stage": "open",
    "meta__step": "open",
    "open_geo__boundary": "open",
    "topic_authenticity__finding": "finding",
    "topic_authenticity__unit": "unit",
    "topic_city__indicator": "open",
    "topic_plan__audit": "audit",
    "topic_plan__evaluation": "department",
    "topic_decision__driver": "open",
    "topic_decision__elasticity": "open",
    "topic_decision__shift": "open",
    "topic_decision__target": "open",
    "topic_decision__township": "open",  # townships of fewer than twenty are without figures
    "topic_plan__exchange": "exchange",
    "topic_plan__measure": "obliged_owner",
    "topic_plan__project": "department",
    "topic_plan__register": "department",
    "topic_plan__service": "department",
    "topic_plan__system": "department",
    "topic_plan__state": "task",
    "topic_plan__task": "obliged",
    "topic_plan__township": "county",
    "topic_quality__conflict": "conflict",
    "topic_warning__forecast": "watch",
    "topic_warning__signal": "watch",
}
"""Which rows of a published table a reader sees (``dashboards.sight``)."""


def page_of(path: str) -> str | None:
    """The page of an address, as PAGES names it; None for an address without one."""
    tidy = path.rstrip("/") or "/"
    if tidy in PAGES and "<" not in tidy:
        return tidy
    head = tidy.rpartition("/")[0]
    return next((page for page in PAGES if "<" in page and page.rpartition("/")[0] == head), None)


def may_open(reader: Reader, path: str) -> bool:
    """Whether the page of ``path`` is this reader's to see."""
    page = page_of(path)
    return page is not None and reader.has(*PAGES[page])


def warning_steps(reader: Reader) -> frozenset[Action]:
    """The steps on warnings that are this reader's to take."""
    return frozenset(action for action, roles in WARNING_STEPS.items() if reader.has(*roles))


def callback_name(output: str) -> str:
    """The first output of a callback as Dash names it: without the marks of several outputs and of a second writer."""
    first = output.strip(".").split("...")[0]
    return first.partition("@")[0]


def may_call(reader: Reader, output: str) -> bool:
    """Whether the callback that fills ``output`` is this reader's to call."""
    return reader.has(*CALLBACKS.get(callback_name(output), NOBODY))


def home_of(reader: Reader) -> str:
    """Where this reader begins: whoever is nothing but a data owner with its data, nothing but an administrator with
    the accounts, others with their first page.
    """
    if reader.roles == {"owner"}:
        return "/my-data"
    if reader.roles == {"administrator"}:
        return "/admin"
    return next(page for page in PAGES if "<" not in page and reader.has(*PAGES[page]))
