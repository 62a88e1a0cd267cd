"""Repairs of drawings that work but do not learn well."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Repair
from engine.graph.advice.repairs.edits import insert, step, take_out
from engine.graph.facts import GraphFacts


def take_out_squashing(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """The loss does itself what the activation before the goal would do."""
    yield Repair(f"Remove {facts.graph.nodes[id].name}", take_out([id]))


def take_out_dropout(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """Dropout belongs between layers, not behind the last one."""
    yield Repair(f"Remove {facts.graph.nodes[id].name}", take_out([id]))


def put_activation(facts: GraphFacts, id: str) -> Iterator[Repair]:
    """An activation between two dense layers."""
    on = facts.graph.incoming(id)[0]
    for kind in ("ReLU", "GELU", "Tanh"):
        yield Repair(f"Put a {kind} before {facts.graph.nodes[id].name}", insert(on, step(kind)))
