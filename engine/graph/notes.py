"""Notes and frames: words on the drawing, for people. They decide nothing about the network.

A note is a card with text; a frame is an area with a title, for the layers that lie on it. Their edits are functions
here, each giving a new drawing, as the methods of ``Graph`` do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from engine.graph.errors import BadSetting, GraphError, NoSuchNode
from engine.graph.parts import FARTHEST, LONGEST_NOTE, point
from engine.text import brief

if TYPE_CHECKING:
    from engine.graph.graph import Graph

KINDS = ("note", "frame")
COLOURS = ("yellow", "green", "blue", "violet", "red", "grey")
LEAST_SIZE = {"note": (72.0, 40.0), "frame": (96.0, 64.0)}
"""The least width and height of each kind, in canvas units."""
LARGEST_SIZE = 100_000.0
MOST_NOTES = 2_000


@dataclass(frozen=True)
class Note:
    """A card ("note") or an area with a title ("frame").

    ``position`` is the top left corner, ``size`` width and height, in canvas units; ``colour`` is one of COLOURS.
    """

    id: str
    kind: str = "note"
    text: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (200.0, 96.0)
    colour: str = "yellow"

    def holds(self, left: float, top: float, width: float, height: float) -> bool:
        """Whether the middle of a box lies on this."""
        x, y = left + width / 2 - self.position[0], top + height / 2 - self.position[1]
        return 0.0 <= x <= self.size[0] and 0.0 <= y <= self.size[1]


NO_NOTES: Mapping[str, Note] = MappingProxyType({})


def add_note(graph: Graph, kind: str = "note", **changes: Any) -> Graph:
    """Add a note or frame; ``last_note`` of the result is its id. Raises BadSetting."""
    if len(graph.notes) >= MOST_NOTES:
        raise BadSetting(f"A drawing has at most {MOST_NOTES:,} notes and frames.")
    usual = Note(f"t{graph.next_id}", kind, colour="yellow" if kind == "note" else "blue")
    note = _checked(replace(usual, **changes))
    return graph.with_notes({**graph.notes, note.id: note}, graph.next_id + 1)


def last_note(graph: Graph) -> str:
    """The id of the note added last. Raises NoSuchNode when there is none."""
    if not graph.notes:
        raise NoSuchNode("There is no note in the drawing.")
    return next(reversed(list(graph.notes)))


def set_note(graph: Graph, id: str, **changes: Any) -> Graph:
    """Change text, position, size or colour of a note. Raises NoSuchNode, BadSetting."""
    return change_notes(graph, {id: changes})


def change_notes(graph: Graph, changes: Mapping[str, Mapping[str, Any]]) -> Graph:
    """Change several notes at once. Raises NoSuchNode, BadSetting."""
    notes = dict(graph.notes)
    for id, given in changes.items():
        notes[id] = _checked(replace(_note(graph, id), **given))
    return graph.with_notes(notes)


def remove_notes(graph: Graph, ids: Iterable[str]) -> Graph:
    """Remove notes and frames; what lies on a frame stays. Raises NoSuchNode."""
    gone = {_note(graph, id).id for id in ids}
    return graph.with_notes({id: note for id, note in graph.notes.items() if id not in gone}) if gone else graph


def with_only(graph: Graph, ids: Iterable[str]) -> Graph:
    """The drawing with these of its notes and no others."""
    kept = set(ids)
    return graph.with_notes({id: note for id, note in graph.notes.items() if id in kept})


def paste_notes(graph: Graph, fragment: Graph, offset: tuple[float, float], *, same_ids: bool = False) -> Graph:
    """Add copies of the notes of ``fragment``, with new ids, or with their own where these are free.

    Raises BadSetting.
    """
    for note in fragment.notes.values():
        place = (note.position[0] + offset[0], note.position[1] + offset[1])
        if same_ids and note.id not in graph.notes and len(graph.notes) < MOST_NOTES:
            kept = _checked(replace(note, position=place))
            graph = graph.with_notes({**graph.notes, note.id: kept}, max(graph.next_id, fragment.next_id))
        else:
            graph = add_note(graph, note.kind, text=note.text, position=place, size=note.size, colour=note.colour)
    return graph


def _note(graph: Graph, id: str) -> Note:
    try:
        return graph.notes[id]
    except KeyError:
        raise NoSuchNode(f"There is no note {id!r} in the drawing.") from None


def _checked(note: Note) -> Note:
    if note.kind not in KINDS:
        raise BadSetting(f"{note.kind!r} is neither a note nor a frame.")
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
        "kind": note.kind,
        "text": note.text,
        "position": list(note.position),
        "size": list(note.size),
        "colour": note.colour,
    }


def notes_from_json(entries: Any) -> Mapping[str, Note]:
    """Read the notes of a drawing, checking everything. Raises GraphError with a sentence."""
    if not isinstance(entries, list):
        raise GraphError(f'"notes" of the drawing must be a list, not {type(entries).__name__}.')
    if len(entries) > MOST_NOTES:
        raise GraphError(f"The drawing has {len(entries):,} notes; at most {MOST_NOTES:,} are read.")
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
        return _checked(Note(**words, **pairs))  # type: ignore[arg-type]
    except BadSetting as error:
        raise GraphError(f"Note {number}: {error}") from None
