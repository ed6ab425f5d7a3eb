"""SM2 signatures (GB/T 32918.2) over SM3 (GB/T 32905) for whole deliveries, with sample keys.

A library in pure Python signs a hundred rows a second, a city has two million. Here the nonces of a block follow each
other, so that each next point is one addition and all inversions of a block are one. Whoever sees two such signatures
can compute the key: right for keys that anybody may know, and never for any other.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache

from cryptography.hazmat.primitives.hashes import SM3, Hash

Point = tuple[int, int]

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
G: Point = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
USER = b"1234567812345678"
"""The signer's identity that GM/T 0009 takes where none is agreed on."""
BLOCK = 2048


def sm3(message: bytes) -> bytes:
    """The digest of ``message``, 32 bytes."""
    found = Hash(SM3())
    found.update(message)
    return found.finalize()


def _add(one: Point, other: Point) -> Point:
    """The sum of two points that are not each other's negatives."""
    (x1, y1), (x2, y2) = one, other
    rise, run = (3 * x1 * x1 + A, 2 * y1) if one == other else (y2 - y1, x2 - x1)
    slope = rise * pow(run, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def multiple(number: int) -> Point:
    """``number`` times the base point, ``number`` from 1 to N - 1."""
    found, doubled = None, G
    while number:
        if number & 1:
            found = doubled if found is None else _add(found, doubled)
        doubled, number = _add(doubled, doubled), number >> 1
    assert found is not None
    return found


@cache
def _steps() -> tuple[Point, ...]:
    """1 to BLOCK times the base point."""
    points = [G]
    while len(points) < BLOCK:
        points.append(_add(points[-1], G))
    return tuple(points)


def _inverses(numbers: Sequence[int]) -> list[int]:
    """The inverse of each number modulo P by one inversion (Montgomery's trick)."""
    products = [1]
    for number in numbers:
        products.append(products[-1] * number % P)
    rest, found = pow(products[-1], -1, P), [0] * len(numbers)
    for place in range(len(numbers) - 1, -1, -1):
        found[place] = rest * products[place] % P
        rest = rest * numbers[place] % P
    return found


def _nonces(first: int, count: int) -> Iterator[tuple[int, int]]:
    """Nonces from ``first`` + 1 on, each with the abscissa of its point."""
    steps = _steps()
    for start in range(first, first + count, BLOCK):
        x, y = multiple(start)
        used = steps[: min(BLOCK, first + count - start)]
        for step, ((x2, y2), inverse) in enumerate(
            zip(used, _inverses([x2 - x for x2, _ in used]), strict=True), start=1
        ):
            slope = (y2 - y) * inverse % P
            yield start + step, (slope * slope - x - x2) % P


class Signer:
    """A sample key by name: the same name always has the same key."""

    def __init__(self, name: str) -> None:
        seed = hashlib.sha256(f"sample key of {name}".encode()).digest()
        self._key = int.from_bytes(seed) % (N - 2) + 1
        self._inverse = pow(1 + self._key, -1, N)
        x, y = multiple(self._key)
        self.public_key = f"{x:064x}{y:064x}"
        parameters = b"".join(number.to_bytes(32) for number in (A, B, *G, x, y))
        self._identity = sm3((len(USER) * 8).to_bytes(2) + USER + parameters)

    def sign(self, messages: Sequence[bytes]) -> list[str]:
        """The signature of each message as ``r`` and ``s``, 64 hexadecimal digits each; the same every time."""
        if not messages:
            return []
        first = int.from_bytes(sm3(self._identity + messages[0])) % (N // 2) + 1
        signed = []
        for message, (nonce, x) in zip(messages, _nonces(first, len(messages)), strict=True):
            r = (int.from_bytes(sm3(self._identity + message)) + x) % N
            s = (self._inverse * (nonce + r) - r) % N
            signed.append(f"{r:064x}{s:064x}")
        return signed
