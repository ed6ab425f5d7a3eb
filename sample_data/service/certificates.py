"""政务服务中心: the library of electronic certificates, first whole and then day by day, with what is wrong in it."""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import badfiles, corrupt, defects, delivery
from sample_data.context import INITIAL_DAY, INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.daily import Accident, accident_on, at, batch_of, sent_twice, spoil
from sample_data.persons import moments
from sample_data.service import holders, paper
from sample_data.service.holders import Holdings
from sample_data.service.paper import Serials

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]

RESOURCE, PROVIDER = "certificate", "zwfwzx"
CHANGES_A_DAY, FEWEST_A_DAY = 700, 24
NEW_SHARE = 0.65
WEEKEND_FACTOR = 0.8
POOL_SHARE, FEWEST_IN_POOL = 0.04, 60
"""Certificates of each kind and file that June may change, and as many holders who may get a new one."""
STATE_SHARES = (0.972, 0.006, 0.016, 0.006)
"""Valid, revoked, cancelled and lost ones in the library."""
STRUCK_OFF_TOO = 0.9
"""Where the holder is struck off, the issuer has mostly cancelled the licence as well."""
WRONG_DIGESTS, WRONG_SEALS = 0.0004, 0.01
"""Altered after issue, of those with a term; a seal that is not the issuer's, of those that bear one."""
FEWEST_WRONG = 3
DIGEST_DAYS, SEAL_DAYS = (5, 14, 23), (8, 20, 27)
"""Days of June on which one altered certificate, or one with a wrong seal, is among the new ones."""
SMALL_BATCH = 100

EDITS = (
    Edit("持证主体为空", "R001", paper.HOLDER, defects.blank),
    Edit("有效期写长期", "R002", paper.EXPIRES, defects.always("长期")),
    Edit("类型代码不存在", "R003", paper.KIND, defects.always("999")),
    Edit("摘要缺位", "R004", paper.DIGEST, lambda cell, rng: cell[:-4]),
    Edit("签名缺位", "R004", paper.SIGNATURE, lambda cell, rng: cell[:-2], fits=bool),
    Edit("年份0168", "R005", paper.ISSUED, defects.ancient_date),
    Edit("身份号码校验不符", "R006", paper.PERSON, defects.wrong_check_digit, fits=bool),
    Edit("信用代码错一位", "R007", paper.FIRM, defects.swapped_digits, fits=bool),
    Edit("有效期早于颁发", "R105", paper.EXPIRES, defects.always("1999-01-01"), fits=bool),
    Edit("主体类型与证件矛盾", "R106", paper.HOLDER_KIND, defects.always("自然人"), fits=lambda cell: cell != "自然人"),
    Edit("日期斜线", "", paper.ISSUED, defects.slash_date),
    Edit("全角号码", "", paper.PERSON, defects.full_width, fits=bool),
    Edit("小写x校验码", "", paper.PERSON, defects.lower_case, fits=lambda cell: cell.endswith("X")),
    Edit("摘要大写", "", paper.DIGEST, lambda cell, rng: cell.upper()),
    corrupt.lost_character(paper.HOLDER),
    corrupt.BROKEN_RECORD,
    corrupt.DUPLICATE,
)
ACCIDENTS = (Accident(12, badfiles.truncate, "rejected", "F011", again=True),)
TWICE_DAY = 18


@dataclass
class _Book:
    """What the centre remembers: numbers given out, certificates that June may change, holders who may get new ones,
    and what is planted where.
    """

    serials: Serials = field(default_factory=lambda: Serials({}))
    known: list[pa.Table] = field(default_factory=list)
    applicants: list[Holdings] = field(default_factory=list)
    planted: list[tuple[str, str, str, int]] = field(default_factory=list)

    def plant(self, what: str, table: pa.Table, rows: Integers, file: str) -> None:
        """Remember what is true of those rows of a file; its lines count from 1."""
        numbers = table[paper.ID].take(pa.array(rows)).to_pylist()
        self.planted += [(number, what, file, int(row) + 1) for number, row in zip(numbers, rows, strict=True)]


