"""The declaration of classification."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.graph.targets import TargetKind
from engine.tasks.kind import TaskKind
from engine.training.channel import LOSS
from engine.training.metric_kinds import usual_metric

_TARGETS = (TargetKind.CLASSES, TargetKind.YES_NO)


def _unfit(schema: Schema) -> str:
    if schema.target.kind in _TARGETS:
        return ""
    what = "numbers" if schema.target.kind is TargetKind.VALUES else "no classes"
    return f"Classification learns classes, and {schema.title} has {what} to learn."


CLASSIFICATION = TaskKind(
    name="classification",
    title="Classification",
    summary="Learns which of several classes a sample belongs to, or yes or no.",
    learner="engine.tasks.supervised",
    targets=_TARGETS,
    unfit=_unfit,
    channels=lambda target: (LOSS, usual_metric(target.kind).channel),
    quick=("optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"),
    live=("optimizer.learning_rate",),
    automatic=True,
)
