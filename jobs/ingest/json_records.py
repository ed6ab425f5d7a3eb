"""JSON lines and wrapped JSON to numbered records, each kept as its own JSON text."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog import Resource
from jobs.ingest.headers import check_headers
from jobs.ingest.rejected import RejectedError
from jobs.ingest.rows import Content, record_batch, without_halves

CHUNK = 20_000
LONG = 1_000
"""Characters of a line below which it is neither nested beyond all reading nor holds a number of too many digits."""
HEAD = 100
"""The fields of this many first records stand for the header."""


def read_json_lines(path: Path, resource: Resource) -> Content:
    """A record a line; a line that is no JSON object shows when it is taken apart (``jobs.ingest.cells``, R014). Raises
    RejectedError F005, F006, F009, F010.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            head = [line for line in islice(file, HEAD) if line.strip()]
    except UnicodeDecodeError as error:
        raise _undecodable(path, error) from error
    if head and head[0].lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
        raise RejectedError("F010", f"文件“{path.name}”的内容是一个错误页面而不是数据，请检查导出系统后重新导出。")
    records = [record for record in map(_record, head) if record is not None]
    headers = _headers(path.name, records, resource)
    return Content(headers, "json", _lines(path))


def read_wrapped_json(path: Path, resource: Resource) -> Content:
    """The records inside one wrapped answer. Raises RejectedError F006, F009, F010 (the answer is an error), F012."""
    try:
        answer = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        code = "F010" if path.read_bytes()[:64].lstrip().startswith(b"<") else "F012"
        raise RejectedError(code, f"文件“{path.name}”不是完整的 JSON，请检查接口返回后重新导出。") from error
    form = resource.form
    if not isinstance(answer, dict) or (form.ok and str(answer.get(form.ok)) != form.ok_value):
        said = without_halves(str(answer.get("msg") or "")) if isinstance(answer, dict) else ""
        raise RejectedError(
            "F010", f"文件“{path.name}”是接口的错误返回（{said or '没有说明'}）而不是数据，请重新调用接口。"
        )
    records = answer.get(form.records)
    if not isinstance(records, list):
        raise RejectedError("F012", f"文件“{path.name}”没有“{form.records}”记录列表，请核对接口版本。")
    headers = _headers(path.name, [r for r in records[:HEAD] if isinstance(r, dict)], resource)
    return Content(headers, "json", _wrapped(path.name, records))


def _record(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        # No JSON, a number of more digits than one has ever needed (4,300), or nested beyond all reading.
        return None
    return value if isinstance(value, dict) else None


def _headers(file: str, records: list[dict[str, Any]], resource: Resource) -> tuple[str, ...]:
    if not records:
        raise RejectedError("F009", f"文件“{file}”没有任何记录，请重新导出。")
    headers = tuple(dict.fromkeys(without_halves(key) for record in records for key in record))
    check_headers(file, headers, resource)
    return headers


def _lines(path: Path) -> Iterator[pa.RecordBatch]:
    number, last = 0, "\n"
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            while chunk := list(islice(file, CHUNK)):
                last = chunk[-1]
                kept = [(number + at, line.strip()) for at, line in enumerate(chunk, start=1) if line.strip()]
                number += len(chunk)
                if chunk[-1].endswith("\n") or _record(chunk[-1]) is not None:
                    defects = ["R014" if len(line) > LONG and _record(line) is None else None for _, line in kept]
                    yield record_batch(path.name, [at for at, _ in kept], [line for _, line in kept], defects)
    except UnicodeDecodeError as error:
        raise _undecodable(path, error) from error
    if not last.endswith("\n") and _record(last) is None:
        raise _cut_off(path)


def _undecodable(path: Path, error: UnicodeDecodeError) -> RejectedError:
    """A file that ends in the middle of a character was cut off; any other is in another encoding."""
    if error.reason == "unexpected end of data":
        return _cut_off(path)
    return RejectedError("F005", f"文件“{path.name}”的内容不能按 UTF-8 读取，请按声明的编码重新导出。")


def _cut_off(path: Path) -> RejectedError:
    return RejectedError("F011", f"文件“{path.name}”在最后一行中间结束，请重新上传完整文件。")


def _wrapped(file: str, records: list[Any]) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(records), CHUNK):
        chunk = records[start : start + CHUNK]
        raw = [without_halves(json.dumps(record, ensure_ascii=False)) for record in chunk]
        defects = [None if isinstance(record, dict) else "R014" for record in chunk]
        yield record_batch(file, range(start + 1, start + 1 + len(chunk)), raw, defects)
