"""What of the published night a reader may see, as views over its tables: a page cannot ask past them.

A data owner's views hold the batches of its own department only. A county delivers nothing itself: its owner sees the
batches of whatever is delivered about it, and of their refused rows those that say they are of this county.
Figures that identify a reporting unit (统计法 2009, art. 25) are in the views of the statistics inspector alone;
everybody else counts findings by kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from alerts.cases import Action
from catalog import load_catalog
from dashboards.departments import county_names, place_columns, resources_of
from dashboards.permissions import AUDITORS, DUTY_STEPS, PERSONS, SUBJECTS, TABLES, WARNINGS, warning_steps
from taian.access.roles import ROLES, Reader
from taian.settings import ROOT


@dataclass(frozen=True)
class Sight:
    """How far a reader sees: ``scopes`` are the departments and counties of somebody who sees no others (None: all),
    ``units`` whether single reporting units, ``rows`` whether refused rows, masked by the grade of their columns,
    ``subjects`` whether single firms, ``persons`` whether single persons, masked likewise; ``warnings`` whether what
    people do with the early warnings, ``steps`` which of the steps on them are the reader's; ``decides`` whether it
    decides on tasks of the plan that are supervised and on objections to the evaluation, ``audits`` whether it sees
    which projects were drawn for audit, ``answers`` for which departments it answers (None: all).
    """

    scopes: frozenset[str] | None = None
    units: bool = False
    rows: bool = False
    subjects: bool = False
    persons: bool = False
    warnings: bool = False
    steps: frozenset[Action] = frozenset()
    decides: bool = False
    audits: bool = False
    answers: frozenset[str] | None = frozenset()


def sight_of(reader: Reader) -> Sight:
    """How far ``reader`` sees: who is nothing but a data owner sees its own department or county."""
    return Sight(
        scopes=reader.scopes if reader.roles <= {"owner"} else None,
        units=reader.has("inspector"),
        rows=reader.has("operator", "owner"),
        subjects=reader.has(*SUBJECTS),
        persons=reader.has(*PERSONS),
        warnings=reader.has(*WARNINGS),
        steps=warning_steps(reader),
        decides=reader.has(*DUTY_STEPS["grant"]),
        audits=reader.has(*AUDITORS),
        answers=_answers(reader),
    )


def _answers(reader: Reader) -> frozenset[str] | None:
    """Whom a data owner answers for; one who is more and has no scopes (the account of a trial) for everybody."""
    if not reader.has(*DUTY_STEPS["reply"]):
        return frozenset()
    return None if not reader.scopes and reader.roles > {"owner"} else reader.scopes


def counties_of(sight: Sight) -> frozenset[str]:
    """The counties that somebody answers for who sees no others."""
    return frozenset(code for code in sight.scopes or () if code in county_names())


def is_own(sight: Sight, resource: str) -> bool:
    """Whether the deliveries of ``resource`` are within this sight: everybody's, or its department's or county's."""
    return sight.scopes is None or any(resource in resources_of(code) for code in sight.scopes)


EVERYTHING = sight_of(Reader("", "", frozenset(ROLES)))
"""For tools and tests; a page never has it unless its reader does."""


@lru_cache(maxsize=1)
def statistical_resources(folder: Path = ROOT / "catalog") -> frozenset[str]:
    """Resources with a column that serves statistics only: a row of theirs is about one reporting unit."""
    return frozenset(
        name
        for name, resource in load_catalog(folder).resources.items()
        if any(column.purposes == ("statistics",) for column in resource.columns)
    )


@lru_cache(maxsize=1)
def _providers(folder: Path = ROOT / "catalog") -> dict[str, str]:
    """Resource to the code of its department."""
    return {name: resource.provider.code for name, resource in load_catalog(folder).resources.items()}


