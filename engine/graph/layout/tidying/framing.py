"""Notes and frames go with the layers they belong to when those are laid out anew."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.graph.graph import Graph
from engine.graph.note_edits import change_notes
from engine.graph.notes import Note

WIDEST, TALLEST = 64.0, 80.0
"""The most space a frame keeps beside and below the layers on it, and above them."""
ROOM = 16.0
"""How far from a layer a note lies that made way for it."""

Sizes = Mapping[str, tuple[float, float]]


def follow(before: Graph, after: Graph, sizes: Sizes) -> Graph:
    """``after`` with its frames around the layers they held before, and its notes beside the layers they were near.

    A frame keeps its margins, as far as they are no wider than they need to be. A note that would come to lie on a
    layer makes way for it, upwards or downwards.
    """
    moved = {id for id, node in before.nodes.items() if after.nodes[id].position != node.position}
    if not moved or not after.notes:
        return after
    changes: dict[str, dict[str, Any]] = {}
    for id, note in before.notes.items():
        held = [node for node in before.nodes if note.is_frame and note.holds(*_box(before, node, sizes))]
        if held and not moved.isdisjoint(held):
            changes[id] = _around(note, _bounds(before, held, sizes), _bounds(after, held, sizes))
        elif not held:
            near = min(before.nodes, key=lambda node: (_distance(note, _box(before, node, sizes)), node))
            (x, y), (x2, y2) = before.nodes[near].position, after.nodes[near].position
            place = (note.position[0] + x2 - x, note.position[1] + y2 - y)
            changes[id] = {"position": place if note.is_frame else _beside(note, place, after, sizes)}
    return change_notes(after, changes)


def _beside(note: Note, place: tuple[float, float], graph: Graph, sizes: Sizes) -> tuple[float, float]:
    """The place nearest to ``place``, above or below it, at which a note lies on no layer."""
    (x, y), (width, height) = place, note.size
    boxes = [_box(graph, id, sizes) for id in graph.nodes]
    across = [(top, h) for left, top, w, h in boxes if left < x + width and x < left + w]
    if not any(top < y + height and y < top + h for top, h in across):
        return place
    taken = [(top - height - ROOM, top + h + ROOM) for top, h in across]
    levels = [level for ends in taken for level in ends]
    free = (level for level in levels if not any(top < level < bottom for top, bottom in taken))
    return (x, min(free, key=lambda level: (abs(level - y), level)))


def _box(graph: Graph, id: str, sizes: Sizes) -> tuple[float, float, float, float]:
    return (*graph.nodes[id].position, *sizes[id])


def _bounds(graph: Graph, ids: list[str], sizes: Sizes) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    boxes = [_box(graph, id, sizes) for id in ids]
    return (
        min(x for x, _y, _w, _h in boxes),
        min(y for _x, y, _w, _h in boxes),
        max(x + w for x, _y, w, _h in boxes),
        max(y + h for _x, y, _w, h in boxes),
    )


def _around(
    note: Note, old: tuple[float, float, float, float], new: tuple[float, float, float, float]
) -> dict[str, Any]:
    (left, top), (width, height) = note.position, note.size

    def margin(space: float, most: float) -> float:
        return min(most, max(16.0, space))

    west, north = margin(old[0] - left, WIDEST), margin(old[1] - top, TALLEST)
    east, south = margin(left + width - old[2], WIDEST), margin(top + height - old[3], WIDEST)
    size = (new[2] - new[0] + west + east, new[3] - new[1] + north + south)
    return {"position": (new[0] - west, new[1] - north), "size": size}


def _distance(note: Note, box: tuple[float, float, float, float]) -> float:
    x, y = note.position[0] + note.size[0] / 2, note.position[1] + note.size[1] / 2
    across = max(box[0] - x, 0.0, x - box[0] - box[2])
    down = max(box[1] - y, 0.0, y - box[1] - box[3])
    return math.hypot(across, down)
