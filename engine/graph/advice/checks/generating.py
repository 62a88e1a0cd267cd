"""Generator and critic: whether a drawing that makes new samples has both, and any other has neither.

What lies before the generated input of RealOrFake is the generator; it begins with noise and with nothing else. What
comes after RealOrFake is the critic; it sees nothing but what was let through.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph.advice.problems import Problem, ProblemCode, Severity
from engine.graph.block import Block
from engine.graph.facts import GraphFacts
from engine.graph.graph import Node
from engine.graph.parts import noise_before, parts, switches


def check(facts: GraphFacts) -> Iterator[Problem]:
    """What keeps samples from being generated, or generated samples from being told from real ones."""
    if facts.signature is None:
        return
    wanted = facts.signature.target.needs_generated and not facts.is_inside
    yield from _misplaced(facts, wanted)
    if wanted and facts.wired:
        yield from _parts(facts)


def lacks_noise(facts: GraphFacts, id: str) -> bool:
    """Whether a layer would begin a generator that has no noise to begin with."""
    graph = facts.graph
    found = switches(graph) if facts.signature is not None and facts.signature.target.needs_generated else ()
    generated = graph.sources(found[0].id)[-1] if found else None
    if generated is None or id not in graph.upstream(generated) | {generated}:
        return False
    return not noise_before(graph, generated) and facts.data not in graph.upstream(generated)


def _is_of_generating(node: Node) -> bool:
    return node.declaration.is_source or node.declaration.is_switch


def _misplaced(facts: GraphFacts, wanted: bool) -> Iterator[Problem]:
    for node in facts.graph.nodes.values():
        if node.block is not None and (found := _inside(node.block)) is not None:
            message = f"{found.name} stands inside {node.name}: it belongs outside of blocks."
            yield Problem(node.id, Severity.ERROR, message, ProblemCode.MISPLACED)
        elif _is_of_generating(node) and facts.is_inside:
            message = f"{node.name} stands inside a block: it belongs outside of blocks."
            yield Problem(node.id, Severity.ERROR, message, ProblemCode.MISPLACED)
        elif _is_of_generating(node) and not wanted:
            message = (
                f"{node.name} is for a network that learns to make new samples, and this one learns something else. "
                "Remove it, or choose that the network is to make new samples."
            )
            yield Problem(node.id, Severity.ERROR, message, ProblemCode.MISPLACED)


def _inside(block: Block) -> Node | None:
    """The first such layer in a block or in the blocks inside it."""
    for node in block.contents:
        found = node if _is_of_generating(node) else None if node.block is None else _inside(node.block)
        if found is not None:
            return found
    return None


def _parts(facts: GraphFacts) -> Iterator[Problem]:
    graph, goal = facts.graph, facts.goal
    assert goal is not None
    found = [id for id in facts.order if graph.nodes[id].declaration.is_switch and not graph.nodes[id].bypassed]
    if not found:
        message = (
            "Nothing is generated yet: a network that makes new samples needs Noise, layers that make samples of it, "
            "and a RealOrFake where they meet the real ones."
        )
        yield Problem(goal, Severity.ERROR, message, ProblemCode.NO_SWITCH)
        return
    if len(found) > 1:
        message = (
            f"Real and generated samples meet in {len(found)} places; they must meet in one, so that it is clear where "
            f"the generator ends. Keep {graph.nodes[found[0]].name} alone."
        )
        yield Problem(found[1], Severity.ERROR, message, ProblemCode.SEVERAL_SWITCHES)
        return
    switch = found[0]
    mixed = list(_mixed(facts, switch))
    yield from mixed
    if not mixed:
        yield from _nothing_learns(facts, switch)


def _mixed(facts: GraphFacts, switch: str) -> Iterator[Problem]:
    """Ways that lead from where they must not."""
    graph, name = facts.graph, facts.graph.nodes[switch].name
    real, generated = graph.sources(switch)
    assert real is not None
    assert generated is not None
    assert facts.data is not None
    making = graph.upstream(generated) | {generated}
    if not noise_before(graph, generated):
        message = f"No Noise leads to {name}: a generator needs random numbers, or it could make one sample only."
        yield Problem(switch, Severity.ERROR, message, ProblemCode.NO_NOISE)
    elif facts.data in making:
        message = (
            f"The generator of {name} takes {graph.nodes[facts.data].name} too: it must make its samples of noise "
            "alone, since there are no data when new ones are made."
        )
        yield Problem(switch, Severity.ERROR, message, ProblemCode.MIXED)
    elif facts.data not in graph.upstream(switch) - making or noise_before(graph, real):
        message = f"What {name} takes for real samples must be the data, and nothing that is made of noise."
        yield Problem(switch, Severity.ERROR, message, ProblemCode.MIXED)
    judging = graph.downstream(switch) | {switch}
    for id in facts.order:
        if id == switch or id not in judging:
            continue
        for source in graph.sources(id):
            if source is not None and source not in judging:
                message = (
                    f"{graph.nodes[id].name} takes {graph.nodes[source].name} past {name}: what comes after {name} "
                    "must see what it lets through and nothing else, or it could tell fakes by that."
                )
                yield Problem(id, Severity.ERROR, message, ProblemCode.MIXED)
                return


def _nothing_learns(facts: GraphFacts, switch: str) -> Iterator[Problem]:
    graph = facts.graph
    for found in parts(graph):
        able = (graph.upstream(found.result) | {found.result}) - graph.upstream(switch) - {switch}
        if found.given != (switch,):
            able = graph.upstream(found.result) | {found.result}
        if not any(facts.learns(id) for id in able & set(facts.order)):
            where = "between the noise and" if found.given != (switch,) else "behind"
            message = (
                f"The {found.name} has nothing that can learn: no layer {where} {graph.nodes[switch].name} has "
                "parameters that may change."
            )
            yield Problem(switch, Severity.ERROR, message, ProblemCode.PART_LEARNS_NOTHING)


