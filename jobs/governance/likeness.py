"""How alike two short Chinese texts are: cosine of their character pairs, weighted by how rare each pair is.

Pairs of characters stand for words (no segmentation is needed); the weight is tf-idf with the smoothed inverse document
frequency of Salton and Buckley (Information Processing & Management 24, 1988).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def _pairs(text: str) -> Counter[str]:
    plain = "".join(character for character in text if character.isalnum())
    return Counter(plain[place : place + 2] for place in range(len(plain) - 1))


@dataclass(frozen=True)
class Words:
    """In how many of so many texts each pair stands: what a pair is worth among them."""

    seen: Counter[str]
    texts: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Words":
        """Those of some texts."""
        return cls(Counter(pair for text in texts for pair in _pairs(text)), len(texts))

    def weight(self, pair: str) -> float:
        """The smoothed inverse document frequency."""
        return 1 + math.log((1 + self.texts) / (1 + self.seen[pair]))


def likeness(texts: Sequence[str], among: Words | None = None) -> NDArray[np.float64]:
    """Cosines 0..1 of every two of the texts, a square matrix; a text without a pair of characters is like none.

    How rare a pair is, is counted ``among`` other texts where they are given, else among the texts themselves.
    """
    counts = [_pairs(text) for text in texts]
    among = among or Words.of(texts)
    place = {pair: number for number, pair in enumerate(sorted({pair for count in counts for pair in count}))}
    weight = {pair: among.weight(pair) for pair in place}
    vectors = np.zeros((len(texts), max(1, len(place))))
    for row, count in enumerate(counts):
        for pair, number in count.items():
            vectors[row, place[pair]] = number * weight[pair]
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return np.asarray(unit @ unit.T)


def same_work(own: Sequence[tuple[str, str]], names: Words) -> NDArray[np.float64]:
    """How alike what an office's systems (name, function) do, 0..1: the mean of their names' and functions' likeness.

    Apart, because a function is long and much of it is said of every system of its kind, which would drown what the
    name says it is about. ``names`` are those of the whole ledger: what a word like 管理系统 is worth is known there.
    """
    return (likeness([name for name, _ in own], names) + likeness([function for _, function in own])) / 2
