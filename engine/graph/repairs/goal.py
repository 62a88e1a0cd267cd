"""Repairs at the goal: giving as many numbers as there are answers, and something that can learn them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.problems import Repair
from engine.graph.repairs.edits import Edit, Step, change, insert, step
from engine.graph.walk import Facts


def fit_answer(facts: Facts, id: str) -> Iterator[Repair]:
    """Resize the last Linear, add one, or first make one list of what arrives."""
    graph = facts.graph
    last = graph.incoming(id)[0]
    assert facts.signature is not None  # without one, nothing arrives
    size = f"{facts.signature.answer.outputs:,}"
    sized = _decides(facts, last.source)
    if sized is not None:
        yield Repair(f"Give {graph.nodes[sized].name} the size of the answer ({size})", _answer(sized))
    answer = step("Linear", units="answer")
    flat = facts.inputs[id][0].rank == 1 and facts.inputs[id][0].dtype == "float"
    for words, steps in _HEADS[:1] if flat else _HEADS[1:]:
        yield Repair(f"Add {words} (→ {size}) before the goal", insert(last, *steps, answer))


_HEADS: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("a Linear", ()),
    ("Flatten and Linear", (step("Flatten"),)),
    ("GlobalAvgPool and Linear", (step("GlobalAvgPool"),)),
    ("Embedding, Flatten and Linear", (step("Embedding"), step("Flatten"))),
)


def _answer(id: str) -> Edit:
    return change(id, units="answer")


def _decides(facts: Facts, id: str) -> str | None:
    """The Linear whose units decide how many numbers arrive, seen through layers that keep the shape."""
    graph = facts.graph
    while id in facts.shapes:
        node = graph.nodes[id]
        if node.kind == "Linear" and not node.bypassed:
            return id
        coming = graph.incoming(id)
        if len(coming) != 1 or facts.inputs[id][0] != facts.shapes[id]:
            return None
        id = coming[0].source
    return None


def learn(facts: Facts, id: str) -> Iterator[Repair]:
    """Something with weights: a Linear before the goal, or the layers that are frozen or bypassed."""
    graph = facts.graph
    frozen = [other for other in facts.order if graph.nodes[other].frozen]
    if frozen:
        which = graph.nodes[frozen[0]].name if len(frozen) == 1 else f"the {len(frozen)} frozen layers"
        yield Repair(f"Let {which} learn", _unfreeze(tuple(frozen)))
    bypassed = [other for other in facts.order if graph.nodes[other].bypassed]
    for other in bypassed:
        yield Repair(f"Switch {graph.nodes[other].name} on again", _switch_on(other))
    last = graph.incoming(id)[0]
    answer = step("Linear", units="answer")
    yield Repair("Add a Linear before the goal", insert(last, answer))


def _unfreeze(ids: tuple[str, ...]) -> Edit:
    return lambda graph: graph.set_all(ids, frozen=False)


def _switch_on(id: str) -> Edit:
    return lambda graph: graph.set(id, bypassed=False)
