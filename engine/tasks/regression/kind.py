"""The declaration of regression."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.graph.parameters import Params
from engine.graph.targets import TargetKind
from engine.tasks.kind import TaskKind
from engine.training.channel import LOSS
from engine.training.metric_kinds import usual_metric


def _unfit(schema: Schema, _settings: Params) -> str:
    if schema.target.kind is TargetKind.VALUES:
        return ""
    what = "none" if schema.target.kind is TargetKind.NEXT_TOKEN else "classes"
    what = "several targets" if schema.target.goals else what
    return f"Regression learns numbers, and {schema.title} has {what} to learn."


REGRESSION = TaskKind(
    name="regression",
    title="Regression",
    summary="Learns one or several numbers of a sample, such as a price.",
    verb="predict",
    picture="learn-numbers",
    learner="engine.tasks.supervised",
    script="engine.tasks.supervised_script",
    targets=(TargetKind.VALUES,),
    unfit=_unfit,
    channels=lambda target: (LOSS, usual_metric(target.kind).channel),
    quick=("optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"),
    results=("curves", "test", "plane", "layers"),
    tryout=("pad", "picture", "row"),
    live=("optimizer.learning_rate",),
    automatic=True,
)
