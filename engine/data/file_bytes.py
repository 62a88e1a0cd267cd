"""The one way to take in a whole file that a stranger may have made: an ordinary file of a bounded length.

A pipe or a device may never end, and may hang whoever opens it; the length that a file states may be a lie, as those
in ``/proc`` show. So both are looked at before, and never more is read than is allowed.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from engine.data.dataset import DataError

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def read_bytes(path: Path, limit: int) -> bytes:
    """All bytes of the ordinary file at ``path``, at most ``limit`` of them.

    Raises DataError, naming the file, when there is none, when it is a folder, a pipe or a device, is longer than
    ``limit``, does not fit into the memory, or cannot be read.
    """
    try:
        _must_be_ordinary(path, path.stat())
        handle = os.open(path, _FLAGS)  # does not wait, should a pipe have taken the file's place meanwhile
        with os.fdopen(handle, "rb") as stream:
            status = os.fstat(handle)
            _must_be_ordinary(path, status)
            if status.st_size > limit:
                raise DataError(f"{path} is {status.st_size:,} bytes long; at most {limit:,} are read.")
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise DataError(f"{path} does not exist.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:  # a name with a zero byte in it
        raise DataError(f"{str(path)!r} is not a name that a file can have.") from None
    except MemoryError:
        raise DataError(f"{path} cannot be read: there is not enough memory.") from None
    if len(data) > limit:
        raise DataError(f"{path} is longer than {limit:,} bytes, the most that is read.")
    return data


def _must_be_ordinary(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"{path} is a folder, not a file.")
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{path} is a pipe or a device, not a file on a disk; save what it gives as a file first.")
