"""Who is at work on a file: a lock beside it, for as long as a process trains into it or has it open.

The lock of ``digits.sketchnet`` is the hidden file ``.digits.sketchnet.lock`` beside it. It holds, as JSON, who has it;
that it is held at all is what the system's own lock on that file says (``system_locks``), so that a lock never
outlives its process. Where a disk knows no such locks, the process named in it is looked for instead. Where no lock
file can be made, as in a folder that is only to be read, work goes on without one.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from engine.files.system_locks import is_still_at, open_file, try_lock
from engine.files.temporaries import DAY, hidden_name

_TRIES, _PAUSE = 5, 0.02
"""A lock may be taken for a moment by somebody who only looks whether it is."""
_LARGEST = 4_096
_LONGEST_WORDS = 80


@dataclass(frozen=True)
class Holder:
    """Who has a lock: a process by its number, its computer, when it took it, and what it does. 0 and "": unknown."""

    process: int = 0
    host: str = ""
    since: str = ""
    doing: str = ""

    def __str__(self) -> str:
        """As in "a training (process 1234 on helios, since 2026-05-01 14:05)"."""
        process = f"process {self.process}" if self.process else ""
        host = f"on {self.host}" if self.host else ""
        since = f"since {self.since}" if self.since else ""
        details = ", ".join(filter(None, (" ".join(filter(None, (process, host))), since)))
        return (self.doing or "another process") + (f" ({details})" if details else "")


class HeldError(Exception):
    """A file is being used by another process: ``holder``."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(str(holder))
        self.holder = holder


class Lock:
    """The lock file at ``path``. All locks of one path are one within a process: taking it twice is taking it once."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))

    @classmethod
    def on(cls, file: Path) -> Lock:
        """The lock of a file; at the end of a symbolic link it is that of the file it leads to."""
        real = Path(os.path.realpath(file))
        return cls(real.parent / hidden_name(real.name, ".lock"))

    @property
    def is_mine(self) -> bool:
        """Whether this process has it."""
        return self._known_as() is not None

    def _known_as(self) -> str | None:
        """The path by which this process has the lock: another one when its folder was renamed since it was taken."""
        own = str(self.path)
        if own in _held:
            return own
        return next((path for path, handle in list(_held.items()) if is_still_at(handle, self.path)), None)

    def is_the_same(self, other: Lock) -> bool:
        """Whether this process has both, and they are one: by another path perhaps, as after a folder was renamed."""
        known = self._known_as()
        return known is not None and known == other._known_as()

    def acquire(self, doing: str) -> bool:
        """Take the lock; ``doing`` says what for, as in "a training". False where there can be none.

        Raises HeldError when another process has it.
        """
        with _guard:
            known = self._known_as()
            if known is not None and is_still_at(_held[known], self.path):
                _held[str(self.path)] = _held.pop(known)
                return True
            for left in reversed(range(_TRIES)):
                try:
                    handle = self._open()
                except OSError:
                    return False
                if self._take(handle, last=left == 0):
                    _write(handle, Holder(os.getpid(), _host(), f"{datetime.now():%Y-%m-%d %H:%M}", doing))
                    if known is not None:  # somebody has taken its file away, perhaps with the folder
                        os.close(_held.pop(known))
                    _held[str(self.path)] = handle
                    return True
                os.close(handle)
                if left:
                    time.sleep(_PAUSE)
            return False

    def release(self) -> None:
        """Give the lock back, and take its file away, also one that a process that is no more has left."""
        with _guard:
            known = self._known_as()
            handle = None if known is None else _held.pop(known)
            if handle is None:
                with suppress(OSError):
                    handle = open_file(self.path, os.O_RDWR)
                    if not _is_free(handle):
                        os.close(handle)
                        handle = None
            if handle is not None:
                self._remove(handle)

    def holder(self) -> Holder | None:
        """Who has the lock, this process included; None when nobody has."""
        with _guard:
            known = self._known_as()
            if known is not None:
                return _read(_held[known])
        try:
            handle = open_file(self.path, os.O_RDWR)
        except PermissionError:
            try:  # of another user
                handle = open_file(self.path, os.O_RDONLY)
            except OSError:
                return None
        except OSError:
            return None
        try:
            return None if _is_free(handle) else _read(handle)
        finally:
            os.close(handle)

    def _open(self) -> int:
        try:
            return open_file(self.path, os.O_RDWR | os.O_CREAT)
        except PermissionError:
            holder = self.holder()
            if holder is not None:
                raise HeldError(holder) from None
            self.path.unlink()  # what another user has left
            return open_file(self.path, os.O_RDWR | os.O_CREAT)

    def _take(self, handle: int, *, last: bool) -> bool:
        """Whether an open lock file is ours now."""
        if not _is_free(handle):
            if last:
                holder = _read(handle)
                os.close(handle)
                raise HeldError(holder)
            return False
        return is_still_at(handle, self.path)  # else whoever had it has just taken it away

    def _remove(self, handle: int) -> None:
        with suppress(OSError):
            if sys.platform == "win32":
                os.close(handle)  # an open file cannot be removed there
                self.path.unlink()
            else:
                if is_still_at(handle, self.path):
                    self.path.unlink()
                os.close(handle)


_held: dict[str, int] = {}
"""The locks of this process: path -> open file."""
_guard = threading.RLock()


def _forget() -> None:
    """A process that was split off has none of the locks of the one it came from."""
    global _guard
    _guard = threading.RLock()
    for handle in _held.values():
        with suppress(OSError):
            os.close(handle)
    _held.clear()


def _release_all() -> None:
    for path in list(_held):
        Lock(Path(path)).release()


atexit.register(_release_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _host() -> str:
    return socket.gethostname()


def _is_free(handle: int) -> bool:
    """Whether nobody has the lock; afterwards this handle has it, where the disk knows locks."""
    locked = try_lock(handle)
    if locked is not None:
        return locked
    holder = _read(handle)
    if holder.process in (0, os.getpid()):  # this process would know of its own
        return True
    if holder.host == _host():
        return not is_running(holder.process)
    return time.time() - os.fstat(handle).st_mtime > DAY


def _read(handle: int) -> Holder:
    """Who stands in a lock file. It may hold anything: what makes no sense is left out."""
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        data = json.loads(os.read(handle, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return Holder()
    if type(data) is int:  # as earlier versions wrote it
        data = {"process": data, "host": _host()}
    if not isinstance(data, dict):
        return Holder()
    process = data.get("process")
    words = (data.get(name) for name in ("host", "since", "doing"))
    return Holder(process if type(process) is int and 0 < process < 2**31 else 0, *map(_words, words))


def _words(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text[:_LONGEST_WORDS] if letter.isprintable())


def _write(handle: int, holder: Holder) -> None:
    with suppress(OSError):  # a full disk: then it is not known who has it
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, json.dumps(asdict(holder)).encode())


def is_running(process: int) -> bool:
    """Whether a process of that number runs on this computer, the present one included."""
    if sys.platform == "win32":
        return _is_running_on_windows(process)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _is_running_on_windows(process: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    query_limited_information, still_active = 0x1000, 259
    handle = kernel.OpenProcess(query_limited_information, False, process)
    if not handle:
        return False
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == still_active
