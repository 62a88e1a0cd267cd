"""The declaration of classification."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.graph.parameters import Params
from engine.graph.targets import CLASSIFIED, TargetKind
from engine.tasks.kind import TaskKind
from engine.training.channel import LOSS
from engine.training.metric_kinds import usual_metric


def _unfit(schema: Schema, _settings: Params) -> str:
    if schema.target.kind in CLASSIFIED:
        return ""
    what = "numbers" if schema.target.kind is TargetKind.VALUES else "no classes"
    what = "several targets" if schema.target.goals else what
    return f"Classification learns classes, and {schema.title} has {what} to learn."


CLASSIFICATION = TaskKind(
    name="classification",
    title="Classification",
    summary="Learns which of several classes a sample belongs to, or yes or no.",
    verb="classify",
    picture="learn-classes",
    learner="engine.tasks.supervised",
    script="engine.tasks.supervised_script",
    targets=CLASSIFIED,
    unfit=_unfit,
    channels=lambda target: (LOSS, usual_metric(target.kind).channel),
    quick=("optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"),
    results=("curves", "test", "plane", "layers"),
    tryout=("pad", "picture", "row"),
    live=("optimizer.learning_rate",),
    automatic=True,
)
