"""Layers on the clipboard, as text that says what it is and which format it has.

The wires that came into the layers from outside are written too, by the name of the layer they came from: wherever
the layers are pasted, a layer of that name can feed them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.files.json_input import JsonError, parse_json
from engine.graph.errors import GraphError
from engine.graph.graph import Graph, Wire
from engine.graph.reading import graph_from_json
from engine.text import brief

FORMAT = 2
"""Since 2 settings have the names they have in torch; those of format 1 are read (``Parameter.was``)."""
MOST_TEXT = 20_000_000


class NoLayers(ValueError):
    """The clipboard holds nothing that can be pasted here; the message says why."""


@dataclass(frozen=True)
class IncomingWire:
    """A wire into the piece: from output ``output`` of the layer called ``name`` to an input of a layer of it."""

    name: str
    output: str
    target: str
    input: str


@dataclass(frozen=True)
class CopiedPart:
    """Layers with the wires among them, and the wires that came into them."""

    graph: Graph
    feeds: tuple[IncomingWire, ...] = ()


def piece_of(graph: Graph, ids: Iterable[str]) -> CopiedPart:
    """The given layers of a drawing."""
    kept = set(ids)
    coming = [w for w in graph.wires if w.target in kept and w.source not in kept]
    feeds = tuple(IncomingWire(graph.nodes[w.source].name, w.output, w.target, w.input) for w in coming)
    return CopiedPart(graph.subgraph(kept), feeds)


def fed(graph: Graph, ids: Mapping[str, str], feeds: Iterable[IncomingWire]) -> Graph:
    """A drawing with pasted layers (id in the piece -> id here), fed as they were as far as that is possible."""
    for feed in feeds:
        source = graph.find(feed.name)
        if source is not None and feed.target in ids:
            wire = Wire(source.id, feed.output, ids[feed.target], feed.input)
            if graph.can_connect(wire) is None:
                graph = graph.connect(wire)
    return graph


def to_text(piece: CopiedPart) -> str:
    """The layers as text."""
    feeds = [[feed.name, feed.output, feed.target, feed.input] for feed in piece.feeds]
    data = {"sketchnet": "layers", "format": FORMAT, "graph": piece.graph.to_json(), "feeds": feeds}
    return json.dumps(data, indent=1)


def from_text(text: str) -> CopiedPart:
    """The layers in a text. Raises NoLayers with a sentence."""
    if not text.strip():
        raise NoLayers("The clipboard is empty: copy some layers first.")
    if len(text) > MOST_TEXT:
        raise NoLayers("The text on the clipboard is too long to be layers of a diagram.")
    try:
        data = parse_json(text)
    except JsonError:
        raise NoLayers("The text on the clipboard is not part of a diagram: copy some layers first.") from None
    if not isinstance(data, dict) or data.get("sketchnet") != "layers":
        raise NoLayers("The text on the clipboard is not part of a diagram: copy some layers first.")
    found = data.get("format")
    if type(found) is not int or not 1 <= found <= FORMAT:
        raise NoLayers(
            f"The layers on the clipboard have format {brief(found)}; this version reads format 1 to {FORMAT}."
        )
    try:
        return CopiedPart(graph_from_json(data.get("graph")), _feeds(data.get("feeds", [])))
    except (GraphError, RecursionError) as error:
        raise NoLayers(f"The layers on the clipboard cannot be read. {error}") from None


def _feeds(data: object) -> tuple[IncomingWire, ...]:
    """The wires into a piece. Raises NoLayers."""
    if not isinstance(data, list) or not all(_is_feed(row) for row in data):
        raise NoLayers("The layers on the clipboard cannot be read: their wires from outside are not as expected.")
    return tuple(IncomingWire(*row) for row in data)


def _is_feed(row: object) -> bool:
    return isinstance(row, list) and len(row) == 4 and all(isinstance(part, str) for part in row)
