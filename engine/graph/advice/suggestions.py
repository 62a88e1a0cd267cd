"""Which layers fit behind a layer, the ones people usually choose first: what quick add and dropped wires offer."""

from __future__ import annotations

from engine.graph.blocks.shelf import shelf
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph, Node
from engine.graph.layers import LayerKind, kinds
from engine.graph.layers.kind import OUTPUT
from engine.graph.parameter_sets import resolve
from engine.graph.rewiring import carried
from engine.graph.shapes import Shape, ShapeError, ShapeForm
from engine.graph.signature import Signature


def fitting(graph: Graph, id: str, analysis: GraphFacts, signature: Signature | None) -> tuple[str, ...]:
    """The kinds that take the output of node ``id`` with their usual settings, the likeliest next one first.

    While the output's shape is not known, every kind with an input counts as fitting. Nothing fits behind a goal.
    """
    node = graph.node(id)
    if not node.declaration.has_output:
        return ()
    shape = analysis.shapes.get(id)
    every = (*kinds().values(), *shelf())
    able = [kind.name for kind in every if _takes(kind, shape, graph, signature)]
    order = {name: place for place, name in reversed(list(enumerate(_usual(graph, id, shape))))}
    return tuple(sorted(able, key=lambda name: order.get(name, len(order) + len(able))))


def feeding(graph: Graph, id: str) -> tuple[str, ...]:
    """The kinds that could come before node ``id``, those first that it usually comes after.

    What such a layer would receive is not known yet, so only the habit decides the order.
    """
    wanted = graph.node(id).kind
    able = [kind for kind in (*kinds().values(), *shelf()) if kind.has_output]
    places = {kind.name: _place(wanted, kind) for kind in able}
    return tuple(sorted(places, key=lambda name: places[name]))


def replacements(graph: Graph, id: str, analysis: GraphFacts) -> tuple[str, ...]:
    """The kinds that node ``id`` could be replaced by, taking what arrives: those of its family first.

    Where it is not known what arrives, every kind with inputs and an output counts as fitting.
    """
    node, known = graph.node(id), analysis.nodes[id]
    arriving = known.inputs or (None if known.shape is None else ())
    every = (*kinds().values(), *shelf())
    able = [kind for kind in every if kind.name != node.kind and _could_be(kind, node, arriving)]
    return tuple(kind.name for kind in sorted(able, key=lambda kind: kind.family != node.declaration.family))


def _could_be(kind: LayerKind, node: Node, arriving: tuple[Shape, ...] | None) -> bool:
    if not kind.inputs or not kind.has_output:
        return False
    if arriving is None:
        return True
    taken = arriving if kind.variadic else arriving[: len(kind.inputs)]
    if len(taken) < (kind.fewest if kind.variadic else sum(not port.optional for port in kind.inputs)):
        return False
    try:
        kind.shape(carried(node, kind), taken)
    except ShapeError:
        return False
    return True


def _place(wanted: str, kind: LayerKind) -> int:
    """How early a kind comes among those that usually follow another kind."""
    return kind.followed_by.index(wanted) if wanted in kind.followed_by else len(kinds())


def _usual(graph: Graph, id: str, shape: Shape | None) -> tuple[str, ...]:
    """What usually comes next: as the layer's own declaration says, then as is usual for what it gives."""
    return graph.nodes[id].declaration.followed_by + (_usual_for(shape.form) if shape and shape.form else ())


def _usual_for(form: ShapeForm) -> tuple[str, ...]:
    """The kinds that declare themselves usual for data of that form, the likeliest first."""
    chosen = [kind for kind in kinds().values() if form in kind.usual_for]
    return tuple(kind.name for kind in sorted(chosen, key=lambda kind: kind.usual_for[form]))


def _takes(kind: LayerKind, shape: Shape | None, graph: Graph, signature: Signature | None) -> bool:
    """Whether a new layer of that kind can take the shape; a second goal would be one too many."""
    several = signature is not None and len(signature.target.goals) > len(graph.outputs)
    if not kind.inputs or (kind.name == OUTPUT and graph.outputs and not several):
        return False
    if kind.is_switch and not (signature is not None and signature.target.needs_generated):
        return False
    if shape is None or signature is None:
        return True
    try:
        if kind.name == OUTPUT:
            return several or bool(signature.target.accept(shape))
        params = resolve(kind.parameters, {}, kind.name)
        # A merge meets a second branch later; with twice the same shape it shows whether it takes this one.
        kind.shape(params, (shape,) * (kind.fewest if kind.variadic else 1))
    except ShapeError:
        return False
    return True
