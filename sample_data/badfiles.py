"""What goes wrong with a whole delivery: each function spoils one finished batch in its folder.

All but the defects of the manifest itself sign the batch again, so that exactly one thing is wrong.
"""

import csv
import datetime
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from sample_data.delivery import MANIFEST, read_manifest, sign, write_manifest

ERROR_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>登录超时</title></head>
<body><h1>502 Bad Gateway</h1><p>会话已失效，请重新登录后导出。</p></body></html>
"""


def error_page(folder: Path, file: str) -> None:
    """The export saved a web server's error page under the data's name."""
    (folder / file).write_text(ERROR_PAGE, encoding="utf-8")
    sign(folder)


def error_answer(folder: Path, file: str) -> None:
    """The interface answered with an error body instead of data."""
    (folder / file).write_text('{"code":500,"msg":"token expired","data":null}', encoding="utf-8")
    sign(folder)


def empty(folder: Path, file: str) -> None:
    """The export made a file without a byte."""
    (folder / file).write_bytes(b"")
    sign(folder)


def truncate(folder: Path, file: str) -> None:
    """The transfer stopped in the middle of a line of a CSV; the row count says what was sent."""
    path = folder / file
    content = path.read_bytes()
    start = content.find(b"\n", int(len(content) * 0.7)) + 1
    end = content.find(b"\n", start)
    path.write_bytes(content[: start + (end - start) // 3])
    sign(folder, rows=content[:start].count(b"\n"))


def wrong_digest(folder: Path) -> None:
    """The file changed after the manifest was made: its digest no longer fits."""
    manifest = read_manifest(folder)
    entry = manifest["files"][0]
    entry["sha256"] = "0" * 8 + entry["sha256"][8:]
    write_manifest(folder, manifest)


def wrong_row_count(folder: Path, off_by: int = 7) -> None:
    """The manifest promises more rows than the file has."""
    manifest = read_manifest(folder)
    sign(folder, rows=manifest["rows"] + off_by)


def wrong_department(folder: Path, provider: str) -> None:
    """Another department handed in the file."""
    write_manifest(folder, {**read_manifest(folder), "provider": provider})


def broken_manifest(folder: Path) -> None:
    """The manifest breaks off in the middle; its file keeps the hour of delivery, the only one that can be known."""
    moment = datetime.datetime.fromisoformat(read_manifest(folder)["delivered_at"]).timestamp()
    path = folder / MANIFEST
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    os.utime(path, (moment, moment))


def missing_file(folder: Path, file: str) -> None:
    """The manifest names a file that was not handed in."""
    (folder / file).unlink()


def damaged(folder: Path, file: str) -> None:
    """A workbook (or any file that is read from its end) lost its last third on the way."""
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: len(content) * 2 // 3])
    sign(folder)


def wrong_period(folder: Path, period: str) -> None:
    """The manifest spells its period as people do, not as manifests must."""
    write_manifest(folder, {**read_manifest(folder), "period": period})


def unknown_correction(folder: Path) -> None:
    """The manifest corrects a batch that nobody ever handed in."""
    manifest = read_manifest(folder)
    write_manifest(folder, {**manifest, "replaces": f"{manifest['batch'][:-2]}90"})


def reencode(folder: Path, file: str, encoding: str) -> None:
    """The text in another encoding than the manifest says; a byte-order mark is lost on the way."""
    path = folder / file
    text = path.read_bytes().decode(read_manifest(folder)["encoding"]).removeprefix("\ufeff")
    path.write_bytes(text.encode(encoding))
    sign(folder)


def _rewrite(folder: Path, file: str, change: Callable[[int, list[str]], list[str]]) -> None:
    """Pass every line's cells (line 0 is the header) through ``change``; quoting, line ends and encoding stay."""
    path, encoding = folder / file, read_manifest(folder)["encoding"]
    text = path.read_bytes().decode(encoding)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix("\ufeff")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if lines.startswith('"') else csv.QUOTE_MINIMAL
    ending = "\r\n" if "\r\n" in lines[:4096] else "\n"
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator=ending)
    rows = csv.reader(io.StringIO(lines, newline=""))
    writer.writerows(change(number, row) for number, row in enumerate(rows))
    path.write_bytes((mark + out.getvalue()).encode(encoding))
    sign(folder)


def rename_column(folder: Path, file: str, old: str, new: str) -> None:
    """A header was renamed by the exporting system."""
    _rewrite(folder, file, lambda n, row: [new if n == 0 and cell == old else cell for cell in row])


def _header(folder: Path, file: str) -> list[str]:
    with (folder / file).open("rb") as source:
        line = source.readline().decode(read_manifest(folder)["encoding"])
    return next(csv.reader([line.removeprefix("\ufeff").rstrip("\r\n")]))


def drop_column(folder: Path, file: str, header: str) -> None:
    """A column is missing from the export."""
    place = _header(folder, file).index(header)
    _rewrite(folder, file, lambda n, row: row[:place] + row[place + 1 :])


def add_column(folder: Path, file: str, header: str, value: str) -> None:
    """The exporting system got a new column, the last one: commas too many at the end of a row stay behind it."""
    place = 0

    def longer(number: int, row: list[str]) -> list[str]:
        nonlocal place
        place = len(row) if number == 0 else place
        return [*row[:place], value if number else header, *row[place:]]

    _rewrite(folder, file, longer)


def send_again(folder: Path, batch: str, delivered_at: str) -> Path:
    """The same files handed in once more under another batch id; returns the new folder."""
    copy = folder.parent / batch
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    write_manifest(copy, {**read_manifest(copy), "batch": batch, "delivered_at": delivered_at})
    return copy
