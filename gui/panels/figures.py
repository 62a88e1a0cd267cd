"""What an analysis comes to in a few words, the same wherever it is told."""

from __future__ import annotations

from engine.counting import counted
from engine.graph.advice.analysis import Analysis
from engine.graph.advice.problems import Severity


def layer_words(count: int) -> str:
    """How many layers there are. Of blocks those inside are counted, as ``layers_of`` does."""
    return counted(count, "layer")


def parameter_count(count: int) -> str:
    """A number of parameters, in words."""
    return counted(count, "parameter")


def parameter_words(analysis: Analysis) -> str:
    """How many parameters there are; of a network that is not whole, how many of them are known so far."""
    reached = all(id in analysis.shapes for id in analysis.order if id != analysis.goal)
    if analysis.wired and reached:
        return parameter_count(analysis.total_parameters)
    # Which layers will lead to the goal is not settled yet: every one that data reaches counts.
    return f"{parameter_count(sum(found.parameters or 0 for found in analysis.nodes.values()))} so far"


def problem_words(analysis: Analysis) -> str:
    """How many problems of each kind there are, as in "1 error, 2 hints"; "" for none."""
    counts = {name: sum(problem.severity == name for problem in analysis.problems) for name in Severity}
    return ", ".join(counted(count, name) for name, count in counts.items() if count)
