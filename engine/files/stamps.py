"""Whether a file is still the one that was read: by its time, its size and its number on the disk."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[int, int, int]
NEVER: Stamp = (-1, -1, -1)
"""The stamp of no file at all."""


def stamp_of(path: Path) -> Stamp | None:
    """What tells the present content of a file from others; None when there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
