"""The files that hold what is being written, until it takes its place; and the removal of those a crash left behind.

A temporary file of ``digits.sketchnet`` is ``.digits.sketchnet.DIGEST.RANDOM.tmp`` in the same folder. DIGEST is of the
whole name, so that long names, which are cut, do not share their temporary files. Whoever writes one holds a lock of
the system on it: one that can be locked has no writer any more.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2s
from pathlib import Path
from typing import BinaryIO

from engine.files.system_locks import open_file, try_lock

DAY = 24 * 3600.0
"""Seconds after which a file is held to be abandoned where nothing better can be known."""
_MINUTE = 60.0
_LONGEST_NAME = 200
"""Bytes of a name to which a few more letters can be added; no system in use allows more than 255."""
_MINE = re.compile(r"\..*\.[0-9a-f]{8}\.[0-9a-f]{8}\.tmp", re.DOTALL)


def hidden_name(name: str, ending: str) -> str:
    """The name of a hidden file that belongs to the one called ``name``: cut, but no other's, where that is long."""
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = f"{name[:40]}.{_digest(name)}"
    return f".{name}{ending}"


@contextmanager
def temporary_for(target: Path, mode: int = 0o666) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file beside ``target`` to write into, and its path; nobody may do more with it than ``mode`` says.

    What is there at the end is removed, and so is what earlier writers of ``target`` have left. Raises OSError.
    """
    clear(target)
    path, handle = _new(target, mode)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield path, file
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def clear(target: Path) -> None:
    """Remove what writers of ``target`` that are no more have left beside it. Never raises."""
    beginning = re.escape(f".{target.name[:40]}")
    ours = re.compile(rf"{beginning}\.{_digest(target.name)}\.[0-9a-f]{{8}}\.tmp", re.DOTALL)
    earlier = re.compile(rf"{beginning}\.[0-9a-f]{{8}}\.tmp", re.DOTALL)  # of versions that locked nothing
    _clear(target.parent, ours, earlier if len(target.name) <= 40 else None)


def clear_folder(folder: Path) -> None:
    """Remove what writers that are no more have left in a folder of the program's own. Never raises."""
    _clear(folder, _MINE, None)


def _digest(name: str) -> str:
    return blake2s(os.fsencode(name), digest_size=4).hexdigest()


def _new(target: Path, mode: int) -> tuple[Path, int]:
    """A temporary file that is locked, and its handle. Raises OSError."""
    beginning = f".{target.name[:40]}.{_digest(target.name)}"
    while True:
        path = target.with_name(f"{beginning}.{secrets.token_hex(4)}.tmp")
        handle = open_file(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        try:
            # On Windows an open file cannot be removed in any case.
            if sys.platform == "win32" or (try_lock(handle) is not False and _is_there(path)):
                return path, handle
        except BaseException:  # a signal, or no handle left to lock it with
            os.close(handle)
            with suppress(OSError):
                path.unlink()
            raise
        os.close(handle)  # in the moment before the lock it was taken for abandoned


def _clear(folder: Path, ours: re.Pattern[str], earlier: re.Pattern[str] | None) -> None:
    with suppress(OSError), os.scandir(folder) as entries:
        for name in [entry.name for entry in entries if entry.name.endswith(".tmp")]:
            with suppress(OSError):
                if ours.fullmatch(name):
                    _remove_if_abandoned(folder / name)
                elif earlier is not None and earlier.fullmatch(name) and _age(folder / name) > DAY:
                    (folder / name).unlink()


def _remove_if_abandoned(path: Path) -> None:
    if sys.platform == "win32":
        if _age(path) > _MINUTE:  # between the last byte and its new name a file is not open
            path.unlink()
        return
    handle = open_file(path, os.O_RDWR)
    try:
        locked = try_lock(handle)
        if locked or (locked is None and _age(path) > DAY):
            path.unlink()
    finally:
        os.close(handle)


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _age(path: Path) -> float:
    """Seconds since it was last written to."""
    return time.time() - path.lstat().st_mtime
