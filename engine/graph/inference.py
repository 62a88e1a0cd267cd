"""One pass over the drawing, from the data to the goal: which shape every wire carries, by formula.

The pass only collects facts. What is wrong with them is said by ``engine.graph.advice.checks``, what can be done
about it by ``engine.graph.advice.repairs``; both can so be asked about a drawing that an edit would make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.counting import counted
from engine.graph.block import MOST_LAYERS, Block, layers_in_blocks, layers_of
from engine.graph.errors import CycleError
from engine.graph.graph import Graph, Node
from engine.graph.layers import LayerKind
from engine.graph.parameters import Integer, Params
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Answer, Signature, block_signature


@dataclass(frozen=True, eq=False)
class GraphFacts:
    """What follows from a drawing and a signature.

    ``shapes``      the output shape of every node it could be worked out for (for the goal: what arrives there)
    ``inputs``      the shapes that arrive at a node, in the order of its inputs, where all of them are known
    ``params``      settings with the words that follow from the data ("answer") replaced by numbers
    ``order``       the nodes that feed the goal, in execution order, the data block first and the goal last
    ``parameters``  how many numbers a node learns, for nodes with a shape
    ``refusals``    the nodes that cannot take what arrives, and why
    ``open``        the inputs that need a wire and have none, for nodes that have such inputs
    ``circle``      the nodes of one circle of wires, in order, if there is one
    ``inside``      for each block that data reaches: the facts about its inside, one for each repetition in order
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
    inside: Mapping[str, tuple[GraphFacts, ...]] = field(default_factory=dict)

    @property
    def is_inside(self) -> bool:
        """Whether the drawing is the inside of a block."""
        return self.signature is not None and self.signature.is_inside

    @property
    def result(self) -> Shape | None:
        """The shape that reaches the goal, if it is known."""
        return self.shapes.get(self.goal) if self.goal is not None else None

    def learns(self, id: str) -> bool:
        """Whether a node has weights that are trained."""
        if self.graph.nodes[id].frozen or not self.parameters.get(id):
            return False
        runs = self.inside.get(id)
        return runs is None or any(run.learns(inner) for run in runs for inner in run.order)

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

    @cached_property
    def total_parameters(self) -> int:
        """How many numbers the network learns, counting the nodes that feed the goal."""
        return sum(self.parameters.get(id, 0) for id in self.order)


def infer(graph: Graph, signature: Signature | None, before: GraphFacts | None = None) -> GraphFacts:
    """Work out every shape, in one pass. Never raises; without a signature there are no shapes.

    ``before`` are the facts about another drawing, such as the one that was edited: what is the same in both is
    taken from there, which makes the pass many times shorter and its result no other.
    """
    sequence, circle = _sequence(graph)
    ledger = _ShapeInference(graph, signature)
    touched: set[str] | None = None
    if before is not None and not circle:
        touched = _touched(graph, signature, before)
    if before is None or touched is None:
        for id in sequence:
            ledger.judge(id)
        return ledger.facts(_path(graph, sequence), circle)
    ledger.take_over(before)
    for id in sequence:
        if id in touched:
            known = ledger.shapes.get(id)
            ledger.judge(id)
            if ledger.shapes.get(id) != known:
                touched.update(w.target for w in graph.outgoing(id))
    ledger.put_in_order(sequence)
    same_ends = [n.id for n in graph.of_kind("Output")[:1]] == [n.id for n in before.graph.of_kind("Output")[:1]]
    path = before.order if same_ends and graph.shares_wiring(before.graph) else _path(graph, sequence)
    return ledger.facts(path, ())


def _touched(graph: Graph, signature: Signature | None, before: GraphFacts) -> set[str] | None:
    """The nodes that are not what they were, or wired otherwise; None when everything is to be looked at."""
    old = before.graph
    if before.circle or signature != before.signature or _room(graph) < 0 or _room(old) < 0:
        return None
    if [node.id for node in graph.of_kind("Input")] != [node.id for node in old.of_kind("Input")]:
        return None
    touched = {id for id, node in graph.nodes.items() if not _judged_alike(old.nodes.get(id), node)}
    if not graph.shares_wiring(old):
        touched |= {id for id in graph.nodes if id in old.nodes and graph.incoming(id) is not old.incoming(id)}
    return touched if 2 * len(touched) <= len(graph.nodes) else None


def _judged_alike(one: Node | None, other: Node) -> bool:
    return one is other or (one is not None and one.essence == other.essence)


def _room(graph: Graph) -> int:
    """How many more layers may stand in blocks; below 0 it depends on the order which block is one too many."""
    return MOST_LAYERS - layers_in_blocks(graph)


