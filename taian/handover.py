"""Handing in one delivery: count its rows, write the manifest, move both into landing in one step."""

import csv
import datetime as dt
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

from catalog import Form, Resource
from taian.errors import ProblemError

PERIODS = {
    "daily": (r"\d{4}-\d{2}-\d{2}", "2018-06-30"),
    "monthly": (r"\d{4}-\d{2}", "2018-06"),
    "quarterly": (r"\d{4}Q[1-4]", "2018Q2"),
    "yearly": (r"\d{4}", "2018"),
    "event": (r"\d{4}(-\d{2}(-\d{2})?|Q[1-4])?", "2018-06-30"),
}
"""How the period of each cycle is written."""


def check_period(resource: Resource, period: str) -> None:
    """Raises ProblemError when ``period`` is not written as the resource's cycle has it."""
    pattern, example = PERIODS[resource.cycle]
    if not re.fullmatch(pattern, period):
        raise ProblemError(
            f"--period '{period}' does not fit {resource.resource}, which is delivered {resource.cycle}: "
            f"write it like {example}."
        )


def provider_of(resource: Resource, asked: str | None) -> str:
    """The provider's code to write. Raises ProblemError for one that may not deliver this resource."""
    known = [provider.code for provider in resource.providers]
    if asked is None:
        return known[0]
    if asked not in known:
        raise ProblemError(f"--provider '{asked}' does not deliver {resource.resource}: known are {', '.join(known)}.")
    return asked


def count_rows(path: Path, form: Form) -> int:
    """Records in the file, header excluded. Raises ProblemError when it cannot be read in its declared form."""
    try:
        return _COUNTERS[form.kind](path, form)
    except KeyError as error:
        raise ProblemError(
            f"{path.name} has no field '{form.records}' with its records: see the declared form."
        ) from error
    except (OSError, ValueError, csv.Error) as error:
        reason = " ".join(str(error).split())[:160]
        raise ProblemError(
            f"{path.name} is not readable as {form.kind} in {form.encoding} ({reason}): mend the file or give --rows."
        ) from error


def _csv(path: Path, form: Form) -> int:
    encoding = "utf-8-sig" if form.encoding == "UTF-8" else form.encoding
    with path.open(encoding=encoding, newline="") as file:
        return max(0, sum(1 for row in csv.reader(file, delimiter=form.delimiter) if row) - 1)


def _lines(path: Path, form: Form) -> int:
    with path.open(encoding=form.encoding) as file:
        return sum(1 for line in file if line.strip())


def _wrapped(path: Path, form: Form) -> int:
    found: Any = json.loads(path.read_text(encoding=form.encoding))
    for part in form.records.split("."):
        found = found[part]
    return len(found)


def _features(path: Path, _form: Form) -> int:
    return len(json.loads(path.read_text(encoding="utf-8"))["features"])


def _parquet(path: Path, _form: Form) -> int:
    import pyarrow.parquet

    return int(pyarrow.parquet.read_metadata(path).num_rows)


def _unknown(path: Path, form: Form) -> int:
    raise ProblemError(
        f"The rows of {path.name} cannot be counted in its form {form.kind}: give their number with --rows."
    )


_COUNTERS = {
    "csv": _csv,
    "jsonl": _lines,
    "json": _wrapped,
    "geojson": _features,
    "parquet": _parquet,
    "xlsx": _unknown,
    "jdbc": _unknown,
}


def next_batch(landing: Path, resource: str, period: str) -> str:
    """The name of the next batch of this period, ``resident-2018-06-02``."""
    prefix = f"{resource}-{period}-"
    taken = [folder.name.removeprefix(prefix) for folder in (landing / resource / period).glob(f"{prefix}*")]
    return f"{prefix}{max((int(number) for number in taken if number.isdigit()), default=0) + 1:02d}"


def hand_in(landing: Path, file: Path, manifest: dict[str, Any]) -> Path:
    """Move ``file`` and its manifest into landing: both appear in one rename, or neither."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    entry = {"name": file.name, "bytes": file.stat().st_size, "sha256": digest}
    target = landing / manifest["resource"] / manifest["period"] / manifest["batch"]
    waiting = landing / "_incoming" / manifest["batch"]
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir(parents=True)
    shutil.copy2(file, waiting / file.name)
    text = json.dumps({**manifest, "files": [entry]}, ensure_ascii=False, indent=1)
    (waiting / "manifest.json").write_text(text + "\n", encoding="utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    moved: Path = waiting.rename(target)
    file.unlink()
    return moved


def manifest_of(resource: Resource, provider: str, period: str, rows: int, moment: dt.datetime) -> dict[str, Any]:
    """Everything a manifest says but its batch and its files."""
    return {
        "resource": resource.resource,
        "provider": provider,
        "period": period,
        "rows": rows,
        "encoding": resource.form.encoding,
        "schema_version": 1,
        "delivered_at": moment.isoformat(timespec="seconds"),
        "replaces": None,
    }
