"""Large arrays that were made of a file, kept on disk and read memory-mapped.

What takes long to make of a large file (the numbers of a table, the tokens of a text) is made once and then lies in
the cache folder, from where the system brings into memory only what is looked at. The key holds the fingerprint of the
file, so that another file, or the same one changed, is never answered by what is kept. The folder is bounded: what was
used longest ago goes first. Where it cannot be written, or is too small, the arrays are in memory as ever.

A kept file holds the arrays one after another, then a description in JSON, its length and a mark. Everything that it
says is checked before it is believed, and each array against its checksum; a file that fails is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np

from engine.data import folders
from engine.data.dataset import Array
from engine.files.atomic import WriteError, replacing
from engine.files.temporaries import clear_folder

LIMIT = 4 * 2**30
"""Bytes of all files in the folder."""
LEAST_FREE = 2 * 2**30
"""Bytes that stay free on the disk."""
SUFFIX = ".arrays"
_MARK = b"sketchnet arrays 1\n"
_LONGEST = 64 * 2**20
_AT_ONCE = 4 * 2**20
_DTYPES = ("<f8", "<f4", "<i8", "<i4", "<i2", "|u1")


@dataclass(frozen=True, eq=False)
class Stored:
    """``values`` are plain JSON, ``arrays`` read-only, memory-mapped where ``is_mapped``."""

    values: Mapping[str, Any]
    arrays: Mapping[str, Array]
    is_mapped: bool = False


class Sink(Protocol):
    """What takes arrays as they are made."""

    def add(self, name: str, parts: Iterable[Array]) -> None:
        """Take an array whose ``parts`` follow one another along its first axis; there is one part at least."""


Make = Callable[[Sink], Mapping[str, Any]]
"""Gives its arrays to a sink, and returns what else is to be kept, as JSON has it. May be called twice."""


class ArrayCache:
    """Files of arrays in a folder, ``limit`` bytes of them at most."""

    def __init__(self, folder: Callable[[], Path], limit: int = LIMIT, least_free: int = LEAST_FREE) -> None:
        self._folder, self._limit, self._least_free = folder, limit, least_free

    def get(self, key: str, make: Make, size: int) -> Stored:
        """What is kept under ``key``, or what ``make`` makes, about ``size`` bytes. Raises what ``make`` raises."""
        found = self.keep(key, make, size)
        return in_memory(make) if found is None else found

    def keep(self, key: str, make: Make, size: int) -> Stored | None:
        """As ``get``, but None where there is no room on the disk: nothing is made then."""
        found = self.find(key)
        if found is None and self._has_room(size):
            with contextlib.suppress(OSError, WriteError):  # without a cache everything still works, in memory
                self._write(key, make)
                found = self.find(key)
        return found

    def find(self, key: str) -> Stored | None:
        """What is kept under ``key``; None where there is nothing, or nothing that is sound."""
        path = self._path(key)
        try:
            found = _read(path)
            with contextlib.suppress(OSError):
                os.utime(path)  # used now
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return None
        return found

    def _path(self, key: str) -> Path:
        return self._folder() / (hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40] + SUFFIX)

    def _has_room(self, size: int) -> bool:
        """Whether ``size`` bytes fit into the folder and on the disk."""
        if size > self._limit:
            return False
        there = self._folder()
        while not there.exists() and there != there.parent:
            there = there.parent
        try:
            return shutil.disk_usage(there).free - size >= self._least_free
        except OSError:
            return False

    def _write(self, key: str, make: Make) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        clear_folder(path.parent)
        with replacing(path) as file:
            sink = _FileSink(file)
            sink.finish(make(sink))
        self._forget_the_oldest(path)

    def _forget_the_oldest(self, newest: Path) -> None:
        used = 0
        files = sorted(newest.parent.glob(f"*{SUFFIX}"), key=_last_used, reverse=True)
        for path in (newest, *(one for one in files if one != newest)):
            with contextlib.suppress(OSError):  # where another program has it open it stays
                used += path.stat().st_size
                if used > self._limit and path != newest:
                    path.unlink()


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


@dataclass
class _FileSink:
    file: BinaryIO
    arrays: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, parts: Iterable[Array]) -> None:
        self.file.write(bytes(-self.file.tell() % 64))
        offset, rows, checksum, kind, shape = self.file.tell(), 0, 0, "", ()
        for part in parts:
            part = np.ascontiguousarray(part)
            data = part.reshape(-1).view(np.uint8).data
            checksum = zlib.crc32(data, checksum)
            self.file.write(data)
            rows, kind, shape = rows + len(part), part.dtype.str, part.shape[1:]
        if kind not in _DTYPES:
            raise TypeError(f"an array of {kind or 'nothing'} is not kept")
        self.arrays[name] = {"dtype": kind, "shape": [rows, *shape], "offset": offset, "crc32": checksum}

    def finish(self, values: Mapping[str, Any]) -> None:
        described = json.dumps({"values": values, "arrays": self.arrays}).encode("utf-8")
        self.file.write(described + len(described).to_bytes(8, "little") + _MARK)


@dataclass
class _MemorySink:
    arrays: dict[str, Array] = field(default_factory=dict)

    def add(self, name: str, parts: Iterable[Array]) -> None:
        found = list(parts)
        self.arrays[name] = np.concatenate(found) if len(found) > 1 else found[0]


def in_memory(make: Make) -> Stored:
    """What ``make`` makes, kept nowhere."""
    sink = _MemorySink()
    values = make(sink)
    return Stored(values, {name: _for_reading(array) for name, array in sink.arrays.items()})


def _for_reading(array: Array) -> Array:
    seen = array.view()
    seen.flags.writeable = False
    return seen


def _read(path: Path) -> Stored:
    """The arrays in a file. Raises OSError, ValueError, KeyError, TypeError."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - len(_MARK) - 8))
        ending = file.read()
        length = int.from_bytes(ending[:8], "little")
        end = size - len(_MARK) - 8 - length
        if ending[8:] != _MARK or length > _LONGEST or end < 0:
            raise ValueError("no file of arrays")
        file.seek(end)
        described = json.loads(file.read(length))
        arrays = {name: _mapped(path, end, **one) for name, one in described["arrays"].items()}
    return Stored(described["values"], arrays, is_mapped=True)


def _mapped(path: Path, end: int, *, dtype: str, shape: list[int], offset: int, crc32: int) -> Array:
    """One of the arrays. Raises OSError, ValueError and TypeError."""
    if dtype not in _DTYPES or not all(type(one) is int and one >= 0 for one in (*shape, offset)):
        raise ValueError("no array")
    count = math.prod(shape)
    if offset + count * np.dtype(dtype).itemsize > end:
        raise ValueError("an array beyond the end of the file")
    if not count:
        return _for_reading(np.empty(shape, dtype))
    # Copied where somebody writes into it, so that a tensor may share it; nobody does, and the file stays as it is.
    mapped = np.memmap(path, dtype=dtype, mode="c", offset=offset, shape=tuple(shape))
    flat = mapped.reshape(-1).view(np.uint8)
    checksum = 0
    for start in range(0, len(flat), _AT_ONCE):
        checksum = zlib.crc32(flat[start : start + _AT_ONCE].data, checksum)
    if checksum != crc32:
        raise ValueError("an array is damaged")
    return _for_reading(mapped.view(np.ndarray))


FILES = ArrayCache(lambda: folders.cache() / "arrays")
"""What was made of large files of the user's."""
