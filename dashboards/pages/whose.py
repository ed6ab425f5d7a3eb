"""Whose data a page shows: one department or county, chosen among those that its reader may see."""

from dataclasses import dataclass

from dashboards import queries
from dashboards.departments import county_names, name_of, resources_of
from dashboards.serving import Snapshot
from dashboards.view import View


@dataclass(frozen=True)
class Whose:
    """A department, or a county: what it delivers, or what is delivered about it."""

    code: str
    name: str
    is_county: bool
    resources: tuple[str, ...]

    @property
    def owner(self) -> str | None:
        """The code under which quality is measured; None for a county, which is measured with the whole city."""
        return None if self.is_county else self.code


def offered(snapshot: Snapshot) -> dict[str, str]:
    """Code to name of everybody whose data this reader may see: its own scopes, or every department."""
    scopes = snapshot.sight.scopes
    if scopes is None:
        scopes = frozenset(queries.qualities(snapshot)["owner"])
    known = [code for code in scopes if resources_of(code)]
    return {code: name_of(code) for code in sorted(known, key=name_of)}


def whose(snapshot: Snapshot, view: View) -> Whose | None:
    """Who is looked at: ``?provider=``, or the only one there is; None when there are several, or none of that name."""
    choices = offered(snapshot)
    code = view.params.get("provider") or (next(iter(choices)) if len(choices) == 1 else "")
    if code not in choices:
        return None
    known = set(queries.titles(snapshot))
    return Whose(code, choices[code], code in county_names(), tuple(sorted(resources_of(code) & known)))
