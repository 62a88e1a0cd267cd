"""One pass over the drawing, from the data to the goal: which shape every wire carries, by formula.

The pass only collects facts. What is wrong with them is said by ``engine.graph.advice.checks``, what can be done
about it by ``engine.graph.advice.repairs``; both can so be asked about a drawing that an edit would make.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.graph.block import MOST_LAYERS, Block, layers_in_blocks, layers_of
from engine.graph.facts import GraphFacts, NodeFacts
from engine.graph.graph import Graph, Node
from engine.graph.layers import LayerKind
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode
from engine.graph.signature import Signature, block_signature
from engine.graph.target_settings import resolved, waits_for_target
from engine.graph.targets import Target


def infer(graph: Graph, signature: Signature | None, before: GraphFacts | None = None) -> GraphFacts:
    """Work out every shape, in one pass. Never raises; without a signature there are no shapes.

    ``before`` are the facts about another drawing, such as the one that was edited: what is the same in both is
    taken from there, which makes the pass many times shorter and its result no other.
    """
    sequence, circle = graph.wire_index.order, graph.wire_index.circle
    inference = _ShapeInference(graph, signature)
    touched: set[str] | None = None
    if before is not None and not circle:
        touched = _touched(graph, signature, before)
    if before is None or touched is None:
        for id in sequence:
            inference.infer_node(id)
        path = _path(graph, sequence, signature)
        return inference.facts((*sequence, *graph.nodes) if circle else sequence, path, circle)
    inference.begin_with(before)
    for id in sequence:
        if id in touched:
            known = inference.shape(id)
            inference.infer_node(id)
            if inference.shape(id) != known:
                touched.update(w.target for w in graph.outgoing(id))
    same_ends = [n.id for n in graph.outputs[:1]] == [n.id for n in before.graph.outputs[:1]]
    path = before.order if same_ends and graph.shares_wiring(before.graph) else _path(graph, sequence, signature)
    return inference.facts(sequence, path, ())


def _touched(graph: Graph, signature: Signature | None, before: GraphFacts) -> set[str] | None:
    """The nodes that are not what they were, or wired otherwise; None when everything is to be looked at."""
    old = before.graph
    if before.circle or signature != before.signature or _room(graph) < 0 or _room(old) < 0:
        return None
    if signature is not None and signature.target.goals:
        return None  # where a layer leads to may change its settings
    if [node.id for node in graph.inputs] != [node.id for node in old.inputs]:
        return None
    touched = {id for id, node in graph.nodes.items() if not _inferred_alike(old.nodes.get(id), node)}
    if not graph.shares_wiring(old):
        touched |= {id for id in graph.nodes if id in old.nodes and graph.incoming(id) is not old.incoming(id)}
    return touched if 2 * len(touched) <= len(graph.nodes) else None


def _inferred_alike(one: Node | None, other: Node) -> bool:
    return one is other or (one is not None and one.essence == other.essence)


def _room(graph: Graph) -> int:
    """How many more layers may stand in blocks; below 0 it depends on the order which block is one too many."""
    return MOST_LAYERS - layers_in_blocks(graph)


class _ShapeInference:
    """One pass: the facts about each node, from those about the nodes that feed it."""

    def __init__(self, graph: Graph, signature: Signature | None) -> None:
        self.graph, self.signature = graph, signature
        self.nodes: dict[str, NodeFacts] = {}
        self._input_numbers = {node.id: number for number, node in enumerate(graph.inputs)}
        self._room = MOST_LAYERS
        self._leads_to: dict[str, set[str]] | None = None

    def _target_of(self, id: str) -> Target | None:
        """The target that a node leads to, all of several where it leads to more than one; None where to none."""
        signature = self.signature
        if signature is None or signature.is_inside or not signature.target.goals:
            return None if signature is None else signature.target
        if self._leads_to is None:
            self._leads_to = _goals_led_to(self.graph, signature)
        names = self._leads_to.get(id, set())
        if len(names) == 1:
            return signature.target.at_goal(*names)
        return signature.target if names else None

    def begin_with(self, before: GraphFacts) -> None:
        """Begin with what is known about another drawing."""
        self.nodes.update(before.nodes)

    def shape(self, id: str) -> Shape | None:
        """The output shape of a node, as far as the pass has come."""
        found = self.nodes.get(id)
        return None if found is None else found.shape

    def infer_node(self, id: str) -> None:
        """Work out the facts about one node; those that feed it come before."""
        node = self.graph.nodes[id]
        missing = _missing(self.graph, id, node.declaration)
        try:
            settings = resolved(node, self.signature, self._target_of(id))
        except ShapeError as error:
            self.nodes[id] = NodeFacts(node.params, refusal=error.with_traceback(None))
            return
        arriving = None if missing else self._arriving(id)
        if self.signature is None or settings is None or arriving is None:
            self.nodes[id] = NodeFacts(node.params if settings is None else settings, missing)
            return
        try:
            self.nodes[id] = self._reached(node, settings, arriving, self.signature)
        except ShapeError as error:
            # Kept for as long as the drawing is: with its traceback it would keep every caller's variables too.
            self.nodes[id] = NodeFacts(settings, inputs=arriving, refusal=error.with_traceback(None))

    def _arriving(self, id: str) -> tuple[Shape, ...] | None:
        """The shapes that come in by the wires of a node, if all of them are known."""
        shapes = []
        for source in self.graph.sources(id):
            if source:
                shape = self.shape(source)
                if shape is None:
                    return None
                shapes.append(shape)
        return tuple(shapes)

    def _reached(self, node: Node, p: Params, arriving: tuple[Shape, ...], signature: Signature) -> NodeFacts:
        """The facts about a node whose inputs are all known. Raises ShapeError where it cannot take them."""
        declaration = node.declaration
        if node.is_input:
            sample = _arriving_at(self._input_numbers[node.id], signature)
            return NodeFacts(p, shape=None if sample is None else declaration.shape(p, (sample,)))
        if node.is_output:
            return NodeFacts(p, inputs=arriving, shape=signature.accept(arriving[0], p.goal))
        if node.bypassed and arriving:
            return NodeFacts(p, inputs=arriving, shape=arriving[0])
        if node.block is None:
            shape = _bounded(declaration.shape(p, arriving), node)
            return NodeFacts(p, (), arriving, shape, declaration.weights(p, arriving))
        self._room -= layers_of(node)
        if self._room < 0:
            raise _too_many(node)
        target = self._target_of(node.id)
        if target is not None and target is not signature.target:
            signature = replace(signature, target=target)
        runs = _runs(node.block, p, arriving, signature)
        result = runs[-1].result
        parameters = None if result is None else sum(run.total_parameters for run in runs)
        return NodeFacts(p, (), arriving, result, parameters, runs=runs)

    def facts(self, sequence: Iterable[str], order: tuple[str, ...], circle: tuple[str, ...]) -> GraphFacts:
        """What the pass has found about the nodes of ``sequence``, in that order."""
        known = self.nodes
        nodes = {id: known[id] if id in known else NodeFacts(self.graph.nodes[id].params) for id in sequence}
        return GraphFacts(self.graph, self.signature, nodes, order, circle)


def _goals_led_to(graph: Graph, signature: Signature) -> dict[str, set[str]]:
    """For each node the names of the goals that it leads to."""
    found: dict[str, set[str]] = {}
    for end in graph.outputs:
        if end.params.goal in signature.target.goals:
            for id in graph.upstream(end.id):
                found.setdefault(id, set()).add(end.params.goal)
    return found


MOST_NUMBERS = 2**31 - 1
"""Numbers that a layer may make of one sample. Without a bound a row of layers that enlarge would soon make sizes
that have thousands of digits."""


def _bounded(shape: Shape, node: Node) -> Shape:
    """The shape that a layer gives, if a sample of it could be held at all. Raises ShapeError."""
    if shape.count > MOST_NUMBERS:
        raise ShapeError(
            f"{node.name} would make {shape.words()} of every sample: {shape.count:,} numbers, and at most "
            f"{MOST_NUMBERS:,} are possible. Enlarge the data less, or shrink it before.",
            ShapeErrorCode.LARGE,
        )
    return shape


# Blocks


def _arriving_at(number: int, signature: Signature) -> Shape | None:
    """The shape that comes in at a data block, or at an input of the block whose inside this is."""
    if signature.block_inputs is None:
        return signature.input
    return signature.block_inputs[number] if number < len(signature.block_inputs) else None


def _runs(block: Block, p: Params, arriving: tuple[Shape, ...], signature: Signature) -> tuple[GraphFacts, ...]:
    """The facts about every repetition of a block, up to the first that does not come to its end."""
    runs: list[GraphFacts] = []
    flow = arriving
    while len(runs) < p.repeat:
        inside = signature.inside(flow)
        run = runs[-1] if runs and runs[-1].signature == inside else _remembered(block, inside)
        runs.append(run)
        if run.result is None:
            break
        flow = (run.result, *arriving[1:])
    return tuple(runs)


def _remembered(block: Block, signature: Signature) -> GraphFacts:
    known: GraphFacts | None = block.remembered.get(signature)
    if known is None:
        if len(block.remembered) >= _MOST_REMEMBERED:
            block.remembered.clear()
        known = block.remembered[signature] = infer(block.graph, signature)
    return known


_MOST_REMEMBERED = 128


def _too_many(node: Node) -> ShapeError:
    return ShapeError(
        f"The blocks up to {node.name} come to more than {MOST_LAYERS:,} layers, every repetition counted. Repeat "
        "them less often.",
        ShapeErrorCode.PARAMETER,
        setting="repeat",
        fits=1,
    )


def shape_of(node: Node, p: Params, arriving: Sequence[Shape]) -> Shape:
    """What a layer or a block gives for what arrives, without a dataset. Raises ShapeError."""
    return node.declaration.shape(p, arriving) if node.block is None else shape_through(node.block, p, arriving)


def shape_through(block: Block, p: Params, arriving: Sequence[Shape]) -> Shape:
    """What a block gives, as far as that follows without a dataset; else what comes in. Raises ShapeError."""
    if any(waits_for_target(inner) for inner in block.contents):
        return arriving[0]  # a size that follows from the answers, which are not known here
    runs = _runs(block, p, tuple(arriving), block_signature())
    error = next((error for error in runs[-1].refusals.values()), None)
    if error is not None:
        raise ShapeError(f"Inside the block: {error}", ShapeErrorCode.INSIDE)
    return runs[-1].result or arriving[0]


def _missing(graph: Graph, id: str, declaration: LayerKind) -> tuple[str, ...]:
    """The inputs that need a wire and have none."""
    taken = {w.input for w in graph.incoming(id)}
    if declaration.variadic:
        free = [f"in{k}" for k in range(1, declaration.fewest + 1) if f"in{k}" not in taken]
        return tuple(free[: max(0, declaration.fewest - len(taken))])
    return tuple(port.name for port in declaration.inputs if not port.optional and port.name not in taken)


def _path(graph: Graph, sequence: tuple[str, ...], signature: Signature | None) -> tuple[str, ...]:
    goals = [node.id for node in graph.outputs]
    if signature is None or not signature.target.goals:
        goals = goals[:1]
    feeding = set[str]().union(goals, *(graph.upstream(id) for id in goals))
    if len(goals) == 1:
        return tuple(id for id in sequence if id in feeding)
    return (*(id for id in sequence if id in feeding and id not in goals), *goals)
