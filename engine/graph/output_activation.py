"""What reaches the goal of a network: which layer made these numbers, and whether they are probabilities.

One rule for everybody who asks: how predictions are read, what training measures, what the analysis warns of. Numbers
are followed from the layer that makes them to the goal, by what each layer's declaration says it does to them
(``engine.graph.layers.passing``), through blocks, their repetitions and merges. Nothing is decided by a layer's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.graph.facts import GraphFacts
from engine.graph.graph import Node
from engine.graph.layers.kind import OutputActivation
from engine.graph.layers.passing import Passing, PassingKind
from engine.graph.layers.rules import chosen_axis
from engine.graph.shapes import Shape
from engine.graph.wire_index import depth_first

__all__ = ["OutputActivation", "OutputRange", "made_at_goal", "output_activation"]


@dataclass(frozen=True)
class OutputRange:
    """Numbers on a wire.

    ``node`` is the layer that made them, and ``id`` its id in the drawing, or that of the block it is in. ``gives``
    is what they are: SOFTMAX, LOG_SOFTMAX, SIGMOID or PLAIN. Shares add up along ``axis`` (from 0; None when that is
    no single axis any more), or all numbers of a sample together (``all_together``). ``dropped`` are (id, name) of
    the dropout layers that they have gone through one by one since then.
    """

    node: Node
    id: str
    gives: OutputActivation = OutputActivation.PLAIN
    axis: int | None = None
    all_together: bool = False
    dropped: tuple[tuple[str, str], ...] = ()


def made_at_goal(facts: GraphFacts, goal: str) -> OutputRange | None:
    """The numbers that reach a goal block, as the network gives them when it is used; None when none do.

    They are SOFTMAX or LOG_SOFTMAX only where all of them, as one answer, are the shares of one whole.
    """
    result = facts.nodes[goal].shape
    if result is None:
        return None
    made = _Follower().arriving(facts, (), "", goal)
    if made is None or not made.gives.is_shares:
        return made
    is_one_whole = made.all_together or (made.axis is not None and result.sizes[made.axis] == result.count)
    return made if is_one_whole else _without_whole(made)


Endings = tuple[OutputActivation, ...]
"""What the outputs for each goal are: SOFTMAX, LOG_SOFTMAX, SIGMOID (numbers from 0 to 1) or PLAIN."""


def output_activation(facts: GraphFacts) -> OutputActivation:
    """The same for the one goal of a drawing, or the first of several."""
    return output_activations(facts)[0]


def output_activations(facts: GraphFacts) -> Endings:
    """How the outputs for each goal are to be read, in the order of the goals; PLAIN where no data reaches one."""
    made = [made_at_goal(facts, goal) for goal, _target in facts.ends]
    return tuple(OutputActivation.PLAIN if one is None else one.gives for one in made) or (OutputActivation.PLAIN,)


# Following numbers


class _Follower:
    """Follows numbers to the goals of a drawing and of the blocks in it, into the inside of each block once."""

    def __init__(self) -> None:
        self._alone: dict[GraphFacts, OutputRange | None] = {}

    def alone(self, inside: GraphFacts) -> OutputRange | None:
        """What the inside of a block gives, whatever comes in; UNKNOWN where that decides it."""
        if inside not in self._alone:
            self._alone[inside] = self.arriving(inside, (), "")
        return self._alone[inside]

    def arriving(
        self, facts: GraphFacts, entering: Sequence[OutputRange], owner: str, goal: str | None = None
    ) -> OutputRange | None:
        """What reaches the goal, or that of several which is named.

        ``entering`` is what comes in where the drawing is the inside of a block, ``owner`` the block of the outermost
        drawing that it is in. What is not in ``entering`` is UNKNOWN.
        """
        goal = goal or facts.goal
        source = next(iter(facts.graph.sources(goal)), None) if goal is not None else None
        if source is None or source not in facts.shapes:
            return None
        doors = {node.id: number for number, node in enumerate(facts.graph.inputs)}
        found: dict[str | None, OutputRange] = {}
        for id in depth_first(source, lambda id: self._asked(facts, facts.graph.nodes[id])):
            node, number = facts.graph.nodes[id], doors.get(id)
            if number is None:
                found[id] = self._made(facts, node, found, owner or id)
            elif number < len(entering):
                found[id] = entering[number]
            else:
                gives = OutputActivation.UNKNOWN if facts.is_inside else OutputActivation.PLAIN
                found[id] = OutputRange(node, owner or id, gives)
        return found[source]

    def _asked(self, facts: GraphFacts, node: Node) -> list[str]:
        """The layers whose numbers a layer passes on, if it passes any on."""
        sources = [source for source in facts.graph.sources(node.id) if source is not None]
        if node.bypassed:
            return sources[:1]
        if node.block is not None:
            return sources if _enters(self.alone(facts.nodes[node.id].runs[-1])) else []
        return sources if sources and _passing(facts, node) is not None else []

    def _made(self, facts: GraphFacts, node: Node, found: Mapping[str | None, OutputRange], owner: str) -> OutputRange:
        """What a layer gives, from what those that feed it give."""
        feeding = [found[source] for source in facts.graph.sources(node.id) if source in found]
        if node.bypassed and feeding:
            return feeding[0]
        own = _own(facts, node, owner)
        if node.block is not None:
            return self._through_block(facts.nodes[node.id].runs, feeding, owner) or own
        passing = _passing(facts, node)
        if passing is None:
            return own
        passed = [_passed(made, passing, x) for made, x in zip(feeding, facts.nodes[node.id].inputs, strict=True)]
        result = _joined(passed, passing)
        if result is None:
            return own
        if node.declaration.drops:
            return replace(result, dropped=(*result.dropped, (owner, node.name)))
        return result

    def _through_block(
        self, runs: Sequence[GraphFacts], feeding: Sequence[OutputRange], owner: str
    ) -> OutputRange | None:
        """What a block gives: its last repetition decides, unless that passes on what the one before it gives."""
        last = self.alone(runs[-1])
        if last is None or not _enters(last):
            return last and replace(last, id=owner, dropped=tuple((owner, name) for _id, name in last.dropped))
        entering = list(feeding)
        for run in runs:
            result = self.arriving(run, entering, owner)
            if result is None:
                return None
            entering[0] = result
        return entering[0]


def _enters(made: OutputRange | None) -> bool:
    return made is not None and made.gives is OutputActivation.UNKNOWN


def _passing(facts: GraphFacts, node: Node) -> Passing | None:
    known = facts.nodes[node.id]
    return node.declaration.passes(known.params, known.inputs)


def _own(facts: GraphFacts, node: Node, owner: str) -> OutputRange:
    gives = node.declaration.gives
    if not gives.is_shares:
        return OutputRange(node, owner, gives)
    known = facts.nodes[node.id]
    (x,) = known.inputs
    axis = chosen_axis(known.params, x)
    return OutputRange(node, owner, gives, axis, x.sizes[axis] == x.count)


def _passed(made: OutputRange, passing: Passing, x: Shape) -> OutputRange | None:
    """What becomes of numbers of the shape ``x`` in a layer; None when nothing is known of them any more."""
    if _enters(made):
        return made
    if passing.from_zero and not made.gives.is_probability:
        return None
    axis = passing.axes.index(made.axis) if made.axis is not None and made.axis in passing.axes else None
    is_one_whole = made.all_together or (made.axis is not None and x.sizes[made.axis] == x.count)
    together = passing.how is PassingKind.SAME and is_one_whole
    dropped = made.dropped if passing.how is PassingKind.SAME else ()
    passed = replace(made, axis=axis, all_together=together, dropped=dropped)
    if not made.gives.is_shares:
        return passed
    means_stay = made.gives is OutputActivation.SOFTMAX and passing.how is PassingKind.MEAN
    shares_stay = means_stay or passing.how is PassingKind.SAME
    return passed if shares_stay and (axis is not None or together) else _without_whole(passed)


def _without_whole(made: OutputRange) -> OutputRange:
    """Shares that are no longer those of one whole: what is left of them are numbers from 0 to 1."""
    left = OutputActivation.SIGMOID if made.gives is OutputActivation.SOFTMAX else OutputActivation.PLAIN
    return replace(made, gives=left, axis=None, all_together=False)


def _joined(passed: Sequence[OutputRange | None], passing: Passing) -> OutputRange | None:
    """What comes of several inputs: what is so of each of them."""
    known = [made for made in passed if made is not None]
    if len(known) < len(passed):
        return None
    if len(known) == 1:
        return known[0]
    outside = next((made for made in known if _enters(made)), None)
    if outside is not None:
        return outside
    first = replace(known[0], all_together=False, dropped=())
    if len({(made.gives, made.axis) for made in known}) == 1:
        if first.gives.is_shares and (first.axis is None or passing.how is PassingKind.WITHIN):
            return _without_whole(first)
        by_like_layers = passing.how is PassingKind.SAME and len({made.node.kind for made in known}) == 1
        return first if by_like_layers or first.gives is not OutputActivation.PLAIN else None
    from_zero_to_one = all(made.gives.is_probability for made in known)
    return _without_whole(replace(first, gives=OutputActivation.SOFTMAX)) if from_zero_to_one else None
