"""Losses of numbers that may be anything: how much an error of each size counts."""

from __future__ import annotations

import math

from engine.graph.expressions import call, method
from engine.graph.losses.kind import ANSWERS, OUTPUTS, LossKind
from engine.graph.parameters import Real
from engine.graph.targets import TargetKind

_VALUES = (TargetKind.VALUES, TargetKind.INPUT)

KINDS = (
    LossKind(
        name="mse",
        title="Mean squared error",
        summary="The average of the squared errors: large errors count most.",
        fits=_VALUES,
        expression=lambda _p, _weighted: call("F.mse_loss", OUTPUTS, ANSWERS),
    ),
    LossKind(
        name="mae",
        title="Mean absolute error",
        summary="The average absolute error: large errors count no more than their size, so outliers do little harm.",
        fits=_VALUES,
        expression=lambda _p, _weighted: call("F.l1_loss", OUTPUTS, ANSWERS),
    ),
    LossKind(
        name="huber",
        title="Huber",
        phrase="Huber loss",
        summary="Squared for small errors, absolute for large ones: smooth near zero, and outliers do little harm.",
        fits=_VALUES,
        expression=lambda p, _weighted: call("F.huber_loss", OUTPUTS, ANSWERS, delta=float(p.delta)),
        parameters=(
            Real(
                name="delta",
                title="Delta",
                default=1.0,
                low=1e-6,
                high=1e6,
                logarithmic=True,
                help="Errors larger than this count by their size, smaller ones by their square; in units of the "
                "prepared targets.",
            ),
        ),
    ),
    LossKind(
        name="log_cosh",
        title="Log-cosh",
        summary="The logarithm of the hyperbolic cosine of the error: half its square where it is small, its size "
        "where it is large. Like Huber, with nothing to set.",
        fits=_VALUES,
        # log(cosh(e)) = log(exp(e) + exp(-e)) - log(2), of which logaddexp takes the first part without overflow.
        expression=lambda _p, _weighted: method(
            call("torch.logaddexp", OUTPUTS - ANSWERS, ANSWERS - OUTPUTS) - math.log(2), "mean"
        ),
    ),
)
