"""Repairs of a generator and its critic: what is missing is put in, what stands where it must not is taken out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.checks.generating import lacks_noise
from engine.graph.advice.problems import ProblemCode, Repair
from engine.graph.advice.repairs import structure
from engine.graph.advice.repairs.edits import Edit, Step, disconnect, insert, step
from engine.graph.advice.repairs.edits import take_out as taking_out
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph, Wire, wire
from engine.graph.layers.generating import GENERATED, REAL
from engine.graph.layout.placement import GAP, HEIGHT, WIDTH, place_between
from engine.graph.parts import GENERATOR, noise_before, parts, switches
from engine.graph.shapes import Shape

OF_SWITCHES = frozenset({ProblemCode.OPEN_INPUT, ProblemCode.SHAPE})
"""The problems that have repairs of their own at a switch."""


def take_out(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Remove a layer that stands where it must not."""
    node = facts.graph.nodes[id]
    wanted = facts.signature is not None and facts.signature.target.needs_generated
    for found in parts(facts.graph) if not wanted else ():
        if found.name == GENERATOR:
            yield Repair("Remove the generator, and what lets its samples through", _without_generator(found.result))
    if node.declaration.is_switch:
        yield Repair(f"Remove {node.name}", _without_switch(id))
    yield Repair(f"Remove {node.name}", taking_out([id]))


def _without_switch(id: str) -> Edit:
    """Without the switch, and with what it let through in its place: the real samples."""

    def edit(graph: Graph) -> Graph:
        real, going = graph.sources(id)[0], graph.outgoing(id)
        graph = graph.remove([id])
        for w in going if real is not None else ():
            graph = graph.connect(Wire(real or "", "out", w.target, w.input))
        return graph

    return edit


def _without_generator(result: str) -> Edit:
    """Without the switch and all that leads to its generated input ``result`` alone."""

    def edit(graph: Graph) -> Graph:
        switch = next(node.id for node in graph.nodes.values() if node.declaration.is_switch)
        making = {id for id in graph.upstream(result) | {result} if not graph.nodes[id].is_end}
        graph = _without_switch(switch)(graph)
        needed = {id for node in graph.outputs for id in graph.upstream(node.id)}
        return graph.remove(making - needed)

    return edit


def add_switch(facts: GraphFacts, _id: str) -> Iterator[Repair]:
    """Put a RealOrFake behind the data, with a small generator before it."""
    data = facts.data
    if data is None or data not in facts.shapes or facts.shapes[data].is_tokens:
        return
    shape = facts.shapes[data]

    def edit(graph: Graph) -> Graph:
        going = graph.outgoing(data)
        graph = graph.add("RealOrFake")
        switch = graph.last
        for w in going:
            graph = graph.disconnect(w).connect(Wire(switch, "out", w.target, w.input))
        graph = graph.connect(wire(data, switch, REAL))
        if going:
            graph = place_between(graph, switch, data, going[0].target)
        return _with_generator(graph, switch, shape)

    yield Repair("Add RealOrFake behind the data, and a small generator", edit)


