"""Certificates as their issuers write them: number, term, digest of the content, seal where the issuer has one."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data.persons import join, text_of
from sample_data.service.holders import Holdings
from sample_data.service.kinds import Kind
from sample_data.service.sm2 import Signer, sm3

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]

ID, KIND, NUMBER = "ZZBS", "ZZLXDM", "ZZHM"
HOLDER_KIND, PERSON, FIRM, HOLDER = "CZZTLX", "SFZHM", "TYSHXYDM", "CZZT"
ISSUER, COUNTY, ISSUED, EXPIRES = "BFJGDM", "XZQH", "BFRQ", "YXQZ"
STATUS, DIGEST, SIGNATURE, UPDATED = "ZT", "ZY", "QM", "GXSJ"
CONTENT = (ID, KIND, NUMBER, PERSON, FIRM, HOLDER, ISSUER, ISSUED, EXPIRES)
"""What the digest covers, in this order, joined by ``|``."""
VALID, REVOKED, CANCELLED, LOST = "有效", "吊销", "注销", "挂失"
STATES = (VALID, REVOKED, CANCELLED, LOST)


@cache
def signer(issuer: str) -> Signer:
    """The sample key of an issuer."""
    return Signer(issuer)


@dataclass
class Serials:
    """Running numbers of certificates by kind, none given twice."""

    given: dict[str, int]

    def next(self, kind: Kind, count: int) -> Integers:
        """The next ``count`` numbers of a kind."""
        first = self.given.get(kind.code, 0) + 1
        self.given[kind.code] = first + count - 1
        return np.arange(first, first + count)


def _number(kind: Kind, held: Holdings, serial: pa.Array, year: pa.Array) -> pa.Array:
    """The number printed on the certificate; some are the holder's own."""
    parts: dict[str, tuple[pa.Array | str, ...]] = {
        "101": (held.number,),
        "102": ("JY1", held.county, serial),
        "103": ("鲁交运管许可泰字", held.county, serial, "号"),
        "201": (held.number,),
        "202": ("鲁（", year, "）泰安市不动产权第", serial, "号"),
        "203": ("R37", serial),
        "204": ("J", held.county, "-", year, "-", serial),
        "205": (held.number, "42"),
        "206": (year, "37", serial),
    }
    return join(*parts[kind.code])


def _years_later(day: Days, years: int) -> pa.Array:
    """The last day of a term of ``years``; blank when it holds for good."""
    if not years:
        return pa.array([""] * len(day), pa.string())
    months = day.astype("datetime64[M]")
    within = np.minimum((day - months.astype("datetime64[D]")).astype(np.int64), 27)
    return pa.array((months + np.timedelta64(12 * years, "M")).astype("datetime64[D]") + within).cast(pa.string())


def write(held: Holdings, serials: Serials, updated: pa.Array) -> pa.Table:
    """Valid certificates of one kind, digests and seals in place."""
    kind, count = held.kind, len(held)
    number = serials.next(kind, count)
    issued = pa.array(held.issued.astype("datetime64[D]")).cast(pa.string())
    blank = pa.array([""] * count, pa.string())
    is_person = kind.code.startswith("2")

    def same(text: str) -> pa.Array:
        return pa.array([text] * count, pa.string())

    columns = {
        ID: join("37", kind.code, held.county, text_of(number, 9)),
        KIND: same(kind.code),
        NUMBER: _number(kind, held, text_of(number, 9), pc.utf8_slice_codeunits(issued, 0, 4)),
        HOLDER_KIND: same("自然人" if is_person else "法人或其他组织"),
        PERSON: held.number if is_person else blank,
        FIRM: blank if is_person else held.number,
        HOLDER: held.name,
        ISSUER: same(kind.issuer),
        COUNTY: held.county,
        ISSUED: issued,
        EXPIRES: _years_later(held.issued, kind.years),
        STATUS: same(VALID),
    }
    digests = [sm3(content.encode()) for content in join_by(columns).to_pylist()]
    columns[DIGEST] = pa.array([digest.hex() for digest in digests], pa.string())
    columns[SIGNATURE] = _sealed(kind, held.issued, digests)
    return pa.table(columns | {UPDATED: updated})


def join_by(columns: dict[str, pa.Array]) -> pa.Array:
    """The content that the digest covers."""
    return pc.binary_join_element_wise(*(columns[name] for name in CONTENT), "|")


def _sealed(kind: Kind, issued: Days, digests: list[bytes]) -> pa.Array:
    """The issuer's signature of each digest since it has a seal, blank before."""
    signed = np.full(len(digests), "", dtype=object)
    if kind.sealed_since:
        rows = np.flatnonzero(issued >= np.datetime64(kind.sealed_since))
        signed[rows] = signer(kind.issuer).sign([digests[row] for row in rows])
    return pa.array(signed, pa.string())
