"""One sheet of a finished XLSX, edited in its XML so that the rest of the file stays the same."""

import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELL, ROW, TEXT = f"{{{MAIN}}}c", f"{{{MAIN}}}row", f"{{{MAIN}}}t"
ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)


def letters(column: int) -> str:
    """Name of a 0-based column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _text(element: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in element.iter(TEXT))


class Sheet:
    """Cells of one sheet; ``save`` writes the archive back with fixed dates."""

    def __init__(self, path: Path, member: str, parts: dict[str, bytes]) -> None:
        self._path, self._member, self._parts = path, member, parts
        ElementTree.register_namespace("", MAIN)
        self._root = ElementTree.fromstring(parts[member])
        self._data = self._root.find(f"{{{MAIN}}}sheetData")
        shared = parts.get("xl/sharedStrings.xml")
        self._shared = [_text(item) for item in ElementTree.fromstring(shared)] if shared else []
        self._cells = {cell.get("r"): cell for cell in self._root.iter(CELL)}

    @classmethod
    def open(cls, path: Path, name: str) -> "Sheet":
        """Open sheet ``name``. Raises KeyError when the workbook has no such sheet."""
        with zipfile.ZipFile(path) as archive:
            parts = {item: archive.read(item) for item in archive.namelist()}
        book = ElementTree.fromstring(parts["xl/workbook.xml"])
        names = [item.get("name") for item in book.iter(f"{{{MAIN}}}sheet")]
        if name not in names:
            raise KeyError(f"{path.name} has no sheet '{name}'; it has {names}")
        return cls(path, f"xl/worksheets/sheet{names.index(name) + 1}.xml", parts)

    def _value(self, cell: ElementTree.Element) -> Any:
        kind, value = cell.get("t"), cell.find(f"{{{MAIN}}}v")
        if kind == "inlineStr":
            return _text(cell)
        if value is None or value.text is None:
            return None
        if kind == "s":
            return self._shared[int(value.text)]
        return value.text if kind == "str" else float(value.text)

    def table(self, header_row: int) -> tuple[list[str], list[list[Any]]]:
        """Header names and all rows below, blanks as None."""
        rows: dict[int, dict[str, Any]] = {}
        for row in self._root.iter(ROW):
            number = int(row.get("r", "0"))
            rows[number] = {str(c.get("r")).rstrip("0123456789"): self._value(c) for c in row.iter(CELL)}
        header = [str(value) for value in rows[header_row].values()]
        columns = [letters(i) for i in range(len(header))]
        last = max(rows)
        return header, [[rows.get(n, {}).get(c) for c in columns] for n in range(header_row + 1, last + 1)]

    def _fill(self, cell: ElementTree.Element, value: Any) -> None:
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if value is None or value == "":
            return
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            ElementTree.SubElement(ElementTree.SubElement(cell, f"{{{MAIN}}}is"), TEXT).text = value
        else:
            ElementTree.SubElement(cell, f"{{{MAIN}}}v").text = repr(value)

    def set(self, row: int, column: int, value: Any) -> None:
        """Replace an existing cell (sheet row from 1, column from 0). Raises KeyError when it is not in the sheet."""
        wanted = f"{letters(column)}{row}"
        if wanted not in self._cells:
            raise KeyError(f"{self._path.name} has no cell {wanted}")
        self._fill(self._cells[wanted], value)

    def append(self, row: int, values: list[Any]) -> None:
        """Add a row below the last one."""
        assert self._data is not None
        element = ElementTree.SubElement(self._data, ROW, r=str(row))
        for column, value in enumerate(values):
            self._fill(ElementTree.SubElement(element, CELL, r=f"{letters(column)}{row}"), value)

    def save(self) -> None:
        """Write the archive back; the sheet's declared extent is dropped because rows may have been added."""
        for extent in self._root.findall(f"{{{MAIN}}}dimension"):
            self._root.remove(extent)
        self._parts[self._member] = ElementTree.tostring(self._root, encoding="UTF-8", xml_declaration=True)
        with zipfile.ZipFile(self._path, "w") as archive:
            for name, content in self._parts.items():
                info = zipfile.ZipInfo(name, ARCHIVE_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, content)
