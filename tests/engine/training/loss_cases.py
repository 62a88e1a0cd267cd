"""One line of test data a loss: what it comes to by torch's own function or by its formula, and where it is least.

``by_hand`` takes outputs N×outputs and prepared answers, the settings and the weights of classes (None: unweighted).
``best`` are the outputs that a network of nothing but biases ends with, given the answers of all rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

ByHand = Callable[[Tensor, Tensor, Any, Tensor | None], Tensor]


@dataclass(frozen=True)
class LossCase:
    by_hand: ByHand
    best: Callable[[Tensor], Tensor] | None = None


def _class(out: Tensor, right: Tensor, p: Any, weights: Tensor | None) -> Tensor:
    return F.cross_entropy(out, right, weights, label_smoothing=p.label_smoothing)


def _yes(out: Tensor, right: Tensor, _p: Any, weights: Tensor | None) -> Tensor:
    each = F.softplus(torch.where(right > 0.5, -out[:, 0], out[:, 0]))
    return (each if weights is None else each * weights[right.long()]).mean()


CASES = {
    "cross_entropy": LossCase(_class),
    "binary_cross_entropy": LossCase(_yes),
    "label_cross_entropy": LossCase(lambda out, right, _p, _w: F.softplus(torch.where(right > 0.5, -out, out)).mean()),
    "mse": LossCase(lambda out, right, _p, _w: (out - right).square().mean(), lambda right: right.mean(0)),
    "mae": LossCase(lambda out, right, _p, _w: (out - right).abs().mean()),
    "huber": LossCase(lambda out, right, p, _w: F.huber_loss(out, right, delta=p.delta)),
    "log_cosh": LossCase(lambda out, right, _p, _w: (out - right).cosh().log().mean()),
    "poisson": LossCase(
        lambda out, right, _p, _w: F.poisson_nll_loss(out, right, full=True), lambda right: right.mean(0).log()
    ),
    "unit_cross_entropy": LossCase(lambda out, right, _p, _w: F.binary_cross_entropy(out.sigmoid(), right)),
}
