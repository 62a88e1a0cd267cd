"""The files of a folder or of a zip archive, listed alike: which there are, and what stands in each.

A folder is followed through links only once, so that a loop of links ends; of an archive nothing is unpacked to disk.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.data.dataset import DataError
from engine.data.fingerprint import stamp_of
from engine.files.bounded import NotReadable, read_bounded

MOST_FILES = 1_000_000
DEEPEST = 12
"""Folders within one another that are looked into."""
_MOST_FOLDERS = 2_000
_OF_SYSTEMS = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class ListedFile:
    """``name`` is the path within the folder or archive, with "/" between its parts; ``mark`` changes with the file."""

    name: str
    size: int
    mark: int

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split("/"))


class FileTree(Protocol):
    """Where files are."""

    path: Path

    def files(self) -> list[ListedFile]:
        """All files but hidden ones, by name. Raises DataError."""

    def read(self, name: str, limit: int) -> bytes:
        """What stands in a file of at most ``limit`` bytes. Raises NotReadable, whose words follow its name."""


def tree(path: Path) -> FileTree:
    """The files of the folder or zip archive at ``path``. Raises DataError."""
    if path.is_dir():
        return FolderTree(path)
    if stamp_of(path) is None:
        raise DataError(f"{path} is not there: it was moved, renamed or deleted. Choose where it is now.")
    return ZipTree(path)


def version_of(path: Path) -> Hashable:
    """Another value when files came into or left the folder, or its folders, or the archive was replaced.

    Looks at folders only: a picture that was changed in its place is found when the whole is read again.
    """
    if not path.is_dir():
        return stamp_of(path)
    try:
        folders = [str(path), *sorted(one.path for one in os.scandir(path) if one.is_dir())]
        return tuple((folder, os.stat(folder).st_mtime_ns) for folder in folders[:_MOST_FOLDERS])
    except OSError:
        return None


class FolderTree:
    """The files below a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def files(self) -> list[ListedFile]:
        found: list[ListedFile] = []
        for one in _walk(self.path, "", set(), 0):
            found.append(one)
            if len(found) > MOST_FILES:
                raise DataError(f"{self.path} holds more than {MOST_FILES:,} files, the most that are read.")
        return sorted(found, key=lambda one: one.name)

    def read(self, name: str, limit: int) -> bytes:
        return read_bounded(self.path / name, limit)


def _walk(folder: Path, prefix: str, seen: set[tuple[int, int]], depth: int) -> Iterator[ListedFile]:
    try:
        own = os.stat(folder)
        entries = list(os.scandir(folder))
    except OSError as error:
        if depth == 0:
            raise DataError(f"{folder} cannot be read: {error.strerror or error}.") from None
        return
    if (own.st_dev, own.st_ino) in seen or depth > DEEPEST:
        return
    seen.add((own.st_dev, own.st_ino))
    for entry in entries:
        if _is_hidden(entry.name):
            continue
        try:
            if entry.is_dir():
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/", seen, depth + 1)
            elif entry.is_file():
                facts = entry.stat()
                yield ListedFile(prefix + entry.name, facts.st_size, facts.st_mtime_ns)
        except OSError:
            continue  # gone, or not to be looked at: it is none of the pictures


class ZipTree:
    """The files in a zip archive."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise DataError(
                f"{path} is no zip archive that can be read ({error}). Unpack it with another program, and choose the "
                "folder."
            ) from None

    def files(self) -> list[ListedFile]:
        members = self._archive.infolist()
        if len(members) > MOST_FILES:
            raise DataError(f"{self.path} holds more than {MOST_FILES:,} files, the most that are read.")
        found = {
            one.filename: ListedFile(one.filename, one.file_size, one.CRC)
            for one in members
            if not one.is_dir() and not any(map(_is_hidden, one.filename.split("/")))
        }
        return sorted(found.values(), key=lambda one: one.name)

    def read(self, name: str, limit: int) -> bytes:
        try:
            member = self._archive.getinfo(name)
            if member.flag_bits & 1:
                raise NotReadable("is locked with a password")
            with self._archive.open(member) as stream:
                data = stream.read(limit + 1)  # whatever size the archive says it has
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError):
            raise NotReadable("cannot be unpacked: it is damaged") from None
        if len(data) > limit:
            raise NotReadable(f"is longer than the {limit:,} bytes that are read")
        return data


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX")) or name.casefold() in _OF_SYSTEMS
