"""What the program keeps on the disk beside the user's own files, how much that is, and emptying the caches.

Only files that the caches write are ever removed, told by their folder and their ending: whatever else lies there is
somebody's.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.data import array_cache, folders

CACHES = (("strokes", ".npz"), ("arrays", array_cache.SUFFIX))
"""Folders of the cache folder, and the ending of the files that are written into each."""


@dataclass(frozen=True)
class DiskUse:
    """``bytes`` in ``files`` regular files."""

    bytes: int = 0
    files: int = 0

    def __add__(self, other: DiskUse) -> DiskUse:
        return DiskUse(self.bytes + other.bytes, self.files + other.files)


def downloads_use(cancelled: Callable[[], bool] = lambda: False) -> DiskUse:
    """How much downloaded datasets take. Never raises; what cannot be read is not counted."""
    used, waiting = DiskUse(), [folders.downloads()]
    while waiting and not cancelled():
        with suppress(OSError), os.scandir(waiting.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    used += DiskUse(entry.stat(follow_symlinks=False).st_size, 1)
    return used


def caches_use() -> DiskUse:
    """How much of the disk emptying the caches would give back. Never raises."""
    used = DiskUse()
    for _path, size in _cached():
        used += DiskUse(size, 1)
    return used


def empty_caches() -> DiskUse:
    """Remove what can be made again. Returns what is gone; a file that another program has open may stay."""
    gone = DiskUse()
    for path, size in _cached():
        with suppress(OSError):
            path.unlink()
            gone += DiskUse(size, 1)
    return gone


def _cached() -> Iterator[tuple[Path, int]]:
    """Every file of the caches, and its size in bytes."""
    for name, ending in CACHES:
        try:
            paths = sorted((folders.cache() / name).glob(f"*{ending}"))
        except OSError:
            continue
        for path in paths:
            with suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode):
                    yield path, status.st_size
