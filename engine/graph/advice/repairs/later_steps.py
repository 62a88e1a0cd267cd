"""Repairs of networks that can see what they are to predict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.graph.advice.checks.later_steps import first_inside
from engine.graph.advice.problems import Problem, Repair
from engine.graph.advice.repairs.edits import change, take_out
from engine.graph.advice.repairs.inside import lifted
from engine.graph.facts import GraphFacts
from engine.graph.layers.later_steps import TIME
from engine.graph.parameters import Flag


def look_back_only(
    facts: GraphFacts, id: str, repairs_for: Callable[[Problem, GraphFacts], Iterable[Repair]]
) -> Iterator[Repair]:
    """Set the layer so that it looks at no later step, by whichever of its switches does that; or take it out."""
    node, known = facts.graph.nodes[id], facts.nodes[id]
    if node.block is not None:
        error, number = first_inside(facts, id)
        if error is not None:
            for repair in repairs_for(error, known.runs[number]):
                yield Repair(repair.label, lifted(repair.edit, id))
        return
    for switch in node.declaration.parameters:
        if isinstance(switch, Flag):
            other = not known.params[switch.name]
            if TIME not in node.declaration.looks_ahead(known.params.replace(**{switch.name: other}), known.inputs):
                label = f"Switch {switch.title.lower()} {'on' if other else 'off'} in {node.name}"
                yield Repair(label, change(id, **{switch.name: other}))
    yield Repair(f"Remove {node.name}", take_out([id]))
