"""Layers on the clipboard, as text that says what it is and which format it has."""

from __future__ import annotations

import json

from engine.graph.errors import GraphError
from engine.graph.graph import Graph

FORMAT = 1
MOST_TEXT = 20_000_000


class NoLayers(ValueError):
    """The clipboard holds nothing that can be pasted here; the message says why."""


def to_text(fragment: Graph) -> str:
    """The layers as text."""
    return json.dumps({"sketchnet": "layers", "format": FORMAT, "graph": fragment.to_json()}, indent=1)


def from_text(text: str) -> Graph:
    """The layers in a text. Raises NoLayers with a sentence."""
    if not text.strip():
        raise NoLayers("The clipboard is empty: copy some layers first.")
    if len(text) > MOST_TEXT:
        raise NoLayers("The text on the clipboard is too long to be layers of a diagram.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NoLayers("The text on the clipboard is not a piece of a diagram: copy some layers first.") from None
    if not isinstance(data, dict) or data.get("sketchnet") != "layers":
        raise NoLayers("The text on the clipboard is not a piece of a diagram: copy some layers first.")
    if data.get("format") != FORMAT:
        raise NoLayers(
            f"The layers on the clipboard have format {data.get('format')!r}; this version reads format {FORMAT}."
        )
    try:
        return Graph.from_json(data.get("graph"))
    except (GraphError, RecursionError) as error:
        raise NoLayers(f"The layers on the clipboard cannot be read. {error}") from None
