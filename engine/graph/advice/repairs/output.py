"""Repairs at the goal: as many outputs as the target needs, and layers that can learn them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs import input_shape, last_layer
from engine.graph.advice.repairs.edits import Edit, Step, change, insert, step
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph, Node, Wire, wire
from engine.graph.parameters import Choice
from engine.graph.shapes import Shape, ShapeError
from engine.graph.targets import Target


def fit_target(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Resize the last Linear, add one, or first make one list of what arrives."""
    graph = facts.graph
    last = graph.incoming(id)[0]
    assert facts.signature is not None  # without one, nothing arrives
    if facts.signature.target.last_layer:
        yield from last_layer.put_before(facts, id)
        return
    if facts.signature.target.gives_back_input:
        yield from input_shape.give_back(facts, id)
        return
    size = f"{_target(facts, id).outputs:,}"
    sized = _decides(facts, last.source)
    if sized is not None:
        yield Repair(f"Give {graph.nodes[sized].name} the size of the target ({size})", _answer(sized))
    answer = step("Linear", out_features="answer")
    (arriving,) = facts.nodes[id].inputs
    yield from _every_step(facts, last, size)
    flat = arriving.rank == 1 and not arriving.is_tokens
    for words, steps in _HEADS[:1] if flat else _HEADS[1:]:
        yield Repair(f"Add {words} (→ {size}) before the goal", insert(last, *steps, answer))


def _target(facts: GraphFacts, id: str) -> Target:
    """What is to be learned at a goal block: of one that is for none yet, all of it."""
    assert facts.signature is not None
    return dict(facts.ends).get(id, facts.signature.target)


def _every_step(facts: GraphFacts, last: Wire, size: str) -> Iterator[Repair]:
    """For a target at every step of a sequence: keep the steps, and give each as many numbers as there are to give."""
    answer = step("Linear", out_features="answer", last_axis=True)
    yield Repair(f"Add a Linear at every step (→ {size}) before the goal", insert(last, answer))
    yield Repair(f"Add Embedding and a Linear at every step (→ {size})", insert(last, step("Embedding"), answer))
    behind: list[Node] = []
    node: Node | None = facts.graph.nodes[last.source]
    while node is not None and not node.is_end:
        choice = _of_steps(node)
        if choice is not None:
            label = f"Let {node.name} give every step"
            yield Repair(label, _all(change(node.id, **{choice: "sequence"}), *map(_at_every_step, behind)))
            end = insert(last, answer)
            yield Repair(f"{label}, and add a Linear (→ {size})", _all(change(node.id, **{choice: "sequence"}), end))
            return
        behind.append(node)
        before = facts.graph.incoming(node.id)
        node = facts.graph.nodes[before[0].source] if before else None


def _of_steps(node: Node) -> str | None:
    """The setting by which a layer that gives something about a whole sequence would give it of every step."""
    for choice in node.declaration.parameters:
        if isinstance(choice, Choice) and "sequence" in choice.options and node.params[choice.name] != "sequence":
            return choice.name
    return None


def _at_every_step(node: Node) -> Edit:
    """A layer on a flat list, set to do the same at every step of a sequence, if it can be."""
    return change(node.id, last_axis=True) if "last_axis" in node.params else lambda graph: graph


def _all(*edits: Edit) -> Edit:
    """Edits one after another."""

    def edit(graph: Graph) -> Graph:
        for one in edits:
            graph = one(graph)
        return graph

    return edit


def connect_last(facts: GraphFacts, id: str, sources: Iterable[str]) -> Iterator[Repair]:
    """Connect a layer to the goal ``id``, with what is missing between the two: the size, a Linear, a Flatten.

    ``sources`` are the layers that may be the last one, the likeliest first.
    """
    if facts.signature is None:
        return
    graph, target = facts.graph, _target(facts, id)
    size = f"{target.outputs:,}"
    if target.gives_back_input:
        yield from input_shape.connect(facts, id, sources)
        return
    for source in sources:
        shape, name = facts.shapes.get(source), graph.nodes[source].name
        if shape is None or _fits(shape, target):
            continue
        if _decides(facts, source) == source:
            label = f"Connect {name} to the goal, with the size of the target ({size})"
            yield Repair(label, _connected(source, id, _answer(source)))
        flat = shape.rank == 1 and not shape.is_tokens
        for words, steps in _HEADS[:1] if flat else _HEADS[1:]:
            joined = insert(wire(source, id), *steps, step("Linear", out_features="answer"))
            yield Repair(f"Connect {name} to the goal through {words} (→ {size})", _connected(source, id, joined))


def _fits(shape: Shape, target: Target) -> bool:
    try:
        target.accept(shape)
    except ShapeError:
        return False
    return True


def _connected(source: str, id: str, then: Edit) -> Edit:
    return lambda graph: then(graph.connect(wire(source, id)))


_HEADS: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("a Linear", ()),
    ("Flatten and Linear", (step("Flatten"),)),
    ("GlobalAvgPool and Linear", (step("GlobalAvgPool"),)),
    ("Embedding, Flatten and Linear", (step("Embedding"), step("Flatten"))),
)


def _answer(id: str) -> Edit:
    return change(id, out_features="answer")


def _decides(facts: GraphFacts, id: str) -> str | None:
    """The Linear whose units decide how many numbers arrive, seen through layers that keep the shape."""
    graph = facts.graph
    while id in facts.shapes:
        node = graph.nodes[id]
        if node.kind == "Linear" and not node.bypassed:
            return id
        coming = graph.incoming(id)
        if len(coming) != 1 or facts.nodes[id].inputs[0] != facts.shapes[id]:
            return None
        id = coming[0].source
    return None


def learn(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Something with weights: a Linear before the goal, or the layers that are frozen or bypassed."""
    graph = facts.graph
    frozen = [other for other in facts.order if graph.nodes[other].frozen]
    if frozen:
        which = graph.nodes[frozen[0]].name if len(frozen) == 1 else f"the {len(frozen)} frozen layers"
        yield Repair(f"Unfreeze {which}", _unfreeze(tuple(frozen)))
    bypassed = [other for other in facts.order if graph.nodes[other].bypassed]
    for other in bypassed:
        yield Repair(f"Stop bypassing {graph.nodes[other].name}", _switch_on(other))
    last = graph.incoming(id)[0]
    if facts.signature is not None and facts.signature.target.gives_back_input:
        yield from input_shape.give_back(facts, id)
        return
    answer = step("Linear", out_features="answer")
    yield Repair("Add a Linear before the goal", insert(last, answer))


def _unfreeze(ids: tuple[str, ...]) -> Edit:
    return lambda graph: graph.set_all(ids, frozen=False)


def _switch_on(id: str) -> Edit:
    return lambda graph: graph.set(id, bypassed=False)