def begin_with_noise(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Let the generator begin with noise: before its first layer, or as a new one."""
    graph = facts.graph
    generated = graph.sources(id)[-1]
    if generated is None:
        return
    making = graph.upstream(generated) | {generated}
    fed = [w for w in graph.wires if w.source == facts.data and w.target in making]
    for w in fed:
        label = f"Feed {graph.nodes[w.target].name} with Noise instead of {graph.nodes[w.source].name}"
        yield Repair(label, _with_noise(w))
    old = next(w for w in graph.incoming(id) if w.input == GENERATED)
    if facts.nodes[id].inputs:
        shape = facts.nodes[id].inputs[0]
        yield Repair(
            "Make a small generator that begins with Noise",
            lambda graph: _with_generator(graph.disconnect(old), id, shape),
        )


def begin_or_meet(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """What an open layer of a network that makes samples may wait for: noise, or what a RealOrFake lets through."""
    graph, name = facts.graph, facts.graph.nodes[id].name
    port = facts.nodes[id].open_inputs[0]
    if lacks_noise(facts, id):
        yield Repair(f"Add Noise before {name}", lambda graph: _noise_into(graph, id, port))
    wanted = facts.signature is not None and facts.signature.target.needs_generated
    if not wanted or switches(graph) or facts.data is None or facts.goal not in graph.downstream(id):
        return
    for node in graph.nodes.values():
        made = not graph.outgoing(node.id) and not node.is_end and noise_before(graph, node.id)
        if made and facts.shapes.get(node.id) == facts.shapes.get(facts.data):
            label = f"Add RealOrFake before {name}, where the samples of {node.name} meet the real ones"
            yield Repair(label, _meeting(facts.data, node.id, id, port))


def _meeting(data: str, generated: str, critic: str, port: str) -> Edit:
    def edit(graph: Graph) -> Graph:
        x, y = graph.node(critic).position
        graph = graph.add("RealOrFake", position=(x - WIDTH - GAP, y))
        switch = graph.last
        graph = graph.connect(wire(data, switch, REAL)).connect(wire(generated, switch, GENERATED))
        return graph.connect(Wire(switch, "out", critic, port))

    return edit


def separate(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Take away the wires that lead from one part into another."""
    graph = facts.graph
    if not graph.nodes[id].declaration.is_switch:
        (switch,) = [other for other in facts.order if graph.nodes[other].declaration.is_switch]
        judging = graph.downstream(switch) | {switch}
        for w in graph.incoming(id):
            if w.source not in judging:
                source = graph.nodes[w.source].name
                yield Repair(f"Remove the wire from {source} to {graph.nodes[id].name}", disconnect(w))
                yield Repair(f"Let {graph.nodes[switch].name} feed it instead of {source}", _rewired(w, switch))
        yield Repair(f"Remove {graph.nodes[id].name}", taking_out([id]))
        return
    generated = graph.sources(id)[-1]
    making = set() if generated is None else graph.upstream(generated) | {generated}
    for w in graph.wires:
        if w.source == facts.data and w.target in making:
            source, target = graph.nodes[w.source].name, graph.nodes[w.target].name
            yield Repair(f"Feed {target} with Noise instead of {source}", _with_noise(w))
            yield Repair(f"Remove the wire from {source} to {target}", disconnect(w))
    for w in graph.incoming(id):
        if w.input == REAL and facts.data is not None and w.source != facts.data:
            yield Repair("Take the data for its real samples", _rewired(w, facts.data))


def complete(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """A switch with an open input, or whose generated samples have another shape than the real ones."""
    graph = facts.graph
    sources = graph.sources(id)
    real = None if sources[0] is None else facts.shapes.get(sources[0])
    if sources[0] is None and facts.data is not None and sources[-1] != facts.data:
        yield Repair(f"Connect {graph.nodes[facts.data].name} to it", _connected(facts.data, id, REAL))
    if sources[-1] is None and real is not None:
        ends = [n.id for n in graph.nodes.values() if not graph.outgoing(n.id) and facts.shapes.get(n.id) == real]
        for end in ends:
            if not graph.nodes[end].is_end and end != id:
                yield Repair(f"Connect {graph.nodes[end].name} to it", _connected(end, id, GENERATED))
        yield Repair("Make a small generator for it", lambda graph: _with_generator(graph, id, real))
    if facts.nodes[id].refusal is not None and real is not None and not real.is_tokens:
        w = next(w for w in graph.incoming(id) if w.input == GENERATED)
        arriving = facts.shapes[w.source]
        label = f"Give the generated samples the shape of the real ones ({real.label()})"
        if arriving.count == real.count and not arriving.is_tokens:
            yield Repair(label, insert(w, *_reshaped(real)))
        yield Repair(label, insert(w, *_made_of(arriving, real)))
    if facts.nodes[id].open_inputs:
        yield from structure.wire_input(facts, id)
    yield Repair(f"Remove {graph.nodes[id].name}", _without_switch(id))


def let_learn(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """A layer with weights in the part that has none that may change, or its layers thawed."""
    graph = facts.graph
    for found in parts(graph):
        inside = (graph.upstream(found.result) | {found.result}) - set(found.given)
        if found.name != GENERATOR:
            inside -= graph.upstream(id)
        frozen = [node for node in inside if facts.nodes[node].parameters and graph.nodes[node].frozen]
        if any(facts.learns(node) for node in inside):
            continue
        if frozen:
            yield Repair(f"Let the layers of the {found.name} learn", _thawed(tuple(frozen)))
        elif found.name == GENERATOR and facts.nodes[id].inputs:
            w = next(w for w in graph.incoming(id) if w.input == GENERATED)
            real = facts.nodes[id].inputs[0]
            yield Repair("Give the generator a Linear", insert(w, *_made_of(facts.shapes[w.source], real)))
        elif facts.goal is not None:
            steps = () if facts.shapes[found.result].rank == 1 else (step("Flatten"),)
            last = graph.incoming(facts.goal)[0]
            yield Repair("Give the critic a Linear", insert(last, *steps, step("Linear", out_features="answer")))


def _with_generator(graph: Graph, switch: str, shape: Shape) -> Graph:
    """The drawing with Noise, a Linear and what gives its numbers the shape, before the generated input."""
    x, y = graph.nodes[switch].position
    steps = _made_of(Shape.features(1), shape)
    before = ""
    for number, (kind, params) in enumerate((step("Noise"), *steps)):
        place = (x - (len(steps) + 1 - number) * (WIDTH + GAP), y + 2 * HEIGHT)
        graph = graph.add(kind, position=place, **params)
        if before:
            graph = graph.connect(wire(before, graph.last))
        before = graph.last
    return graph.connect(wire(before, switch, GENERATED))


def _made_of(arriving: Shape, shape: Shape) -> tuple[Step, ...]:
    flat = () if arriving.rank == 1 else (step("Flatten"),)
    return (*flat, step("Linear", out_features=shape.count), *(_reshaped(shape) if shape.rank > 1 else ()))


def _reshaped(shape: Shape) -> tuple[Step, ...]:
    axes = shape.form.value if shape.form is not None else "auto"
    return (step("Reshape", sizes=shape.sizes, axes=axes),)


def _with_noise(on: Wire) -> Edit:
    return lambda graph: _noise_into(graph.disconnect(on), on.target, on.input)


def _noise_into(graph: Graph, id: str, port: str) -> Graph:
    x, y = graph.node(id).position
    graph = graph.add("Noise", position=(x - WIDTH - GAP, y))
    return graph.connect(Wire(graph.last, "out", id, port))


def _thawed(ids: tuple[str, ...]) -> Edit:
    return lambda graph: graph.set_all(ids, frozen=False)


def _rewired(old: Wire, source: str) -> Edit:
    return lambda graph: graph.disconnect(old).connect(Wire(source, "out", old.target, old.input))


def _connected(source: str, target: str, port: str) -> Edit:
    return lambda graph: graph.connect(wire(source, target, port))


