"""Which loss a recipe chooses, and its settings. The losses themselves are declared in ``engine.graph.losses``.

Imports no torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from engine.graph import losses
from engine.graph.losses import LossKind
from engine.graph.parameters import Parameter
from engine.graph.targets import TargetKind
from engine.training.settings import LOSS, Settings

AUTO = "auto"
_TARGETS = {
    TargetKind.CLASSES: "classes",
    TargetKind.YES_NO: "yes or no",
    TargetKind.LABELS: "labels",
    TargetKind.VALUES: "values",
}
_ANSWERS = {
    TargetKind.CLASSES: "one of several classes",
    TargetKind.YES_NO: "yes or no",
    TargetKind.LABELS: "labels",
    TargetKind.VALUES: "numbers",
    TargetKind.NEXT_TOKEN: "the next token",
    TargetKind.INPUT: "the inputs themselves",
}


def _usual_ones() -> str:
    words = ", ".join(f"{losses.usual(target).words} for {title}" for target, title in _TARGETS.items())
    return f"{words[:1].upper()}{words[1:]}."


class LossSettings(Settings):
    """What training makes small: one number for how wrong the answers are."""

    TITLE: ClassVar[str] = "Loss"
    GROUP: ClassVar[str] = LOSS
    HELP: ClassVar[str] = (
        "The measure of how wrong the outputs are, which training minimises. The validation and test splits are "
        "judged by it too."
    )
    DEFAULT: ClassVar[str] = AUTO
    LABELS: ClassVar[Mapping[str, str]] = {
        AUTO: "Automatic",
        **{kind.name: kind.title for kind in losses.kinds().values()},
    }
    SUMMARIES: ClassVar[Mapping[str, str]] = {
        AUTO: _usual_ones(),
        **{kind.name: kind.summary for kind in losses.kinds().values()},
    }
    KINDS: ClassVar[Mapping[str, tuple[Parameter, ...]]] = {
        AUTO: (),
        **{kind.name: kind.parameters for kind in losses.kinds().values()},
    }


def chosen(settings: LossSettings, target: TargetKind) -> LossKind:
    """The declaration of the loss that ``settings`` come to with such targets, whether it fits them or not."""
    return losses.usual(target) if settings.kind == AUTO else losses.kind(settings.kind)


def resolve(settings: LossSettings, target: TargetKind) -> LossSettings:
    """The loss itself where ``settings`` say "auto". Raises ValueError when the loss does not fit the targets."""
    target = TargetKind(target)
    kind = chosen(settings, target)
    if target not in kind.fits:
        raise ValueError(
            f"{kind.title} does not fit: the targets of this data are {_ANSWERS[target]}. Choose "
            f"{titles(losses.fitting(target))}."
        )
    return settings if settings.kind == kind.name else LossSettings(kind.name)


def titles(kinds: Sequence[LossKind]) -> str:
    """The losses one may choose instead, as a sentence lists them: ``Mean squared error, Huber or Log-cosh``."""
    *first, last = (kind.title for kind in kinds)
    return f"{', '.join(first)} or {last}" if first else last
