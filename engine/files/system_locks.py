"""Locks that the system itself keeps for as long as a file is open.

They end with the process that has them, however it ends: no number of a process has to be compared, none can have been
given to another process meanwhile, and a restart of the computer leaves none behind.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0)  # a link that somebody has put there must not lead us to another file
    | getattr(os, "O_NONBLOCK", 0)  # nor may a pipe keep us waiting
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_FAR_BYTE = 2**30
"""Windows locks bytes, and nobody else may read those: one that lies behind every content is taken."""


def open_file(path: Path, flags: int, mode: int = 0o666) -> int:
    """``os.open`` for regular files only. Raises OSError."""
    handle = os.open(path, flags | _FLAGS, mode)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} is not a regular file")
    return handle


def try_lock(handle: int) -> bool | None:
    """Lock an open file, without waiting. False: it is locked elsewhere; None: this disk knows no locks."""
    if sys.platform == "win32":
        import msvcrt

        try:
            os.lseek(handle, _FAR_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def is_still_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one that lies at ``path`` now."""
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except OSError:
        return False
