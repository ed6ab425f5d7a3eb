"""The floor beside the resident path: one DuckDB process that brings the same deliveries to the same result.

It reads the same files (GB18030 decoded in blocks in Python, since DuckDB reads UTF-8), applies the rules of the
resident declaration, keeps the first of each repeated key of a batch, and writes the valid rows and the refused ones,
with the codes of every rule they break, as Parquet. Nothing else: no raw copy, no history, no gate, no journal.

``python -m taian.bench.floor --out DIR --date 2018-06-30 FILE…`` prints seconds and rows as JSON; each FILE is a batch.
"""

import argparse
import codecs
import datetime as dt
import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from catalog import Catalog, Resource, load_catalog

BLOCK = 1 << 23
THREADS = 2
TOTALS = ("合计", "总计", "小计", "合 计", "总 计")
FULL_WIDTH = "".join(chr(0xFF01 + i) for i in range(94)) + "\u3000"
HALF_WIDTH = "".join(chr(0x21 + i) for i in range(94)) + " "


def to_utf8(source: Path, target: Path, encoding: str) -> None:
    """Copy a file into UTF-8, block by block."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    with source.open("rb") as file, target.open("wb") as out:
        while block := file.read(BLOCK):
            out.write(decoder.decode(block).encode())
        out.write(decoder.decode(b"", final=True).encode())


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _half(cell: str) -> str:
    """Half-width text; plain ASCII, the usual case, is left alone."""
    return f"if(strlen({cell}) = length({cell}), {cell}, translate({cell}, '{FULL_WIDTH}', {_text(HALF_WIDTH)}))"


def _labelled(cell: str, labels: dict[str, str]) -> str:
    cases = " ".join(f"WHEN {_text(label)} THEN {_text(value)}" for label, value in labels.items())
    return f"CASE {cell} {cases} ELSE {cell} END"


def _id_check(seventeen: str) -> str:
    digits = f"try_cast({seventeen} AS bigint)"
    weighted = " + ".join(f"({digits} // {10**power} % 10) * {pow(2, power + 1, 11)}" for power in range(17))
    return f"substr('10X98765432', CAST(({weighted}) % 11 + 1 AS integer), 1)"


def _in_eighteen_digits(text: str) -> str:
    seventeen = f"(substr({text}, 1, 6) || '19' || substr({text}, 7, 9))"
    old = "[1-8][0-9]{11}([0-8][0-9]{2}|9[0-8][0-9]|99[0-5])"
    return (
        f"CASE WHEN length({text}) = 15 AND regexp_full_match({text}, '{old}') "
        f"THEN {seventeen} || {_id_check(seventeen)} ELSE {text} END"
    )


def _is_id_number(text: str) -> str:
    birth = f"substr({text}, 7, 4) || '-' || substr({text}, 11, 2) || '-' || substr({text}, 13, 2)"
    return (
        f"(regexp_full_match({text}, '[1-8][0-9]{{16}}[0-9X]') AND try_cast({birth} AS date) IS NOT NULL "
        f"AND substr({text}, 18, 1) = {_id_check(f'substr({text}, 1, 17)')})"
    )


def _day(cell: str) -> str:
    plain = f"regexp_replace(regexp_replace({_half(cell)}, '[年月/.]', '-', 'g'), '日$', '')"
    return (
        f"CASE WHEN length({cell}) = 10 AND substr({cell}, 5, 1) = '-' THEN try_cast({cell} AS date) "
        f"WHEN regexp_full_match({plain}, '[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}( 0?0:00(:00)?)?') "
        f"THEN try_cast(split_part({plain}, ' ', 1) AS date) "
        f"WHEN regexp_full_match({plain}, '[0-9]{{8}}') "
        f"THEN try_cast(substr({plain}, 1, 4) || '-' || substr({plain}, 5, 2) || '-' || substr({plain}, 7, 2) AS date) "
        f"WHEN regexp_full_match({plain}, '[1-6][0-9]{{4}}') THEN DATE '1899-12-30' + CAST({plain} AS integer) END"
    )


def _moment(cell: str) -> str:
    return (
        f"coalesce(CASE WHEN length({cell}) = 19 AND substr({cell}, 5, 1) = '-' "
        f"THEN try_cast({cell} AS timestamp) END, "
        f"try_cast(regexp_replace(regexp_replace({_half(cell)}, '[年月/]', '-', 'g'), '日', '') AS timestamp), "
        f"CAST({_day(cell)} AS timestamp))"
    )


def typed_sql(catalog: Catalog) -> str:
    """The delivered cells of residents as typed columns, each beside its delivered text (``c_<name>``)."""
    resource = catalog["resident"]
    labels = {column.name: column.labels for column in resource.columns}
    earlier = resource.column("village_code").earlier
    villages = catalog.codelists[earlier.codelist].successors if earlier else {}
    values = {
        "id_number": _in_eighteen_digits(f"upper({_half('c_id_number')})"),
        "name": "c_name",
        "sex": _labelled(_half("c_sex"), labels["sex"]),
        "ethnicity": _half("c_ethnicity"),
        "birth_date": _day("c_birth_date"),
        "household_id": _half("c_household_id"),
        "village_code": _labelled(_half("c_village_code"), villages),
        "address": "c_address",
        "marital_status": _labelled(_half("c_marital_status"), labels["marital_status"]),
        "status": _labelled(_half("c_status"), labels["status"]),
        "updated_at": _moment("c_updated_at"),
    }
    cells = ", ".join(f"nullif(trim({name}, ' '), '') AS c_{name}" for name in values)
    return (
        f"SELECT *, {', '.join(f'{sql} AS {name}' for name, sql in values.items())} "
        f"FROM (SELECT batch, row, {cells} FROM delivered)"
    )


def marks_sql(resource: Resource, day: dt.date) -> str:
    """The codes of every rule a typed row breaks, joined by ``;``; empty for a valid row."""
    cells = [f"c_{column.name}" for column in resource.columns]
    joined = f"concat_ws('', {', '.join(cells)})"
    texts = [f"c_{c.name}" for c in resource.columns if c.type == "string" and not c.labels]
    totals = ", ".join(_text(total) for total in TOTALS)
    required = [(f"c_{column.name} IS NULL", "R001") for column in resource.columns if column.required]
    rules = [
        *required,
        ("c_birth_date IS NOT NULL AND birth_date IS NULL", "R002"),
        ("c_updated_at IS NOT NULL AND updated_at IS NULL", "R002"),
        *(
            (f"{name} NOT IN (SELECT code FROM {name}_codes)", "R003")
            for name in ("sex", "ethnicity", "marital_status")
        ),
        ("village_code NOT IN (SELECT code FROM village_code_codes)", "R003"),
        ("NOT regexp_full_match(household_id, '[0-9]{12}')", "R004"),
        ("status NOT IN ('registered', 'moved_out', 'cancelled')", "R004"),
        (f"id_number IS NOT NULL AND NOT coalesce({_is_id_number('id_number')}, false)", "R006"),
        (f"birth_date < DATE '1900-01-01' OR birth_date > DATE '{day}'", "R005"),
        (f"updated_at < TIMESTAMP '1990-01-01' OR updated_at > TIMESTAMP '{day} 23:59:59.999'", "R005"),
        (
            "birth_date IS NOT NULL AND id_number IS NOT NULL "
            "AND strftime(birth_date, '%Y%m%d') <> substr(id_number, 7, 8)",
            "R101",
        ),
        (
            "sex IS NOT NULL AND id_number IS NOT NULL "
            "AND NOT coalesce(try_cast(substr(id_number, 17, 1) AS integer) % 2 ="
            " try_cast(sex AS integer) % 2, false)",
            "R102",
        ),
    ]
    marks = ", ".join(f"CASE WHEN {condition} THEN '{code}' END" for condition, code in rules)
    headers = " AND ".join(f"c_{c.name} = {_text(c.delivered_as)}" for c in resource.columns)
    return (
        f"CASE WHEN {headers} THEN 'R009' WHEN contains({joined}, '\ufffd') THEN 'R013' "
        f"WHEN {' OR '.join(f'{text} IN ({totals})' for text in texts)} THEN 'R010' "
        f"WHEN regexp_full_match({joined}, '[0.\\s]*') THEN 'R011' ELSE concat_ws(';', {marks}) END"
    )


def _load(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], resource: Resource) -> None:
    """``delivered``: every record with its batch and place; what is no record goes to ``broken``."""
    columns = "{" + ", ".join(f"'{column.name}': 'VARCHAR'" for column in resource.columns) + "}"
    names = "[" + ", ".join(_text(str(file)) for file in files) + "]"
    connection.execute(
        f"CREATE TEMP TABLE delivered AS SELECT filename AS batch, row_number() OVER () AS row, * EXCLUDE (filename) "
        f"FROM read_csv({names}, columns = {columns}, header = true, auto_detect = false, delim = ',', quote = '\"', "
        "escape = '\"', new_line = '\\n', filename = true, ignore_errors = true, store_rejects = true)"
    )
    connection.execute(
        "CREATE TEMP TABLE broken AS SELECT DISTINCT file_path AS batch, line, csv_line FROM reject_errors "
        "JOIN reject_scans USING (scan_id, file_id)"
    )


def run(files: Sequence[Path], out: Path, day: dt.date, encoding: str) -> dict[str, Any]:
    """Bring the files to ``out``/valid.parquet and refused.parquet; seconds, and rows that went to each."""
    catalog = load_catalog()
    resource = catalog["resident"]
    started = time.perf_counter()
    scratch = out / "utf8"
    scratch.mkdir(parents=True)
    copies = []
    for number, file in enumerate(files):
        copies.append(scratch / f"{number:05d}.csv")
        to_utf8(file, copies[-1], encoding)
    decoded = time.perf_counter()
    with duckdb.connect(config={"threads": THREADS, "temp_directory": str(out / "spill")}) as connection:
        for column in resource.columns:
            if column.codelist:
                connection.execute(f"CREATE TEMP TABLE {column.name}_codes (code VARCHAR)")
                codes = [[code] for code in catalog.codelists[column.codelist].names]
                connection.executemany(f"INSERT INTO {column.name}_codes VALUES (?)", codes)
        _load(connection, copies, resource)
        counts = _write(connection, catalog, day, out)
    finished = time.perf_counter()
    shutil.rmtree(scratch)
    return {"seconds": round(finished - started, 3), "decoding_seconds": round(decoded - started, 3), **counts}


def _write(connection: duckdb.DuckDBPyConnection, catalog: Catalog, day: dt.date, out: Path) -> dict[str, int]:
    resource = catalog["resident"]
    kept = ", ".join(column.name for column in resource.columns)
    connection.execute(
        f"CREATE TEMP TABLE judged AS SELECT *, {marks_sql(resource, day)} AS codes FROM ({typed_sql(catalog)})"
    )
    connection.execute(
        "CREATE TEMP TABLE repeated AS SELECT row FROM judged JOIN "
        "(SELECT batch, id_number, min(row) AS first FROM judged WHERE codes = '' GROUP BY ALL HAVING count(*) > 1) "
        "USING (batch, id_number) WHERE codes = '' AND row > first"
    )
    connection.execute(
        f"COPY (SELECT batch, row, {kept} FROM judged ANTI JOIN repeated USING (row) WHERE codes = '') "
        f"TO {_text(str(out / 'valid.parquet'))} (FORMAT parquet)"
    )
    raw = ", ".join(f"c_{column.name}" for column in resource.columns)
    connection.execute(
        f"COPY (SELECT batch, row, codes, concat_ws(',', {raw}) AS raw FROM judged WHERE codes <> '' "
        f"UNION ALL SELECT batch, row, 'R008', concat_ws(',', {raw}) FROM judged SEMI JOIN repeated USING (row) "
        "UNION ALL SELECT batch, line, 'R012', csv_line FROM broken) "
        f"TO {_text(str(out / 'refused.parquet'))} (FORMAT parquet)"
    )
    found = connection.execute(
        f"SELECT (SELECT count(*) FROM {_text(str(out / 'valid.parquet'))}), "
        f"(SELECT count(*) FROM {_text(str(out / 'refused.parquet'))})"
    ).fetchone()
    assert found is not None
    return {"accepted": int(found[0]), "refused": int(found[1])}


def main(arguments: list[str] | None = None) -> int:
    """Run the floor once and print what it did as JSON."""
    parser = argparse.ArgumentParser(prog="python -m taian.bench.floor")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--date", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--encoding", default="GB18030")
    options = parser.parse_args(arguments)
    print(json.dumps(run(options.files, options.out, options.date, options.encoding)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
