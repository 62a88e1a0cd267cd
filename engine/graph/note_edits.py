"""Edits of the notes and frames of a drawing, each giving a new drawing, as the methods of ``Graph`` do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.graph.errors import NoSuchNode
from engine.graph.graph import Graph
from engine.graph.notes import MOST_NOTES, Note, NoteKind, checked, moved, with_copy, with_new


def add_note(graph: Graph, kind: NoteKind = NoteKind.NOTE, **changes: Any) -> Graph:
    """Add a note or frame; ``last_note`` of the result is its id. Raises BadSetting."""
    return graph.with_notes(with_new(graph.notes, graph.next_id, kind, **changes), graph.next_id + 1)


def last_note(graph: Graph) -> str:
    """The id of the note added last. Raises NoSuchNode when there is none."""
    if not graph.notes:
        raise NoSuchNode("There is no note in the diagram.")
    return next(reversed(list(graph.notes)))


def set_note(graph: Graph, id: str, **changes: Any) -> Graph:
    """Change text, position, size or colour of a note. Raises NoSuchNode, BadSetting."""
    return change_notes(graph, {id: changes})


def change_notes(graph: Graph, changes: Mapping[str, Mapping[str, Any]]) -> Graph:
    """Change several notes at once. Raises NoSuchNode, BadSetting."""
    notes = dict(graph.notes)
    for id, given in changes.items():
        notes[id] = checked(replace(_note(graph, id), **given))
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
        if same_ids and note.id not in graph.notes and len(graph.notes) < MOST_NOTES:
            kept = checked(replace(note, position=moved(note, offset)))
            graph = graph.with_notes({**graph.notes, note.id: kept}, max(graph.next_id, fragment.next_id))
        else:
            graph = graph.with_notes(with_copy(graph.notes, graph.next_id, note, offset), graph.next_id + 1)
    return graph


def _note(graph: Graph, id: str) -> Note:
    try:
        return graph.notes[id]
    except KeyError:
        raise NoSuchNode(f"There is no note {id!r} in the diagram.") from None
