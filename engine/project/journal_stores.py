"""What a journal does not write again: large parts that lie in files beside it, each written once.

Beside ``.digits.sketchnet.journal`` lie ``.digits.sketchnet.journal.1`` and so on, each a zip like a project file. The
first is as a rule the project's own file under a second name, which costs nothing and stays what it was when another
takes its place. The journal itself holds what is small, and a list of which part lies where. A file is there before the
list that names it, and goes after that: whenever the process is killed, the last list finds all it names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.project.container import RUN_IN_USE, FileParts, contents_of, is_part, open_parts
from engine.project.json_part import JsonPart
from engine.project.limits import LARGEST_JSON, MOST_DRAWINGS, MOST_MEMBERS, PACKED
from engine.project.members import Member, OpenFile
from engine.project.project import Project, ProjectError
from engine.project.tensor_writing import TensorFile
from engine.project.writing import Part, as_json, check_limits, parts_of, settled, write_parts

LIST = "stored.json"
_MOST_FILES = 99_999

Key = tuple[Any, ...]


class JournalStores:
    """Writes a project into a journal at ``path`` again and again, and each of its large parts once."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[object, Member]] = {}
        """Where a part lies already, by what it is made of, which is kept so that nothing else takes its place."""
        self._numbers: dict[int, OpenFile] = {}
        """The files beside the journal, by their numbers."""
        self._cleared = False

    def knows(self, project: Project, members: Mapping[str, Any]) -> None:
        """The parts of ``project`` lie in a file, by name: it was just read from there, or saved."""
        self._known = {
            key: (_made_of(part), member)
            for name, part in parts_of(project).items()
            if (key := _key(part)) is not None and isinstance(member := members.get(name), Member)
        }

    def write(self, project: Project, path: Path) -> None:
        """Write what has changed. Raises ProjectError; then what was in the journal is what it was."""
        large, small, found = {}, {}, {}
        for name, part in parts_of(project).items():
            if (key := _key(part)) is None:
                small[name] = part
            elif (place := self._place(part, key, path)) is not None:
                found[name] = place
            else:
                large[name] = part
        check_limits(project, {**small, **settled(large)})
        texts = {name: part for name, part in large.items() if name.endswith(PACKED)}
        for together in (texts, {name: part for name, part in large.items() if name not in texts}):
            found |= self._written(together, path)  # apart, since texts that stay would keep tensors that do not
        write_parts({**small, LIST: as_json({name: _entry(*place) for name, place in found.items()})}, path)
        self._remove(path, {number for number, _member in found.values()})

    def _place(self, part: Part, key: Key, path: Path) -> tuple[int, Member] | None:
        """Where a part lies beside the journal; None when it has to be written there."""
        member = part if isinstance(part, Member) else None
        if key in self._known:
            member = self._known[key][1]
        number = None if member is None else self._number_of(member.source, path)
        return None if member is None or number is None else (number, member)

    def _number_of(self, source: OpenFile, path: Path) -> int | None:
        """The number under which a file lies beside the journal; None where it has to be copied."""
        for number, known in self._numbers.items():
            if known is source:
                return number if source.is_at(_beside(path, number)) else None
        own = self._own_number(source, path) or self._linked(source, path)
        if own is not None:
            self._numbers[own] = source
        return own

    def _own_number(self, source: OpenFile, path: Path) -> int | None:
        """The number of a file that an earlier journal of this name has left, and this one was read from."""
        match = _NUMBERED.fullmatch(source.path.name)
        number = 0 if match is None else int(match[1])
        return number if number and source.path == _beside(path, number) and source.is_at(source.path) else None

    def _linked(self, source: OpenFile, path: Path) -> int | None:
        """Give a file a second name beside the journal. None where there is no such thing."""
        number = self._next(path)
        try:
            os.link(os.path.realpath(source.path), _beside(path, number))
        except (OSError, NotImplementedError):  # another disk, or one without second names
            return None
        if source.is_at(_beside(path, number)):
            return number
        with suppress(OSError):  # somebody has put another file there since
            _beside(path, number).unlink()
        return None

    def _written(self, parts: Mapping[str, Part], path: Path) -> dict[str, tuple[int, Member]]:
        if not parts:
            return {}
        number = self._next(path)
        write_parts(settled(parts), _beside(path, number))
        members = contents_of(_beside(path, number))
        if members.keys() != parts.keys():
            raise ProjectError(f"{_beside(path, number)} was changed by another program as it was written.")
        for name, part in parts.items():
            if (key := _key(part)) is not None:
                self._known[key] = (_made_of(part), members[name])
            self._numbers[number] = members[name].source
        return {name: (number, members[name]) for name in parts}

    def _next(self, path: Path) -> int:
        return max([0, *self._numbers, *_numbers_beside(path)]) + 1

    def _remove(self, path: Path, needed: set[int]) -> None:
        """Remove the files that the journal does not name any more."""
        if not self._cleared:  # what an earlier journal of this name has left
            clear_stores(path, keep=needed)
            self._cleared = True
        for number in [number for number in self._numbers if number not in needed]:
            gone = self._numbers.pop(number)
            self._known = {key: place for key, place in self._known.items() if place[1].source is not gone}
            with suppress(OSError):
                _beside(path, number).unlink()


