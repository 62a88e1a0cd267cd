"""Repairs: for each problem the edits that solve it. Every edit is tried out before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain, islice

from engine.graph.advice.checks import find
from engine.graph.advice.problems import Problem, ProblemCode, Repair
from engine.graph.advice.repairs import (
    columns,
    common_mistakes,
    generating,
    goals,
    inside,
    last_layer,
    later_steps,
    merging,
    normalising,
    output,
    refused,
    structure,
)
from engine.graph.errors import GraphError
from engine.graph.facts import GraphFacts
from engine.graph.inference import infer

MOST_OFFERED = 4
MOST_TRIED = 40

_PROPOSALS: dict[ProblemCode, Callable[[GraphFacts, str], Iterable[Repair]]] = {
    ProblemCode.CIRCLE: structure.open_circle,
    ProblemCode.SEVERAL_DATA: structure.remove_end,
    ProblemCode.SEVERAL_GOALS: structure.remove_end,
    ProblemCode.NOT_BEGUN: structure.begin,
    ProblemCode.FEW_INPUTS: structure.wire_input,
    ProblemCode.STRAY: structure.use_or_remove,
    ProblemCode.COLUMNS: columns.choose_others,
    ProblemCode.UNUSED_DATA: columns.remove_unused,
    ProblemCode.UNUSED_COLUMNS: columns.give,
    ProblemCode.GOAL: goals.choose,
    ProblemCode.GOAL_TWICE: goals.choose,
    ProblemCode.GOAL_MISSING: goals.add,
    ProblemCode.GOAL_LOSS: goals.usual_loss,
    ProblemCode.TARGET: output.fit_target,
    ProblemCode.NOTHING_LEARNS: output.learn,
    ProblemCode.SQUASHED: common_mistakes.take_out_squashing,
    ProblemCode.DROPPED: common_mistakes.take_out_dropout,
    ProblemCode.ONE_LINE: common_mistakes.put_activation,
    ProblemCode.MISPLACED: generating.take_out,
    ProblemCode.NO_SWITCH: generating.add_switch,
    ProblemCode.SEVERAL_SWITCHES: generating.take_out,
    ProblemCode.NO_NOISE: generating.begin_with_noise,
    ProblemCode.MIXED: generating.separate,
    ProblemCode.PART_LEARNS_NOTHING: generating.let_learn,
    ProblemCode.LAST_LAYER: last_layer.give,
    ProblemCode.NOT_FITTED: last_layer.take_out_unfitted,
    ProblemCode.UNTRAINED: last_layer.freeze,
    ProblemCode.ONE_NUMBER: normalising.give_more_numbers,
}


def repairs_for(problem: Problem, facts: GraphFacts) -> tuple[Repair, ...]:
    """The edits that make ``problem`` vanish and break nothing else, the best first."""
    known = {(p.node, p.code) for p in find(facts)}
    working: list[tuple[tuple[bool, int], Repair]] = []
    labels: set[str] = set()
    for repair in islice(_proposed(problem, facts), MOST_TRIED):
        if repair.label not in labels:
            worth = _worth(repair, problem, facts, known)
            if worth is not None:
                labels.add(repair.label)
                working.append((worth, repair))
    working.sort(key=lambda entry: entry[0])  # stable: among equals, the order in which they were proposed
    return tuple(repair for worth, repair in working[:MOST_OFFERED] if worth[0] == working[0][0][0])


def _proposed(problem: Problem, facts: GraphFacts) -> Iterable[Repair]:
    if problem.node is None:
        return structure.add_data(facts) if problem.code == ProblemCode.NO_DATA else structure.add_goal(facts)
    if facts.graph.nodes[problem.node].declaration.is_switch and problem.code in generating.OF_SWITCHES:
        return generating.complete(facts, problem.node)
    if problem.code == ProblemCode.OPEN_INPUT:
        begun = generating.begin_or_meet(facts, problem.node)
        return chain(begun, structure.wire_input(facts, problem.node))
    if problem.code == ProblemCode.SHAPE:
        several = facts.graph.nodes[problem.node].declaration.variadic
        return merging.propose(facts, problem.node) if several else refused.propose(facts, problem.node)
    if problem.code == ProblemCode.INSIDE:
        return inside.mend(facts, problem.node, repairs_for)
    if problem.code == ProblemCode.SEES_ANSWER:
        return later_steps.look_back_only(facts, problem.node, repairs_for)
    return _PROPOSALS[problem.code](facts, problem.node)


def _worth(
    repair: Repair, problem: Problem, before: GraphFacts, known: set[tuple[str | None, ProblemCode]]
) -> tuple[bool, int] | None:
    """Whether the node has another error after the repair, and how many errors there are; None: it mends nothing.

    Another error in the place of the first is a poor exchange, offered only when there is nothing better.
    """
    try:
        graph = repair.edit(before.graph)
    except GraphError:
        return None
    after = infer(graph, repair.after(before.signature), before)
    found = find(after)
    if any(p.node == problem.node and p.code == problem.code for p in found):
        return None
    # What a goal block is given is another matter than the blocks that are missing beside it.
    own = problem.code != ProblemCode.GOAL_MISSING
    blocked = own and problem.node in before.refusals and problem.node in graph.nodes
    if blocked and problem.node not in after.shapes:
        return None
    # To be back at the beginning is no success either: what keeps a layer comes before what removes the only one.
    errors = [p for p in found if p.blocks_training]
    for error in errors:
        # A goal block that was missing may wait for its wire; what only now has shapes may turn out not to fit.
        new = error.node not in before.graph.nodes and problem.code != ProblemCode.NO_GOAL
        worked = error.node in before.shapes and (error.node, error.code) not in known
        if error.node is not None and (new or worked):
            return None
    exchanged = problem.code != ProblemCode.CIRCLE and any(error.node == problem.node for error in errors)
    return exchanged, len(errors)
