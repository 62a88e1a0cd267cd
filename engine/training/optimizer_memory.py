"""How much an optimizer remembers, known before it is made: for saying beforehand that a network cannot fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.training.optimizer_settings import OptimizerSettings

_REMEMBERED: Mapping[str, Callable[[OptimizerSettings], int]] = {
    "SGD": lambda settings: int(settings.momentum > 0),
    "Adam": lambda settings: 2 + int(settings.amsgrad),
    "AdamW": lambda settings: 2 + int(settings.amsgrad),
    "NAdam": lambda settings: 2,
    "RAdam": lambda settings: 2,
    "RMSprop": lambda settings: 1 + int(settings.momentum > 0) + int(settings.centered),
    "Adagrad": lambda settings: 1,
    "Adadelta": lambda settings: 2,
    "Muon": lambda settings: 1,
    "LBFGS": lambda settings: 2,
}


def remembered(settings: OptimizerSettings) -> int:
    """How many numbers it remembers for each weight, at the least."""
    return _REMEMBERED[settings.kind](settings)
