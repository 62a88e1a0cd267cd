"""Which ports a wire that is being dragged may connect to, and why not to the others."""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.advice.analysis import Analysis
from engine.graph.advice.suggestions import feeding, fitting
from engine.graph.graph import Graph, Wire
from engine.graph.inference import shape_of
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from gui.canvas.faces import input_ports


@dataclass(frozen=True)
class WireFit:
    """``possible``: the wire can be made. ``good``: and what it brings suits. ``reason`` says what to know."""

    possible: bool
    good: bool
    reason: str = ""


def possible(graph: Graph, analysis: Analysis, node: str, port: str, forward: bool) -> dict[tuple[str, str], WireFit]:
    """Every port a wire from ``port`` of ``node`` may go to. Taken inputs count: a wire there is replaced."""
    found: dict[tuple[str, str], WireFit] = {}
    if node not in graph.nodes:
        return found
    # Feeding anything that feeds this node would close a circle; asked once for all.
    barred = {node, *(graph.upstream(node) if forward else graph.downstream(node))}
    for id, other in graph.nodes.items():
        if id in barred:
            continue
        if forward:
            for name in input_ports(graph, other):
                found[(id, name)] = _suits(graph, analysis, Wire(node, port, id, name))
        elif other.declaration.has_output:
            found[(id, "out")] = _suits(graph, analysis, Wire(id, "out", node, port))
    return found


def judge(graph: Graph, analysis: Analysis, wire: Wire) -> WireFit:
    """Whether one wire can be made and whether what it brings suits, with a word about it."""
    freed = graph.freed(wire)
    error = freed.can_connect(wire)
    if error is not None:
        return WireFit(False, False, str(error))
    fit = _suits(graph, analysis, wire)
    if fit.reason:
        return fit
    taken = next((w for w in graph.incoming(wire.target) if w.input == wire.input), None)
    source, target = graph.nodes[wire.source].name, graph.nodes[wire.target].name
    shape = analysis.shapes.get(wire.source)
    words = f"{source} → {target}" + ("" if shape is None else f": {shape.words()}")
    if taken is not None and taken.source != wire.source:
        words += f". Replaces the wire from {graph.nodes[taken.source].name}."
    return WireFit(True, True, words)


def _suits(graph: Graph, analysis: Analysis, wire: Wire) -> WireFit:
    shape = analysis.shapes.get(wire.source)
    if shape is None:
        return WireFit(True, True)
    node = graph.nodes[wire.target]
    others = [(w.input, analysis.shapes.get(w.source)) for w in graph.incoming(wire.target) if w.input != wire.input]
    arriving: list[Shape] = []
    for _name, arrives in sorted([*others, (wire.input, shape)], key=lambda pair: node.declaration.input_rank(pair[0])):
        if arrives is None:
            return WireFit(True, True)
        arriving.append(arrives)
    declaration = node.declaration
    fewest = declaration.fewest if declaration.variadic else sum(not p.optional for p in declaration.inputs)
    if len(arriving) < fewest:
        return WireFit(True, True)
    try:
        if node.kind == "Output" and analysis.signature is not None:
            analysis.signature.accept(shape, node.params.goal)
        elif not node.bypassed:
            shape_of(node, analysis.nodes[node.id].params, arriving)
    except ShapeError as error:
        return WireFit(True, False, str(error))
    return WireFit(True, True)


def fitting_kinds(
    graph: Graph, analysis: Analysis, signature: Signature | None, node: str, forward: bool
) -> tuple[str, ...]:
    """The kinds that suit the dragged wire, the likeliest first: those that take it, or that can feed ``node``."""
    if forward:
        return fitting(graph, node, analysis, signature)
    return feeding(graph, node)
