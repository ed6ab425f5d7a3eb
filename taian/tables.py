"""Printing tables: aligned for people, JSON for scripts."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
LEAST, GAP = 24, 2
"""Columns: a cell up to this wide is never folded, and cells stand this far apart."""


def print_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool, columns: Sequence[str] | None = None) -> None:
    """Print ``rows`` on standard output; ``columns`` names and orders what people see, JSON has everything."""
    if as_json:
        typer.echo(json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1, default=str))
        return
    names = list(columns or (rows[0] if rows else ()))
    cells = [["" if row[name] is None else str(row[name]) for name in names] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    console = Console()
    # Nothing is folded on its way into a file or another program: the names of batches must stay in one piece.
    room = console.width if console.is_terminal else sum(widths) + GAP * len(widths) + 1
    if sum(min(width, LEAST) for width in widths) + GAP * len(widths) > room:
        _print_below_each_other(names, cells)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, width in zip(names, widths, strict=True):
        table.add_column(name, overflow="fold", no_wrap=width <= LEAST)
    for values in cells:
        table.add_row(*values)
    Console(width=room).print(table, markup=False)


def _print_below_each_other(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A field a line, where the columns cannot stand beside each other."""
    for number, values in enumerate(rows):
        if number:
            typer.echo()
        for name, value in zip(names, values, strict=True):
            typer.echo(f"{name}: {value}")
