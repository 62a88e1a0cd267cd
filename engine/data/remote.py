"""Sets of files that are fetched on request: which files, where they may lie, and whether they are the right ones.

A file counts only when its checksum is the published one. The gzip wrapper may have been made anew by whoever
passed the file on, so the checksum of the unpacked content is accepted too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.data import folders, idx
from engine.data.dataset import Array, DataError


@dataclass(frozen=True)
class RemoteFile:
    """One published file: its name, length in bytes and md5 as published, and the same of its unpacked content."""

    name: str
    size: int
    md5: str
    content_size: int
    content_md5: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names it is known by: packed, unpacked, and as some programs unpack it (``…-images.idx3-ubyte``)."""
        plain = self.name.removesuffix(".gz")
        dotted = plain.replace("-idx", ".idx")
        return tuple(dict.fromkeys((self.name, plain, dotted + ".gz", dotted)))

    @property
    def limit(self) -> int:
        """The most bytes that any acceptable form of this file can take."""
        return max(self.size, self.content_size) + 65536


@dataclass(frozen=True)
class RemoteSet:
    """Files that belong together. ``mirrors`` are addresses that end in a slash, tried in this order."""

    name: str
    title: str
    mirrors: tuple[str, ...]
    files: tuple[RemoteFile, ...]

    @property
    def size_bytes(self) -> int:
        """How much there is to download."""
        return sum(file.size for file in self.files)

    @property
    def folder(self) -> Path:
        """Where downloads go, and where the files may be put by hand."""
        return folders.downloads() / self.name

    def is_available(self) -> bool:
        """Whether every file lies somewhere, by name and beginning; the checksum is verified when it is loaded."""
        return all(any(self._plausible(path, file) for path in self.candidates(file)) for file in self.files)

    def candidates(self, file: RemoteFile) -> Iterator[Path]:
        """The existing files that go by the name of ``file``, the download folder first."""
        places = [self.folder]
        for further in folders.further():
            places += [further / self.name, further / self.name.replace("-", "_"), further]
        for place in places:
            for name in file.names:
                path = place / name
                if path.is_file():
                    yield path

    def _plausible(self, path: Path, file: RemoteFile) -> bool:
        """A quick look, for a list of datasets on screen: lengths only.

        In a folder that is not named after this set a file of another dataset can go by the same name and
        have the same length, so there the checksum decides.
        """
        try:
            status = path.stat()
            if path.parent.name.replace("_", "-") != self.name:
                return _is_whole(path, file, status.st_size, status.st_mtime_ns)
            if status.st_size in (file.size, file.content_size):
                return True
            with path.open("rb") as stream:
                packed = stream.read(2) == b"\x1f\x8b"
                stream.seek(-4, 2)  # gzip ends with the length of the content
                return packed and int.from_bytes(stream.read(4), "little") == file.content_size
        except OSError:
            return False

    def load(self, file: RemoteFile) -> Array:
        """The numbers in ``file``, from the first place that has it whole.

        Raises DataError, with where to put it, when it is nowhere; and names the damaged file when only such
        are found.
        """
        refused: DataError | None = None
        for path in self.candidates(file):
            try:
                return idx.parse(verified(path, file), str(path))
            except DataError as error:
                refused = refused or error
        raise refused or DataError(self.how_to_get(file.name))

    def how_to_get(self, missing: str = "") -> str:
        """A sentence for somebody who has not got the data yet."""
        absent = f" ({missing} was not found)" if missing else ""
        return (
            f"{self.title} is not on this computer yet{absent}: download it, "
            f"or put {', '.join(file.name for file in self.files)} into {self.folder}."
        )


def verified(path: Path, file: RemoteFile) -> bytes:
    """The unpacked content of ``path`` if it is what was published as ``file``; else DataError naming ``path``."""
    data = idx.whole_file(path, file.limit)
    whole = _md5(data) == file.md5
    if not whole and idx.looks_like_a_page(data):
        raise DataError(f"{path} is a web page, not the file {file.name}. Delete it and download {file.name} again.")
    content = idx.unpack(data, str(path), file.content_size + 65536)
    if whole:
        return content
    found = _md5(content)
    if found != file.content_md5:
        raise DataError(
            f"{path} is not the published {file.name}: {file.content_size:,} bytes with checksum {file.content_md5} "
            f"were expected once unpacked, {len(content):,} with {found} were found. "
            "Put the right file in its place, or download it."
        )
    return content


@lru_cache(maxsize=64)
def _is_whole(path: Path, file: RemoteFile, size: int, changed: int) -> bool:
    """Whether ``verified`` accepts the file; ``size`` and ``changed`` make an altered file be looked at anew."""
    try:
        verified(path, file)
    except DataError:
        return False
    return True


def _md5(data: bytes) -> str:
    # The published sums are md5. They guard against damage, not against forgery.
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
