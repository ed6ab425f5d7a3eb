"""The nearest neighbour of every unit among many, and how many honest units would be expected as near.

Distances between unit vectors are searched exactly up to ``_EXACT`` units and by sign hashing beyond (random
hyperplanes: Charikar, STOC 2002), which finds a near-duplicate with near certainty and a merely similar unit seldom.
How dense honest units lie is measured on a random sample: with intrinsic dimension D (Levina and Bickel, NIPS 2004),
a ball of radius r around a unit holds K (r / d_K)^D units, where d_K is the distance to its K-th neighbour. Noise fills
small scales more evenly than large ones, so D from the larger scale errs to the side of honesty.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from expectations.authenticity.null import Floats, Integers

Singles = npt.NDArray[np.float32]

_EXACT = 6_000
_BLOCK = 2_000
_CELLS = 12_000_000
"""Similarities held at a time."""
_TURNED = 1_000
_SAMPLE = 1_000
_NEAR = 32  # neighbours in the sample that measure the density, and by their outer half the dimension
_ERRORS = 2.0
"""Standard errors by which a unit's own dimension is taken lower than measured: where honest units lie on a line, the
line excuses them."""
_BITS, _TABLES, _BUCKET, _SKETCH = 13, 8, 12, 16


@dataclass(frozen=True)
class Nearest:
    """For each unit its nearest neighbour, the distance, and the number of honest units expected as near.

    ``mirror`` holds that number for mirror images of units (of a sample, in a large table): nobody copies with the
    sign turned, so it shows how often honest units lie as near as this.
    """

    other: Integers
    distance: Floats
    expected: Floats
    mirror: Floats


def nearest(vectors: Singles) -> Nearest:
    """Nearest neighbours of rows of length 1 (cosine distance); at least thirty rows."""
    size = len(vectors)
    own = np.arange(size)
    turned = own
    if size <= _EXACT:
        other, distance = _exact(vectors, own, vectors)
    else:
        other, distance = _hashed(vectors)
        turned = np.sort(np.random.default_rng(size).choice(size, _TURNED, replace=False))
    _, away = _exact(-vectors[turned], turned, vectors)
    return Nearest(
        other,
        distance,
        density(vectors, own, vectors, own).expected(distance),
        density(-vectors[turned], turned, vectors, own).expected(away),
    )


def _exact(asking: Singles, own: Integers, vectors: Singles) -> tuple[Integers, Floats]:
    """Nearest of ``vectors`` to each row that asks, never the one of its own number ``own``."""
    other, similarity = np.zeros(len(asking), dtype=np.int64), np.full(len(asking), -1.0)
    rows = min(_BLOCK, max(_CELLS // len(vectors), 1))
    for start in range(0, len(asking), rows):
        block = asking[start : start + rows] @ vectors.T
        block[np.arange(len(block)), own[start : start + len(block)]] = -2.0
        other[start : start + len(block)] = block.argmax(axis=1)
        similarity[start : start + len(block)] = block.max(axis=1)
    return other, _distance(similarity)


def _distance(similarity: Floats) -> Floats:
    return np.asarray(np.sqrt(np.maximum(2 - 2 * similarity, 1e-12)))


def _hashed(vectors: Singles) -> tuple[Integers, Floats]:
    rng = np.random.default_rng(vectors.shape[1])
    # Candidates are compared on a few random directions, and only the best of each unit exactly.
    sketch = vectors @ rng.standard_normal((vectors.shape[1], _SKETCH)).astype(np.float32)
    sketch /= np.maximum(np.linalg.norm(sketch, axis=1, keepdims=True), 1e-12)
    other, similarity = np.zeros(len(vectors), dtype=np.int64), np.full(len(vectors), -1.0)
    for _ in range(_TABLES):
        planes = rng.standard_normal((vectors.shape[1], _BITS)).astype(np.float32)
        code = ((vectors @ planes) > 0) @ (1 << np.arange(_BITS))
        order = np.lexsort((vectors @ planes[:, 0], code))
        for shift in range(1, _BUCKET):
            a, b = order[:-shift], order[shift:]
            same = code[a] == code[b]
            if not same.any():
                break
            a, b = a[same], b[same]
            alike = np.einsum("ij,ij->i", sketch[a], sketch[b]).astype(np.float64)
            for here, there in ((a, b), (b, a)):
                better = alike > similarity[here]
                similarity[here[better]], other[here[better]] = alike[better], there[better]
    exact = np.einsum("ij,ij->i", vectors, vectors[other]).astype(np.float64)
    return other, _distance(np.where(similarity > -1, exact, -1.0))


@dataclass(frozen=True)
class Density:
    """How many honest units lie around each row that asked: ``rank`` within ``reach``, and fewer by the power
    ``dimension`` of the distance nearer by."""

    reach: Floats
    dimension: Floats
    rank: float

    def expected(self, distance: Floats) -> Floats:
        """Honest units expected within each ``distance`` (one a row, or several) of the rows that asked."""
        shape = (-1, *[1] * (distance.ndim - 1))
        nearer = np.minimum(distance / self.reach.reshape(shape), 1.0)
        return np.asarray(self.rank * nearer ** self.dimension.reshape(shape))


def density(asking: Singles, own: Integers, vectors: Singles, among: Integers, most: int = _SAMPLE) -> Density:
    """Density of the units ``among`` the rows of ``vectors`` around each row that asks, which is unit ``own`` itself;
    from a sample of at most ``most``."""
    size = len(among)
    rng = np.random.default_rng(size)
    sample = among[np.sort(rng.choice(size, most, replace=False))] if size > most else among
    place = np.full(len(vectors), -1)
    place[sample] = np.arange(len(sample))
    count = min(_NEAR, len(sample) // 4)
    near = np.empty((len(asking), count))
    for start in range(0, len(asking), _BLOCK):
        block = asking[start : start + _BLOCK] @ vectors[sample].T
        inside = place[own[start : start + len(block)]]
        rows = np.flatnonzero(inside >= 0)
        block[rows, inside[rows]] = -2.0
        best = -np.partition(-block, count, axis=1)[:, :count]
        near[start : start + len(block)] = _distance(-np.sort(-best, axis=1))
    # The nearest few may be the copies themselves: the dimension is read from the outer half, around each unit.
    half = count // 2
    spread = np.log(near[:, -1:] / near[:, half:-1]).mean(axis=1)
    spread *= 1 + _ERRORS / np.sqrt(max(count - half - 1, 1))
    return Density(near[:, -1], 1 / np.maximum(spread, 1e-3), count * size / len(sample))
