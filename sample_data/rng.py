"""Random streams: one per name, so that adding a generator never changes what another one draws."""

import hashlib

import numpy as np


def stream(seed: int, *name: str) -> np.random.Generator:
    """An independent generator for ``name`` under ``seed``; the same pair always draws the same numbers."""
    digest = hashlib.sha256("\x1f".join(name).encode()).digest()
    return np.random.Generator(np.random.PCG64([seed, *np.frombuffer(digest, dtype="<u4").tolist()]))
