"""What the window says of a run's test figures: the sentences of ``engine.reports``, where they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.data.dataset import Schema
from engine.graph.advice.problems import Problem
from engine.reports.doctor import Diagnosis, diagnose
from engine.reports.losses import loss_of_what
from engine.reports.verdict import sentence, verdict_of
from engine.training.recipe import Recipe
from gui.training.trained import Trained


def explained_verdict(
    test: Mapping[str, Any] | None, schema: Schema | None = None, recipe: Recipe | None = None, *, details: bool = True
) -> str:
    """The test figures, for where there is room to explain them; None are those of a run that has not finished.

    With the ``recipe`` of the run its loss is told too.
    """
    return sentence(test, schema, "" if recipe is None else loss_of_what(recipe, schema), details=details)


def verdict(test: Mapping[str, Any], schema: Schema | None = None, *, done: bool = True) -> str:
    """The same in one sentence; ``done`` for a run that has come to its end."""
    return f"{'Done. ' if done else ''}{sentence(test, schema, details=False)}"


def diagnosis(
    trained: Trained, schema: Schema | None, losses: Sequence[float] = (), problems: Sequence[Problem] = ()
) -> Diagnosis | None:
    """Why a run came to nothing, and what to change; None for one that learned something.

    ``losses`` are those of its steps, where they are still known; ``problems`` those of its drawing.
    """
    found = verdict_of(trained.test, schema)
    graph, history = trained.graph, trained.history
    return diagnose(found, trained.recipe, schema, history=history, losses=losses, graph=graph, problems=problems)
