"""Every table of a page as a file: what its reader sees there, no less and no more, with the whole of its lists."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import xlsxwriter
from dash.development.base_component import Component

from dashboards.paging import MOST
from dashboards.parts import UNREADABLE
from dashboards.still import Still, still
from taian.spreadsheet import neutral

NAME = 31
"""Characters of the name of a sheet, as Excel has it."""
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
FIGURE = re.compile(r"([+-]?\d+(?:\.(\d+))?)(%|万|亿)?([^\d\s\"%]{0,8})")
TIMES = {"万": 10_000, "亿": 100_000_000}
BLOCKS = frozenset({"div", "p", "li", "ul", "ol", "br", "summary", "details", "dt", "dd", "td"})
"""Elements that stand on lines of their own."""
NOTHING = "这一页没有表。"
TOLD = f"页面上有的表，一张一页；数按页面所示的位数，万、亿已换成个位，百分数是小数；一张表至多 {MOST:,} 行。"


class Figure(NamedTuple):
    """A number as a cell: what it is, how a spreadsheet shows it, and of what it is a number."""

    value: float
    pattern: str
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One table of a page under its caption."""

    title: str
    headers: tuple[str, ...]
    rows: list[tuple[str | Figure, ...]]


@dataclass(frozen=True)
class PageFile:
    """The tables of one page; ``notes`` are name and content of what must stand with them."""

    name: str
    notes: list[tuple[str, str]]
    tables: list[Table] = field(default_factory=list)

    def csv(self) -> bytes:
        """One table after the other, UTF-8 with a mark, every cell quoted, formulas made harmless."""
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerows([neutral(cell) for cell in note] for note in self.notes)
        for table in self.tables:
            writer.writerows([[], [neutral(table.title)], [neutral(cell) for cell in table.headers]])
            writer.writerows([_plain(cell) for cell in row] for row in table.rows)
        return text.getvalue().encode("utf-8-sig")

    def xlsx(self) -> bytes:
        """A workbook: a sheet of notes, then a sheet a table; texts stay texts, figures are numbers."""
        content = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(content, options) as book:
            head = book.add_format({"bold": True})
            cells = (cell for table in self.tables for row in table.rows for cell in row)
            patterns = {cell.pattern for cell in cells if isinstance(cell, Figure)}
            shown = {pattern: book.add_format({"num_format": pattern}) for pattern in sorted(patterns)}
            for title, table in zip(_names(self.tables), [None, *self.tables], strict=True):
                sheet = book.add_worksheet(title)
                if table is None:
                    _write(sheet, self.notes, shown, 0)
                else:
                    sheet.write_row(0, 0, table.headers, head)
                    sheet.freeze_panes(1, 0)
                    _write(sheet, table.rows, shown, 1)
                sheet.autofit(420)
        return content.getvalue()


def page_file(body: Any, name: str, notes: Sequence[tuple[str, str]]) -> PageFile:
    """The file of a page as it was made for its reader (``View.is_whole``); cards that cannot be read say so in it."""
    found = list(_nodes(body))
    errors = (text_of(node) for node in found if "state-error" in _class(node))
    failed = [("读不到", said) for said in errors if said.startswith(UNREADABLE)]
    heading = [("内容", text_of(node)) for node in found if node[0] == "h1"]
    tables = list(_tables(found))
    return PageFile(name, [*heading, *notes, ("说明", TOLD if tables else NOTHING), *failed], tables)


def _nodes(content: Any) -> Iterator[list[Any]]:
    """Every element of a page in its order, as ``dashboards.still`` writes one: ``[element, attributes, *nodes]``."""
    for each in content if isinstance(content, list | tuple) else [content]:
        packed = still(each) if isinstance(each, Component) and not isinstance(each, Still) else each
        if isinstance(packed, Still):
            yield from _below(packed.tree)  # type: ignore[attr-defined]
        elif isinstance(packed, Component):
            yield from _nodes(getattr(packed, "children", None))


def _below(nodes: Sequence[Any]) -> Iterator[list[Any]]:
    for node in nodes:
        if isinstance(node, list):
            yield node
            yield from _below(node[2:])


def _tables(nodes: Sequence[list[Any]]) -> Iterator[Table]:
    heading = ""
    for node in nodes:
        if node[0] == "h2":
            heading = text_of(node)
        elif node[0] == "table":
            yield _table(node, heading)
        elif node[0] == "dl" and "facts" in _class(node):
            pairs = [entry[2:4] for entry in node[2:] if isinstance(entry, list)]
            yield Table(heading, ("项目", "内容"), [(text_of(term), text_of(value)) for term, value in pairs])


def _table(node: list[Any], heading: str) -> Table:
    inner = {part[0]: part for part in node[2:] if isinstance(part, list)}
    lines = [list(_cells(row)) for part in ("thead", "tbody") for row in inner.get(part, [])[2:]]
    title = text_of(inner["caption"]) if "caption" in inner else heading
    headers, *rows = lines or [[]]
    return Table(title, tuple(map(text_of, headers)), [tuple(map(_cell, row)) for row in rows])


def _cells(row: Any) -> Iterator[list[Any]]:
    return (cell for cell in row[2:] if isinstance(cell, list)) if isinstance(row, list) else iter(())


def _cell(node: list[Any]) -> str | Figure:
    text = text_of(node)
    return (figure_of(text) if "number" in _class(node) else None) or text


def figure_of(text: str) -> Figure | None:
    """The number that a cell of numbers shows (``−12.5%``, ``1,234``, ``5.3 亿千瓦时``); None where it shows words."""
    found = FIGURE.fullmatch(text.replace(",", "").replace("−", "-").replace(" ", ""))
    if found is None:
        return None
    number, decimals, times, unit = float(found[1]), "0" * len(found[2] or ""), found[3], found[4]
    if times == "%":
        return None if unit else Figure(round(number / 100, 6), f"0.{decimals}%" if decimals else "0%")
    pattern = f"#,##0.{decimals}" if decimals and not times else "#,##0"
    return Figure(round(number * TIMES.get(times, 1), 6), f'{pattern}" {unit}"' if unit else pattern, unit)


def text_of(node: Any) -> str:
    """What an element says, on one line."""
    return " ".join("".join(_said(node)).split())


def _said(node: Any) -> Iterator[str]:
    if not isinstance(node, list):
        yield str(node)
        return
    edge = " " if node[0] in BLOCKS else ""
    yield edge
    for inner in node[2:]:
        yield from _said(inner)
    yield edge


def _class(node: list[Any]) -> str:
    return str(node[1].get("className") or "")


def _plain(cell: str | Figure) -> str:
    return f"{cell.value:.12g} {cell.unit}".rstrip() if isinstance(cell, Figure) else neutral(cell)


def _write(sheet: Any, rows: Sequence[Sequence[str | Figure]], shown: dict[str, Any], first: int) -> None:
    for at, row in enumerate(rows, first):
        for column, cell in enumerate(row):
            if isinstance(cell, Figure):
                sheet.write_number(at, column, cell.value, shown[cell.pattern])
            else:
                sheet.write_string(at, column, cell)


def _names(tables: Sequence[Table]) -> list[str]:
    """A name for the sheet of notes and for each table, no two alike (Excel does not tell capitals apart)."""
    names = ["说明"]
    for table in tables:
        wanted = FORBIDDEN.sub(" ", table.title).strip().strip("'")[:NAME] or "表"
        name, again = wanted, 2
        while name.casefold() in {each.casefold() for each in names}:
            name, again = f"{wanted[: NAME - 4]} {again}", again + 1
        names.append(name)
    return names
