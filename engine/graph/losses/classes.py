"""Losses of classes: one of several, yes and no, or any number of labels."""

from __future__ import annotations

from engine.graph.expressions import Expression, call, item
from engine.graph.layers.kind import OutputActivation
from engine.graph.losses.kind import ANSWERS, CLASS_WEIGHTS, OUTPUTS, WEIGHTS, LossKind
from engine.graph.parameters import Choice, Params, Real
from engine.graph.targets import TargetKind

_CLASS_WEIGHTS = Choice(
    name=CLASS_WEIGHTS,
    title="Class weights",
    default="none",
    options=("none", "balanced"),
    labels=("all samples count the same", "all classes count the same"),
    help="Whether rare classes weigh more, so that common ones do not dominate: each sample then counts as "
    "training samples ÷ (classes × training samples of its class).",
)


def _cross_entropy(p: Params, weighted: bool) -> Expression:
    """With weights: torch's weighted mean over the batch, divided by the weights of its rows."""
    weights = (WEIGHTS,) if weighted else ()
    smoothing = {"label_smoothing": float(p.label_smoothing)} if p.label_smoothing else {}
    return call("F.cross_entropy", OUTPUTS, ANSWERS, *weights, **smoothing)


def _binary_cross_entropy(_p: Params, weighted: bool) -> Expression:
    """With weights: the mean of the weighted losses, divided by the number of rows."""
    no, yes = item(WEIGHTS, 0), item(WEIGHTS, 1)
    weights = (no + (yes - no) * ANSWERS,) if weighted else ()
    return call("F.binary_cross_entropy_with_logits", item(OUTPUTS, None, 0), ANSWERS, *weights)


def _label_cross_entropy(_p: Params, _weighted: bool) -> Expression:
    """The mean over the labels and the rows."""
    return call("F.binary_cross_entropy_with_logits", OUTPUTS, ANSWERS)


KINDS = (
    LossKind(
        name="cross_entropy",
        title="Cross-entropy",
        summary="The negative log-probability of the right class. It applies the softmax itself: the network ends "
        "without one.",
        fits=(TargetKind.CLASSES, TargetKind.NEXT_TOKEN),
        expression=_cross_entropy,
        applies=OutputActivation.SOFTMAX,
        takes_shares=True,
        parameters=(
            Real(
                name="label_smoothing",
                title="Label smoothing",
                default=0.0,
                low=0.0,
                high=0.9,
                help="Asks for a little less than full certainty (0.1: 90 % for the right class and the rest shared "
                "by all), which keeps the network from becoming overconfident.",
            ),
            _CLASS_WEIGHTS,
        ),
    ),
    LossKind(
        name="binary_cross_entropy",
        title="Binary cross-entropy",
        summary="Cross-entropy for yes or no, from one number. It applies the sigmoid itself: the network ends "
        "without one.",
        fits=(TargetKind.YES_NO,),
        expression=_binary_cross_entropy,
        applies=OutputActivation.SIGMOID,
        takes_shares=True,
        parameters=(_CLASS_WEIGHTS,),
    ),
    LossKind(
        name="label_cross_entropy",
        title="Binary cross-entropy of each label",
        summary="Cross-entropy for yes or no of every label by itself, on average. It applies the sigmoid itself: the "
        "network ends without one.",
        fits=(TargetKind.LABELS,),
        expression=_label_cross_entropy,
        applies=OutputActivation.SIGMOID,
    ),
)
