"""Reading a whole file that anyone may have put there: only a regular one, and only up to a size."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class NotReadable(Exception):
    """A file cannot be read, or must not be; the message is the rest of a sentence that begins with its name."""


def read_bounded(path: Path, largest: int) -> bytes:
    """All bytes of a regular file of at most ``largest``.

    Raises NotReadable when there is none, for a folder, a pipe or a device (reading those might never end), for a file
    that is larger, and for one that cannot be read.
    """
    try:
        # Not blocking, since opening a pipe would wait for whoever writes into it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            check_regular(os.fstat(file.fileno()))
            data = file.read(largest + 1)
    except FileNotFoundError:
        raise NotReadable("is not there") from None
    except IsADirectoryError:
        raise NotReadable("is a folder, not a file") from None
    except OSError as error:
        raise NotReadable(f"cannot be read: {error.strerror or type(error).__name__}") from None
    except ValueError:  # a name that no file can have
        raise NotReadable("is not the name of a file") from None
    if len(data) > largest:
        raise NotReadable(f"is larger than {largest:,} bytes, the most that is read")
    return data


def check_regular(status: os.stat_result) -> None:
    """Raise NotReadable for anything but a regular file."""
    if stat.S_ISDIR(status.st_mode):
        raise NotReadable("is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise NotReadable("is a pipe or a device, not a file on a disk")
