"""The declaration of language models."""

from __future__ import annotations

from engine.data.dataset import Schema
from engine.graph.parameters import Params
from engine.graph.targets import TargetKind
from engine.tasks.kind import TaskKind
from engine.tasks.language_model.words import figures_in_words
from engine.training.channel import LOSS
from engine.training.metric_kinds import usual_metric


def _unfit(schema: Schema, _settings: Params) -> str:
    if schema.target.kind is TargetKind.NEXT_TOKEN:
        return ""
    return f"A language model learns from text, and {schema.title} is none."


LANGUAGE_MODEL = TaskKind(
    name="language-model",
    title="Language model",
    summary="Learns to continue text: after each character, how likely each other is to come next.",
    verb="write text",
    picture="learn-text",
    learner="engine.tasks.language_model.learner",
    targets=(TargetKind.NEXT_TOKEN,),
    unfit=_unfit,
    channels=lambda target: (LOSS, usual_metric(target.kind).channel),
    figures=figures_in_words,
    quick=("optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"),
    live=("optimizer.learning_rate",),
    leaves_out=("loss", "augmentation", "preparation", "answer_preparation"),
    results=("curves", "test", "layers"),
    tryout=("text",),
    script="engine.tasks.language_model.script",
    automatic=True,
)
