"""Repairs of a layer that cannot take what arrives: other settings, another kind of layer, a layer in between."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from engine.counting import counted
from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import Step, change, disconnect, insert, step, swap, take_out
from engine.graph.facts import GraphFacts
from engine.graph.graph import Node
from engine.graph.parameters import BadParameter
from engine.graph.shapes import Shape, ShapeErrorCode, ShapeForm

_DIVIDING = ("groups", "num_groups", "num_heads", "nhead", "upscale_factor", "downscale_factor")
"""Settings that must divide a size of the data."""


def propose(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Edits that may let the layer take what arrives, the likely ones first. They are yet to be tried."""
    node, form = facts.graph.nodes[id], facts.nodes[id].inputs[0].form
    yield from settings_that_fit(facts, node)
    yield from _dividing(facts, node)
    if form is not None and (kind := node.declaration.same_for.get(form)) is not None:
        yield Repair(f"Make it a {kind}", swap(id, kind))
    if node.kind in ("Conv2d", "Conv1d") and form is ShapeForm.FEATURES:
        units = node.params["out_channels"]
        yield Repair(f"Make it a Linear with {counted(units, 'unit')}", swap(id, "Linear", out_features=units))
    if node.kind == "Embedding" and form is not ShapeForm.TOKENS:
        yield Repair(f"Remove {node.name}", take_out([id]))
    wires = facts.graph.incoming(id)
    for w in wires:
        shape = facts.shapes[w.source]
        where = "it" if len(wires) == 1 else f"its {w.input}"
        for words, steps in _adapters(shape):
            yield Repair(f"Put {words} before {where}", insert(w, *steps))
    for w in wires[1:]:
        yield Repair(f"Remove the wire to its {w.input}", disconnect(w))
    if any(parameter.name == "last_axis" for parameter in node.declaration.parameters):
        yield Repair("Apply it along the last axis", change(id, last_axis=True))
    yield Repair(f"Remove {node.name}", take_out([id]))


def settings_that_fit(facts: GraphFacts, node: Node) -> Iterator[Repair]:
    """The setting that the shape rule itself names, and for windows other ways to make them fit."""
    details = facts.refusals[node.id].details
    if "kernel_size" in details:
        yield from _set(node, kernel_size=details["fits"])
        yield from _set(node, padding="same")
        sizes, dilation = details["input"], node.params.get("dilation", (1,) * len(details["input"]))
        windows = [d * (k - 1) + 1 for d, k in zip(dilation, details["kernel_size"], strict=True)]
        yield from _set(node, padding=tuple(max(0, -(-(w - s) // 2)) for w, s in zip(windows, sizes, strict=True)))
    elif "setting" in details and "fits" in details:
        yield from _set(node, **{details["setting"]: details["fits"]})
    elif details.get("setting") == "sizes" and "count" in details:
        yield from _set(node, sizes=(details["count"],))
        yield from _set(node, sizes=(1, *_rectangle(details["count"])))
    elif details.get("setting") == "axes":
        yield from _set(node, axes="auto")
    elif details.get("setting") == "sizes":
        yield from _set(node, sizes=(-1,), axes="auto")
    if "padding" in details:
        right, bottom = details["padding"]
        pad = step("ZeroPad2d", left=0, top=0, right=right, bottom=bottom)
        yield Repair("Put a ZeroPad2d before it", insert(facts.graph.incoming(node.id)[0], pad))
    if details.get("axis") == "channels" and "fits" in details and "setting" not in details:
        convolution = step("Conv2d", out_channels=details["fits"], kernel_size=1)
        label = f"Put a 1×1 Conv2d with {details['fits']:,} filters before it"
        yield Repair(label, insert(facts.graph.incoming(node.id)[0], convolution))


def _set(node: Node, **values: object) -> Iterator[Repair]:
    """Change settings, if the layer has them and they may be so."""
    words = []
    for name, value in values.items():
        try:
            parameter = node.declaration.parameter(name)
            words.append(f"{parameter.title.lower()} to {parameter.show(parameter.check(value))}")
        except (KeyError, BadParameter):
            return
    yield Repair(f"Set the {' and the '.join(words)}", change(node.id, **values))


def _dividing(facts: GraphFacts, node: Node) -> Iterator[Repair]:
    """The nearest numbers that divide the size of the data, smaller or larger."""
    if facts.refusals[node.id].code not in (ShapeErrorCode.SIZE, ShapeErrorCode.PARAMETER):
        return
    sizes = {size for shape in facts.nodes[node.id].inputs for size in shape.sizes}
    sizes |= {node.params["out_channels"]} if "out_channels" in node.params else set()
    for name in _DIVIDING:
        current = node.params.get(name)
        if not isinstance(current, int):
            continue
        divisors = {d for size in sizes if isinstance(size, int) for d in _divisors(size)}
        for divisor in sorted(divisors, key=lambda d: (abs(d - current), d))[:12]:
            yield from _set(node, **{name: divisor})


def _divisors(number: int) -> set[int]:
    small = {d for d in range(1, isqrt(number) + 1) if number % d == 0}
    return small | {number // d for d in small}


def _rectangle(count: int) -> tuple[int, int]:
    """The height and width, as near to a square as can be, that hold ``count`` numbers."""
    height = max(d for d in range(1, isqrt(count) + 1) if count % d == 0)
    return height, count // height


def _adapters(x: Shape) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Layers to put in front, in words and as steps, by the form of what arrives."""
    form = x.form
    flatten, average, swapped = step("Flatten"), step("GlobalAvgPool"), step("Permute", order=(2, 1))
    if form is ShapeForm.TOKENS:
        embedding = step("Embedding")
        yield "an Embedding", (embedding,)
        yield "Embedding and Flatten", (embedding, flatten)
        yield "Embedding and GlobalAvgPool", (embedding, average)
        yield "Embedding and Permute", (embedding, swapped)
        return
    if form in (ShapeForm.SEQUENCE, ShapeForm.SIGNAL):
        yield "a Permute (swaps the two axes)", (swapped,)
    if form is not ShapeForm.FEATURES:
        yield "a Flatten", (flatten,)
        yield "a GlobalAvgPool", (average,)
    if form is ShapeForm.PICTURE:
        channels, height, width = x.sizes
        if channels == 1:
            rows = step("Reshape", sizes=(height, width), axes="sequence")
            yield f"a Reshape ({counted(height, 'row')} as {counted(height, 'step')})", (rows,)
        pixels = step("Reshape", sizes=(channels, height * width), axes="signal")
        yield "Reshape and Permute (each pixel a step)", (pixels, swapped)
        yield "a Reshape (one row of pixels)", (pixels,)
    elif form is ShapeForm.FEATURES:
        height, width = _rectangle(x.count)
        yield f"a Reshape (1×{height}×{width} image)", (step("Reshape", sizes=(1, height, width), axes="picture"),)
        rows = step("Reshape", sizes=(height, width), axes="sequence")
        yield f"a Reshape ({counted(height, 'step')} of {counted(width, 'number')})", (rows,)
        yield f"a Reshape ({counted(x.count, 'step')})", (step("Reshape", sizes=(x.count, 1), axes="sequence"),)
        yield "a Reshape (a signal of one channel)", (step("Reshape", sizes=(1, x.count), axes="signal"),)
    elif x.rank == 2:
        yield "a Reshape (an image of one channel)", (step("Reshape", sizes=(1, *x.sizes), axes="picture"),)
