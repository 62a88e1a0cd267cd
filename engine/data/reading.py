"""What is known of files that take long to read: kept for the next time, and never waited for by a thread that may not.

The command line waits for a file. The window's thread asks at every edit what its data is like and must not wait for a
frame: it gets StillReading, the reading is handed to whoever reads in the background, and once it is done the next
question is answered at once. Files that cannot be read are remembered as well, with what is wrong with them.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from engine.data.dataset import DataError

Value = TypeVar("Value")
Work = Callable[[], None]


class StillReading(DataError):
    """A file is being read in the background; what is asked of it will be known when that has ended."""


def forget_failures() -> None:
    """Have files that could not be read be read again when they are asked for, though nothing tells they changed."""
    for known in list(_all):
        known.forget_failures()


_here = threading.local()
_in_background: list[Callable[[Work], None]] = []


def never_wait_here(in_background: Callable[[Work], None]) -> None:
    """From now on this thread waits for no file; ``in_background`` is given what is to be done in another thread.

    Several may be at work, each for a window of its own: all are given it, and the first that comes to it does it.
    """
    _here.may_not_wait = True
    _in_background.append(in_background)


def wait_here_again(in_background: Callable[[Work], None]) -> None:
    """Undo ``never_wait_here``: this thread waits for files again when all have undone it."""
    if in_background in _in_background:
        _in_background.remove(in_background)
        _here.may_not_wait = bool(_in_background)


class KnownFiles(Generic[Value]):
    """The ``most`` last things that were made of files, each under a key that changes with its file."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._making = threading.RLock()
        self._kept: OrderedDict[Hashable, Value | DataError] = OrderedDict()
        self._wanted: dict[Hashable, list[Callable[[Work], None]]] = {}
        """What is being read, and who was given it."""
        _all.add(self)

    def get(self, key: Hashable, make: Callable[[], Value], reading: str) -> Value:
        """What is kept under ``key``, or what ``make`` makes, at once or in the background.

        Raises DataError as ``make`` did, StillReading with the sentence ``reading``.
        """
        found = self._find(key)
        if found is None and getattr(_here, "may_not_wait", False) and _in_background:
            with self._lock:
                asked = self._wanted.setdefault(key, [])
                new = [one for one in _in_background if one not in asked]
                asked += new
            for in_background in new:
                in_background(lambda: self._make(key, make))
            raise StillReading(reading)
        if found is None:
            self._make(key, make)
            found = self._find(key)
            assert found is not None
        if isinstance(found, DataError):
            raise type(found)(str(found))
        return found

    def peek(self, key: Hashable) -> Value | None:
        """What is kept under ``key``, without making it."""
        found = self._find(key)
        return None if isinstance(found, DataError) else found

    def _find(self, key: Hashable) -> Value | DataError | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _make(self, key: Hashable, make: Callable[[], Value]) -> None:
        with self._making:  # whoever comes second finds what the first has made
            if self._find(key) is not None:
                return
            try:
                made: Value | DataError = make()
            except DataError as error:
                made = type(error)(str(error))  # without the frames, which hold all that was read
            with self._lock:
                self._wanted.pop(key, None)
                self._kept[key] = made
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)

    def forget_failures(self) -> None:
        """Forget what could not be made."""
        with self._lock:
            for key in [key for key, kept in self._kept.items() if isinstance(kept, DataError)]:
                del self._kept[key]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._wanted.clear()


_all: weakref.WeakSet[KnownFiles[Any]] = weakref.WeakSet()
