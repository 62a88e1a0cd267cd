"""Whether a file is still the one that was read: its size, its time, and a hash of its bytes.

Time and size answer at once for a file that nobody has touched; only where the time alone is another, as after copying
it, are its bytes read again.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_PIECE = 2**20


class FileState(StrEnum):
    """What has become of a file that was read."""

    SAME = "same"
    MISSING = "missing"
    CHANGED = "changed"


@dataclass(frozen=True)
class Fingerprint:
    """``size`` in bytes, ``modified`` in nanoseconds since 1970, ``sha256`` in hexadecimal digits."""

    size: int
    modified: int
    sha256: str

    @classmethod
    def of(cls, path: Path, data: bytes) -> Fingerprint:
        """That of a file that holds ``data``."""
        stamp = stamp_of(path)
        return cls(len(data), 0 if stamp is None else stamp[1], hashlib.sha256(data).hexdigest())

    @classmethod
    def read(cls, path: Path) -> Fingerprint:
        """That of a file as it is now, which is read for it. Raises OSError."""
        stamp = stamp_of(path)
        if stamp is None:
            raise FileNotFoundError(f"{path} is not there")
        return cls(*stamp, _digest(path))

    def state(self, path: Path) -> FileState:
        """What has become of the file. Reads it where only its time is another: not for a thread that may not wait."""
        stamp = stamp_of(path)
        if stamp is None:
            return FileState.MISSING
        if stamp == (self.size, self.modified):
            return FileState.SAME
        if stamp[0] != self.size:
            return FileState.CHANGED
        try:
            return FileState.SAME if _digest(path) == self.sha256 else FileState.CHANGED
        except OSError:
            return FileState.MISSING

    def to_json(self) -> dict[str, Any]:
        return {"size": self.size, "modified": self.modified, "sha256": self.sha256}

    @classmethod
    def from_json(cls, data: Any) -> Fingerprint:
        """Read what ``to_json`` wrote. Raises ValueError."""
        if not isinstance(data, Mapping):
            raise ValueError("the fingerprint of a file must be an object")
        size, modified, digits = data.get("size"), data.get("modified"), data.get("sha256")
        if type(size) is not int or type(modified) is not int or not isinstance(digits, str):
            raise ValueError("the fingerprint of a file must have a size, a time and a hash")
        return cls(size, modified, digits)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Size and time of a file, at once; None where there is none, or a folder, a pipe or a device."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None