def _quoted(values: frozenset[str]) -> str:
    """A list of SQL texts."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values)) or "NULL"


def _within(column: str, sight: Sight) -> str:
    return "true" if sight.scopes is None else f"{column} IN ({_quoted(sight.scopes)})"


def _about_county(sight: Sight) -> str:
    """Whether ``resource`` is delivered about the counties of the sight."""
    return f"resource IN ({_quoted(frozenset(place_columns()))})" if counties_of(sight) else "false"


def _provider(source: str, sight: Sight) -> str:
    return f"SELECT * FROM {source} WHERE {_within('provider', sight)} OR {_about_county(sight)}"


def _owner(source: str, sight: Sight) -> str:
    return f"SELECT * FROM {source} WHERE {_within('owner', sight)} OR {_about_county(sight)}"


def _in_counties(sight: Sight) -> str:
    """Whether a masked row says that it is of one of the counties: by its name, or by a code that begins with its."""
    found = ["false"]
    for resource, titles in place_columns().items():
        for title in titles:
            cell = f"json_extract_string(row_masked, '$.\"{title}\"')"
            for code in sorted(counties_of(sight)):
                is_here = f"(starts_with({cell}, '{code}') OR {cell} = '{county_names()[code]}')"
                found.append(f"(resource = '{resource}' AND {is_here})")
    return f"({' OR '.join(found)})"


def _department(source: str, sight: Sight) -> str:
    return f"SELECT * FROM {source} WHERE {_within('department', sight)}"


def _exchange(source: str, sight: Sight) -> str:
    """Calls; a department or county sees what it took and what was taken from it."""
    return f"SELECT * FROM {source} WHERE {_within('taker', sight)} OR {_within('giver', sight)}"


def _county(source: str, sight: Sight) -> str:
    return f"SELECT * FROM {source} WHERE {_within('county_code', sight)}"


def _obliged_owner(source: str, sight: Sight) -> str:
    """What the plan asks of a department or county, and how far it has come; these rows are about no resource."""
    return f"SELECT * FROM {source} WHERE {_within('owner', sight)}"


def _obliged(source: str, sight: Sight) -> str:
    """Tasks; a department sees those that the plan gives it to lead or to work on."""
    rows = f"SELECT * FROM {source}"
    return rows if sight.scopes is None else f"{rows} WHERE list_has_any(obliged, [{_quoted(sight.scopes)}])"


def _task(source: str, sight: Sight) -> str:
    """Rows about tasks that the reader may see: the tasks are those of its view of topic_plan__task."""
    rows = f"SELECT * FROM {source}"
    return rows if sight.scopes is None else f"{rows} WHERE task_id IN (SELECT task_id FROM topic_plan__task)"


def _audit(source: str, sight: Sight) -> str:
    """What was drawn for audit: whoever is audited need not know it before the auditors come."""
    return f"SELECT * FROM {source} WHERE {'true' if sight.audits else 'false'}"


def _own_batches(source: str, sight: Sight) -> str:
    """Rows about batches that the reader may see: the batches are those of its view of meta__delivery."""
    rows = f"SELECT * FROM {source}"
    return (
        rows
        if sight.scopes is None
        else f"{rows} WHERE (resource, batch) IN (SELECT resource, batch FROM meta__delivery)"
    )


def _refused(source: str, sight: Sight) -> str:
    """Refused rows; of a statistical resource everything but where the row stands and why it was refused is masked."""
    if not sight.rows:
        return f"SELECT * FROM {source} WHERE false"
    rows = _own_batches(source, sight)
    if counties_of(sight):
        own = f"SELECT resource, batch FROM meta__delivery WHERE {_within('provider', sight)}"
        rows += f" AND ((resource, batch) IN ({own}) OR {_in_counties(sight)})"
    if sight.units:
        return rows
    hidden = """'{"统计资料": "仅统计执法员可见"}'"""
    units = _quoted(statistical_resources())
    shown = f"CASE WHEN resource IN ({units}) THEN {hidden} ELSE row_masked END AS row_masked"
    return f"SELECT * REPLACE ({shown}) FROM ({rows})"


def _conflict(source: str, sight: Sight) -> str:
    rows = f"SELECT * FROM {source}"
    if sight.scopes is None:
        return rows
    own = f"SELECT resource FROM meta__resource WHERE {_within('provider', sight)}"
    is_own = f"(kept IN ({own}) OR other IN ({own}))"
    if not counties_of(sight):
        return f"{rows} WHERE {is_own}"
    about = _quoted(frozenset(place_columns()))
    # The subjects that are named are of the whole city.
    return (
        f"SELECT * REPLACE (CASE WHEN {is_own} THEN sample_keys ELSE [] END AS sample_keys) FROM {source} "
        f"WHERE {is_own} OR kept IN ({about}) OR other IN ({about})"
    )


COUNTED = ("family", "strength", "test")
"""What everybody may know of a finding: that there is one of this kind."""


def _finding(source: str, sight: Sight) -> str:
    if sight.units:
        return f"SELECT * FROM {source}"
    return f"SELECT {', '.join(COUNTED)} FROM {source}"


def _unit(source: str, sight: Sight) -> str:
    return f"SELECT * FROM {source}" + ("" if sight.units else " WHERE false")


def _sample(source: str, sight: Sight) -> str:
    rows = f"SELECT * FROM {source}"
    return rows if sight.units else f"{rows} WHERE resource NOT IN ({_quoted(statistical_resources())})"


def _own_resources(sight: Sight) -> str:
    """The resources of a data owner's departments, as a list of SQL texts."""
    return _quoted(frozenset(name for name, code in _providers().items() if code in (sight.scopes or ())))


