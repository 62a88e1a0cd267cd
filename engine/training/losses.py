"""The losses, as functions of the network's outputs and the prepared targets: one number, the mean over the batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.graph.signature import TargetKind
from engine.training.loss_settings import FITTING, LossSettings

Loss = Callable[[Tensor, Tensor], Tensor]


def resolve(settings: LossSettings, target_kind: TargetKind) -> LossSettings:
    """The loss itself where ``settings`` say "auto". Raises ValueError when the loss does not fit the targets."""
    fitting = FITTING[target_kind]
    if settings.kind == "auto":
        return LossSettings(fitting[0])
    if settings.kind not in fitting:
        labels = " or ".join(LossSettings.LABELS[kind] for kind in fitting)
        what = {
            TargetKind.CLASSES: "one of several classes",
            TargetKind.YES_NO: "yes or no",
            TargetKind.VALUES: "numbers",
        }[target_kind]
        raise ValueError(
            f"{LossSettings.LABELS[settings.kind]} does not fit: the answers of this data are {what}. Choose {labels}."
        )
    return settings


def class_weights(counts: Sequence[int]) -> tuple[float, ...]:
    """Weights that let all classes count the same: rows ÷ (classes × rows of the class); 1 for an absent class."""
    rows = sum(counts)
    return tuple(rows / (len(counts) * count) if count else 1.0 for count in counts)


def loss_function(settings: LossSettings, counts: Sequence[int] = (), device: torch.device | str = "cpu") -> Loss:
    """The loss for ``settings`` (not "auto").

    ``cross_entropy`` takes logits N×classes and class numbers N; ``binary_cross_entropy`` logits N and 0 or 1, N;
    the others values N×K both. ``counts`` are the training rows of each class (of no and of yes), needed for
    balanced class weights: with them cross-entropy is torch's weighted mean over the batch, divided by the weights of
    its rows, and binary cross-entropy the mean of the weighted losses, divided by the number of rows.
    """
    balanced = settings.values.get("class_weights") == "balanced" and len(counts) > 0
    weight = torch.tensor(class_weights(counts), dtype=torch.float32, device=device) if balanced else None
    match settings.kind:
        case "cross_entropy":
            smoothing = float(settings.label_smoothing)
            return lambda out, targets: F.cross_entropy(out, targets, weight, label_smoothing=smoothing)
        case "binary_cross_entropy":
            if weight is None:
                return F.binary_cross_entropy_with_logits
            no, yes = weight.unbind()
            return lambda out, targets: F.binary_cross_entropy_with_logits(out, targets, no + (yes - no) * targets)
        case "mse":
            return F.mse_loss
        case "mae":
            return F.l1_loss
        case "huber":
            delta = float(settings.delta)
            return lambda out, targets: F.huber_loss(out, targets, delta=delta)
    raise ValueError(f"there is no loss called {settings.kind!r}")
