"""A file and what was said about its columns become observations that the authenticity tests can work on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from expectations.authenticity.observations import Observations, Roles, observe
from taian.errors import ProblemError
from taian.notes import Note, many
from taian.tablefile import Table, read_table


@dataclass(frozen=True)
class Asked:
    """What the command line said of the columns, as typed."""

    unit: str | None = None
    period: str | None = None
    values: Sequence[str] = ()
    shares: Sequence[str] = ()
    peer: str | None = None
    reference: str | None = None
    thresholds: Sequence[str] = ()
    targets: Sequence[str] = ()
    together: Sequence[str] = ()


@dataclass(frozen=True)
class Inspected:
    """A file ready to be examined: its name and rows, its observations, and what was noticed on the way."""

    file: str
    digest: str
    """SHA-256 of the file, so that a printed report tells which one it was."""
    rows: int
    seen: Observations
    notes: tuple[Note, ...]


def open_for_inspection(path: Path, asked: Asked) -> Inspected:
    """Read a file and give its columns their parts. Raises ProblemError, in one sentence, when that cannot be done."""
    table = read_table(path)
    roles = roles_of(table, asked)
    rows, frame = table.rows, _frame(table, roles)
    table.release()
    # A copy of the frame for each step would double the memory of a large file.
    with pd.option_context("mode.copy_on_write", True):
        seen = observe(frame, roles)
    del frame
    if not (seen.values or seen.shares or seen.thresholds or seen.targets):
        raise ProblemError(
            f"{table.name} has no numeric column to inspect (codes, dates and running numbers are none): "
            f"its columns are {_listed(table)}; name figures with --value."
        )
    table.notes += _says_nothing(seen)
    if seen.reference is not None and not seen.reference.any():
        en = f"no unit is marked as genuine in '{roles.reference}' (true, 1, yes or 是): the peers calibrate"
        table.notes.append(Note(en, f"“{roles.reference}”没有标明任何真实单位，改以同类单位校准"))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Inspected(table.name, digest, rows, seen, tuple(table.notes))


def _says_nothing(seen: Observations) -> list[Note]:
    """Tables and columns in which nothing can be compared."""
    if len(seen.unit) == 1:
        return [Note("the table has one row: there is nothing to compare it with", "只有一行数据，没有可以比较的对象")]
    notes = []
    for name in seen.values:
        known = seen.column(name)
        known = known[np.isfinite(known)]
        if known.size and known.min() == known.max():
            en = f"'{name}' has the same value in every row: it says nothing of anybody"
            notes.append(Note(en, f"“{name}”各行数值相同，无从判断"))
    return notes


def roles_of(table: Table, asked: Asked) -> Roles:
    """The parts of the columns, every name checked against the file. Raises ProblemError."""
    roles = Roles(
        unit=_one(table, asked.unit, "--unit"),
        period=_one(table, asked.period, "--period"),
        values=tuple(dict.fromkeys(name for text in asked.values for name in _several(table, text, "--value"))),
        shares=tuple(_pair(table, text, "/", "--share") for text in asked.shares),
        peer=_one(table, asked.peer, "--peer"),
        reference=_one(table, asked.reference, "--reference"),
        thresholds=dict(_threshold(table, text) for text in asked.thresholds),
        targets=dict(_pair(table, text, "=", "--target") for text in asked.targets),
        together=tuple(_together(table, text) for text in asked.together),
    )
    _check_parts(table, roles)
    return roles


def _one(table: Table, text: str | None, option: str) -> str | None:
    return None if text is None else table.named(text, option)


def _several(table: Table, text: str, option: str) -> list[str]:
    """One column, or several with commas between them."""
    if text in table.columns:
        return [text]
    return [table.named(part.strip(), option) for part in text.replace("，", ",").split(",") if part.strip()]


def _pair(table: Table, text: str, between: str, option: str) -> tuple[str, str]:
    """Two columns; the mark between them may also stand in their names (单价(元/吨)/数量)."""
    cuts = [at for at, mark in enumerate(text) if mark == between]
    if not cuts:
        raise ProblemError(f"{option} '{text}' names no two columns: write {option} COL{between}COL.")
    sides = [(text[:at].strip(), text[at + 1 :].strip()) for at in cuts]
    one, two = next((pair for pair in sides if set(pair) <= set(table.columns)), sides[0])
    if one == two:
        raise ProblemError(f"{option} '{text}' names the same column twice: name two.")
    return table.named(one, option), table.named(two, option)


def _threshold(table: Table, text: str) -> tuple[str, float]:
    name, mark, number = text.rpartition("=")
    try:
        at = float(number.replace(",", "").replace("，", ""))
    except ValueError:
        at = np.nan
    if not mark or not np.isfinite(at):
        raise ProblemError(f"--threshold '{text}' is not a column and a number: write --threshold COL=2000.")
    return table.named(name.strip(), "--threshold"), at


def _together(table: Table, text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_several(table, text, "--together")))
    if len(names) < 2:
        raise ProblemError(f"--together '{text}' names one column: name two or more, like COL,COL.")
    return names


def _check_parts(table: Table, roles: Roles) -> None:
    """A column is either a label or a quantity, and a quantity holds numbers."""
    labels = [
        (roles.unit, "--unit"),
        (roles.period, "--period"),
        (roles.peer, "--peer"),
        (roles.reference, "--reference"),
    ]
    options = {name: option for name, option in labels if name}
    for figure, option in _quantities(roles):
        if figure in options:
            raise ProblemError(
                f"'{figure}' is named by {options[figure]} and by {option}: name another column for one."
            )
        table.quantity(figure, option)
    if roles.unit and roles.unit == roles.period:
        raise ProblemError(f"'{roles.unit}' is named by --unit and by --period: name another column for one.")
    for name, option in labels:
        if name and table.is_empty(name):
            raise ProblemError(f"{option} '{name}' of {table.name} is empty: name a column with labels.")


def _quantities(roles: Roles) -> list[tuple[str, str]]:
    return [
        *((name, "--value") for name in roles.values),
        *((name, "--share") for pair in roles.shares for name in pair),
        *((name, "--threshold") for name in roles.thresholds),
        *((name, "--target") for pair in roles.targets.items() for name in pair),
        *((name, "--together") for names in roles.together for name in names),
    ]


def _frame(table: Table, roles: Roles) -> pd.DataFrame:
    """The columns as they are needed: quantities as numbers, periods in their canonical form, all others as labels;
    rows without unit or period are left out."""
    named = {name for name, _ in _quantities(roles)}
    numeric = named if roles.values else named | set(table.quantities(besides=roles.labels))
    columns = {name: _column(table, name, roles, is_number=name in numeric) for name in table.columns}
    _tell_shares(table, columns, roles)
    frame = pd.DataFrame(columns, copy=False)
    for name, what_en, what_zh in ((roles.unit, "unit", "单位"), (roles.period, "period", "统计期")):
        if name and (empty := int(frame[name].isna().sum())):
            frame = frame[frame[name].notna()]
            en = many(empty, "row has", "rows have")
            table.notes.append(Note(f"{en} no {what_en}: left out", f"有 {empty:,} 行没有{what_zh}，未纳入检查"))
    if frame.empty:
        raise ProblemError(f"{table.name} has no row with both a unit and a period: check --unit and --period.")
    return frame


def _column(table: Table, name: str, roles: Roles, *, is_number: bool) -> pd.Series:
    if name == roles.period:
        return _periods(table, name)
    if is_number and name not in roles.labels - set(roles.targets.values()):
        return pd.Series(table.numbers(name).values)
    return table.texts(name)


def _periods(table: Table, column: str) -> pd.Series:
    """Names of periods that sort as time does; texts in natural order where they are no times."""
    times = table.times(column)
    if times.step is not None and times.unreadable.size == 0:
        return times.labels()
    en = f"'{column}' holds no times of one kind: its periods are taken in the order of their names"
    if times.unreadable.size:
        en += f" ({table.cell(column, int(times.unreadable[0]))})"
    table.notes.append(Note(en, f"“{column}”不是统一写法的时间，按名称的自然顺序排列"))
    return table.texts(column)


def _tell_shares(table: Table, columns: dict[str, pd.Series], roles: Roles) -> None:
    """Shares without a sense: their rows are left out of the tests of shares."""
    for top, bottom in roles.shares:
        one, two = columns[top].to_numpy(), columns[bottom].to_numpy()
        for rows, en, zh in (
            (two == 0, "a zero denominator", "分母为零"),
            ((two != 0) & (one * two < 0), "a negative share", "比例为负"),
        ):
            if count := int(rows.sum()):
                told = many(count, "row has", "rows have")
                table.notes.append(
                    Note(
                        f"'{top}/{bottom}': {told} {en}: left out of the tests of shares",
                        f"“{top}/{bottom}”有 {count:,} 行{zh}，不参加比例检验",
                    )
                )


def _listed(table: Table) -> str:
    names = ", ".join(f"'{name}'" for name in table.columns[:12])
    return names + (", …" if len(table.columns) > 12 else "")