def read_parts_of_journal(path: Path) -> tuple[FileParts, tuple[str, ...]]:
    """The parts of a journal, wherever they lie, and the names of those that are not there any more.

    Where one that belongs to the run in use is gone, what there is of its others is left out. Raises ProjectError.
    """
    parts = open_parts(path)
    if LIST not in parts:
        return parts, ()
    listed = parts.object(LIST)
    members = {name: member for name, member in parts.members.items() if name != LIST}
    opened: dict[int, FileParts] = {}
    gone = []
    for name, entry in listed.items():
        try:
            members[name] = _found(path, name, entry, opened)
        except ProjectError:
            gone.append(name)
    if any(name in RUN_IN_USE for name in gone):
        members = {name: member for name, member in members.items() if name not in RUN_IN_USE}
    json = sum(member.size for name, member in members.items() if name.endswith(PACKED))
    if json > LARGEST_JSON or len(members) > MOST_MEMBERS + MOST_DRAWINGS:
        raise ProjectError(f"{path.name} holds more than a project file may.")
    return FileParts(path.name, members), tuple(gone)


def _found(path: Path, name: str, entry: Any, opened: dict[int, FileParts]) -> Member:
    match entry:
        case {"file": int(number), "name": str(there), "size": int(size), "crc": int(crc)} if 0 < number < _MOST_FILES:
            if number not in opened:
                opened[number] = open_parts(_beside(path, number))
            member = opened[number].members.get(there)
            if member is not None and (member.size, member.crc) == (size, crc) and is_part(name):
                return member
    raise ProjectError(f"{path.name} does not say where {name[:80]!r} lies, or it is not there any more.")


def stores_beside(path: Path) -> list[Path]:
    """The files that lie beside a journal and belong to it."""
    return [_beside(path, number) for number in sorted(_numbers_beside(path))]


def clear_stores(path: Path, keep: Iterable[int] = ()) -> None:
    """Remove the files beside a journal but for those to keep. Never raises."""
    for number in _numbers_beside(path) - set(keep):
        with suppress(OSError):
            _beside(path, number).unlink()


def clear_orphans(folder: Path) -> None:
    """Remove the files of journals that are not there any more from a folder of the program's own. Never raises."""
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            if _NUMBERED.fullmatch(entry.name) and not (folder / entry.stem).exists():
                entry.unlink()


_NUMBERED = re.compile(r".*\.journal\.([1-9][0-9]{0,4})", re.DOTALL)


def _beside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _numbers_beside(path: Path) -> set[int]:
    ours = re.compile(rf"{re.escape(path.name)}\.([1-9][0-9]{{0,4}})")
    found = set()
    with suppress(OSError), os.scandir(path.parent) as entries:
        found = {int(match[1]) for entry in entries if (match := ours.fullmatch(entry.name))}
    return found


def _entry(number: int, member: Member) -> dict[str, Any]:
    """What the list says of where a part lies."""
    return {"file": number, "name": member.name, "size": member.size, "crc": member.crc}


def _key(part: Part) -> Key | None:
    """What tells a part from others while it exists; None for one that is small, and written each time."""
    if isinstance(part, bytes):
        return None
    if isinstance(part, TensorFile):
        return ("tensors", *part.identity)
    return ("json", id(part.of)) if isinstance(part, JsonPart) else ("stored", id(part))


def _made_of(part: Part) -> object:
    return part.of if isinstance(part, JsonPart) else part
