"""The one way to take in a whole file that anyone may have made: a regular file of a bounded length.

A pipe or a device may never end, and may hang whoever opens it; the length that a file states may be a lie, as those
in ``/proc`` show. So both are looked at before, and never more is read than is allowed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class NotReadable(Exception):
    """A file cannot be read, or must not be; the message is the rest of a sentence that begins with its name."""


def read_bounded(path: Path, largest: int) -> bytes:
    """All bytes of the regular file at ``path``, at most ``largest`` of them.

    Raises NotReadable when there is none, for a folder, a pipe or a device, for a file that is larger or does not fit
    into the memory, and for one that cannot be read.
    """
    return b"".join(pieces(path, largest, largest + 1))  # several where the file grows while it is read


def pieces(path: Path, largest: int, size: int) -> Iterator[bytes]:
    """The same bytes, ``size`` of them at a time. Raises NotReadable as ``read_bounded`` does."""
    try:
        check_regular(path.stat())
        handle = os.open(path, _FLAGS)  # does not wait, should a pipe have taken the file's place meanwhile
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            check_regular(status)
            if status.st_size > largest:
                raise NotReadable(f"is {status.st_size:,} bytes long; at most {largest:,} are read")
            left = largest + 1
            while left and (data := file.read(min(size, left))):
                left -= len(data)
                if not left:
                    raise NotReadable(f"is longer than {largest:,} bytes, the most that is read")
                yield data
    except FileNotFoundError:
        raise NotReadable("does not exist") from None
    except OSError as error:
        raise NotReadable(f"cannot be read: {error.strerror or error}") from None
    except ValueError:  # a name with a zero byte in it
        raise NotReadable("is not a name that a file can have") from None
    except MemoryError:
        raise NotReadable("cannot be read: there is not enough memory") from None


def check_regular(status: os.stat_result) -> None:
    """Raise NotReadable for anything but a regular file."""
    if stat.S_ISDIR(status.st_mode):
        raise NotReadable("is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise NotReadable("is a pipe or a device, not a file on a disk; save what it gives as a file first")
