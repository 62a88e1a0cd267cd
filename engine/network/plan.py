"""What a drawing runs, and in which order: one plan, from which the module is built and its source is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from engine.graph.expressions import Expression
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph, Node
from engine.graph.parameters import Params
from engine.graph.shapes import Shape
from engine.graph.wire_index import depth_first

SAMPLES = "samples"
"""Names the value of whole samples in a plan where no data block gives them; ids of nodes look otherwise."""


JOINED = "joined"
"""Names the value of the outputs for several goals side by side, which no node of the drawing gives."""


@dataclass(frozen=True)
class PlannedLayer:
    """One layer at work: ``sources`` are the ids of the nodes whose values it takes, in the order of its inputs."""

    node: Node
    params: Params
    shapes: tuple[Shape, ...]
    sources: tuple[str, ...]
    inside: tuple[Plan, ...] = ()
    """For a block: the plan of each repetition."""

    @property
    def module(self) -> Expression | None:
        """How its module is made; None for a layer that needs none, and for a block."""
        rule = self.node.declaration.module
        return None if rule is None else rule(self.params, self.shapes)

    @property
    def forward(self) -> Expression:
        """What it does with its inputs."""
        return self.node.declaration.forward(self.params, self.shapes)


@dataclass(frozen=True)
class Plan:
    """``layers`` is every layer of the network, ``running`` those whose output the answer depends on.

    The two differ where a merge is bypassed, and behind the other inputs of a switch: what leads there still belongs
    to the network, with its weights, but has no part in the answer. ``inputs`` and ``result`` are the ids of the nodes
    whose values come in and go out: into a block one for each of its inputs, into a network whole samples alone, by the
    id of a data block that gives them, or SAMPLES. A data block that gives some of their columns is a layer, and where
    there are several goals the last one puts their outputs side by side: JOINED.
    ``shapes`` are those of the values, by the ids of their nodes. ``values`` tells for each node whose value it passes
    on: its own, unless it is bypassed, the goal or a data block.
    """

    graph: Graph
    shapes: Mapping[str, Shape]
    inputs: tuple[str, ...]
    layers: tuple[PlannedLayer, ...]
    running: tuple[PlannedLayer, ...]
    result: str
    values: Mapping[str, str]


def plan(graph: Graph, facts: GraphFacts) -> Plan:
    """The plan of a drawing without errors: each branch is run to its end before the next is begun."""
    inputs = tuple(node.id for node in graph.inputs)
    if not facts.is_inside:
        inputs = (next((id for id in inputs if graph.nodes[id].gives_whole), SAMPLES),)
    value_of = {inputs[0]: inputs[0]}
    layers: list[PlannedLayer] = []
    goals = [facts.goal] if facts.is_inside else [id for id, _target in facts.ends]
    for id in _in_order(graph, [id for id in goals if id is not None]):
        node = graph.nodes[id]
        sources = tuple(value_of[source] for source in graph.sources(id) if source is not None)
        if node.is_input and not facts.is_inside:
            value_of[id] = inputs[0]
            if not node.gives_whole:
                value_of[id] = id
                known = facts.nodes[id]
                layers.append(PlannedLayer(node, known.params, (), inputs))
        elif node.is_input or node.declaration.is_source:
            value_of[id] = id
        elif node.is_output or node.bypassed:
            value_of[id] = sources[0]
        else:
            value_of[id] = id
            known = facts.nodes[id]
            inside = tuple(plan(run.graph, run) for run in known.runs)
            # What else it could let through has no part in the answer.
            sources = sources[:1] if node.declaration.is_switch else sources
            layers.append(PlannedLayer(node, known.params, known.inputs, sources, inside))
    results, shapes = [value_of[id] for id in goals if id is not None], facts.shapes
    result = results[0]
    if len(results) > 1:
        result = value_of[JOINED] = JOINED
        joined = tuple(shapes[id] for id in goals if id is not None)
        layers.append(PlannedLayer(_join(), _join().params, joined, tuple(results)))
        shapes = {**shapes, JOINED: Shape.features(sum(shape.count for shape in joined))}
    return Plan(graph, shapes, inputs, tuple(layers), between(layers, set(), result), result, value_of)


def _in_order(graph: Graph, goals: Sequence[str]) -> Iterator[str]:
    """The nodes that feed the goals, and these, each after those that feed it: all of the first goal come first."""
    seen: set[str] = set()
    for goal in goals:
        for id in depth_first(goal, lambda id: [s for s in reversed(graph.sources(id)) if s is not None]):
            if id not in seen:
                seen.add(id)
                yield id


@cache
def _join() -> Node:
    graph = Graph().add("Concatenate", name=JOINED)
    return replace(graph.nodes[graph.last], id=JOINED)


def between(layers: Sequence[PlannedLayer], given: set[str], result: str) -> tuple[PlannedLayer, ...]:
    """Those of ``layers`` whose values ``result`` needs, as far back as values are ``given``; all are ids of nodes."""
    needed, found = {result} - given, []
    for layer in reversed(layers):
        if layer.node.id in needed:
            needed |= set(layer.sources) - given
            found.append(layer)
    return tuple(reversed(found))
