"""Losses of numbers that are never negative, such as counts."""

from __future__ import annotations

from engine.graph.expressions import call
from engine.graph.losses.kind import ANSWERS, EXP, OUTPUTS, LossKind
from engine.graph.targets import TargetKind

KINDS = (
    LossKind(
        name="poisson",
        title="Poisson",
        phrase="Poisson loss",
        summary="The negative log-likelihood of counts and other numbers from 0: large ones may be off by more. The "
        "network gives the logarithm of the prediction, which is therefore never negative.",
        fits=(TargetKind.VALUES,),
        # In full, with the part that is the same whatever the network says: it is then never below 0, as schedules
        # and early stopping that look for a loss so many per cent lower take for granted.
        expression=lambda _p, _weighted: call("F.poisson_nll_loss", OUTPUTS, ANSWERS, full=True),
        link=EXP,
        lowest=0.0,
    ),
)
