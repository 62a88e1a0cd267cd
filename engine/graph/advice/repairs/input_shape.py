"""Repairs of a goal that is to give back the input: layers that bring what arrives to the input's shape again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import Edit, Step, change, insert, step
from engine.graph.facts import GraphFacts
from engine.graph.graph import wire
from engine.graph.shapes import Shape, ShapeForm
from engine.graph.targets import SameAsInput

_MOST_DOUBLINGS = 4
Way = tuple[str, tuple[Step, ...]]
"""Layers to add, in words and as steps."""


def give_back(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Resize the layer that decides, or add before the goal what is missing to the input's shape."""
    last, wanted = facts.graph.incoming(id)[0], _wanted(facts)
    (arriving,) = facts.nodes[id].inputs
    yield from _resize(facts, last.source, wanted)
    for words, steps in ways(arriving, wanted):
        yield Repair(f"Add {words} before the goal (→ {wanted.label()})", insert(last, *steps))


def connect(facts: GraphFacts, id: str, sources: Iterable[str]) -> Iterator[Repair]:
    """Connect a layer to the goal ``id`` through what is missing to the input's shape."""
    wanted = _wanted(facts)
    for source in sources:
        shape, name = facts.shapes.get(source), facts.graph.nodes[source].name
        if shape is None or shape.sizes == wanted.sizes:
            continue
        for words, steps in ways(shape, wanted):
            joined = insert(wire(source, id), *steps)
            label = f"Connect {name} to the goal through {words} (→ {wanted.label()})"
            yield Repair(label, _connected(source, id, joined))


def _connected(source: str, id: str, then: Edit) -> Edit:
    return lambda graph: then(graph.connect(wire(source, id)))


def _wanted(facts: GraphFacts) -> Shape:
    assert facts.signature is not None
    target = facts.signature.target
    assert isinstance(target, SameAsInput)
    return target.asked


def _resize(facts: GraphFacts, id: str, wanted: Shape) -> Iterator[Repair]:
    """Another size for the last layer that has one, seen through layers that keep the shape or only arrange it."""
    graph, arranged = facts.graph, False
    while id in facts.shapes:
        node, shape = graph.nodes[id], facts.shapes[id]
        if node.bypassed:
            return
        if node.kind == "Linear" and shape.rank == 1 and (arranged or wanted.rank == 1):
            label = f"Give {node.name} the size of the input ({wanted.count:,})"
            yield Repair(label, change(id, out_features="answer"))
            return
        if node.kind in ("Conv2d", "ConvTranspose2d") and shape.sizes[1:] == wanted.sizes[1:]:
            label = f"Give {node.name} the channels of the input ({wanted.sizes[0]:,})"
            yield Repair(label, change(id, out_channels=wanted.sizes[0]))
            return
        if node.kind == "Reshape":
            sized = Repair(f"Set the sizes of {node.name} to {wanted.label()}", change(id, sizes=wanted.sizes))
            if shape.count == wanted.count:
                yield sized
            coming = graph.incoming(id)
            if coming and graph.nodes[coming[0].source].kind == "Linear":
                linear = graph.nodes[coming[0].source]
                label = f"Give {linear.name} the size of the input ({wanted.count:,}) and {node.name} its shape"
                yield Repair(label, _both(change(linear.id, out_features="answer"), change(id, sizes=wanted.sizes)))
                return
            arranged = True
        coming = graph.incoming(id)
        if len(coming) != 1 or (facts.nodes[id].inputs[0] != shape and node.kind != "Reshape"):
            return
        id = coming[0].source


def _both(first: Edit, second: Edit) -> Edit:
    return lambda graph: second(first(graph))


def ways(arriving: Shape, wanted: Shape) -> Iterator[Way]:
    """Layers that make the shape ``wanted`` of what arrives, the likeliest first."""
    if arriving.is_tokens:
        return
    arranged = () if wanted.rank == 1 else (step("Reshape", sizes=wanted.sizes, axes=(wanted.form or "auto")),)
    if arriving.count == wanted.count and arriving.sizes != wanted.sizes:
        yield ("a Flatten", (step("Flatten"),)) if wanted.rank == 1 else ("a Reshape", arranged)
    if wanted.form is ShapeForm.PICTURE and arriving.form is ShapeForm.PICTURE:
        yield from _enlarged(arriving, wanted)
    flat = () if arriving.rank == 1 else (step("Flatten"),)
    names = [*(["Flatten"] if flat else []), "Linear", *(["Reshape"] if arranged else [])]
    words = "a Linear" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    yield words, (*flat, step("Linear", out_features="answer"), *arranged)


def _enlarged(arriving: Shape, wanted: Shape) -> Iterator[Way]:
    """Transposed convolutions that double height and width as often as needed, or a convolution that keeps them."""
    channels, height, width = wanted.sizes
    for times in range(_MOST_DOUBLINGS + 1):
        if (arriving.sizes[1] * 2**times, arriving.sizes[2] * 2**times) != (height, width):
            continue
        if times == 0:
            yield "a Conv2d", (step("Conv2d", out_channels=channels),)
            return
        between = step("ConvTranspose2d", out_channels=arriving.sizes[0])
        steps = [one for _ in range(times - 1) for one in (between, step("ReLU"))]
        words = "a ConvTranspose2d" if times == 1 else f"{times} ConvTranspose2d"
        yield words, (*steps, step("ConvTranspose2d", out_channels=channels))
