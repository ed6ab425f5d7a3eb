"""``taian catalog``: the resource catalogue 政务信息资源目录."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from catalog import Catalog, CatalogError, Resource, all_codes, evaluation, load_catalog, plan
from catalog.model import CYCLE_TITLES, DIMENSION_TITLES, DOMAIN_TITLES
from taian.engine import use_absolute_home
from taian.errors import ProblemError
from taian.services import installation
from taian.spreadsheet import as_csv, write_new
from taian.tables import JsonOption, print_rows

SHARE_TITLES = {"unconditional": "无条件共享", "conditional": "有条件共享", "none": "不予共享"}
FORM_TITLES = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "jsonl": "JSON",
    "json": "JSON",
    "parquet": "Parquet",
    "jdbc": "数据库",
    "geojson": "GeoJSON",
}
TYPE_TITLES = {
    "string": "字符型C",
    "integer": "数值型N",
    "decimal": "数值型N",
    "number": "数值型N",
    "date": "日期型D",
    "timestamp": "日期时间型T",
    "period": "字符型C",
}
HEADER = (
    "信息资源分类",
    "信息资源代码",
    "信息资源名称",
    "信息资源提供方",
    "信息资源摘要",
    "信息资源格式",
    "信息项名称",
    "数据类型",
    "共享类型",
    "共享条件",
    "共享方式",
    "是否向社会开放",
    "更新周期",
    "发布日期",
    "关联资源代码",
)
"""The core elements of 《政务信息资源目录编制指南（试行）》(发改高技〔2017〕1272号), one row an information item."""


def usable() -> Catalog:
    """The catalogue of this installation. Raises ProblemError when it has mistakes."""
    try:
        return load_catalog(installation().catalog_dir)
    except CatalogError as error:
        raise ProblemError(
            f"The catalogue has mistakes ({error.problems[0]}): taian catalog check lists them all."
        ) from error


def the_resource(catalog: Catalog, name: str) -> Resource:
    """The declaration of that name. Raises ProblemError when there is none."""
    if name not in catalog.resources:
        raise ProblemError(f"'{name}' is not in the catalogue: it has {', '.join(sorted(catalog.resources))}.")
    return catalog[name]


def mistakes(directory: Path) -> list[str]:
    """One sentence a mistake of the catalogue in ``directory``; empty for a valid one."""
    if not directory.is_dir():
        raise ProblemError(f"{directory} is not a folder: name the folder that holds resources/ and lists/.")
    try:
        catalog = load_catalog(directory)
    except CatalogError as error:
        return error.problems
    return _plan_mistakes(directory / "plan.yaml", catalog) + _evaluation_mistakes(directory)


def _evaluation_mistakes(directory: Path) -> list[str]:
    """What ``evaluation.yaml`` names and nobody knows; a catalogue without it evaluates nobody."""
    path = directory / "evaluation.yaml"
    return evaluation.mistakes(path, set(plan.scheme().measures)) if path.exists() else []


def _plan_mistakes(path: Path, catalog: Catalog) -> list[str]:
    """What ``plan.yaml`` names and nobody knows; a catalogue without it follows no plan."""
    from jobs.governance import projects, registers, services
    from jobs.products import BY_TABLE

    if not path.exists():
        return []
    lists = catalog.codelists
    tasks, departments = (set(lists[name].names if name in lists else ()) for name in ("plan_task", "department"))
    return plan.mistakes(path, tasks, {*BY_TABLE, registers.TABLE, projects.TABLE, services.TABLE}, departments)


def summary(resource: Resource) -> dict[str, Any]:
    """One line of the list."""
    return {
        "resource": resource.resource,
        "title": resource.title,
        "code": resource.code,
        "provider": resource.provider.code,
        "provider_name": resource.provider.name,
        "cycle": resource.cycle,
        "form": resource.form.kind,
        "share": resource.share,
        "columns": len(resource.columns),
        "rules": len(resource.rules),
    }


def export_rows(catalog: Catalog) -> list[tuple[str, ...]]:
    """The catalogue as the national guide lays it out, header first."""
    codes = {name: resource.code for name, resource in catalog.resources.items()}
    rows: list[tuple[str, ...]] = [HEADER]
    for resource in catalog.resources.values():
        for column in resource.columns:
            rows.append(
                (
                    DOMAIN_TITLES[resource.domain],
                    resource.code,
                    resource.title,
                    "、".join(provider.name for provider in resource.providers),
                    resource.summary,
                    FORM_TITLES[resource.form.kind],
                    column.title,
                    TYPE_TITLES[column.type],
                    SHARE_TITLES[resource.share],
                    resource.share_condition,
                    resource.share_method,
                    "是" if resource.is_open else "否",
                    CYCLE_TITLES[resource.cycle],
                    resource.published_on,
                    "、".join(codes[name] for name in resource.related),
                )
            )
    return rows


def _print_resource(resource: Resource) -> None:
    typer.echo(f"{resource.title} ({resource.resource}, {resource.code})")
    typer.echo(
        f"{'、'.join(provider.name for provider in resource.providers)} · {CYCLE_TITLES[resource.cycle]}", nl=False
    )
    typer.echo(f" · {FORM_TITLES[resource.form.kind]} · {SHARE_TITLES[resource.share]}")
    typer.echo(f"{resource.summary}\n")
    rows = [
        {
            "column": column.name,
            "title": column.title,
            "delivered_as": column.delivered_as,
            "type": column.type,
            "required": "key" if column.name in resource.key else "yes" if column.required else None,
            "unit": column.unit,
            "codelist": column.codelist or column.references,
            "personal": None if column.personal == "none" else column.personal,
        }
        for column in resource.columns
    ]
    print_rows(rows, as_json=False)
    for rule in resource.rules:
        typer.echo(f"{rule.code} {rule.message}")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="The resource catalogue 政务信息资源目录.", epilog="Example: taian catalog list", no_args_is_help=True
    )
    app.add_typer(group, name="catalog")

    @group.command("list")
    def list_resources(as_json: JsonOption = False) -> None:
        """List every declared resource: who delivers it, how often, in which form.

        Example: taian catalog list
        """
        rows = [summary(resource) for resource in usable().resources.values()]
        print_rows(rows, as_json=as_json, columns=("resource", "title", "provider_name", "cycle", "form", "share"))

    @group.command()
    def show(
        resource: Annotated[str, typer.Argument(help="Resource of the catalogue.")], as_json: JsonOption = False
    ) -> None:
        """Show one declaration: its columns, what is required of them, and the rules between them.

        Example: taian catalog show resident
        """
        found = the_resource(usable(), resource)
        if as_json:
            typer.echo(found.model_dump_json(indent=1))
        else:
            _print_resource(found)

    @group.command()
    def check(
        directory: Annotated[
            Path | None, typer.Argument(metavar="[DIR]", help="Catalogue to check; this installation's when absent.")
        ] = None,
        as_json: JsonOption = False,
    ) -> None:
        """Check a catalogue and say every mistake in one sentence. Exit code 1 when there is one.

        Example: taian catalog check catalog
        """
        found = mistakes(directory or installation().catalog_dir)
        if as_json:
            print_rows([{"problem": problem} for problem in found], as_json=True)
        for problem in () if as_json else found:
            typer.echo(problem)
        if found:
            raise typer.Exit(1)
        if not as_json:
            typer.echo("The catalogue is valid.")

    @group.command()
    def impact(
        name: Annotated[str, typer.Argument(metavar="RESOURCE[.COLUMN]", help="What is about to change.")],
        as_json: JsonOption = False,
    ) -> None:
        """Say what a change of a resource or of one of its columns would touch, before it is made: columns that refer
        to it, tables, golden attributes, indicators, warnings, targets, measures of the plan.

        Example: taian catalog impact resident.village_code
        """
        use_absolute_home()
        from taian.impact import impact_of

        found = impact_of(name, usable())
        if as_json:
            typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
            return
        print_rows([asdict(each) for each in found.touched], as_json=False)
        for change in found.migration:
            typer.echo(f"The next night changes the table, for the declaration has changed: {change}.")

    @group.command()
    def codes(as_json: JsonOption = False) -> None:
        """List every outcome code: F a file is rejected, R a row is quarantined, W a warning.

        Example: taian catalog codes
        """
        rows = [
            code.model_dump() | {"dimension_title": DIMENSION_TITLES[code.dimension]} for code in all_codes().values()
        ]
        print_rows(rows, as_json=as_json, columns=("code", "title", "dimension_title", "meaning", "remedy"))

    @group.command()
    def export(
        form: Annotated[Literal["csv"], typer.Option("--format", help="Form of the export.")] = "csv",
        out: Annotated[Path | None, typer.Option(help="File to write; standard output when absent.")] = None,
    ) -> None:
        """Export the catalogue as the national guide for such catalogues lays it out, one row an information item.

        Example: taian catalog export --format csv --out catalogue.csv
        """
        content = as_csv(export_rows(usable()))
        if out is None:
            typer.echo(content.decode("utf-8-sig"), nl=False)
            return
        write_new(out, content)
        typer.echo(f"Wrote {out}.")
