"""One pass over the drawing, from the data to the goal: which shape every wire carries, by formula.

The pass only collects facts. What is wrong with them is said by ``engine.graph.checks``, what can be done about it
by ``engine.graph.repairs``; both can so be asked about a drawing that an edit would make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.graph.errors import CycleError
from engine.graph.graph import Graph, Node
from engine.graph.layers import LayerKind
from engine.graph.parameters import Integer, Params
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Answer, Signature


@dataclass(frozen=True, eq=False)
class Facts:
    """What follows from a drawing and a signature.

    ``shapes``      the output shape of every node it could be worked out for (for the goal: what arrives there)
    ``inputs``      the shapes that arrive at a node, in the order of its inputs, where all of them are known
    ``params``      settings with the words that follow from the data ("answer") replaced by numbers
    ``order``       the nodes that feed the goal, in execution order, the data block first and the goal last
    ``parameters``  how many numbers a node learns, for nodes with a shape
    ``refusals``    the nodes that cannot take what arrives, and why
    ``open``        the inputs that need a wire and have none, for nodes that have such inputs
    ``circle``      the nodes of one circle of wires, in order, if there is one
    """

    graph: Graph
    signature: Signature | None
    shapes: Mapping[str, Shape]
    inputs: Mapping[str, tuple[Shape, ...]]
    params: Mapping[str, Params]
    order: tuple[str, ...]
    parameters: Mapping[str, int]
    refusals: Mapping[str, ShapeError]
    open: Mapping[str, tuple[str, ...]]
    circle: tuple[str, ...] = ()

    @property
    def data(self) -> str | None:
        """The id of the data block (the first one when there are several)."""
        found = self.graph.of_kind("Input")
        return found[0].id if found else None

    @property
    def goal(self) -> str | None:
        """The id of the goal block (the first one when there are several)."""
        found = self.graph.of_kind("Output")
        return found[0].id if found else None

    @property
    def wired(self) -> bool:
        """Whether data can run all the way to the goal: no circle, no input on the way left open."""
        return bool(self.order) and not self.circle and not any(id in self.open for id in self.order)

    @property
    def total_parameters(self) -> int:
        """How many numbers the network learns, counting the nodes that feed the goal."""
        return sum(self.parameters.get(id, 0) for id in self.order)


def walk(graph: Graph, signature: Signature | None) -> Facts:
    """Work out every shape, in one pass. Never raises; without a signature there are no shapes."""
    sequence, circle = _sequence(graph)
    shapes: dict[str, Shape] = {}
    inputs: dict[str, tuple[Shape, ...]] = {}
    params: dict[str, Params] = {}
    parameters: dict[str, int] = {}
    refusals: dict[str, ShapeError] = {}
    open_inputs: dict[str, tuple[str, ...]] = {}
    for id in sequence:
        node = graph.nodes[id]
        declaration = node.declaration
        sources = graph.sources(id)
        missing = _missing(graph, id, declaration)
        if missing:
            open_inputs[id] = missing
        settings = resolved(node, signature)
        if settings is not None:
            params[id] = settings
        if signature is None or settings is None or missing or any(s not in shapes for s in sources if s):
            continue
        arriving = tuple(shapes[source] for source in sources if source)
        inputs[id] = arriving
        try:
            if declaration.name == "Input":
                shapes[id] = signature.input
            elif declaration.name == "Output":
                shapes[id] = fit_answer(arriving[0], signature.answer)
            elif node.bypassed:
                shapes[id] = arriving[0]
            else:
                shapes[id] = declaration.shape(settings, arriving)
                parameters[id] = declaration.weights(settings, arriving)
        except ShapeError as error:
            refusals[id] = error
    return Facts(
        graph, signature, shapes, inputs, params, _path(graph, sequence), parameters, refusals, open_inputs, circle
    )


def resolved(node: Node, signature: Signature | None) -> Params | None:
    """The node's settings with "answer" replaced by the number of outputs; None when that is not known."""
    names = [name for name in _worded(node.declaration) if node.params[name] == "answer"]
    if not names:
        return node.params
    if signature is None:
        return None
    return node.params.replace(**dict.fromkeys(names, signature.answer.outputs))


_WORDED: dict[str, tuple[str, ...]] = {}


def _worded(declaration: LayerKind) -> tuple[str, ...]:
    """The settings of a kind that may be the word "answer"."""
    known = _WORDED.get(declaration.name)
    if known is None:
        known = tuple(p.name for p in declaration.parameters if isinstance(p, Integer) and "answer" in p.words)
        _WORDED[declaration.name] = known
    return known


def fit_answer(arriving: Shape, answer: Answer) -> Shape:
    """What arrives at the goal, if it can be an answer. Raises ShapeError with code "answer"."""
    wanted = answer_words(answer)
    if arriving.dtype == "int":
        raise ShapeError(f"The goal needs {wanted}, but tokens arrive.", "answer")
    if arriving.rank != 1:
        raise ShapeError(f"The goal needs {wanted}, but {arriving.words()} arrive.", "answer")
    if arriving.count != answer.outputs:
        come = "1 number arrives" if arriving.count == 1 else f"{arriving.count:,} numbers arrive"
        raise ShapeError(f"The goal needs {wanted}, but {come}.", "answer")
    return arriving


def answer_words(answer: Answer) -> str:
    """What the last layer must give, in words."""
    if answer.kind == "classes":
        return f"{answer.outputs:,} numbers, one for each class"
    if answer.kind == "yes-no":
        return "1 number, how likely a yes is"
    if answer.outputs == 1:
        return f"1 number{', the ' + answer.names[0] if answer.names else ''}"
    return f"{answer.outputs:,} numbers, one for each value"


def _missing(graph: Graph, id: str, declaration: LayerKind) -> tuple[str, ...]:
    """The inputs that need a wire and have none."""
    taken = {w.input for w in graph.incoming(id)}
    if declaration.variadic:
        free = [f"in{k}" for k in range(1, declaration.fewest + 1) if f"in{k}" not in taken]
        return tuple(free[: max(0, declaration.fewest - len(taken))])
    return tuple(port.name for port in declaration.inputs if not port.optional and port.name not in taken)


def _path(graph: Graph, sequence: tuple[str, ...]) -> tuple[str, ...]:
    goals = graph.of_kind("Output")
    if not goals:
        return ()
    feeding = graph.upstream(goals[0].id) | {goals[0].id}
    return tuple(id for id in sequence if id in feeding)


def _sequence(graph: Graph) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All nodes in execution order, and no circle; or those before any circle, and one circle."""
    try:
        return graph.topological(), ()
    except CycleError:
        pass
    waiting = {id: len(graph.incoming(id)) for id in graph.nodes}
    order = [id for id, count in waiting.items() if count == 0]
    for id in order:  # grows while it is walked
        for w in graph.outgoing(id):
            waiting[w.target] -= 1
            if waiting[w.target] == 0:
                order.append(w.target)
    stuck = set(graph.nodes) - set(order)
    # Every stuck node is fed by a stuck node: walking backwards must come round.
    trail = [next(id for id in graph.nodes if id in stuck)]
    while True:
        before = next(w.source for w in graph.incoming(trail[-1]) if w.source in stuck)
        if before in trail:
            return tuple(order), tuple(reversed(trail[trail.index(before) :]))
        trail.append(before)
