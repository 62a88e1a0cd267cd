"""What follows from a drawing and what is asked of it, as values: shapes, refusals and the way from data to goal.

``engine.graph.inference`` works them out. What is wrong with them is said by ``engine.graph.advice.checks``, what can
be done about it by ``engine.graph.advice.repairs``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.graph.graph import Graph
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError
from engine.graph.signature import Signature
from engine.graph.targets import Target


@dataclass(frozen=True, slots=True, eq=False)
class NodeFacts:
    """What follows for one node from what arrives at it.

    ``params``       its settings, with the words that follow from the data ("answer") replaced by numbers once known
    ``open_inputs``  the inputs that need a wire and have none
    ``inputs``       the shapes that arrive, in the order of its inputs; empty until all of them are known
    ``shape``        its output shape, if it could be worked out (for the goal: what arrives there)
    ``parameters``   how many numbers it learns; None without a shape, and for what is no layer at work
    ``refusal``      why it cannot take what arrives
    ``runs``         for a block that data reaches: the facts about its inside, one for each repetition in order
    """

    params: Params
    open_inputs: tuple[str, ...] = ()
    inputs: tuple[Shape, ...] = ()
    shape: Shape | None = None
    parameters: int | None = None
    refusal: ShapeError | None = None
    runs: tuple[GraphFacts, ...] = ()


@dataclass(frozen=True, eq=False)
class GraphFacts:
    """What follows from a drawing and a signature.

    ``nodes``   the facts about every node by id, in execution order; of one on a circle or behind it only the settings
    ``order``   the nodes that feed the goal, in execution order, the data block first and the goal last; of several
                goals the nodes that feed any of them, and all of them last
    ``circle``  the nodes of one circle of wires, in order, if there is one
    """

    graph: Graph
    signature: Signature | None
    nodes: Mapping[str, NodeFacts]
    order: tuple[str, ...]
    circle: tuple[str, ...] = ()

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The output shapes of the nodes that have one, by id, in execution order."""
        return {id: found.shape for id, found in self.nodes.items() if found.shape is not None}

    @cached_property
    def refusals(self) -> Mapping[str, ShapeError]:
        """The nodes that cannot take what arrives, and why, in execution order."""
        return {id: found.refusal for id, found in self.nodes.items() if found.refusal is not None}

    @property
    def is_inside(self) -> bool:
        """Whether the drawing is the inside of a block."""
        return self.signature is not None and self.signature.is_inside

    @property
    def result(self) -> Shape | None:
        """The shape that reaches the goal, if it is known."""
        return self.nodes[self.goal].shape if self.goal is not None else None

    def shape_at(self, path: Sequence[str]) -> Shape | None:
        """The output shape of the node at a path, in a repeated block that of the last repetition, if it is known."""
        *around, id = path
        facts = self
        for block in around:
            if not facts.nodes[block].runs:
                return None
            facts = facts.nodes[block].runs[-1]
        return facts.nodes[id].shape

    def learns(self, id: str) -> bool:
        """Whether a node has weights that are trained."""
        found = self.nodes[id]
        if self.graph.nodes[id].frozen or not found.parameters:
            return False
        return not found.runs or any(run.learns(inner) for run in found.runs for inner in run.order)

    @property
    def data(self) -> str | None:
        """The id of the data block (the first one when there are several)."""
        found = self.graph.inputs
        return found[0].id if found else None

    @property
    def goal(self) -> str | None:
        """The id of the goal block (the first one when there are several)."""
        found = self.graph.outputs
        return found[0].id if found else None

    @property
    def ends(self) -> tuple[tuple[str, Target], ...]:
        """The goal blocks that count, by id, with what is learned there, in the order of the targets; those of several
        goals that are for none are left out."""
        signature = self.signature
        if signature is None:
            return ()
        if not signature.target.goals:
            return () if self.goal is None else ((self.goal, signature.target),)
        made = {node.params.goal: node.id for node in reversed(self.graph.outputs)}
        return tuple((made[name], signature.target.at_goal(name)) for name in signature.target.goals if name in made)

    @property
    def wired(self) -> bool:
        """Whether data can run all the way to the goal: no circle, no input on the way left open."""
        return bool(self.order) and not self.circle and not any(self.nodes[id].open_inputs for id in self.order)

    @cached_property
    def total_parameters(self) -> int:
        """How many numbers the network learns, counting the nodes that feed the goal."""
        return sum(self.nodes[id].parameters or 0 for id in self.order)
