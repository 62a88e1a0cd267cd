"""Repairing a whole drawing: the best repair of the first error, then of the next, until no error is left.

Every repair taken was tried out before it was offered, so each step takes one error away. Warnings and hints stay:
what is merely unusual may be meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.advice.problems import Problem, Severity
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from engine.graph.signature import Signature

MOST_STEPS = 60
"""No drawing is mended in more steps: who has so many errors wants to see them one by one."""


@dataclass(frozen=True)
class Mended:
    """The drawing after ``steps`` (the words of the repairs made, in order), and how many errors are ``left``.

    With a ``batch_size`` the recipe is to be changed too: it needs as many rows a step at least.
    """

    graph: Graph
    steps: tuple[str, ...]
    left: int
    batch_size: int = 0

    @property
    def sentence(self) -> str:
        """What was done, for a line of text."""
        if not self.steps:
            return "Nothing could be repaired."
        counted: dict[str, int] = {}
        for step in self.steps:
            counted[step] = counted.get(step, 0) + 1
        done = "; ".join(step if count == 1 else f"{step} ({count} times)" for step, count in counted.items())
        rest = {0: "no error is left", 1: "1 error is left"}.get(self.left, f"{self.left:,} errors are left")
        return f"{done}: {rest}."


def can_mend(analysis: Analysis) -> bool:
    """Whether there is an error, and every error has a repair to choose."""
    errors = [problem for problem in analysis.problems if problem.severity == Severity.ERROR]
    return bool(errors) and all(problem.repairs for problem in errors)


def auto_connect(graph: Graph, signature: Signature | None) -> Mended:
    """Take the first repair of the first error that has one, and again, until none is left. Never raises.

    A step that does not take its error away, or brings several new ones, is not made: that error is left to the user.
    """
    steps: list[str] = []
    given_up: set[tuple[str | None, str]] = set()
    analysis = analyse(graph, signature)
    count, batch_size = _errors(analysis), 0
    for _step in range(MOST_STEPS):
        problem = next(
            (p for p in _in_the_way(analysis) if (p.node, p.code) not in given_up and p.repairs),
            None,
        )
        if problem is None:
            break
        repair = problem.repairs[0]
        try:
            after = repair.edit(graph)
        except GraphError:
            given_up.add((problem.node, problem.code))
            continue
        judged = analyse(after, repair.after(signature), analysis)
        known = {(p.node, p.code) for p in _in_the_way(analysis)}
        fresh = {(p.node, p.code) for p in _in_the_way(judged)} - known
        if (problem.node, problem.code) in {(p.node, p.code) for p in judged.problems} or len(fresh) > 1:
            given_up.add((problem.node, problem.code))
            continue
        graph, analysis, count = after, judged, _errors(judged)
        signature, batch_size = repair.after(signature), max(batch_size, repair.batch_size)
        steps.append(repair.label)
    return Mended(graph, tuple(steps), count, batch_size)


def _errors(analysis: Analysis) -> int:
    return len(_in_the_way(analysis))


def _in_the_way(analysis: Analysis) -> list[Problem]:
    """What keeps the network from being trained: the errors, or that nothing is drawn yet."""
    return [problem for problem in analysis.problems if problem.blocks_training]
