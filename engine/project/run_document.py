"""What the JSON of a file says of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.project.limits import MOST_EPOCHS_SAVED
from engine.project.runs import FinishedRun, RunLabel
from engine.training.saved_values import bounded_figures


def earlier_document(run: FinishedRun) -> dict[str, Any]:
    """What ``runs/<id>/run.json`` says of an earlier run."""
    record = run.record
    return {
        "run": run.label.to_json(),
        "graph": run.graph.to_json(),
        "recipe": run.recipe.to_json(),
        "preparation": None if record.preparation is None else record.preparation.to_json(),
        **({} if record.novelty is None else {"novelty": record.novelty.to_json()}),
        **({} if record.end is None else {"ended": record.end.to_json()}),
        **({} if record.folds is None else {"folds": record.folds.to_json()}),
        "test": None if record.test is None else bounded_figures(record.test),
        "history": saved_rows(record.history),
    }


def label_document(label: RunLabel) -> dict[str, Any]:
    """What ``project.json`` says of the label of the run in use, with what is not known of that run."""
    return {**label.to_json(), **({"more": dict(label.unknown.values)} if label.unknown.values else {})}


def saved_rows(history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a history to save: all of them, or rows in even steps with the first and the last among them.

    A run may have a million epochs, and nothing that was learned may be lost because its curve is long.
    """
    count = min(len(history), MOST_EPOCHS_SAVED)
    chosen = [history[number * (len(history) - 1) // max(1, count - 1)] for number in range(count)]
    return [bounded_figures(row) for row in chosen]
