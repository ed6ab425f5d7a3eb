"""A memory of so many things: what was asked for longest ago goes first. Pages are made by several threads at once."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class Bounded:
    """Things by their keys, at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any | None:
        """What was put there; None when nothing was, or when it went."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        """Hold it, and let go of what is too much."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def __len__(self) -> int:
        return len(self._held)
