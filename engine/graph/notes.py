"""Notes and frames: words on the drawing, for people. They decide nothing about the network.

A note is a card with text; a frame is an area with a title, for the layers that lie on it. The edits of those of a
drawing are in ``engine.graph.note_edits``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from engine.graph.errors import BadSetting, GraphError
from engine.graph.node import FARTHEST, LONGEST_NOTE, point
from engine.text import brief


class NoteKind(StrEnum):
    """What words on the drawing stand on."""

    NOTE = "note"
    """A card."""
    FRAME = "frame"
    """An area, for the layers that lie on it, with a title."""


COLOURS = ("yellow", "green", "blue", "violet", "red", "grey")
LEAST_SIZE = {NoteKind.NOTE: (72.0, 40.0), NoteKind.FRAME: (96.0, 64.0)}
"""The least width and height of each kind, in canvas units."""
LARGEST_SIZE = 100_000.0
MOST_NOTES = 2_000


@dataclass(frozen=True)
class Note:
    """A card with text, or an area with a title.

    ``position`` is the top left corner, ``size`` width and height, in canvas units; ``colour`` is one of COLOURS.
    Raises BadSetting for an unknown ``kind``.
    """

    id: str
    kind: NoteKind = NoteKind.NOTE
    text: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (200.0, 96.0)
    colour: str = "yellow"

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "kind", NoteKind(self.kind))  # which may be given as its word
        except ValueError:
            raise BadSetting(f"{self.kind!r} is neither a note nor a frame.") from None

    @property
    def is_frame(self) -> bool:
        """Whether it is an area for layers, not a card."""
        return self.kind is NoteKind.FRAME

    def holds(self, left: float, top: float, width: float, height: float) -> bool:
        """Whether the middle of a box lies on this."""
        x, y = left + width / 2 - self.position[0], top + height / 2 - self.position[1]
        return 0.0 <= x <= self.size[0] and 0.0 <= y <= self.size[1]


NO_NOTES: Mapping[str, Note] = MappingProxyType({})


def with_new(notes: Mapping[str, Note], next_id: int, kind: NoteKind, **changes: Any) -> Mapping[str, Note]:
    """The notes with a new one, the last, whose id has the number ``next_id``. Raises BadSetting."""
    if len(notes) >= MOST_NOTES:
        raise BadSetting(f"A diagram has at most {MOST_NOTES:,} notes and frames.")
    usual = Note(f"t{next_id}", kind)
    note = checked(replace(usual, **{"colour": "blue" if usual.is_frame else usual.colour, **changes}))
    return {**notes, note.id: note}


def with_copy(notes: Mapping[str, Note], next_id: int, note: Note, offset: tuple[float, float]) -> Mapping[str, Note]:
    """The notes with a copy of one, which lies by ``offset`` farther. Raises BadSetting."""
    return with_new(
        notes, next_id, note.kind, text=note.text, position=moved(note, offset), size=note.size, colour=note.colour
    )


def moved(note: Note, offset: tuple[float, float]) -> tuple[float, float]:
    """Where a note lies after it was moved by ``offset``."""
    return note.position[0] + offset[0], note.position[1] + offset[1]


def checked(note: Note) -> Note:
    """The note, at least as large as its kind must be. Raises BadSetting for a colour or a text that no note has."""
    if note.colour not in COLOURS:
        raise BadSetting(f"A {note.kind} cannot be {note.colour!r}: colours are {', '.join(COLOURS)}.")
    if len(note.text) > LONGEST_NOTE:
        raise BadSetting(f"A note has at most {LONGEST_NOTE:,} characters, not {len(note.text):,}.")
    least = LEAST_SIZE[note.kind]
    width, height = (min(max(float(v), low), LARGEST_SIZE) for v, low in zip(note.size, least, strict=True))
    return replace(note, position=point(note.position), size=(width, height))


# JSON


def note_to_json(note: Note) -> dict[str, Any]:
    """A note as plain JSON values."""
    return {
        "id": note.id,
        "kind": note.kind.value,
        "text": note.text,
        "position": list(note.position),
        "size": list(note.size),
        "colour": note.colour,
    }


def notes_from_json(entries: Any) -> Mapping[str, Note]:
    """Read the notes of a drawing, checking everything. Raises GraphError with a sentence."""
    if not isinstance(entries, list):
        raise GraphError(f'"notes" of the diagram must be a list, not {type(entries).__name__}.')
    if len(entries) > MOST_NOTES:
        raise GraphError(f"The diagram has {len(entries):,} notes; at most {MOST_NOTES:,} are read.")
    notes: dict[str, Note] = {}
    for number, entry in enumerate(entries, 1):
        note = _read(entry, number)
        if note.id in notes:
            raise GraphError(f"Note {number} has the id {note.id!r}, which another note has too.")
        notes[note.id] = note
    return MappingProxyType(notes)


def _read(entry: Any, number: int) -> Note:
    if not isinstance(entry, dict):
        raise GraphError(f"Note {number} must be a JSON object, not {type(entry).__name__}.")
    words = {key: entry.get(key) for key in ("id", "kind", "text", "colour")}
    for key, value in words.items():
        if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise GraphError(f'"{key}" of note {number} must be text, not {brief(value)}.')
    id = str(words["id"])
    if not (id.isascii() and id[:1] == "t" and id[1:].isdigit() and len(id) <= 16):
        raise GraphError(f"Note {number} has the id {brief(id)}; an id of a note is a t, then digits.")
    pairs = {}
    for key in ("position", "size"):
        value = entry.get(key)
        if (
            not isinstance(value, list)
            or len(value) != 2
            or not all(type(v) in (int, float) and abs(v) < FARTHEST for v in value)
        ):
            raise GraphError(f'"{key}" of note {number} must be two numbers, not {brief(value)}.')
        pairs[key] = (float(value[0]), float(value[1]))
    try:
        return checked(Note(**words, **pairs))  # type: ignore[arg-type]
    except BadSetting as error:
        raise GraphError(f"Note {number}: {error}") from None
