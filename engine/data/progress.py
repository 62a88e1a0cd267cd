"""How far the reading of a file or folder of the user's has come, and an end to it before it is done.

What reads says where it stands (``advance``), in whatever thread it reads; whoever waits looks (``progress_of``), and
may stop it: then ``advance`` raises ReadingStopped, which leaves the reader as any other error of the file does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.data.dataset import DataError


class ReadingStopped(DataError):
    """A file was not read to its end, since somebody wanted it to stop."""


class ReadingProgress:
    """How far one reading has come: ``done`` of ``total`` ``unit``, such as bytes; ``total`` is 0 until it is known."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done, self.total, self.unit = 0, 0, ""
        self._stopped = False

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; None until that is known."""
        return min(1.0, self.done / self.total) if self.total else None

    def stop(self) -> None:
        """Have the reading end at the next ``advance``."""
        self._stopped = True

    def advance(self, done: int, total: int, unit: str) -> None:
        """Say that ``done`` of ``total`` are read. Raises ReadingStopped where it is to end."""
        self.done, self.total, self.unit = done, total, unit
        if self._stopped:
            raise ReadingStopped(f"Reading {self.path.name} was stopped. Read it again to use it.")


_here = threading.local()
_under_way: dict[Path, ReadingProgress] = {}


@contextmanager
def reading_file(path: Path) -> Iterator[None]:
    """What is read inside is the file or folder at ``path``; one within another belongs to the outer one."""
    if getattr(_here, "progress", None) is not None:
        yield
        return
    _here.progress = _under_way[path] = progress = ReadingProgress(path)
    try:
        yield
    finally:
        _here.progress = None
        if _under_way.get(path) is progress:
            del _under_way[path]


def advance(done: int, total: int, unit: str) -> None:
    """Say how far this thread's reading has come: ``done`` of ``total`` ``unit``. Nothing where nobody follows it.

    Raises ReadingStopped where it is to end.
    """
    progress: ReadingProgress | None = getattr(_here, "progress", None)
    if progress is not None:
        progress.advance(done, total, unit)


def progress_of(path: Path) -> ReadingProgress | None:
    """How far the reading of ``path`` has come; None where it is not being read."""
    return _under_way.get(path)
