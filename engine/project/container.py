"""The zip around a project: parts of fixed names, limits checked before anything is unpacked."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.files.json_input import MOST_VALUES, JsonError, parse_json, values_at_most
from engine.project.limits import (
    LARGEST_FILE,
    LARGEST_JSON,
    LARGEST_PREVIEW,
    LARGEST_RATIO,
    LARGEST_TENSORS,
    MOST_DRAWINGS,
    MOST_MEMBERS,
    MOST_UNKNOWN,
    PACKED,
)
from engine.project.members import Member, OpenFile, members_of
from engine.project.project import ProjectError, shortened
from engine.project.tensors import unpacked

_LIMITS = {
    "project.json": LARGEST_JSON,
    "history.json": LARGEST_JSON,
    "training.json": LARGEST_JSON,
    "weights.safetensors": LARGEST_TENSORS,
    "training.safetensors": LARGEST_TENSORS,
    "preview.png": LARGEST_PREVIEW,
}
RUN_IN_USE = frozenset({"history.json", "training.json", "weights.safetensors", "training.safetensors"})
"""The parts that the run in use consists of, with what ``project.json`` says of it."""
_RUN = re.compile(r"runs/[1-9][0-9]{0,15}/(run\.json|training\.json|weights\.safetensors|training\.safetensors)\Z")
_DRAWING = re.compile(r"drawings/[0-9]{1,4}\.json\Z")
_PLAIN = r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,60}"
_NEWER = re.compile(rf"(?!drawings/)({_PLAIN}/){{0,4}}{_PLAIN}\.(json|safetensors|png|jpg|csv|txt)\Z")
"""How a part may be named that a newer version has added: it holds data, never code, and leads to no other folder."""
_LONGEST_END = 22 + 65_535
"""Bytes of the end of a zip with the longest comment."""


def is_known(name: str) -> bool:
    """Whether a part of that name is one that this version reads."""
    return name in _LIMITS or _DRAWING.match(name) is not None or _RUN.match(name) is not None


def is_part(name: str) -> bool:
    """Whether a project file may hold a part of that name."""
    return is_known(name) or _may_be_kept(name)


def _may_be_kept(name: str) -> bool:
    """Whether a part of an unknown name can be one of a newer version."""
    return _NEWER.match(name) is not None and name.lower() not in _LIMITS


def _reason(error: OSError) -> str:
    return f"{error.strerror or type(error).__name__}."


class FileParts:
    """The parts of a project file by name. ``file`` is its name in errors; all methods raise ProjectError.

    What the JSON of a file comes to in memory is bounded for all of it together, also for what is read late.
    """

    def __init__(self, file: str, members: Mapping[str, Member]) -> None:
        self.file = file
        self.members = dict(members)
        self._counted: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str) -> bytes:
        """The content of a part; b"" where there is none."""
        return self.members[name].read() if name in self.members else b""

    def json(self, name: str) -> Any:
        """The value that a part of JSON holds."""
        text = self.members[name].read()
        self._counted[name] = values_at_most(text)
        if (found := sum(self._counted.values())) > MOST_VALUES:
            raise ProjectError(f"{self.file} holds up to {found:,} values; at most {MOST_VALUES:,} are read.")
        try:
            return parse_json(text)
        except JsonError as error:
            raise ProjectError(f"{name} in {self.file} is damaged: {shortened(str(error)).rstrip('.')}.") from None

    def object(self, name: str) -> dict[str, Any]:
        """The JSON object that a part holds."""
        value = self.json(name)
        if not isinstance(value, dict):
            raise ProjectError(f"{name} in {self.file} must hold a JSON object, not {type(value).__name__}.")
        return value

    def tensors(self, name: str) -> dict[str, Any] | None:
        """The tensors of a part; None where there is none."""
        return unpacked(self.read(name), f"{name} in {self.file}") if name in self.members else None


def open_parts(path: Path) -> FileParts:
    """The parts of a project file. Raises ProjectError when it is not one, or its table of contents breaks a limit."""
    try:
        status = path.stat()
        size = status.st_size
        if stat.S_ISDIR(status.st_mode):
            raise ProjectError(f"{path} is a folder, not a project file.")
        if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device might never end
            raise ProjectError(f"{path} is not a file on a disk, so it cannot be a project file.")
        if size > LARGEST_FILE:
            raise ProjectError(f"{path.name} has {size:,} bytes; at most {LARGEST_FILE:,} are read.")
        # Opened once: another process may put a newer one in its place meanwhile, a training for example.
        source = OpenFile(path)
        with zipfile.ZipFile(source.file) as archive:
            members = archive.infolist()
            _check_count(path.name, source, len(members))
            _check_members(path.name, members, source.size)
            return FileParts(path.name, members_of(source, members, archive.start_dir))
    except FileNotFoundError:
        raise ProjectError(f"There is no file {path}.") from None
    except OSError as error:
        raise ProjectError(f"{path} could not be read: {_reason(error)}") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
        raise ProjectError(f"{path.name} is not a project file, or is damaged: {_said(error)}.") from None
    except (RuntimeError, ValueError, OverflowError, UnicodeError, IndexError) as error:
        # zipfile lets these through for damaged tables of contents.
        raise ProjectError(f"{path.name} is damaged: {_said(error)}.") from None


def contents_of(path: Path) -> Mapping[str, Member]:
    """What a file holds that this process has just written: nothing is read of it, and it is not kept open.

    Empty where somebody has done something to the file meanwhile.
    """
    try:
        members = open_parts(path).members
    except ProjectError:
        return {}
    for member in members.values():
        member.source.file.close()
    return members


def _said(error: Exception) -> str:
    """What an error says, on one line and not too long."""
    return shortened(str(error)).rstrip(".") or type(error).__name__


def _check_count(name: str, source: OpenFile, found: int) -> None:
    """Compare with the number of parts that stands at the end of a zip: damage can make parts vanish unnoticed."""
    end = source.at(max(0, source.size - _LONGEST_END), _LONGEST_END)
    end = end[end.rfind(b"PK\x05\x06") :]
    if int.from_bytes(end[10:12], "little") != found:
        raise ProjectError(f"{name} is damaged: some of its parts are missing.")


def _check_members(file: str, members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MOST_MEMBERS + MOST_DRAWINGS:
        raise ProjectError(f"{file} holds {len(members):,} parts; at most {MOST_MEMBERS + MOST_DRAWINGS:,} are read.")
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        raise ProjectError(f"{file} holds two parts of the same name.")
    if (unknown := sum(not is_known(name) for name in names)) > MOST_UNKNOWN:
        raise ProjectError(f"{file} holds {unknown:,} parts that are not known; at most {MOST_UNKNOWN} are kept.")
    for member in members:
        limit = _LIMITS.get(member.filename, LARGEST_JSON if member.filename.endswith(PACKED) else LARGEST_TENSORS)
        if not is_part(member.filename):
            raise ProjectError(f"{file} holds a part named {member.filename[:80]!r}, which no project file has.")
        if member.file_size > limit:
            raise ProjectError(f"{member.filename} in {file} would be {member.file_size:,} bytes; at most {limit:,}.")
        if member.compress_size > size:
            raise ProjectError(f"{file} is damaged: {member.filename} is said to be larger than the whole file.")
        if member.file_size > LARGEST_RATIO * max(member.compress_size, 1_000):
            raise ProjectError(f"{member.filename} in {file} is compressed suspiciously well, so it was not read.")
        deflated = member.compress_type == zipfile.ZIP_DEFLATED and member.filename.endswith(PACKED)
        if not deflated and member.compress_type != zipfile.ZIP_STORED:
            raise ProjectError(f"{member.filename} in {file} is compressed in a way that project files are not.")
    json = sum(member.file_size for member in members if member.filename.endswith(PACKED))
    if json > LARGEST_JSON:
        raise ProjectError(f"{file} holds {json:,} bytes of JSON; at most {LARGEST_JSON:,} are read.")
    if sum(member.file_size for member in members) > LARGEST_FILE:
        raise ProjectError(f"{file} would unpack to more than {LARGEST_FILE:,} bytes.")
