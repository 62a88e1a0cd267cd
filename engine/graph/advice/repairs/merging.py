"""Repairs of a merge whose inputs do not go together: bring them to one shape, or join them in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import Step, disconnect, insert_all, step, swap
from engine.graph.advice.repairs.refused import settings_that_fit
from engine.graph.facts import GraphFacts
from engine.graph.graph import Wire
from engine.graph.shapes import Shape, ShapeForm

Way = Callable[[Shape, Shape], tuple[Step, ...] | None]
"""(what arrives, what is wanted) -> the layers in between, or None when this way does not lead there."""


def propose(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Ways to make the inputs of a merge go together. They are yet to be tried."""
    graph = facts.graph
    node = graph.nodes[id]
    wires, arriving = graph.incoming(id), facts.nodes[id].inputs
    yield from settings_that_fit(facts, node)
    joins = node.kind == "Concatenate"
    ways: tuple[tuple[str, Way], ...] = _TO_JOIN if joins else _TO_ADD
    # The first input sets the shape; the last one, and the largest, may do so as well.
    targets = list(dict.fromkeys([arriving[0], max(arriving, key=lambda s: s.count), *arriving]))
    seconds = []
    for words, way in ways:
        found = []
        for target in targets:
            places = _places(wires, arriving, target, way)
            if places:
                where = " and ".join(graph.nodes[w.source].name for w, _ in places)
                found.append(Repair(f"Put {words} after {where} (→ {target.label()})", insert_all(places)))
        yield from found[:1]
        seconds += found[1:]
    flat = [(w, (step("Flatten"),)) for w, s in zip(wires, arriving, strict=True) if s.rank > 1]
    if joins and flat:
        yield Repair("Put a Flatten before each input", insert_all(flat))
    if not joins:
        yield Repair("Make it a Concatenate", swap(id, "Concatenate"))
        if flat:
            flat_and_joined = insert_all(flat)
            joined = swap(id, "Concatenate")
            yield Repair("Flatten its inputs and make it a Concatenate", lambda g: joined(flat_and_joined(g)))
    yield from seconds
    for w in wires:
        name = graph.nodes[w.source].name
        if len(wires) > node.declaration.fewest:
            yield Repair(f"Remove the wire from {name}", disconnect(w))


def _places(
    wires: tuple[Wire, ...], arriving: tuple[Shape, ...], target: Shape, way: Way
) -> list[tuple[Wire, tuple[Step, ...]]] | None:
    """Where which layers are needed to bring every input to ``target``; None when one cannot be brought."""
    places = []
    for w, shape in zip(wires, arriving, strict=True):
        if shape == target:
            continue
        steps = way(shape, target)
        if steps is None:
            return None
        if steps:
            places.append((w, steps))
    return places


def _both_pictures(x: Shape, to: Shape) -> bool:
    return x.form is ShapeForm.PICTURE and to.form is ShapeForm.PICTURE


def _convolution(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    """A 1×1 convolution: other channels, and with a stride a smaller picture."""
    if not _both_pictures(x, to):
        return None
    if x.sizes[1:] == to.sizes[1:]:
        return (step("Conv2d", out_channels=to.sizes[0], kernel_size=1),)
    for stride in range(2, 33):
        if all(-(-size // stride) == wanted for size, wanted in zip(x.sizes[1:], to.sizes[1:], strict=True)):
            return (step("Conv2d", out_channels=to.sizes[0], kernel_size=1, stride=stride, padding=0),)
    return None


def _linear(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    if x.is_tokens or x.names != to.names or x.sizes[:-1] != to.sizes[:-1]:
        return None
    if x.names[-1] != "features":
        return None
    return (step("Linear", out_features=to.sizes[-1], last_axis=x.rank > 1),)


def _padding(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    """Zeros around the smaller picture."""
    if not _both_pictures(x, to):
        return None
    rows, columns = to.sizes[1] - x.sizes[1], to.sizes[2] - x.sizes[2]
    if rows < 0 or columns < 0:
        return None
    if not rows and not columns:
        return ()
    sides = {"top": rows // 2, "bottom": rows - rows // 2, "left": columns // 2, "right": columns - columns // 2}
    return (step("ZeroPad2d", **sides),)


def _padded_convolution(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    pad = _padding(x, to)
    if not pad:
        return None
    return pad if x.sizes[0] == to.sizes[0] else (*pad, step("Conv2d", out_channels=to.sizes[0], kernel_size=1))


def _pooled(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    """An average of the larger picture, as large as the other."""
    if not _both_pictures(x, to):
        return None
    if any(size < wanted for size, wanted in zip(x.sizes[1:], to.sizes[1:], strict=True)):
        return None
    return (step("AdaptiveAvgPool2d", output_size=to.sizes[1:]),) if x.sizes[1:] != to.sizes[1:] else ()


def _pooled_convolution(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    pool = _pooled(x, to)
    if not pool:
        return None
    return pool if x.sizes[0] == to.sizes[0] else (*pool, step("Conv2d", out_channels=to.sizes[0], kernel_size=1))


def _averaged(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    """One number a channel, and a Linear where their number is not the one wanted."""
    if to.form is not ShapeForm.FEATURES or x.rank < 2 or x.is_tokens:
        return None
    count = x.size("channels") if "channels" in x.names else x.sizes[-1]
    average = step("GlobalAvgPool")
    return (average,) if count == to.count else (average, step("Linear", out_features=to.count))


def _flattened(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    if to.form is not ShapeForm.FEATURES or x.is_tokens:
        return None
    linear = step("Linear", out_features=to.count)
    if x.rank == 1:
        return (linear,)
    return (step("Flatten"),) if x.count == to.count else (step("Flatten"), linear)


def _embedded(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    """Numbers in the place of tokens."""
    if not x.is_tokens:
        return None
    if to.form is ShapeForm.SEQUENCE and x.sizes[0] == to.sizes[0]:
        return (step("Embedding", embedding_dim=to.sizes[1]),)
    return (step("Embedding"), step("Flatten"), step("Linear", out_features=to.count)) if to.rank == 1 else None


def _turned(x: Shape, to: Shape) -> tuple[Step, ...] | None:
    """A sequence on its side is a signal."""
    if {x.form, to.form} != {ShapeForm.SEQUENCE, ShapeForm.SIGNAL} or x.sizes != tuple(reversed(to.sizes)):
        return None
    return (step("Permute", order=(2, 1)),)


_TO_ADD: tuple[tuple[str, Way], ...] = (
    ("a 1×1 Conv2d", _convolution),
    ("a Linear", _linear),
    ("zeros", _padded_convolution),
    ("an average", _pooled_convolution),
    ("a Permute", _turned),
    ("an average", _averaged),
    ("Flatten and Linear", _flattened),
    ("an Embedding", _embedded),
)
_TO_JOIN: tuple[tuple[str, Way], ...] = (
    ("a ZeroPad2d", _padding),
    ("an average", _pooled),
    ("a Permute", _turned),
    ("a 1×1 Conv2d", _convolution),
    ("an average", _averaged),
    ("an Embedding", _embedded),
)