def _firm(source: str, sight: Sight) -> str:
    """Legal persons; a department sees those it has records of, and of other departments' records nothing but what
    the registers share without condition. A county sees all of its own.
    """
    if not sight.subjects:
        return f"SELECT * FROM {source} WHERE false"
    if sight.scopes is None:
        return f"SELECT * FROM {source}"
    own, here = _own_resources(sight), _within("county_code", sight)
    of_row = {"links": "x.resource", "records": "split_part(x.source, '@', 1)"}
    of_row |= {"certificates": of_row["records"], "points": of_row["records"], "evidence": "split_part(x, '=', 1)"}
    shown = [
        f"CASE WHEN {here} THEN {name} ELSE list_filter({name}, lambda x: {of} IN ({own})) END AS {name}"
        for name, of in of_row.items()
    ]
    hidden = ("score", "level", "scores", "conflicts", "tax_status", "taxpayer_kind", "insured_persons")
    shown += [f"CASE WHEN {here} THEN {name} END AS {name}" for name in hidden]
    return f"SELECT * REPLACE ({', '.join(shown)}) FROM {source} WHERE {here} OR list_has_any(resources, [{own}])"


def _name(source: str, sight: Sight) -> str:
    if not sight.subjects:
        return f"SELECT * FROM {source} WHERE false"
    if sight.scopes is None:
        return f"SELECT * FROM {source}"
    own = f"list_has_any(resources, [{_own_resources(sight)}])"
    return f"SELECT * FROM {source} WHERE kind = 'place' OR {_within('county_code', sight)} OR {own}"


def _person(source: str, sight: Sight) -> str:
    return f"SELECT * FROM {source} WHERE {'true' if sight.persons else 'false'}"


def _watch(source: str, sight: Sight) -> str:
    """What the watch saw. Of single days it keeps small counts too, of calls and of patients: three cases of measles
    are what it is for. They are for who acts on warnings, and for nobody else.
    """
    rows = f"SELECT * FROM {source}"
    return rows if sight.warnings else f"{rows} WHERE length(period) = {len('2018-06')}"


def _catalogue(source: str, sight: Sight) -> str:
    """All declarations; how a resource was delivered and how good it is, within the sight alone."""
    if sight.scopes is None:
        return f"SELECT * FROM {source}"
    own = _quoted(frozenset(name for code in sight.scopes for name in resources_of(code)))
    told = ("last_state", "last_delivered_at", "rows_published", "good_share", "is_late")
    shown = ", ".join(f"CASE WHEN resource IN ({own}) THEN {name} END AS {name}" for name in told)
    return f"SELECT * REPLACE ({shown}) FROM {source}"


def _open(source: str, _: Sight) -> str:
    return f"SELECT * FROM {source}"


RULES: dict[str, Callable[[str, Sight], str]] = {
    "open": _open,
    "catalogue": _catalogue,
    "provider": _provider,
    "owner": _owner,
    "batch": _own_batches,
    "refused": _refused,
    "conflict": _conflict,
    "finding": _finding,
    "unit": _unit,
    "sample": _sample,
    "firm": _firm,
    "name": _name,
    "person": _person,
    "department": _department,
    "county": _county,
    "exchange": _exchange,
    "obliged": _obliged,
    "obliged_owner": _obliged_owner,
    "task": _task,
    "audit": _audit,
    "watch": _watch,
}


def view_of(table: str, source: str, sight: Sight) -> str | None:
    """The query behind a reader's view of ``table``, whose rows are in ``source``; None for a table of nobody."""
    rule = TABLES.get(table)
    return None if rule is None else RULES[rule](source, sight)


def in_order(tables: list[str]) -> list[str]:
    """The tables, those first that the views of others ask."""
    first = ("meta__resource", "meta__delivery", "topic_plan__task")
    return sorted(tables, key=lambda table: (first.index(table) if table in first else len(first), table))
