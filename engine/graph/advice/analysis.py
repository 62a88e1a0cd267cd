"""The analysis of a drawing: all shapes, parameter counts and problems, with their repairs. Without torch.

Cheap enough to be asked after every edit: a thousand layers take a few milliseconds, and repairs are only worked
out for the problems that somebody looks at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

from engine.graph.advice.checks import find
from engine.graph.advice.problems import Problem
from engine.graph.advice.repairs import repairs_for
from engine.graph.facts import GraphFacts
from engine.graph.graph import Graph
from engine.graph.inference import infer
from engine.graph.nesting import block_at
from engine.graph.signature import Signature, block_signature


@dataclass(frozen=True, eq=False, kw_only=True)
class Analysis(GraphFacts):
    """The facts about a drawing (see ``GraphFacts``) and its problems, errors first."""

    problems: tuple[Problem, ...] = ()

    @property
    def obstacle(self) -> Problem | None:
        """The first problem that stands in the way of training: an error, or that nothing is drawn yet."""
        return next((p for p in self.problems if p.blocks_training), None)

    @property
    def ready(self) -> bool:
        """Whether the network can be built and trained: the data is known and nothing stands in the way."""
        return self.signature is not None and self.obstacle is None

    @cached_property
    def _by_node(self) -> dict[str | None, tuple[Problem, ...]]:
        found: dict[str | None, tuple[Problem, ...]] = {}
        for problem in self.problems:
            found[problem.node] = (*found.get(problem.node, ()), problem)
        return found

    def of(self, node: str | None) -> tuple[Problem, ...]:
        """The problems of one node, errors first; of the drawing as a whole for None."""
        return self._by_node.get(node, ())

    def enter(self, block: str) -> Analysis:
        """The same of the inside of a block: of the repetition with an error, else of the first.

        Raises NoSuchNode, BadBlock.
        """
        inner = block_at(self.graph, (block,)).graph
        runs = self.nodes[block].runs
        if not runs:
            return analyse(inner, (self.signature or block_signature()).inside(()))
        run = runs[-1] if runs[-1].result is None else runs[0]
        return analyse(inner, run.signature)


def analyse(graph: Graph, signature: Signature | None, before: GraphFacts | None = None) -> Analysis:
    """Work out shapes, counts and problems. Never raises.

    Without a signature (no dataset chosen) there are no shapes, and only the wiring is judged. ``before`` is what
    was found about the drawing that was edited: it makes the answer quicker, and no other.
    """
    facts = infer(graph, signature, before)
    problems = tuple(replace(p, offer=partial(repairs_for, p, facts)) for p in find(facts))
    return Analysis(facts.graph, facts.signature, facts.nodes, facts.order, facts.circle, problems=problems)