def _replaced(table: pa.Table, column: str, rows: Integers, values: list[str]) -> pa.Table:
    cells = table[column].to_numpy(zero_copy_only=False).astype(object)
    cells[rows] = values
    return table.set_column(table.column_names.index(column), column, pa.array(cells, pa.string()))


def _states(rng: np.random.Generator, held: Holdings, table: pa.Table) -> pa.Table:
    """What became of each certificate; most are valid. A change comes after the issue."""
    state = rng.choice(len(paper.STATES), size=len(held), p=STATE_SHARES)
    if held.kind.code.startswith("1"):
        state[held.is_gone & (rng.random(len(held)) < STRUCK_OFF_TOO)] = paper.STATES.index(paper.CANCELLED)
    changed = np.flatnonzero(state)
    span = (holders.LAST - held.issued[changed]).astype(np.int64)
    later = held.issued[changed] + (rng.random(len(changed)) * (span + 1)).astype("timedelta64[D]")
    table = _replaced(table, paper.STATUS, changed, [paper.STATES[place] for place in state[changed]])
    return _replaced(table, paper.UPDATED, changed, moments(later, rng).to_pylist())


def _initial(city: City, book: _Book, held: Holdings, name: str) -> pa.Table:
    """The certificates of one kind as they stand at the end of May."""
    rng = city.stream(RESOURCE, "initial", held.kind.code, name)
    table = paper.write(held, book.serials, moments(held.issued, rng))
    table = _states(rng, held, table)
    sound = np.flatnonzero(pc.equal(table[paper.STATUS], paper.VALID).to_numpy() & ~held.is_gone)
    kept = rng.permutation(sound)[: max(FEWEST_IN_POOL, round(len(held) * POOL_SHARE))]
    book.known.append(table.take(pa.array(kept)))
    book.applicants.append(held.take(rng.permutation(kept)))
    return table


def _files(city: City, book: _Book, entries: pd.DataFrame) -> Iterator[tuple[str, list[Holdings]]]:
    """Names of the first delivery's files and what is in each: firms, then persons part by part."""
    yield "certificate_legal.jsonl", holders.of_firms(city, entries)
    for number, found in enumerate(holders.of_persons(city), start=1):
        city.progress(f"电子证照：第 {number} 段")
        yield f"certificate_person_{number:02d}.jsonl", found


def _altered(
    rng: np.random.Generator, table: pa.Table, count: int, allowed: NDArray[np.bool_]
) -> tuple[pa.Table, Integers]:
    """``count`` certificates made to last ten years longer after they were issued: the digest no longer fits."""
    has_term = pc.not_equal(table[paper.EXPIRES], "").to_numpy() & allowed
    rows = np.sort(rng.permutation(np.flatnonzero(has_term))[:count])
    longer = [f"{int(day[:4]) + 10}{day[4:]}" for day in table[paper.EXPIRES].take(pa.array(rows)).to_pylist()]
    return _replaced(table, paper.EXPIRES, rows, longer), rows


