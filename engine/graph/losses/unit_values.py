"""Losses of numbers from 0 to 1, such as the brightness of pixels."""

from __future__ import annotations

from engine.graph.expressions import call
from engine.graph.losses.kind import ANSWERS, OUTPUTS, SIGMOID, LossKind
from engine.graph.targets import TargetKind

KINDS = (
    LossKind(
        name="unit_cross_entropy",
        title="Binary cross-entropy of values from 0 to 1",
        phrase="binary cross-entropy of values from 0 to 1",
        summary="Takes each value from 0 to 1, such as the brightness of a pixel, as how likely a yes is: grey where "
        "it should be black or white costs much. It applies the sigmoid itself: the network ends without one.",
        fits=(TargetKind.INPUT,),
        expression=lambda _p, _weighted: call("F.binary_cross_entropy_with_logits", OUTPUTS, ANSWERS),
        link=SIGMOID,
        lowest=0.0,
        highest=1.0,
    ),
)
