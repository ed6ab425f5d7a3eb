"""How alike two short Chinese texts are: cosine of their character pairs, weighted by how rare each pair is.

Pairs of characters stand for words (no segmentation is needed); the weight is tf-idf with the smoothed inverse document
frequency of Salton and Buckley (Information Processing & Management 24, 1988).
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def _pairs(text: str) -> Counter[str]:
    plain = "".join(character for character in text if character.isalnum())
    return Counter(plain[place : place + 2] for place in range(len(plain) - 1))


def likeness(texts: Sequence[str]) -> NDArray[np.float64]:
    """Cosines 0..1 of every two of the texts, a square matrix; a text without a pair of characters is like none."""
    counts = [_pairs(text) for text in texts]
    document = Counter(pair for count in counts for pair in count)
    place = {pair: number for number, pair in enumerate(sorted(document))}
    weight = {pair: 1 + math.log((1 + len(texts)) / (1 + seen)) for pair, seen in document.items()}
    vectors = np.zeros((len(texts), max(1, len(place))))
    for row, count in enumerate(counts):
        for pair, number in count.items():
            vectors[row, place[pair]] = number * weight[pair]
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return np.asarray(unit @ unit.T)
