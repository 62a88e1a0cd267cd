"""The declaration of autoencoders."""

from __future__ import annotations

import numpy as np

from engine.data.dataset import Dataset, Schema, Split
from engine.data.kinds import DataKind, PreparationKind
from engine.graph.parameters import Params, Real
from engine.graph.targets import CLASSIFIED, SameAsInput, Target, TargetKind
from engine.tasks.autoencoder.words import figures_in_words
from engine.tasks.kind import TaskKind
from engine.training.channel import LOSS
from engine.training.metric_kinds import usual_metric

NO_LABEL = -1


def _unfit(schema: Schema, _settings: Params) -> str:
    if schema.input.is_tokens:
        return f"An autoencoder gives back numbers, and {schema.title} has tokens."
    if schema.input.count < 2:
        return f"An autoencoder gives back several numbers by way of fewer, and a sample of {schema.title} has one."
    return ""


def _target(schema: Schema, _settings: Params) -> Target:
    names = schema.target.names if schema.target.kind in (*CLASSIFIED, TargetKind.INPUT) else ()
    return SameAsInput(schema.input.count, names, None if schema.input.rank == 1 else schema.input)


def _rows(data: Dataset, _settings: Params) -> Dataset:
    """The rows with their class as a whole number, to colour the code by; NO_LABEL where there is none."""
    has_labels = data.schema.target.kind in CLASSIFIED

    def split(rows: Split) -> Split:
        labels = rows.targets.reshape(-1).astype(np.int64) if has_labels else np.full(len(rows), NO_LABEL, np.int64)
        return Split(rows.inputs, labels)

    return Dataset(data.schema, split(data.train), split(data.validation), split(data.test))


def _preparation(schema: Schema) -> PreparationKind:
    """Pixels from 0 to 1, as their losses and a Sigmoid at the end have them."""
    return PreparationKind.SCALE if schema.kind is DataKind.PICTURES else schema.preparation


AUTOENCODER = TaskKind(
    name="autoencoder",
    title="Autoencoder",
    summary="Learns to give back its own input through a few numbers, the code: to compress, to remove noise, to find "
    "what is unusual.",
    verb="rebuild",
    picture="learn-reconstruct",
    learner="engine.tasks.autoencoder.learner",
    script="engine.tasks.autoencoder.script",
    targets=(TargetKind.INPUT,),
    unfit=_unfit,
    target=_target,
    rows=_rows,
    preparation=_preparation,
    channels=lambda target: (LOSS, usual_metric(target.kind).channel),
    figures=figures_in_words,
    parameters=(
        Real(
            name="noise",
            title="Noise",
            default=0.0,
            low=0.0,
            high=10.0,
            help="Adds random numbers to what the network is given, while what it has to give back stays clean: a "
            "denoising autoencoder. It is their standard deviation (Gaussian noise), in units of the prepared inputs; "
            "0 is off. It may be changed while training goes on.",
        ),
        Real(
            name="masking",
            title="Masking",
            default=0.0,
            low=0.0,
            high=0.95,
            help="The share of the numbers that are set to 0 in what the network is given, chosen anew for every "
            "sample, while what it has to give back stays whole. 0 is off. It may be changed while training goes on.",
        ),
    ),
    quick=("task.noise", "optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"),
    live=("optimizer.learning_rate", "task.noise", "task.masking"),
    leaves_out=("answer_preparation",),
    results=("reconstructions", "code", "errors", "curves", "test", "layers"),
    tryout=("reconstruction",),
)
