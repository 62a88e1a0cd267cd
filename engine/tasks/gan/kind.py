"""The declaration of learning to make new samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data.dataset import Dataset, Schema, Split
from engine.graph.parameters import Choice, Integer, Parameter, Params, Real
from engine.graph.targets import RealOrFakeScore, TargetKind
from engine.tasks.gan.losses import LOSSES
from engine.tasks.kind import TaskKind
from engine.training.channel import Channel

CHANNELS = (
    Channel("critic_loss", "Critic's loss", "critic"),
    Channel("generator_loss", "Generator's loss", "generator"),
    Channel("real_score", "Score of real samples", "real"),
    Channel("generated_score", "Score of generated samples", "made"),
)
"""The two losses, and the critic's mean score of the samples of a step: how far they are apart is how well it can tell
them apart. The smaller the gap, the better the generator does for the critic there is."""


def _figures(test: Mapping[str, Any], _schema: Schema | None) -> tuple[str, ...]:
    """How near generated samples are to real ones they were not learned from."""
    distance, floor = test.get("test_energy_distance"), test.get("floor_energy_distance")
    if distance is None or floor is None:
        return ()
    return (
        f"The energy distance of new samples from {test.get('test_rows', 0):,} test samples is {distance:.4f}; that of "
        f"training samples is {floor:.4f}, and 0 is the best.",
    )


def _unfit(schema: Schema, _settings: Params) -> str:
    if schema.input.is_tokens:
        return f"New samples are made of numbers, and {schema.title} has tokens."
    return ""


def _rows(dataset: Dataset, _settings: Params) -> Dataset:
    """The samples alone: what they are called is not looked at."""

    def split(rows: Split) -> Split:
        return Split(rows.inputs, np.zeros(len(rows), dtype=np.float32))

    parts = (split(rows) for rows in (dataset.train, dataset.validation, dataset.test))
    return Dataset(dataset.schema, *parts)


def _rate(name: str, title: str, default: float, whose: str) -> Parameter:
    return Real(
        name=name,
        title=title,
        default=default,
        low=1e-8,
        high=1.0,
        logarithmic=True,
        help=f"How large a step every weight of the {whose} takes (the learning rate of its Adam). It may be changed "
        "while training goes on.",
    )


def _beta(name: str, title: str, default: float, high: float, of_what: str) -> Parameter:
    return Real(
        name=name,
        title=title,
        default=default,
        low=0.0,
        high=high,
        advanced=True,
        help=f"How slowly Adam's average {of_what} of the gradient changes, for generator and critic alike.",
    )


GAN = TaskKind(
    name="gan",
    title="Make new ones",
    summary="Learns to make new samples like those of the data: a generator against a critic (GAN).",
    verb="make more",
    picture="learn-new",
    learner="engine.tasks.gan.learner",
    targets=(TargetKind.REAL_OR_FAKE,),
    unfit=_unfit,
    channels=lambda _target: CHANNELS,
    figures=_figures,
    target=lambda _schema, _settings: RealOrFakeScore(),
    rows=_rows,
    parameters=(
        Choice(
            name="loss",
            title="Loss",
            default="non-saturating",
            options=tuple(LOSSES),
            labels=tuple(loss.title for loss in LOSSES.values()),
            helps=tuple(loss.summary for loss in LOSSES.values()),
            help="What generator and critic make small, each against the other.",
        ),
        _rate("generator_rate", "Generator's rate", 2e-4, "generator"),
        _rate("critic_rate", "Critic's rate", 4e-4, "critic"),
        Real(
            name="final_rate",
            title="Final rate",
            default=1.0,
            low=0.0,
            high=1.0,
            help="Both rates fall in a straight line to this share of themselves until the last epoch ends: 1 keeps "
            "them, 0 lets the samples settle.",
        ),
        Integer(
            name="critic_steps",
            title="Critic steps",
            default=1,
            low=1,
            high=100,
            help="How many steps the critic takes, each on a batch of its own, before the generator takes one. With "
            "the Wasserstein loss 5 is usual.",
        ),
        Real(
            name="gradient_penalty",
            title="Gradient penalty",
            default=10.0,
            low=0.0,
            high=1e4,
            advanced=True,
            help="How much it costs the critic where its slope is not 1; of the Wasserstein loss alone. Its critic "
            "should have no batch normalisation.",
        ),
        _beta("beta1", "Beta 1", 0.5, 0.9999, "direction"),
        _beta("beta2", "Beta 2", 0.999, 0.999999, "size"),
    ),
    quick=("task.generator_rate", "task.critic_rate", "task.critic_steps", "batch_size", "epochs"),
    captions={"task.generator_rate": "Gen. rate", "task.critic_rate": "Critic rate"},
    live=("task.generator_rate", "task.critic_rate"),
    results=("samples", "curves", "layers"),
    tryout=("sample",),
    leaves_out=(
        "loss",
        "optimizer",
        "schedule",
        "augmentation",
        "answer_preparation",
        "patience",
        "l1",
        "gradient_clipping",
    ),
    script="engine.tasks.gan.script",
)
