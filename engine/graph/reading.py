"""Reading a drawing from JSON that anyone may have written: every part is checked before it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine.graph.block import LONGEST_SUMMARY, LONGEST_TITLE, MOST_DEPTH, Block, ReadyBlockSettings, nodes_of
from engine.graph.blocks import ready
from engine.graph.errors import GraphError, NoSuchKind
from engine.graph.graph import Graph
from engine.graph.layers import kinds
from engine.graph.layers.block import BLOCK
from engine.graph.node import FARTHEST, LONGEST_NOTE, Node, Wire, settings
from engine.graph.notes import NO_NOTES, notes_from_json
from engine.graph.parameter_sets import resolve
from engine.graph.parameters import BadParameter
from engine.text import brief

MOST_NODES = 20_000
MOST_WIRES = 100_000
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}\Z")


def check_growth(before: Graph, after: Graph) -> None:
    """Raise GraphError when an edit makes a drawing so large that a file of it would be refused.

    What is too large already may still be made smaller.
    """
    nodes, wires = nodes_of(after), len(after.wires)
    if nodes > max(MOST_NODES, nodes_of(before)):
        raise GraphError(
            f"The diagram would have {nodes:,} layers, those in blocks counted; at most {MOST_NODES:,} can be saved."
        )
    if wires > max(MOST_WIRES, len(before.wires)):
        raise GraphError(f"The diagram would have {wires:,} wires; at most {MOST_WIRES:,} can be saved.")


def graph_from_json(data: Any) -> Graph:
    """The drawing that ``Graph.to_json`` wrote. Raises GraphError naming what is wrong and where."""
    return _read_graph(data, _Room())


@dataclass
class _Room:
    """What blocks in blocks share while they are read: how deep it goes, how many layers there are, which blocks."""

    depth: int = 0
    nodes: int = 0
    known: dict[Block, Block] = field(default_factory=dict)
    """Equal blocks are kept once."""


def _read_graph(data: Any, room: _Room) -> Graph:
    if not isinstance(data, dict):
        raise GraphError(f"A diagram must be a JSON object, not {type(data).__name__}.")
    entries = _list(data, "nodes", MOST_NODES)
    room.nodes += len(entries)
    if room.nodes > MOST_NODES:
        raise GraphError(f"The diagram has more than {MOST_NODES:,} layers, those in blocks counted.")
    nodes = _read_nodes(entries, room)
    next_id = data.get("next_id", 1)
    if type(next_id) is not int or not 1 <= next_id < 2**53:
        raise GraphError(f'"next_id" of the diagram must be a positive whole number, not {brief(next_id)}.')
    notes = notes_from_json(data["notes"]) if "notes" in data else NO_NOTES
    used = [int(id[1:]) for id in (*nodes, *notes) if re.fullmatch(r"[nt]\d{1,15}", id)]
    graph = Graph(MappingProxyType(nodes), (), max([next_id, *(number + 1 for number in used)]))
    for node in nodes.values():
        graph.check_name(node.name, node.id)
    wires = tuple(_read_wire(entry, k, graph) for k, entry in enumerate(_list(data, "wires", MOST_WIRES)))
    if len({(w.target, w.input) for w in wires}) < len(wires):
        raise GraphError("Two wires of the diagram end at the same input.")
    graph = Graph(graph.nodes, wires, graph.next_id, notes)
    graph.topological()
    return graph


def _list(data: dict[str, Any], name: str, most: int) -> list[Any]:
    entries = data.get(name)
    if not isinstance(entries, list):
        raise GraphError(f'"{name}" of the diagram must be a list, not {type(entries).__name__}.')
    if len(entries) > most:
        raise GraphError(f"The diagram has {len(entries):,} {name}; at most {most:,} are read.")
    return entries


def _read_nodes(entries: list[Any], room: _Room) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for number, entry in enumerate(entries, 1):
        node = _read_node(entry, number, room)
        if node.id in nodes:
            raise GraphError(f"Layer {number} has the id {node.id!r}, which another layer has too.")
        nodes[node.id] = node
    return nodes


def _read_node(entry: Any, number: int, room: _Room) -> Node:
    if not isinstance(entry, dict):
        raise GraphError(f"Layer {number} must be a JSON object, not {type(entry).__name__}.")
    id, kind, name = (_text(entry, key, number, 200) for key in ("id", "kind", "name"))
    if not _ID.match(id):
        raise GraphError(f"Layer {number} has the id {brief(id)}; an id is a letter, then letters or digits.")
    block = _read_block(entry, number, name, room) if kind == BLOCK.name else None
    declaration = block.declaration if block is not None else kinds().get(kind)
    if declaration is None:
        raise NoSuchKind(f"Layer {number} ({name}) is a {brief(kind)}, which this version does not know.")
    params = entry.get("params", {})
    if not isinstance(params, dict):
        raise GraphError(f"The settings of layer {number} ({name}) must be a JSON object.")
    position = entry.get("position", [0, 0])
    if (
        not isinstance(position, list)
        or len(position) != 2
        or not all(type(v) in (int, float) and abs(v) < FARTHEST for v in position)
    ):
        raise GraphError(f"The position of layer {number} ({name}) must be two numbers, not {brief(position)}.")
    states = {}
    for state in ("bypassed", "frozen"):
        states[state] = entry.get(state, False)
        if not isinstance(states[state], bool):
            raise GraphError(f'"{state}" of layer {number} ({name}) must be true or false.')
    note = _text(entry, "note", number, LONGEST_NOTE) if "note" in entry else ""
    place = (float(position[0]), float(position[1]))
    return Node(id, kind, name, settings(declaration, params), place, note=note, block=block, **states)


def _read_block(entry: dict[str, Any], number: int, name: str, room: _Room) -> Block:
    """What is inside a node. Raises GraphError, saying which block it is in."""
    data = entry.get("block")
    if not isinstance(data, dict):
        raise GraphError(f'Layer {number} ({name}) is a block, but "block" does not say what is inside.')
    title = _text(data, "title", number, LONGEST_TITLE)
    summary = _text(data, "summary", number, LONGEST_SUMMARY) if "summary" in data else ""
    if room.depth >= MOST_DEPTH:
        raise GraphError(f"Blocks stand in blocks more than {MOST_DEPTH} deep, at layer {number} ({name}).")
    room.depth += 1
    try:
        block = Block(title, _read_graph(data.get("graph"), room), summary, _read_made(data.get("made"))).checked()
    except GraphError as error:
        raise type(error)(f"Inside the block {name}: {error}") from None
    room.depth -= 1
    return room.known.setdefault(block, block)


def _text(entry: dict[str, Any], key: str, number: int, longest: int) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or len(value) > longest:
        raise GraphError(f'"{key}" of layer {number} must be text of at most {longest:,} characters.')
    if not value.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise GraphError(f'"{key}" of layer {number} holds half of a character (a lone surrogate).')
    return value


def _read_wire(entry: Any, number: int, graph: Graph) -> Wire:
    if not isinstance(entry, list) or len(entry) != 4 or not all(isinstance(part, str) for part in entry):
        raise GraphError(f"Wire {number + 1} must be [source, output, target, input], not {brief(entry)}.")
    wire = Wire(*entry)
    # Ports and nodes only, one wire at a time: cycles and taken inputs are checked once for all wires.
    error = graph.can_connect(wire)
    if error is not None:
        raise GraphError(f"Wire {number + 1}: {error}")
    return wire


def _read_made(data: Any) -> ReadyBlockSettings | None:
    """The ready block a block was made from; None where this version knows none such, which costs only its form."""
    if not isinstance(data, dict) or not isinstance(data.get("name"), str) or not isinstance(data.get("params"), dict):
        return None
    made = ready().get(data["name"])
    if made is None:
        return None
    try:
        return ReadyBlockSettings(data["name"], resolve(made.parameters, data["params"], made.title))
    except BadParameter:
        return None