class _ShapeInference:
    """What is written down about each node during a pass."""

    def __init__(self, graph: Graph, signature: Signature | None) -> None:
        self.graph, self.signature = graph, signature
        self.shapes: dict[str, Shape] = {}
        self.inputs: dict[str, tuple[Shape, ...]] = {}
        self.params: dict[str, Params] = {}
        self.parameters: dict[str, int] = {}
        self.refusals: dict[str, ShapeError] = {}
        self.open: dict[str, tuple[str, ...]] = {}
        self.inside: dict[str, tuple[GraphFacts, ...]] = {}
        self._books: tuple[dict[str, Any], ...] = (
            self.shapes,
            self.inputs,
            self.params,
            self.parameters,
            self.refusals,
            self.open,
            self.inside,
        )
        self._entries = {node.id: number for number, node in enumerate(graph.of_kind("Input"))}
        self._room = MOST_LAYERS

    def take_over(self, before: GraphFacts) -> None:
        """Begin with what was written about another drawing, without the nodes that are gone."""
        known = (
            before.shapes,
            before.inputs,
            before.params,
            before.parameters,
            before.refusals,
            before.open,
            before.inside,
        )
        gone = [id for id in before.graph.nodes if id not in self.graph.nodes]
        for book, entries in zip(self._books, known, strict=True):
            book.update(entries)
            for id in gone:
                book.pop(id, None)

    def put_in_order(self, sequence: tuple[str, ...]) -> None:
        """Write every book in the order in which the nodes run, as a pass from the beginning would have."""
        for book in self._books:
            entries = {id: book[id] for id in sequence if id in book}
            book.clear()
            book.update(entries)

    def judge(self, id: str) -> None:
        """Write down what follows for one node from what is written about those that feed it."""
        graph, signature, shapes = self.graph, self.signature, self.shapes
        for book in self._books:
            book.pop(id, None)
        node = graph.nodes[id]
        declaration = node.declaration
        sources = graph.sources(id)
        missing = _missing(graph, id, declaration)
        if missing:
            self.open[id] = missing
        settings = resolved(node, signature)
        if settings is not None:
            self.params[id] = settings
        if signature is None or settings is None or missing or any(s not in shapes for s in sources if s):
            return
        arriving = tuple(shapes[source] for source in sources if source)
        self.inputs[id] = arriving
        try:
            if declaration.name == "Input":
                entry = _entry(self._entries[id], signature)
                if entry is not None:
                    shapes[id] = entry
            elif declaration.name == "Output":
                shapes[id] = accepted(arriving[0], signature)
            elif node.bypassed:
                shapes[id] = arriving[0]
            elif node.block is not None:
                self._room -= layers_of(node)
                if self._room < 0:
                    raise _too_many(node)
                runs = self.inside[id] = _runs(node.block, settings, arriving, signature)
                result = runs[-1].result
                if result is not None:
                    shapes[id] = result
                    self.parameters[id] = sum(run.total_parameters for run in runs)
            else:
                shapes[id] = _bounded(declaration.shape(settings, arriving), node)
                self.parameters[id] = declaration.weights(settings, arriving)
        except ShapeError as error:
            # Kept for as long as the drawing is: with its traceback it would keep every caller's variables too.
            self.refusals[id] = error.with_traceback(None)

    def facts(self, order: tuple[str, ...], circle: tuple[str, ...]) -> GraphFacts:
        return GraphFacts(
            self.graph,
            self.signature,
            self.shapes,
            self.inputs,
            self.params,
            order,
            self.parameters,
            self.refusals,
            self.open,
            circle,
            self.inside,
        )


MOST_NUMBERS = 2**31 - 1
"""Numbers that a layer may make of one sample. Without a bound a row of layers that enlarge would soon make sizes
that have thousands of digits."""


def _bounded(shape: Shape, node: Node) -> Shape:
    """The shape that a layer gives, if a sample of it could be held at all. Raises ShapeError."""
    if shape.count > MOST_NUMBERS:
        raise ShapeError(
            f"{node.name} would make {shape.words()} of every sample: {shape.count:,} numbers, and at most "
            f"{MOST_NUMBERS:,} are possible. Enlarge the data less, or shrink it before.",
            "large",
        )
    return shape


# Blocks


def _entry(number: int, signature: Signature) -> Shape | None:
    """The shape that comes in at the data block, or at an input of the block whose inside this is."""
    if signature.entries is None:
        return signature.input
    return signature.entries[number] if number < len(signature.entries) else None


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
        "parameter",
        setting="repeat",
        fits=1,
    )


def shape_of(node: Node, p: Params, arriving: tuple[Shape, ...]) -> Shape:
    """What a layer or a block gives for what arrives, without a dataset. Raises ShapeError."""
    return node.declaration.shape(p, arriving) if node.block is None else shape_through(node.block, p, arriving)


def shape_through(block: Block, p: Params, arriving: tuple[Shape, ...]) -> Shape:
    """What a block gives, as far as that follows without a dataset; else what comes in. Raises ShapeError."""
    if any(_words(inner) for inner in block.contents):
        return arriving[0]  # a size that follows from the answers, which are not known here
    runs = _runs(block, p, arriving, block_signature())
    error = next((error for error in runs[-1].refusals.values()), None)
    if error is not None:
        raise ShapeError(f"Inside the block: {error}", "inside")
    return runs[-1].result or arriving[0]


def _words(node: Node) -> bool:
    """Whether a setting of the node, or of one inside it, waits for the number of answers."""
    if node.block is not None:
        return any(_words(inner) for inner in node.block.contents)
    return any(node.params[name] == "answer" for name in _worded(node.declaration))


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


def accepted(arriving: Shape, signature: Signature) -> Shape:
    """What arrives at the end of a drawing, if it may: anything inside a block, else an answer. Raises ShapeError."""
    return arriving if signature.is_inside else fit_answer(arriving, signature.answer)


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
        return f"{counted(answer.outputs, 'number')}, one for each class"
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


def depth_first(last: str, feeding: Callable[[str], Iterable[str]]) -> list[str]:
    """``last`` and all that feeds it, every node after those that feed it; ``feeding`` gives those that feed a node."""
    order: list[str] = []
    seen: set[str] = set()
    waiting = [(last, False)]
    while waiting:
        id, is_fed = waiting.pop()
        if is_fed:
            order.append(id)
        elif id not in seen:
            seen.add(id)
            waiting.append((id, True))
            waiting += [(source, False) for source in feeding(id)]
    return order


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
    trail = {next(id for id in graph.nodes if id in stuck): 0}
    last = next(iter(trail))
    while True:
        last = next(w.source for w in graph.incoming(last) if w.source in stuck)
        if last in trail:
            return tuple(order), tuple(reversed(list(trail)[trail[last] :]))
        trail[last] = len(trail)
