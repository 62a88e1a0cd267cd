"""Which sessions ended without their windows being closed: killed, out of memory, a crash in a library, power cut.

A session has a file of its own while it runs, with a lock that never outlives its process. Python writes into it where
every thread was when a library crashed. A session that ends well removes the file; one that is found without a process
is told of at the next start, once.
"""

from __future__ import annotations

import faulthandler
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from engine.files.bounded import NotReadable, read_bounded
from engine.files.lock import HeldError, Lock
from engine.project.recovery import state_folder

_BEGINNING, _ENDING = "session-", ".log"
LARGEST = 200_000
"""Bytes read of what a session has left: the stacks of all threads take some thousand."""
MOST_KEPT = 20
"""Files looked at in a start, the newest: with more, somebody has put them there."""


@dataclass(frozen=True)
class CrashedSession:
    """A session that ended by itself at about ``when``; ``said`` is what Python could still write, "" for nothing."""

    when: datetime
    said: str


def sessions_folder() -> Path:
    """Where each running session has its file."""
    return state_folder() / "sessions"


class RunningSession:
    """The file of this session, from ``begin`` to ``end``. Where it cannot be written, everything works without."""

    def __init__(self) -> None:
        self._file: TextIO | None = None
        self._path: Path | None = None
        self._was_enabled = False

    @property
    def is_running(self) -> bool:
        """Whether a crash would be known."""
        return self._file is not None

    def begin(self) -> None:
        """From now on a crash is known at the next start."""
        folder = sessions_folder()
        path = folder / f"{_BEGINNING}{os.getpid()}-{datetime.now():%Y%m%d%H%M%S}{_ENDING}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            Lock.on(path).acquire("a session")
            self._file = path.open("x", encoding="utf-8")
        except (OSError, HeldError):
            return
        self._path, self._was_enabled = path, faulthandler.is_enabled()
        faulthandler.enable(self._file, all_threads=True)

    def end(self) -> None:
        """The session has ended well: nobody is told of it."""
        if self._file is None or self._path is None:
            return
        faulthandler.disable()
        if self._was_enabled:
            with suppress(OSError, ValueError, AttributeError):  # there may be no standard error
                faulthandler.enable()
        self._file.close()
        self._file = None
        with suppress(OSError):
            self._path.unlink()
        Lock.on(self._path).release()


def crashed_sessions() -> list[CrashedSession]:
    """The sessions that have crashed and were not told of yet, the newest first. They are forgotten by that."""
    found: list[CrashedSession] = []
    try:
        paths = sorted(sessions_folder().glob(f"{_BEGINNING}*{_ENDING}"), key=_when, reverse=True)
    except OSError:
        return found
    for number, path in enumerate(paths):
        if Lock.on(path).holder() is not None:
            continue
        if number < MOST_KEPT:
            found.append(CrashedSession(datetime.fromtimestamp(_when(path)), _read(path)))
        with suppress(OSError):
            path.unlink()
        Lock.on(path).release()
    return found


def _when(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> str:
    try:
        return read_bounded(path, LARGEST).decode("utf-8", "replace").strip()
    except NotReadable:
        return ""
