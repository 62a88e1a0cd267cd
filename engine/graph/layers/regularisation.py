"""Regularisation: random disturbance during training, so that a network does not memorise its samples."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import LayerKind
from engine.graph.layers.later_steps import looks_nowhere
from engine.graph.layers.passing import unchanged
from engine.graph.layers.rules import need_numbers, need_picture
from engine.graph.parameters import Params, Real
from engine.graph.shapes import Shape, ShapeForm


def _dropout_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    need_numbers(inputs[0], "Dropout")
    return inputs[0]


def _dropout2d_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    need_picture(inputs[0], "Dropout2d")
    return inputs[0]


def _noise_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    need_numbers(inputs[0], "GaussianNoise")
    return inputs[0]


def _dropout(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.Dropout", p.p)


def _dropout2d(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.Dropout2d", p.p)


def _noise(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("modules.GaussianNoise", p.std)


def _share(default: float, what: str) -> Real:
    return Real(
        name="p",
        title="Dropout rate",
        default=default,
        low=0.0,
        high=1.0,
        unit="share",
        help=f"The share of {what} set to zero in each training step, from 0 to 1. 0.1 to 0.5 is usual.",
    )


KINDS = (
    LayerKind(
        name="Dropout",
        family="regularisation",
        stem="dropout",
        followed_by=("Linear",),
        usual_for={ShapeForm.FEATURES: 3},
        drops=True,
        summary="Sets a random share of the numbers to zero while training.",
        why="When any number may be missing, the network cannot lean on single ones and learns several ways to the "
        "answer: it overfits less. Outside training it does nothing. Usual between dense layers; try it when the "
        "training curve is much better than the validation curve.",
        shape=_dropout_shape,
        looks_ahead=looks_nowhere,
        module=_dropout,
        passes=unchanged,
        detail=lambda p: f"{p.p:.0%}",
        parameters=(_share(0.5, "the numbers"),),
        keywords=("overfitting", "random", "zero", "regularise"),
        torch_class="nn.Dropout",
    ),
    LayerKind(
        name="Dropout2d",
        family="regularisation",
        stem="dropout",
        followed_by=("Conv2d", "Flatten"),
        same_for={ShapeForm.FEATURES: "Dropout", ShapeForm.SIGNAL: "Dropout", ShapeForm.SEQUENCE: "Dropout"},
        drops=True,
        summary="Sets a random share of whole channels of an image to zero while training.",
        why="Neighbouring pixels tell nearly the same, so dropping single ones hides little. Dropping whole channels "
        "makes the network use several patterns at once. For use between convolutions.",
        shape=_dropout2d_shape,
        module=_dropout2d,
        passes=unchanged,
        detail=lambda p: f"{p.p:.0%} of the channels",
        parameters=(_share(0.25, "the channels"),),
        keywords=("overfitting", "spatial dropout", "channels", "picture", "image", "regularise"),
        torch_class="nn.Dropout2d",
    ),
    LayerKind(
        name="GaussianNoise",
        family="regularisation",
        stem="noise",
        summary="Adds random noise to every number while training.",
        why="A network that sees each sample slightly differently every time learns what stays the same. Good right "
        "after the data when there are few samples, and for autoencoders that are to remove noise. Outside training "
        "it does nothing.",
        shape=_noise_shape,
        looks_ahead=looks_nowhere,
        module=_noise,
        passes=unchanged,
        detail=lambda p: f"σ {p.std:.6g}",
        parameters=(
            Real(
                name="std",
                title="Strength",
                default=0.1,
                low=0.0,
                high=100.0,
                help="The standard deviation of the noise, in the units of the numbers that arrive. Standardised data "
                "has a standard deviation of 1.",
            ),
        ),
        keywords=("overfitting", "random", "jitter", "denoise", "augmentation"),
    ),
)