def _forged(rng: np.random.Generator, table: pa.Table, count: int) -> tuple[pa.Table, Integers]:
    """``count`` seals exchanged for another one's: each is a signature, and none of this content."""
    seals = table[paper.SIGNATURE].to_pylist()
    sealed = np.flatnonzero([bool(seal) for seal in seals])
    rows = np.sort(rng.permutation(sealed)[: min(count, len(sealed) // 2)])
    others = np.setdiff1d(sealed, rows)[: len(rows)]
    return _replaced(table, paper.SIGNATURE, rows, [seals[other] for other in others]), rows


def _ended(table: pa.Table, until: datetime.date) -> Integers:
    """Rows whose term is over on the city's last day."""
    has_term = pc.not_equal(table[paper.EXPIRES], "")
    return np.flatnonzero(pc.and_(has_term, pc.less(table[paper.EXPIRES], str(until))).to_numpy())


def _plant(city: City, book: _Book, table: pa.Table, is_gone: NDArray[np.bool_], file: str) -> pa.Table:
    """Alter and forge a few, and write down everything that makes a certificate of this file invalid."""
    rng = city.stream(RESOURCE, "planted", file)
    sound = pc.equal(table[paper.STATUS], paper.VALID).to_numpy() & ~is_gone
    with_term = int(pc.sum(pc.not_equal(table[paper.EXPIRES], "")).as_py() or 0)
    table, altered = _altered(rng, table, max(FEWEST_WRONG, round(with_term * WRONG_DIGESTS)), sound)
    sealed = int(pc.sum(pc.not_equal(table[paper.SIGNATURE], "")).as_py() or 0)
    table, forged = _forged(rng, table, max(FEWEST_WRONG, round(sealed * WRONG_SEALS)) if sealed else 0)
    book.plant("wrong_digest", table, altered, file)
    book.plant("wrong_signature", table, forged, file)
    book.plant("expired", table, _ended(table, city.until), file)
    book.plant("holder_gone", table, np.flatnonzero(is_gone), file)
    book.plant("not_in_force", table, np.flatnonzero(pc.not_equal(table[paper.STATUS], paper.VALID).to_numpy()), file)
    return table


def _write_part(city: City, book: _Book, path: Path, found: list[Holdings]) -> int:
    """One file of the first delivery; its rows."""
    table = pa.concat_tables([_initial(city, book, held, path.name) for held in found])
    is_gone = np.concatenate([held.is_gone for held in found])
    delivery.write_jsonl(path, _plant(city, book, table, is_gone, path.name))
    return len(table)


def _moved(path: Path) -> delivery.Content:
    """A file that is written already takes its place."""

    def move(target: Path) -> None:
        path.replace(target)

    return move


def deliver_certificates(city: City, entries: pd.DataFrame) -> list[Holdings]:
    """Every batch of the library up to the city's last day, and ``truth/certificates.csv``.

    Returns holders who may apply for something else.
    """
    book = _Book()
    waiting = city.out / "landing" / f".{RESOURCE}"
    waiting.mkdir(parents=True)
    rows = {name: _write_part(city, book, waiting / name, found) for name, found in _files(city, book, entries)}
    batch = batch_of(RESOURCE, PROVIDER, INITIAL_DAY, 1, INITIAL_DELIVERY)
    folder = delivery.write(city.out, batch, {name: _moved(waiting / name) for name in rows}, sum(rows.values()))
    waiting.rmdir()
    city.delivered(RESOURCE, sum(rows.values()))
    city.truth.expect(RESOURCE, batch.batch, "published_flagged", "W008")
    for name in rows:
        city.truth.plant(corrupt.edit_jsonl(folder, name, EDITS, city.stream("dirt", folder.name, name)))
    June(city, book).deliver()
    _write_truth(city, book)
    return book.applicants


class June:
    """What the centre takes in each evening: new certificates, and changes of those it has."""

    def __init__(self, city: City, book: _Book) -> None:
        self._city, self._book = city, book
        known = pa.concat_tables(book.known)
        self._known = known.take(pa.array(city.stream(RESOURCE, "june").permutation(known.num_rows)))
        self._used = 0
        self._next = dict.fromkeys(range(len(book.applicants)), 0)

    def deliver(self) -> None:
        """Every day up to the city's last."""
        for day in self._city.days():
            rng = self._city.stream(RESOURCE, "day", str(day))
            usual = max(FEWEST_A_DAY, CHANGES_A_DAY * self._city.scale)
            rows = round(usual * (WEEKEND_FACTOR if day.weekday() >= 5 else 1.0) * rng.uniform(0.93, 1.07))
            new = round(rows * NEW_SHARE)
            self._day(rng, day, pa.concat_tables([self._new(rng, day, new), self._changed(rng, day, rows - new)]))

    def _new(self, rng: np.random.Generator, day: datetime.date, count: int) -> pa.Table:
        """Certificates issued today, of every kind."""
        sources = [place for place, held in enumerate(self._book.applicants) if len(held)]
        shares = rng.multinomial(count, [1 / len(sources)] * len(sources))
        tables = []
        for place, wanted in zip(sources, shares, strict=True):
            held, first = self._book.applicants[place], self._next[place]
            rows = np.arange(first, first + int(wanted)) % len(held)
            self._next[place] = first + int(wanted)
            own = held.take(rows)
            today = np.full(len(own), np.datetime64(day, "D"))
            issued = Holdings(own.kind, own.number, own.name, own.county, today, own.is_gone)
            tables.append(paper.write(issued, self._book.serials, moments(today, rng)))
        return pa.concat_tables(tables)

    def _changed(self, rng: np.random.Generator, day: datetime.date, count: int) -> pa.Table:
        """Certificates revoked, cancelled or lost today; none twice."""
        table = self._known.slice(self._used, count)
        self._used += table.num_rows
        states = rng.choice(paper.STATES[1:], size=table.num_rows, p=[0.2, 0.6, 0.2]).tolist()
        every = np.arange(table.num_rows)
        table = _replaced(table, paper.STATUS, every, states)
        return _replaced(table, paper.UPDATED, every, moments(np.full(len(every), np.datetime64(day)), rng).to_pylist())

    def _day(self, rng: np.random.Generator, day: datetime.date, table: pa.Table) -> None:
        special = day.day if (day.year, day.month) == (2018, 6) else 0
        file = f"certificate_{day:%Y%m%d}.jsonl"
        new = pc.equal(table[paper.STATUS], paper.VALID).to_numpy()
        altered = forged = np.array([], dtype=np.int64)
        if special in DIGEST_DAYS:
            table, altered = _altered(rng, table, 1, new)
        if special in SEAL_DAYS:
            table, forged = _forged(rng, table, 1)
        self._book.plant("wrong_digest", table, altered, file)
        self._book.plant("wrong_signature", table, forged, file)
        self._book.plant("not_in_force", table, np.flatnonzero(~new), file)
        self._book.plant("expired", table, _ended(table, self._city.until), file)
        is_flagged = len(altered) + len(forged) > 0
        accident = accident_on(day, ACCIDENTS)
        folder = self._hand_in(day, 1, at(day, 20, 30), file, table, is_flagged)
        if accident is not None:
            spoil(self._city, folder, file, accident)
            folder = self._hand_in(day, 2, at(day, 9, days_later=1), file, table, is_flagged)
        if table.num_rows >= SMALL_BATCH:
            dirt = self._city.stream("dirt", folder.name, file)
            self._city.truth.plant(corrupt.edit_jsonl(folder, file, EDITS, dirt))
        if special == TWICE_DAY:
            sent_twice(self._city, folder, at(day, 21, 30))

    def _hand_in(
        self, day: datetime.date, number: int, when: str, file: str, table: pa.Table, is_flagged: bool
    ) -> Path:
        batch = batch_of(RESOURCE, PROVIDER, day, number, when)
        outcome = ("published_flagged", "W008") if is_flagged else ("published", "")
        self._city.truth.expect(RESOURCE, batch.batch, *outcome)
        self._city.delivered(RESOURCE, table.num_rows)
        content = {file: lambda path: delivery.write_jsonl(path, table)}
        return delivery.write(self._city.out, batch, content, table.num_rows)


def _write_truth(city: City, book: _Book) -> None:
    """certificate_id, what is wrong with it, and where it stands: its line is not refused unless dirt fell on it."""
    path = city.out / "truth" / "certificates.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("certificate_id", "planted", "file", "source_row"))
        writer.writerows(sorted(book.planted))
