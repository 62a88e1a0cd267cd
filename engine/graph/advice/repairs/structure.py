"""Repairs of the wiring: missing ends, open inputs, cycles, layers that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from engine.graph.advice.checks.structure import stray_pieces
from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs import input_shape, output
from engine.graph.advice.repairs.edits import Edit, Step, connect, disconnect, remove, step, take_out
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph, Node, Wire, wire
from engine.graph.layout.placement import box, place_at_end, place_at_start, place_between
from engine.graph.shapes import DType

_MOST_SOURCES = 12
"""How many layers are considered as the origin of a missing wire, the nearest first."""


def add_data(facts: GraphFacts) -> Iterator[Repair]:
    """A data block, wired to the first layer that waits for an input."""

    def edit(graph: Graph) -> Graph:
        graph = graph.add("Input")
        new = graph.last
        waiting = [node for node in graph.nodes.values() if node.id != new and graph.open_input(node.id)]
        waiting = [node for node in waiting if not graph.incoming(node.id) and not node.is_output]
        graph = place_at_start(graph, new)
        if not waiting:
            return graph
        first = min(waiting, key=lambda node: node.position)
        return graph.connect(wire(new, first.id, graph.open_input(first.id) or "in"))

    yield Repair("Add the data block", edit)


def add_goal(facts: GraphFacts) -> Iterator[Repair]:
    """A goal block, wired to the last layer that feeds nothing."""

    def edit(graph: Graph) -> Graph:
        graph = graph.add("Output")
        new = graph.last
        loose = [n for n in graph.nodes.values() if n.declaration.has_output and not graph.outgoing(n.id)]
        loose = [node for node in loose if not node.is_input]
        graph = place_at_end(graph, new)
        if not loose:
            return graph
        return graph.connect(wire(max(loose, key=lambda node: node.position).id, new))

    yield Repair("Add the goal block", edit)


def remove_end(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """One data block or goal block too many."""
    graph, node = facts.graph, facts.graph.nodes[id]
    first = graph.of_kind(node.kind)[0]
    if node.is_input:

        def join(graph: Graph) -> Graph:
            moved = [Wire(first.id, "out", w.target, w.input) for w in graph.outgoing(id)]
            graph = graph.remove([id])
            for w in moved:
                graph = graph.connect(w)
            return graph

        yield Repair(f"Remove it and use {first.name} instead", join)
    yield Repair(f"Remove {node.name}", remove([id]))
    if node.is_output:
        yield Repair(f"Keep it and remove {first.name}", remove([first.id]))


def open_circle(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Remove one wire of the cycle, those that run backwards first."""
    nodes = facts.graph.nodes
    circle = facts.circle
    pairs = set(zip(circle, (*circle[1:], circle[0]), strict=True))
    wires = [w for w in facts.graph.wires if (w.source, w.target) in pairs]
    for w in sorted(wires, key=lambda w: nodes[w.target].position[0] - nodes[w.source].position[0]):
        label = f"Remove the wire from {nodes[w.source].name} to {nodes[w.target].name}"
        yield Repair(label, disconnect(w))


