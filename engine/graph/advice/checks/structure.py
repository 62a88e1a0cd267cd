"""Whether the drawing is complete: both ends present, every input wired, every layer able to take what arrives.

One cause gives one message. A layer that waits for a layer with a problem has none of its own, and layers that
lead nowhere are only spoken of once the way from the data to the goal is complete.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.counting import counted
from engine.graph.advice.checks.generating import lacks_noise
from engine.graph.advice.joining import is_begun
from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph
from engine.graph.layers.kind import OUTPUT
from engine.graph.shapes import ShapeErrorCode


def check(facts: GraphFacts) -> Iterator[Problem]:
    """What keeps data from running through the drawing: ends, circles, open inputs, refusals, pieces to one side."""
    yield from _ends(facts)
    if facts.circle:
        names = " → ".join(facts.graph.nodes[id].name for id in (*facts.circle, facts.circle[0]))
        yield Problem(
            facts.circle[0],
            Severity.ERROR,
            f"These wires form a cycle: {names}. A network has a start and an end: remove one of these wires.",
            ProblemCode.CIRCLE,
        )
    if facts.data is not None:  # without data, every input on the way is open for one and the same reason
        yield from _open_inputs(facts)
    yield from _refusals(facts)
    yield from _inside(facts)
    if facts.wired:
        yield from _strays(facts)


def _ends(facts: GraphFacts) -> Iterator[Problem]:
    data, goals = facts.graph.inputs, facts.graph.outputs
    if not data:
        yield Problem(None, Severity.ERROR, "The diagram has no data block: nothing can come in.", ProblemCode.NO_DATA)
    if not goals:
        message = "The diagram has no goal block: nothing can be learned."
        yield Problem(None, Severity.ERROR, message, ProblemCode.NO_GOAL)
    undivided = facts.signature.undivided if facts.signature is not None and not facts.is_inside else ""
    for node in data[1:] if undivided else ():
        yield Problem(
            node.id,
            Severity.ERROR,
            f"The diagram has {len(data)} data blocks; a network has one where {undivided}. Connect everything to "
            f"{data[0].name}.",
            ProblemCode.SEVERAL_DATA,
        )
    several = facts.signature is not None and facts.signature.target.goals and not facts.is_inside
    for node in goals[1:] if not several else ():
        yield Problem(
            node.id,
            Severity.ERROR,
            f"The diagram has {len(goals)} goal blocks; a network has one. Keep {goals[0].name} or this one.",
            ProblemCode.SEVERAL_GOALS,
        )


def _open_inputs(facts: GraphFacts) -> Iterator[Problem]:
    """Open inputs on the way to the goal; elsewhere they are part of a stray piece, or work in progress."""
    for id in facts.order:
        missing = facts.nodes[id].open_inputs
        if not missing:
            continue
        node = facts.graph.nodes[id]
        declaration = node.declaration
        if declaration.name == OUTPUT and not facts.is_inside and not is_begun(facts.graph):
            message = "Nothing is drawn yet: drag a layer into the diagram, or type its name there."
            yield Problem(id, Severity.HINT, message, ProblemCode.NOT_BEGUN)
        elif declaration.name == OUTPUT:
            message = "Nothing arrives at the goal yet: connect the last layer of the network to it."
            if facts.is_inside:
                message = "Nothing leaves the block yet: connect its last layer to the output."
            yield Problem(id, Severity.ERROR, message, ProblemCode.OPEN_INPUT)
        elif declaration.variadic:
            wired = len(facts.graph.incoming(id))
            message = (
                f"{node.name} joins at least {declaration.fewest} inputs, but {counted(wired, 'wire')} "
                f"{'ends' if wired == 1 else 'end'} here."
            )
            yield Problem(id, Severity.ERROR, message, ProblemCode.FEW_INPUTS)
        else:
            ports = {port.name: port.title for port in declaration.inputs}
            which = " and ".join(ports[name] for name in missing)
            inputs = "its input" if len(ports) == 1 else f"its {which}"
            noise = " A generator begins with Noise: connect one to it." if lacks_noise(facts, id) else ""
            message = f"{node.name} has nothing connected to {inputs}.{noise}"
            yield Problem(id, Severity.ERROR, message, ProblemCode.OPEN_INPUT)


_CODES = {
    ShapeErrorCode.TARGET: ProblemCode.TARGET,
    ShapeErrorCode.COLUMNS: ProblemCode.COLUMNS,
    ShapeErrorCode.GOAL: ProblemCode.GOAL,
}


def _refusals(facts: GraphFacts) -> Iterator[Problem]:
    needed = set(facts.order)
    for id, error in facts.refusals.items():
        # While the goal is not reached nobody knows which layers will matter, so each is taken seriously.
        severity = Severity.ERROR if id in needed or not facts.wired else Severity.WARNING
        code = _CODES.get(error.code, ProblemCode.SHAPE)
        yield Problem(id, severity, str(error), code)


def _inside(facts: GraphFacts) -> Iterator[Problem]:
    """Blocks in which data does not come to the end, each with the first error inside it."""
    needed = set(facts.order)
    for id in (id for id, known in facts.nodes.items() if known.runs):
        error, repetition = first_inside(facts, id)
        if error is None:
            continue
        severity = Severity.ERROR if id in needed or not facts.wired else Severity.WARNING
        where = f"Inside {facts.graph.nodes[id].name}" + (f", repetition {repetition + 1}" if repetition else "")
        yield Problem(id, severity, f"{where}: {error.message}", ProblemCode.INSIDE)


def first_inside(facts: GraphFacts, id: str) -> tuple[Problem | None, int]:
    """The first error inside a block, and the repetition (from 0) it is in; None when data comes to its end."""
    runs = facts.nodes[id].runs
    run, number = runs[-1], len(runs) - 1
    if run.result is not None:
        return None, number
    return next((problem for problem in check(run) if problem.severity == Severity.ERROR), None), number


def stray_pieces(facts: GraphFacts) -> list[list[str]]:
    """The layers that do not lead to the goal, each connected piece as a list in execution order."""
    graph, needed = facts.graph, set(facts.order)
    rank = {id: number for number, id in enumerate(graph.topological())}
    seen: set[str] = set()
    pieces: list[list[str]] = []
    for id in rank:
        if id in needed or id in seen or graph.nodes[id].is_end:
            continue
        piece = _connected(graph, id, needed)
        seen |= piece
        pieces.append(sorted(piece, key=rank.__getitem__))
    return pieces


def _connected(graph: Graph, start: str, barred: set[str]) -> set[str]:
    found, stack = {start}, [start]
    while stack:
        id = stack.pop()
        ends = [w.target for w in graph.outgoing(id)] + [w.source for w in graph.incoming(id)]
        for end in ends:
            if end not in found and end not in barred and not graph.nodes[end].is_end:
                found.add(end)
                stack.append(end)
    return found


def _strays(facts: GraphFacts) -> Iterator[Problem]:
    for piece in stray_pieces(facts):
        if any(id in facts.refusals for id in piece):
            continue
        last = facts.graph.nodes[piece[-1]].name
        if len(piece) == 1:
            message = f"{last} does not lead from the data to the goal, so it does nothing."
        else:
            message = f"{len(piece)} layers up to {last} do not lead from the data to the goal: they do nothing."
        yield Problem(piece[-1], Severity.HINT, message, ProblemCode.STRAY)
