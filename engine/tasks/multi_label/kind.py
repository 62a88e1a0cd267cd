"""The declaration of learning labels, of which a sample may have several or none."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.graph.parameters import Params
from engine.graph.targets import TargetKind
from engine.tasks.kind import TaskKind
from engine.tasks.multi_label.words import figures_in_words
from engine.training.channel import LOSS
from engine.training.metric_kinds import EXACT_MATCH


def _unfit(schema: Schema, _settings: Params) -> str:
    if schema.target.kind is TargetKind.LABELS:
        return ""
    return f"Labels are learned from several columns of yes and no, and {schema.title} has another target."


MULTI_LABEL = TaskKind(
    name="multi-label",
    title="Labels",
    summary="Learns which labels a sample has: several, one or none, each yes or no by itself.",
    verb="label",
    picture="learn-classes",
    learner="engine.tasks.supervised",
    script="engine.tasks.supervised_script",
    targets=(TargetKind.LABELS,),
    unfit=_unfit,
    channels=lambda _target: (LOSS, EXACT_MATCH.channel),
    figures=figures_in_words,
    quick=("optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"),
    results=("curves", "test", "layers"),
    tryout=("row",),
    live=("optimizer.learning_rate",),
    automatic=True,
)
