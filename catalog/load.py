"""Reading the catalogue: every mistake is one sentence that names the file, the place and the remedy."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import ValidationError

from catalog.codelists import CodeList, load_codelists
from catalog.codes import all_codes
from catalog.model import Column, Resource
from catalog.said import not_valid, not_yaml
from catalog.warnings import problems as warning_problems

HERE = Path(__file__).parent


class CatalogError(Exception):
    """The catalogue cannot be used; ``problems`` has one sentence a mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Catalog:
    """All declared resources and the code lists they use."""

    resources: dict[str, Resource]
    codelists: dict[str, CodeList]

    def __getitem__(self, name: str) -> Resource:
        """The resource of that name (KeyError when it is not declared)."""
        return self.resources[name]

    @cached_property
    def tables(self) -> dict[str, str]:
        """Resource name to the tail of its table names."""
        return {name: resource.table for name, resource in self.resources.items()}


def _read(path: Path, problems: list[str]) -> Resource | None:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(not_yaml(path, error))
        return None
    if not isinstance(content, dict):
        problems.append(f"{path.name}: is empty or not a mapping; start from docs/add-a-resource.md")
        return None
    try:
        resource = Resource.model_validate(content)
    except ValidationError as error:
        problems.extend(not_valid(path, error))
        return None
    if resource.resource != path.stem:
        problems.append(
            f"{path.name}: declares resource '{resource.resource}'; the file must be {resource.resource}.yaml"
        )
    return resource


def _earlier_problems(name: str, column: Column, catalog: Catalog) -> list[str]:
    """Mistakes of a column's earlier edition: no such list, a code without successor, a successor nobody knows."""
    if column.earlier is None:
        return []
    earlier, current = catalog.codelists.get(column.earlier.codelist), catalog.codelists.get(column.codelist or "")
    if earlier is None:
        return [
            f"{name}: column '{column.name}' uses earlier code list '{column.earlier.codelist}', which is not there"
        ]
    lost = [code for code in earlier.names if code not in earlier.successors]
    problems = [
        f"{earlier.name}.csv: code '{code}' has no successor; add it in the column 'successor'" for code in lost
    ]
    if current is not None:
        problems += [
            f"{earlier.name}.csv: successor '{code}' is not in code list '{current.name}'"
            for code in dict.fromkeys(earlier.successors.values())
            if code not in current.names
        ]
    return problems


def _cross_check(resource: Resource, catalog: Catalog) -> list[str]:
    """Mistakes that show only beside the rest of the catalogue."""
    name, problems = f"{resource.resource}.yaml", []
    for column in resource.columns:
        if column.codelist and column.codelist not in catalog.codelists:
            known = "、".join(sorted(catalog.codelists))
            problems.append(f"{name}: column '{column.name}' uses code list '{column.codelist}', known are {known}")
        problems += _earlier_problems(name, column, catalog)
        if column.references:
            target, _, field = column.references.partition(".")
            other = catalog.resources.get(target)
            if other is None or field not in {c.name for c in other.columns}:
                problems.append(
                    f"{name}: column '{column.name}' references '{column.references}', which is not declared"
                )
    if resource.integrity and resource.integrity.keys not in catalog.codelists:
        problems.append(f"{name}: integrity uses the list of keys '{resource.integrity.keys}', which is not there")
    problems += [
        f"{name}: rule code '{rule.code}' is not in codes.yaml"
        for rule in resource.rules
        if rule.code not in all_codes()
    ]
    problems += [
        f"{name}: related resource '{other}' is not declared"
        for other in resource.related
        if other not in catalog.resources
    ]
    return problems


def _provider_problems(resources: dict[str, Resource]) -> list[str]:
    """Departments of one name under two codes: their deliveries would be two departments on every page."""
    codes: dict[str, str] = {}
    return [
        f"{name}.yaml: provider {own.name} has the code '{own.code}' here and '{codes[own.name]}' elsewhere; use one"
        for name, resource in resources.items()
        for own in resource.providers
        if codes.setdefault(own.name, own.code) != own.code
    ]


def load_catalog(directory: Path | None = None) -> Catalog:
    """Read and check ``directory`` (default: the catalogue of this project).

    Raises CatalogError with every mistake found, so that one run of ``taian catalog check`` shows them all.
    """
    directory = directory or HERE
    problems: list[str] = []
    resources: dict[str, Resource] = {}
    for path in sorted((directory / "resources").glob("*.yaml")):
        resource = _read(path, problems)
        if resource is not None:
            resources[resource.resource] = resource
    if not resources and not problems:
        problems.append(f"{directory}: no declaration in resources/; see docs/add-a-resource.md")
    catalog = Catalog(resources=resources, codelists=load_codelists(directory / "lists"))
    by_code: dict[str, str] = {}
    for resource in resources.values():
        problems += _cross_check(resource, catalog)
        if other := by_code.get(resource.code):
            problems.append(f"{resource.resource}.yaml: code {resource.code} already belongs to '{other}'")
        by_code[resource.code] = resource.resource
    problems += _provider_problems(resources)
    declared = directory / "warnings.yaml"
    if declared.exists():
        columns = {name: frozenset(column.name for column in one.columns) for name, one in resources.items()}
        problems += warning_problems(declared, catalog.codelists, columns)
    if problems:
        raise CatalogError(problems)
    return catalog
