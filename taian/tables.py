"""Printing tables: aligned for people, JSON for scripts."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def print_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool, columns: Sequence[str] | None = None) -> None:
    """Print ``rows`` on standard output; ``columns`` names and orders what people see, JSON has everything."""
    if as_json:
        typer.echo(json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1, default=str))
        return
    names = list(columns or (rows[0] if rows else ()))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in names))
    Console().print(table, markup=False)
