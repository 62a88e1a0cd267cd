"""Earlier runs in the open project: which is kept when another begins, and what using one again makes of a sketch."""

from __future__ import annotations

from dataclasses import replace

from engine.graph.signature import Signature
from engine.project.runs import FinishedRun, Runs
from gui.sketch import DocumentState
from gui.training.trained import Onward, Start, Trained


def runs_since(sketch: DocumentState, onward: Onward) -> Runs:
    """The runs of a sketch once training goes on from where ``onward`` says.

    A run that is continued stays the one it was; any other keeps the run before it, if that had learned anything.
    """
    if onward.start is Start.RESUME:
        return sketch.runs
    return _with_current(sketch).begun() if _has_learned(sketch.trained) else sketch.runs.begun_again()


def using_run(sketch: DocumentState, id: int, signature: Signature | None) -> DocumentState:
    """The sketch with the earlier run numbered ``id`` in use, its drawing and recipe with it.

    ``signature`` is what the data of that run's recipe asks of a drawing. Raises NoSuchRun, and ProjectError for a run
    that is damaged in its file.
    """
    chosen = sketch.runs.find(id).opened()
    kept = _with_current(sketch) if _has_learned(sketch.trained) else sketch.runs
    runs = replace(kept.without(id), current=chosen.label)
    trained = None
    if chosen.record.weights is not None:
        trained = Trained(chosen.graph, chosen.recipe, signature, **chosen.record.values())
    return DocumentState(chosen.graph, chosen.recipe, trained, runs=runs)


def _with_current(sketch: DocumentState) -> Runs:
    trained = sketch.trained
    assert trained is not None
    return sketch.runs.with_earlier(FinishedRun(sketch.runs.current, trained.graph, trained.recipe, trained.record))


def _has_learned(trained: Trained | None) -> bool:
    return trained is not None and bool(trained.history or trained.steps)
