"""The network to begin with for a kind of learning that has templates: the first that the data fits, or can be made to.

What does not fit at once, as a generator that makes two numbers where the data has three columns, is repaired as the
window would offer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.data.dataset import DataError
from engine.graph import templates
from engine.graph.advice.analysis import analyse
from engine.graph.advice.problems import Severity
from engine.graph.graph import Graph
from engine.graph.signature import Signature
from engine.tasks.kind import TaskKind
from engine.tasks.proposed import Proposal
from engine.training.data_loading import signature_of
from engine.training.recipe import Recipe

_MOST_REPAIRS = 4


def propose(kind: TaskKind, dataset: str, options: Mapping[str, Any], path: Path) -> Proposal:
    """A drawing and a recipe by which ``kind`` learns from ``dataset``. Raises DataError: the data is not for it."""
    for template in map(templates.describe, templates.names()):
        if template.recipe.get("task.kind") != kind.name:
            continue
        own = {name: value for name, value in template.recipe.items() if not name.startswith("dataset")}
        recipe = Recipe().with_settings({**own, "dataset": dataset})
        recipe = recipe.with_setting("dataset_options", dict(options))
        graph = _mended(template.draw(), signature_of(recipe))
        if graph is not None:
            return Proposal(graph, recipe, path.stem, f"as the template {template.name}, for {path.name}")
    raise DataError(
        f"There is no diagram to begin with for {kind.title} and {path.name}. Leave --task out, or make a project from "
        "a template with the command new and draw it for this data in the window."
    )


def _mended(graph: Graph, signature: Signature) -> Graph | None:
    """The drawing as it takes the data; None where no repair leads there."""
    for _ in range(_MOST_REPAIRS):
        wrong = [problem for problem in analyse(graph, signature).problems if problem.severity is Severity.ERROR]
        if not wrong:
            return graph
        if not wrong[0].repairs:
            return None
        graph = wrong[0].repairs[0].edit(graph)
    return None
