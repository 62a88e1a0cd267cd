"""Which channels a row of a run's history holds: curves and lines of text are drawn from them, whatever they are.

Imports no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.graph.targets import TARGETS
from engine.tasks.registry import KINDS
from engine.training.channel import Channel

TRAIN, VALIDATION = "train", "validation"
"""The splits whose figures stand in the columns ``train_<channel>`` and ``validation_<channel>``."""


def channels_in(row: Mapping[str, Any]) -> tuple[Channel, ...]:
    """The channels of a row, in their order; one that no kind of learning declares is called as its column is.

    A column ``sold_accuracy`` is the accuracy of sold, one of several targets.
    """
    names = [name.removeprefix(f"{TRAIN}_") for name in row if name.startswith(f"{TRAIN}_")]
    known = _known()
    return tuple(known.get(name) or _of_target(name, known) for name in names)


def _of_target(name: str, known: Mapping[str, Channel]) -> Channel:
    key, _, last = name.rpartition("_")
    channel = known.get(last)
    if not key or channel is None:
        return Channel(name, name, name)
    return replace(channel, name=name, title=f"{channel.title} of {key}", short=f"{key}: {channel.short}")


def _known() -> Mapping[str, Channel]:
    """By name; a kind that makes no targets of its own may learn from those of others."""
    declared = ((kind, TARGETS[target](1)) for kind in KINDS.values() for target in kind.targets or TARGETS)
    return {channel.name: channel for kind, target in declared for channel in kind.channels(target)}
