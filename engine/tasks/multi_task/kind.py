"""The declaration of multi-task learning."""

from __future__ import annotations

from dataclasses import replace

from engine.data.dataset import Schema
from engine.graph.parameters import Params
from engine.graph.targets import Quantities, SeveralTargets, Target, TargetKind
from engine.tasks.kind import TaskKind
from engine.tasks.multi_task.words import figures_in_words
from engine.text import printable
from engine.training.channel import LOSS, Channel
from engine.training.metric_kinds import usual_metric


def _target(schema: Schema, _settings: Params) -> Target:
    """Several numbers as a target each; any other several targets are what the data has already."""
    target = schema.target
    if target.kind is TargetKind.VALUES and _can_be_divided(target):
        return SeveralTargets.of({name: Quantities(1, (name,)) for name in target.names})
    return target


def _can_be_divided(target: Target) -> bool:
    return target.size > 1 and len(set(target.names)) == target.size


def _unfit(schema: Schema, _settings: Params) -> str:
    target = schema.target
    if target.goals or (target.kind is TargetKind.VALUES and _can_be_divided(target)):
        return ""
    return f"Several targets are learned at once, and {schema.title} has one to learn."


def channels(target: Target) -> tuple[Channel, ...]:
    """The loss, and the usual metric of each target under its name: ``price_mae``."""
    assert isinstance(target, SeveralTargets)
    each = zip(target.keys, target.names, target.each, strict=True)
    return (LOSS, *(_named(key, name, one) for key, name, one in each))


def _named(key: str, name: str, target: Target) -> Channel:
    channel, name = usual_metric(target.kind).channel, printable(name)
    return replace(
        channel, name=f"{key}_{channel.name}", title=f"{channel.title} of {name}", short=f"{name}: {channel.short}"
    )


MULTI_TASK = TaskKind(
    name="multi-task",
    title="Several targets",
    summary="Learns several columns of a table at once, numbers and classes, each at a goal block of its own.",
    verb="predict all",
    learner="engine.tasks.multi_task.learner",
    script="engine.tasks.multi_task.script",
    targets=(TargetKind.SEVERAL,),
    unfit=_unfit,
    target=_target,
    channels=channels,
    figures=figures_in_words,
    quick=("optimizer.kind", "optimizer.learning_rate", "batch_size", "epochs"),
    results=("curves", "test", "layers"),
    tryout=("row",),
    live=("optimizer.learning_rate",),
    leaves_out=("loss",),
    automatic=True,
)
