"""What a language model makes small: the mean over all tokens of how little was expected of the one that came."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine.graph.targets import TargetKind
from engine.training.metric_kinds import usual_metric
from engine.training.objective import Objective

_AT_ONCE = 2**22


class NextTokenObjective(Objective):
    """Cross-entropy at every step, in nats a token. Outputs are float32 N×time×tokens, targets int64 N×time.

    What is measured beside it is the share of steps at which the likeliest token came.
    """

    channel = usual_metric(TargetKind.NEXT_TOKEN).channel

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(outputs.flatten(0, 1), targets.flatten())

    def measure(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return (outputs.argmax(2) == targets).float().mean(1).sum()

    def test(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """test_tokens, test_loss in nats a token, and test_accuracy."""
        return {
            "test_tokens": targets.numel(),
            "test_loss": float(self.loss(outputs, targets)),
            "test_accuracy": float(self.measure(outputs, targets)) / max(1, len(targets)),
        }

    def floor(self, learned: Tensor, targets: Tensor) -> dict[str, Any]:
        """floor_class, the commonest token of those ``learned``, and floor_accuracy, its share of ``targets``."""
        counts = _counts(learned)
        judged = _counts(targets, len(counts))
        most = int(counts.argmax())
        return {"floor_class": most, "floor_accuracy": float(judged[most] / judged.sum())}


def _counts(tokens: Tensor, size: int = 0) -> Tensor:
    """How often each token is there; some at a time, since counting takes eight bytes a token."""
    counts = torch.zeros(size, dtype=torch.int64, device=tokens.device)
    for part in tokens.reshape(-1).split(_AT_ONCE):
        found = torch.bincount(part.long(), minlength=len(counts))
        counts = found + functional.pad(counts, (0, len(found) - len(counts)))
    return counts
