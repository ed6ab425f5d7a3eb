"""Departments and counties as the catalogue declares them: who delivers what, and how a row says where it belongs."""

from functools import lru_cache
from pathlib import Path

from catalog import load_catalog
from taian.settings import ROOT

PLACES = frozenset({"county", "area_nbs", "township_nbs", "village_nbs", "village_merged"})
"""Code lists whose codes begin with the county's."""


@lru_cache(maxsize=1)
def department_names(folder: Path = ROOT / "catalog") -> dict[str, str]:
    """Code of every department that delivers something to its name."""
    return {own.code: own.name for one in load_catalog(folder).resources.values() for own in one.providers}


@lru_cache(maxsize=1)
def county_names(folder: Path = ROOT / "catalog") -> dict[str, str]:
    """Code of every county to its name."""
    return dict(load_catalog(folder).codelists["county"].names)


@lru_cache(maxsize=1)
def parties(folder: Path = ROOT / "catalog") -> tuple[str, ...]:
    """Names of all departments and county governments, as work is handed to them."""
    return tuple(load_catalog(folder).codelists["department"].names.values())


@lru_cache(maxsize=1)
def delivered_by(folder: Path = ROOT / "catalog") -> dict[str, frozenset[str]]:
    """Resource to the codes of all departments that deliver it."""
    return {name: frozenset(own.code for own in one.providers) for name, one in load_catalog(folder).resources.items()}


@lru_cache(maxsize=1)
def place_columns(folder: Path = ROOT / "catalog") -> dict[str, tuple[str, ...]]:
    """Resource to the titles of its unmasked columns that say in which county a row belongs; without one it is left
    out.
    """
    found = {
        name: tuple(
            column.title
            for column in one.columns
            if column.mask == "none" and (column.codelist in PLACES or column.references == "division.code")
        )
        for name, one in load_catalog(folder).resources.items()
    }
    return {name: titles for name, titles in found.items() if titles}


def resources_of(code: str) -> frozenset[str]:
    """What a department delivers; of a county every resource whose rows say in which county they belong."""
    if code in county_names():
        return frozenset(place_columns())
    return frozenset(name for name, departments in delivered_by().items() if code in departments)


def name_of(code: str) -> str:
    """What a department or county is called; its code where the catalogue has no name."""
    return department_names().get(code) or county_names().get(code, code)
