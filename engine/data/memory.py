"""Keeping loaded data in memory for the next time it is asked for, but never more than a set amount of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")


class MemoryCache:
    """The most recently used values that together take at most ``limit`` bytes. Safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._used = 0

    @property
    def used(self) -> int:
        """Bytes held at the moment."""
        return self._used

    def get(self, key: Hashable, make: Callable[[], Value], size: Callable[[Value], int]) -> Value:
        """The value kept under ``key``, or a new one from ``make``, kept when ``size(value)`` leaves room."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                value: Value = self._values[key][0]
                return value
        value = make()
        taken = size(value)
        with self._lock:
            if key not in self._values and taken <= self._limit:
                self._values[key] = (value, taken)
                self._used += taken
            while self._used > self._limit:
                _, (_, freed) = self._values.popitem(last=False)
                self._used -= freed
        return value

    def clear(self) -> None:
        """Remove every value."""
        with self._lock:
            self._values.clear()
            self._used = 0
