"""The test figures of a network that was trained, worked out anew. Takes a while: to be done in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.training import early
from engine.training.rows import load_rows
from gui.training.trained import Trained


def measured(trained: Trained) -> Mapping[str, Any] | None:
    """The figures as at the end of a run; None without test rows. Raises DataError, ValueError."""
    early.load()
    from engine.training.run import evaluate

    if trained.preparation is None:
        return None
    rows = load_rows(trained.recipe)
    return evaluate(trained.graph, trained.recipe, rows, dict(trained.weights), trained.preparation) or None
