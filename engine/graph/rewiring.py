"""Edits of the drawing that keep most of what is there: replacing a layer, taking one out, letting one follow another.

Functions from drawing to drawing, like the methods of ``Graph``, with the same errors.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from engine.graph.blocks import shelf
from engine.graph.errors import GraphError, NoSuchPort
from engine.graph.graph import Graph, Node, Wire
from engine.graph.layers import LayerKind
from engine.graph.layers.block import BLOCK
from engine.graph.layers.kind import ENDS, MOST_INPUTS
from engine.graph.naming import stem_of
from engine.graph.node import settings
from engine.graph.parameter_sets import counterpart
from engine.graph.parameters import BadParameter, Params


def replace_kind(graph: Graph, id: str, kind: str) -> Graph:
    """Make a layer one of another kind, keeping its id, place, states, note and wires.

    Settings of the same name and type keep their value where the new kind allows it. A name that only counts
    ("conv1") becomes one of the new kind; a name somebody gave stays. Wires go to the input of the same name, the
    others to the free inputs in order; those that find no input are dropped.

    Raises NoSuchNode, NoSuchKind, and GraphError for the data block and the goal block.
    """
    node = graph.node(id)
    declaration, block = shelf.known(kind), shelf.block(kind)
    if kind == node.kind:
        return graph
    if ENDS & {kind, node.kind}:
        raise GraphError("The data block and the goal block cannot be replaced: every network needs both.")
    name = node.name
    old = node.declaration.stem if node.block is None else stem_of(node.block.title)
    stem = declaration.stem if block is None else stem_of(block.title)
    if stem != old and name.removeprefix(old).isdigit():
        name = graph.free_name(stem)
    kind = kind if block is None else BLOCK.name
    changed = replace(node, kind=kind, name=name, params=carried(node, declaration), block=block)
    moved = _moved(graph, id, declaration)
    wires = tuple(new for w in graph.wires if (new := moved.get(w, w)) is not None)
    nodes = MappingProxyType({**graph.nodes, id: changed})
    return replace(graph, nodes=nodes, wires=wires)


def carried(node: Node, declaration: LayerKind) -> Params:
    """The settings of another kind, with the values of ``node`` where name, type and range agree."""
    kept: dict[str, Any] = {}
    for parameter in declaration.parameters:
        before = counterpart(parameter, node.declaration.parameters)
        if before is None or type(before) is not type(parameter):
            continue
        try:
            kept[parameter.name] = parameter.check(node.params[before.name])
        except BadParameter:
            continue
    return settings(declaration, kept)


def _moved(graph: Graph, id: str, declaration: LayerKind) -> dict[Wire, Wire | None]:
    """Where each wire of a node goes when the node is of another kind; None where it has no place."""
    coming = graph.incoming(id)
    names = (
        [f"in{k}" for k in range(1, MOST_INPUTS + 1)]
        if declaration.variadic
        else [port.name for port in declaration.inputs]
    )
    ports = {w: w.input for w in coming if w.input in names}
    free = [name for name in names if name not in ports.values()]
    for w in coming:
        if w not in ports and free:
            ports[w] = free.pop(0)
    moved: dict[Wire, Wire | None] = {w: replace(w, input=ports[w]) if w in ports else None for w in coming}
    if not declaration.has_output:
        moved |= dict.fromkeys(graph.outgoing(id))
    return moved


def take_out(graph: Graph, id: str) -> Graph:
    """Take every wire of a node away, joining what fed it to what it fed where that is unambiguous. It stays."""
    coming, going = graph.incoming(id), graph.outgoing(id)
    for w in (*coming, *going):
        graph = graph.disconnect(w)
    if len(coming) == 1:
        for w in going:
            joined = Wire(coming[0].source, coming[0].output, w.target, w.input)
            if graph.can_connect(joined) is None:
                graph = graph.connect(joined)
    return graph


def follow(graph: Graph, new: str, id: str) -> Graph:
    """Put node ``new``, which has no wires, right behind ``id``: all that ``id`` fed is fed by ``new``.

    Raises NoSuchNode, NoSuchPort.
    """
    port = graph.open_input(new)
    if port is None or not graph.node(new).declaration.has_output:
        raise NoSuchPort(f"{graph.node(new).name} cannot stand after a layer: it has no free input or no output.")
    going = graph.outgoing(id)
    for w in going:
        graph = graph.disconnect(w)
    graph = graph.connect(Wire(id, "out", new, port))
    for w in going:
        graph = graph.connect(replace(w, source=new, output="out"))
    return graph
