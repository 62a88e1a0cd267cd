"""What image decoders share when several threads decode: memory, and settings that hold for the whole process."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.data.pictures.parts import MOST_PIXELS


class _Pixels:
    """Lets images be decoded at once as long as all together have no more pixels than the largest one may have."""

    def __init__(self, most: int) -> None:
        self._most, self._used = most, 0
        self._changed = threading.Condition()

    @contextmanager
    def of(self, pixels: int) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._used or self._used + pixels <= self._most)
            self._used += pixels
        try:
            yield
        finally:
            with self._changed:
                self._used -= pixels
                self._changed.notify_all()


PIXELS = _Pixels(MOST_PIXELS)
"""The room there is for images that are being decoded."""
STANDARD_ERROR = threading.Lock()
"""Held while the standard error of the process is turned away, as it is for libtiff."""


class _Quiet:
    """Switches Python's warnings off while anybody is inside: they are switched for all threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._kept: Any = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._kept = warnings.catch_warnings()
                self._kept.__enter__()
                warnings.simplefilter("ignore")

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._kept.__exit__(None, None, None)


WITHOUT_WARNINGS = _Quiet()
