"""Write a file whole or not at all: the one way in which the program writes what belongs to a user."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from engine.files.temporaries import temporary_for

_ANOTHER = "Choose another name."


class WriteError(Exception):
    """A file cannot be written; the message is a sentence or two. What was there is as it was."""


class ExistsError(WriteError):
    """There is a file of that name, and it was not to be replaced."""


def write_whole(path: Path, data: bytes, *, new: bool = False) -> None:
    """Write ``data`` to ``path``; see ``replacing``. Raises WriteError."""
    with replacing(path, new=new) as file:
        file.write(data)


@contextmanager
def replacing(path: Path, *, new: bool = False) -> Iterator[BinaryIO]:
    """A stream whose content takes the place of ``path`` when the block ends without an error. Raises WriteError.

    With ``new`` nothing is replaced: ExistsError is raised when there is a file, even one that appeared meanwhile.
    Whatever happens on the way, also a kill, ``path`` holds either all of the old content or all of the new. Only
    regular files are replaced; at the end of a symbolic link that is the file it leads to, and the link stays.
    """
    if new:
        check_free(path)
    target, there = target_of(path)
    try:
        mode = 0o666 if there is None else stat.S_IMODE(there.st_mode) & 0o666
        with temporary_for(target, mode) as (temporary, file):
            yield file
            file.flush()
            os.fsync(file.fileno())
            if there is not None:
                _make_alike(temporary, there)
            if sys.platform == "win32":
                file.close()  # there an open file cannot be renamed; elsewhere its lock guards it till it is in place
            if new:
                _place(temporary, target)
            else:
                os.replace(temporary, target)
        _flush_folder(target.parent)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise _failed(path, error, there is not None) from error


def check_free(path: Path) -> None:
    """Raise ExistsError when there is anything called ``path``, be it a link that leads nowhere."""
    if os.path.lexists(path):
        raise _exists(path)


def check_can_write(path: Path) -> None:
    """Raise WriteError, as ``replacing`` would, when ``path`` cannot be written as things are now."""
    target, there = target_of(path)
    try:
        with temporary_for(target):
            pass
    except OSError as error:
        raise _failed(path, error, there is not None) from error


def target_of(path: Path) -> tuple[Path, os.stat_result | None]:
    """The file that is replaced when ``path`` is written, and what is known of it; None when there is none yet.

    Raises WriteError for what is no regular file or may not be written.
    """
    try:
        target = Path(os.path.realpath(path))
        there = _look(path)
        if there is not None and not stat.S_ISREG(there.st_mode):
            raise WriteError(f"{path} could not be written: it is {_kind(there.st_mode)}, not a file. {_ANOTHER}")
        at_target = _look(target, follow=False)
    except OSError as error:
        raise _failed(path, error, False) from error
    except ValueError:
        raise WriteError(f"{str(path)!r} could not be written: it is not the name of a file. {_ANOTHER}") from None
    if at_target is not None and stat.S_ISLNK(at_target.st_mode):
        raise WriteError(f"{path} could not be written: it is a link that leads to itself. {_ANOTHER}")
    if there is not None and (at_target is None or not os.path.samestat(there, at_target)):
        raise WriteError(f"{path} could not be written: it leads to a file that has no name. {_ANOTHER}")
    if there is not None and not (there.st_mode & 0o222 and os.access(target, os.W_OK)):
        raise WriteError(f"{path} could not be written: it is protected against writing. {_ANOTHER}")
    return target, there


def _place(temporary: Path, target: Path) -> None:
    """Give a file its name, unless something has it. Raises FileExistsError."""
    try:
        os.link(temporary, target)  # a second name, which never takes the place of a file as renaming does
    except FileExistsError:
        raise
    except OSError:  # a disk without second names
        if os.path.lexists(target):
            raise FileExistsError from None
        os.replace(temporary, target)


def _exists(path: Path) -> ExistsError:
    return ExistsError(f"{path} already exists, and is left as it is.")


def _look(path: Path, *, follow: bool = True) -> os.stat_result | None:
    try:
        return os.stat(path, follow_symlinks=follow)
    except FileNotFoundError:
        return None
    except OSError:
        if path.is_symlink():  # a link to itself; it is told of by what lies at its end
            return None
        raise


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _make_alike(temporary: Path, there: os.stat_result) -> None:
    """Give the new file the owner and the permissions of the old one, as far as the disk and the rights allow."""
    if hasattr(os, "chown"):
        new = temporary.stat()
        if (new.st_uid, new.st_gid) != (there.st_uid, there.st_gid):
            with suppress(OSError):
                os.chown(temporary, there.st_uid, there.st_gid)
    with suppress(OSError):
        os.chmod(temporary, stat.S_IMODE(there.st_mode))


def _flush_folder(folder: Path) -> None:
    """Have the new name on the disk too, where the system can do that."""
    if os.name == "posix":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _failed(path: Path, error: OSError, is_there: bool) -> WriteError:
    if isinstance(error, FileNotFoundError) and not path.parent.is_dir():
        return WriteError(f"{path} could not be written: there is no folder {path.parent}.")
    kept = " The file there is as it was." if is_there else ""
    return WriteError(f"{path} could not be written: {error.strerror or type(error).__name__}.{kept}")
