"""The declaration of grouping by k-means."""

from __future__ import annotations

import numpy as np

from engine.data.dataset import Dataset, Schema, Split
from engine.graph.parameters import Choice, Integer, Params, Real
from engine.graph.targets import CLASSIFIED, Groups, TargetKind
from engine.tasks.k_means.words import figures_in_words
from engine.tasks.kind import TaskKind
from engine.training.channel import Channel

MOST_NUMBERS = 4_096
"""Numbers of a sample up to which distances are taken: an image of 64 × 64."""
NO_LABEL = -1
AUTO, ALL = "auto", "all"
PLUS_PLUS, RANDOM = "k-means++", "random"

DISTANCE = Channel("distance", "Mean squared distance", "distance", higher_is_better=False)
"""Of a sample to the nearest centre, in the units of the prepared samples: the inertia divided by their number."""


def _unfit(schema: Schema, _settings: Params) -> str:
    if schema.input.is_tokens:
        return f"k-means measures distances between numbers, and {schema.title} has tokens."
    if schema.input.count > MOST_NUMBERS:
        return (
            f"k-means takes samples of at most {MOST_NUMBERS:,} numbers, and those of {schema.title} have "
            f"{schema.input.count:,}."
        )
    return ""


def _rows(data: Dataset, _settings: Params) -> Dataset:
    """The rows with their class as a whole number, to compare groups with at the end; NO_LABEL where there is none."""
    has_labels = data.schema.target.kind in CLASSIFIED

    def split(rows: Split) -> Split:
        labels = rows.targets.reshape(-1).astype(np.int64) if has_labels else np.full(len(rows), NO_LABEL, np.int64)
        return Split(rows.inputs, labels)

    return Dataset(data.schema, split(data.train), split(data.validation), split(data.test))


K_MEANS = TaskKind(
    name="k-means",
    title="Group (k-means)",
    summary="Finds groups of samples that lie close together, without looking at what they are.",
    verb="group",
    picture="learn-groups",
    learner="engine.tasks.k_means.learner",
    targets=(TargetKind.GROUPS,),
    unfit=_unfit,
    target=lambda _schema, _settings: Groups(),
    rows=_rows,
    channels=lambda _target: (DISTANCE,),
    figures=figures_in_words,
    parameters=(
        Integer(
            name="starts",
            title="Starts",
            default=4,
            low=1,
            high=100,
            help="How often it begins anew, from other centres (k-means++). All go on side by side, and the one whose "
            "samples lie closest to their centres is shown and kept: a single start may end in poor groups.",
        ),
        Choice(
            name="initial",
            title="First centres",
            default=PLUS_PLUS,
            options=(PLUS_PLUS, RANDOM),
            labels=("spread out (k-means++)", "any samples"),
            help="Which samples the centres begin at. k-means++ draws them far from one another, and ends in good "
            "groups more often; any samples take longer, and show well how centres find their way.",
            advanced=True,
        ),
        Real(
            name="tolerance",
            title="Tolerance",
            default=1e-4,
            low=0.0,
            high=1.0,
            logarithmic=True,
            help="It has converged when the squared distances that the centres move in a round add up to no more than "
            "this, times the mean variance of the features. 0: when no sample changes its group any more.",
            advanced=True,
        ),
        Integer(
            name="batch_size",
            title="Samples a step",
            default=AUTO,
            low=1,
            high=10_000_000,
            words=(AUTO, ALL),
            unit="samples",
            help='How many samples a step looks at. "all" is Lloyd\'s algorithm; fewer is mini-batch k-means, which is '
            'quicker for very many samples and a little less exact. "auto" chooses by their number.',
            advanced=True,
        ),
    ),
    script="engine.tasks.k_means.script",
    quick=("clustering.n_clusters", "task.starts", "epochs"),
    results=("curves", "test", "groups", "layers"),
    tryout=("row",),
    leaves_out=(
        "answer_preparation",
        "augmentation",
        "batch_size",
        "gradient_clipping",
        "l1",
        "loss",
        "optimizer",
        "patience",
        "precision",
        "schedule",
    ),
)