def wire_input(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Connect the nearest layer that fits; or do without the layer that waits."""
    graph = facts.graph
    node = graph.nodes[id]
    sources = list(islice(_sources(facts, node), _MOST_SOURCES))
    if node.is_output and not facts.is_inside:
        # A goal is what a network leads to: not the data itself, and no layer that others follow already.
        sources = [source for source in sources if not graph.nodes[source].is_input]
        sources = [source for source in sources if not graph.outgoing(source)] or sources
        yield from output.connect_last(facts, id, sources)
        if facts.data and not sources:
            yield from _smallest_networks(facts, facts.data, id)
    port = facts.nodes[id].open_inputs[0]
    for source in sources:
        yield Repair(f"Connect {graph.nodes[source].name} to {node.name}", connect(source, id, port))
    if not node.is_output and len(graph.incoming(id)) <= 1:
        yield Repair(f"Remove {node.name}", take_out([id]))


def _sources(facts: GraphFacts, node: Node) -> Iterator[str]:
    """Layers that may feed the node: loose ends before others, near before far, left before right."""
    graph = facts.graph
    barred = graph.downstream(node.id) | {node.id} | {w.source for w in graph.incoming(node.id)}

    def rank(other: Node) -> tuple[bool, bool, float]:
        dx, dy = node.position[0] - box(graph, other.id)[2], node.position[1] - other.position[1]
        far = abs(dx) + abs(dy) + (1000 if dx < 0 else 0)
        return bool(graph.outgoing(other.id)), other.id not in facts.shapes, far

    able = [n for n in graph.nodes.values() if n.id not in barred and n.declaration.has_output]
    return (other.id for other in sorted(able, key=rank))


def begin(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """The smallest network that can learn, in a drawing of two ends only."""
    if facts.data:
        yield from _smallest_networks(facts, facts.data, id)


def _smallest_networks(facts: GraphFacts, data: str, output: str) -> Iterator[Repair]:
    """For a drawing of two ends only: the least that can learn from what the data gives."""
    answer, shape = step("Linear", out_features="answer"), facts.shapes.get(data)
    if shape is not None and facts.signature is not None and facts.signature.target.gives_back_input:
        for words, steps in input_shape.ways(shape, shape):
            yield Repair(f"Add {words} between data and goal", _chain_of(data, output, steps))
        return
    ways = (
        (DType.FLOAT, True, "Add a Linear layer between data and goal", (answer,)),
        (DType.FLOAT, False, "Add Flatten and Linear between data and goal", (step("Flatten"), answer)),
        (DType.INT, True, "Add Embedding, Flatten and Linear", (step("Embedding"), step("Flatten"), answer)),
    )
    for dtype, flat, label, steps in ways:
        if shape is None or (shape.dtype, shape.rank == 1) == (dtype, flat):
            yield Repair(label, _chain_of(data, output, steps))


def _chain_of(data: str, output: str, steps: tuple[Step, ...]) -> Edit:
    def edit(graph: Graph) -> Graph:
        before = data
        for kind, params in steps:
            graph = graph.add(kind, **params)
            new = graph.last
            graph = place_between(graph, new, before, output).connect(wire(before, new))
            before = new
        return graph.connect(wire(before, output))

    return edit


def use_or_remove(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Put a piece that leads nowhere between the last layer and the goal, join it to the rest, or remove it."""
    graph = facts.graph
    piece = next(piece for piece in stray_pieces(facts) if id in piece)
    names = graph.nodes[id].name if len(piece) == 1 else f"these {len(piece)} layers"
    chain = _chain(graph, piece)
    if facts.goal and chain and graph.open_input(chain[0]):
        last = graph.incoming(facts.goal)[0]
        label = f"Put {names} between {graph.nodes[last.source].name} and the goal"
        yield Repair(label, _splice(last, chain[0], chain[-1]))
    for other in facts.order:
        if graph.nodes[other].declaration.variadic and id in facts.shapes:
            label = f"Connect {graph.nodes[id].name} to {graph.nodes[other].name}"
            yield Repair(label, connect(id, other))
    yield Repair(f"Remove {names}", remove(piece))


def _chain(graph: Graph, piece: list[str]) -> list[str]:
    """The piece, when it is a plain row of layers that nothing feeds; else nothing."""
    for before, id in zip([None, *piece], piece, strict=False):
        sources = [w.source for w in graph.incoming(id)]
        if sources != ([before] if before else []) or len(graph.outgoing(id)) > 1:
            return []
    return piece


def _splice(on: Wire, first: str, last: str) -> Edit:
    def edit(graph: Graph) -> Graph:
        port = graph.open_input(first) or "in"
        graph = graph.disconnect(on).connect(Wire(on.source, on.output, first, port))
        return graph.connect(Wire(last, "out", on.target, on.input))

    return edit
