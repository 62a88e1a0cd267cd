"""The parts of a project file, each read when it is asked for.

The file stays open meanwhile, so that its parts are those that were there when it was opened, whoever puts another
file in its place. Windows lets no file be replaced that is open: there what is read later is taken into memory.
"""

from __future__ import annotations

import os
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.project.project import ProjectError

_PIECE = 2**20
"""Bytes that are copied at a time."""
_HEADER = 30
"""Bytes of what stands before the name of a part, in front of its content."""


class DamagedError(ProjectError):
    """A part of a file is not what was once written there."""


class OpenFile:
    """A file whose parts are read later. Raises OSError as it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))
        self.file = open(path, "rb", buffering=0)  # noqa: SIM115  # closed with the last of its parts
        status = os.fstat(self.file.fileno())
        self.size = status.st_size
        self._stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    def is_at(self, path: Path) -> bool:
        """Whether ``path`` is this very file, as it was when it was opened."""
        try:
            status = path.stat()
        except OSError:
            return False
        return self._stamp == (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)

    def __del__(self) -> None:
        if file := getattr(self, "file", None):
            file.close()

    def at(self, offset: int, count: int) -> bytes:
        """So many bytes from there; fewer where the file ends. Raises OSError."""
        pieces = []
        while count > 0 and (piece := self._at(offset, count)):
            pieces.append(piece)
            offset, count = offset + len(piece), count - len(piece)
        return b"".join(pieces) if len(pieces) != 1 else pieces[0]

    def _at(self, offset: int, count: int) -> bytes:
        if sys.platform == "win32":  # there it is read by one thread alone, before anybody else has its parts
            self.file.seek(offset)
            return self.file.read(count) or b""
        return os.pread(self.file.fileno(), count, offset)


class Member:
    """One part of a project file: ``name``, ``size`` in bytes and ``crc`` are those its table of contents gives.

    ``end`` is where in the file its content must have ended.
    """

    def __init__(self, source: OpenFile, info: zipfile.ZipInfo, end: int) -> None:
        self.source = source
        self.name, self.size, self.crc = info.filename, info.file_size, info.CRC
        self.stored_size = info.compress_size
        self.is_packed = info.compress_type != zipfile.ZIP_STORED
        self._offset, self._end, self._encrypted = info.header_offset, end, bool(info.flag_bits & 1)
        self._taken: bytes | None = None

    @property
    def _file(self) -> str:
        return self.source.path.name

    def read(self) -> bytes:
        """The content, unpacked and checked. Raises DamagedError, and ProjectError where it cannot be read."""
        raw = b"".join(self.pieces())
        data = _unpacked(raw, self.size) if self.is_packed else raw
        if data is None:
            raise DamagedError(f"{self._file} is damaged: {self.name} cannot be unpacked.")
        if len(data) != self.size:
            raise DamagedError(f"{self._file} is damaged: {self.name} is not as large as it is said to be.")
        if zlib.crc32(data) != self.crc:
            raise DamagedError(f"{self._file} is damaged: {self.name} is not what was once written.")
        return data

    def pieces(self) -> Iterator[bytes]:
        """The bytes as they lie in the file, packed or not, unchecked.

        Raises DamagedError where there are none, or fewer, and ProjectError where the file cannot be read.
        """
        if self._taken is not None:
            yield self._taken
            return
        offset, left = self._begin(), self.stored_size
        while left > 0:
            piece = self._at(offset, min(left, _PIECE))
            if not piece:
                raise DamagedError(f"{self._file} is damaged: it ends in the midst of {self.name}.")
            yield piece
            offset, left = offset + len(piece), left - len(piece)

    def check_place(self) -> None:
        """Raise DamagedError unless it begins where the table of contents says. Else it might be a known part whose
        name is damaged there."""
        self._begin()

    def take(self) -> None:
        """Have the bytes in memory, so that the file is not needed for them. Raises ProjectError."""
        self._taken = b"".join(self.pieces())

    def _begin(self) -> int:
        """Where the content begins: behind its own header, which must be there and of this name."""
        if self._encrypted:
            raise DamagedError(f"{self._file} is damaged: {self.name} is said to be encrypted.")
        header = self._at(self._offset, _HEADER)
        name_size, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
        name = self._at(self._offset + _HEADER, name_size)
        begin = self._offset + _HEADER + name_size + extra
        if len(header) < _HEADER or header[:4] != b"PK\x03\x04" or name != self.name.encode():
            raise DamagedError(f"{self._file} is damaged: {self.name} is not where it is said to be.")
        if begin + self.stored_size > self._end:
            raise DamagedError(f"{self._file} is damaged: {self.name} overlaps with another part.")
        return begin

    def _at(self, offset: int, count: int) -> bytes:
        try:
            return self.source.at(offset, count)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ProjectError(f"{self.source.path} could not be read: {reason}.") from error


def members_of(source: OpenFile, infos: Iterable[zipfile.ZipInfo], contents: int) -> dict[str, Member]:
    """The parts by name; the table of contents begins at ``contents``."""
    infos = list(infos)
    begins = sorted({contents, *(info.header_offset for info in infos)})
    ends = dict(zip(begins, [*begins[1:], contents], strict=True))
    return {info.filename: Member(source, info, ends[info.header_offset]) for info in infos}


def _unpacked(raw: bytes, size: int) -> bytes | None:
    """The content of deflated bytes, of which no more than ``size`` and one is unpacked; None for what is none."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return unpacker.decompress(raw, size + 1)
    except zlib.error:
        return None
