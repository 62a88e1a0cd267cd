"""Activations: the non-linear functions between layers, without which a deep network would be a single linear layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import LayerKind, ModuleRule, OutputActivation, ShapeRule
from engine.graph.layers.later_steps import looks_nowhere
from engine.graph.layers.passing import Passing, PassRule, makes_its_own, unchanged, unchanged_from_zero
from engine.graph.layers.rules import chosen_axis, need_numbers, unusual
from engine.graph.parameters import Choice, Params, Real
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm

_FOLLOWED_BY = ("Linear", "Conv2d", "MaxPool2d", "Conv1d", "Dropout")
_AXES = ("channels", "height", "width", "length", "time", "features")


def _same(layer: str) -> ShapeRule:
    def shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
        need_numbers(inputs[0], layer)
        return inputs[0]

    return shape


def _plain(target: str, **usual: Any) -> ModuleRule:
    """A module whose keywords are the layer's settings, written only where they differ from ``usual``."""

    def module(p: Params, _inputs: Sequence[Shape]) -> Expression:
        return call(target, **unusual({name: p[name] for name in usual}, usual))

    return module


def _along_shape(layer: str) -> ShapeRule:
    def shape(p: Params, inputs: Sequence[Shape]) -> Shape:
        (x,) = inputs
        need_numbers(x, layer)
        if p.axis != "auto" and p.axis not in x.names:
            raise ShapeError(
                f"{layer} is set to work along the {p.axis}, but {x.words()} arrive. Choose an axis that is there.",
                ShapeErrorCode.PARAMETER,
                setting="axis",
                fits="auto",
            )
        return x

    return shape


def _along(target: str) -> ModuleRule:
    def module(p: Params, inputs: Sequence[Shape]) -> Expression:
        return call(target, dim=chosen_axis(p, inputs[0]) + 1)

    return module


def _prelu_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    need_numbers(x, "PReLU")
    if p.slopes == "channels" and x.rank > 1 and x.names[0] != "channels":
        raise ShapeError(
            f"PReLU can learn one slope for each channel only where the channels come first, but {x.words()} arrive. "
            "Let it learn a single slope.",
            ShapeErrorCode.PARAMETER,
            setting="slopes",
            fits="one",
        )
    return x


def _slopes(p: Params, inputs: Sequence[Shape]) -> int:
    return inputs[0].sizes[0] if p.slopes == "channels" else 1


def _prelu(p: Params, inputs: Sequence[Shape]) -> Expression:
    given = {"num_parameters": _slopes(p, inputs), "init": p.init}
    return call("nn.PReLU", **unusual(given, {"num_parameters": 1, "init": 0.25}))


def _number(value: float) -> str:
    return f"{value:.6g}"


def _leaks(p: Params, inputs: Sequence[Shape]) -> Passing:
    return unchanged(p, inputs) if p.negative_slope == 1 else unchanged_from_zero(p, inputs)


def _activation(
    name: str,
    summary: str,
    why: str,
    keywords: tuple[str, ...],
    *,
    usual_for: Mapping[ShapeForm, int] = MappingProxyType({}),
    output_limits: str = "",
    passes: PassRule = makes_its_own,
    gives: OutputActivation = OutputActivation.PLAIN,
) -> LayerKind:
    """An activation without settings."""
    return LayerKind(
        name=name,
        family="activation",
        stem=name.lower(),
        followed_by=_FOLLOWED_BY,
        usual_for=usual_for,
        output_limits=output_limits,
        summary=summary,
        why=why,
        shape=_same(name),
        looks_ahead=looks_nowhere,
        module=_plain(f"nn.{name}"),
        passes=passes,
        gives=gives,
        keywords=("nonlinearity", *keywords),
        torch_class=f"nn.{name}",
    )


_AXIS = Choice(
    name="axis",
    title="Axis",
    default="auto",
    options=("auto", *_AXES),
    labels=("the classes", *_AXES),
    help="Along which axis the numbers compete. The classes are the features, or the channels of an image or signal.",
    advanced=True,
)

KINDS = (
    _activation(
        "ReLU",
        "Keeps positive numbers and turns negative ones into zero.",
        "The standard choice after a convolution or dense layer: simple, fast, and gradients pass through its "
        "positive side unchanged, so deep networks learn. A unit that is negative for every sample learns nothing "
        "more; LeakyReLU avoids that.",
        ("rectifier", "positive"),
        passes=unchanged_from_zero,
        usual_for={ShapeForm.PICTURE: 2, ShapeForm.SIGNAL: 2, ShapeForm.FEATURES: 2},
        output_limits="it never gives less than 0",
    ),
    LayerKind(
        name="LeakyReLU",
        family="activation",
        stem="leakyrelu",
        followed_by=_FOLLOWED_BY,
        summary="Like ReLU, but lets a little of the negative side through.",
        why="Because the negative side has a small slope instead of none, no unit can get stuck at zero for ever. "
        "Common in generators and wherever ReLU leaves many units dead.",
        shape=_same("LeakyReLU"),
        looks_ahead=looks_nowhere,
        module=_plain("nn.LeakyReLU", negative_slope=0.01),
        passes=_leaks,
        detail=lambda p: f"slope {_number(p.negative_slope)}",
        parameters=(
            Real(
                name="negative_slope",
                title="Negative slope",
                default=0.01,
                low=0.0,
                high=1.0,
                help="What negative numbers are multiplied by: 0 is ReLU, 1 leaves everything as it is.",
            ),
        ),
        keywords=("nonlinearity", "rectifier", "leak", "dead units"),
        torch_class="nn.LeakyReLU",
    ),
    LayerKind(
        name="PReLU",
        family="activation",
        stem="prelu",
        followed_by=_FOLLOWED_BY,
        summary="Like LeakyReLU, but learns the slope of the negative side.",
        why="Instead of choosing how much of the negative side passes, let training find it: one slope for all, or "
        "one for each channel. Costs next to nothing and sometimes gains a little.",
        shape=_prelu_shape,
        looks_ahead=looks_nowhere,
        module=_prelu,
        weights=_slopes,
        passes=unchanged_from_zero,
        detail=lambda p: "a slope a channel" if p.slopes == "channels" else "one slope",
        parameters=(
            Choice(
                name="slopes",
                title="Slopes",
                default="one",
                options=("one", "channels"),
                labels=("one for all", "one for each channel"),
                help="Whether all numbers share one learned slope or every channel has its own.",
            ),
            Real(
                name="init",
                title="Initial slope",
                default=0.25,
                low=0.0,
                high=1.0,
                help="The slope that training starts from.",
                advanced=True,
            ),
        ),
        keywords=("nonlinearity", "rectifier", "learned slope", "parametric"),
        torch_class="nn.PReLU",
    ),
    LayerKind(
        name="ELU",
        family="activation",
        stem="elu",
        followed_by=_FOLLOWED_BY,
        summary="Keeps positive numbers and bends negative ones smoothly towards a limit.",
        why="Its negative side lets the outputs average near zero, which can make learning a little faster and "
        "steadier than ReLU, at the price of an exponential for each number.",
        shape=_same("ELU"),
        looks_ahead=looks_nowhere,
        module=_plain("nn.ELU", alpha=1.0),
        passes=unchanged_from_zero,
        detail=lambda p: f"limit −{_number(p.alpha)}",
        parameters=(
            Real(
                name="alpha",
                title="Limit",
                default=1.0,
                low=0.0,
                high=100.0,
                help="How far below zero the negative side can go.",
            ),
        ),
        keywords=("nonlinearity", "exponential", "smooth"),
        torch_class="nn.ELU",
    ),
    LayerKind(
        name="GELU",
        family="activation",
        stem="gelu",
        followed_by=_FOLLOWED_BY,
        summary="A smooth ReLU: multiplies each number by how likely a normal random number is to be smaller.",
        why="The usual activation inside transformers: smooth everywhere, close to ReLU for large numbers. Worth "
        "trying wherever ReLU is used when the last bit of accuracy matters more than speed.",
        shape=_same("GELU"),
        looks_ahead=looks_nowhere,
        module=_plain("nn.GELU", approximate="none"),
        detail=lambda p: "tanh formula" if p.approximate == "tanh" else "",
        parameters=(
            Choice(
                name="approximate",
                title="Formula",
                default="none",
                options=("none", "tanh"),
                labels=("exact", "with tanh, a little faster"),
                help="The exact curve, or the approximation with tanh that some published models were trained with.",
                advanced=True,
            ),
        ),
        keywords=("nonlinearity", "gaussian", "smooth", "transformer"),
        torch_class="nn.GELU",
    ),
    _activation(
        "SiLU",
        "Multiplies each number by its own sigmoid: a smooth ReLU with a small dip below zero.",
        "Also called Swish. Smooth, cheap, and common in modern image networks; it often does slightly better than "
        "ReLU in deep ones.",
        ("swish", "smooth"),
    ),
    _activation(
        "Mish",
        "A smooth curve with a small dip below zero, like SiLU with a slightly different curve.",
        "Known from object detectors. Smooth gradients, a little more costly to compute than SiLU; try it where SiLU "
        "works.",
        ("smooth", "softplus"),
    ),
    _activation(
        "Sigmoid",
        "Squeezes every number to between 0 and 1.",
        "Reads as a probability or as a gate that opens and closes, for example to multiply with another branch. "
        "Between deep layers it makes gradients fade; and before the loss for yes or no it is not needed, because "
        "that loss applies it itself.",
        ("logistic", "probability", "gate", "0 to 1"),
        gives=OutputActivation.SIGMOID,
        output_limits="it only gives numbers between 0 and 1",
    ),
    _activation(
        "Tanh",
        "Squeezes every number to between −1 and 1.",
        "Like Sigmoid but centred on zero, which the next layer likes better. The classical choice in small and "
        "recurrent networks, and for outputs that are bounded on both sides.",
        ("hyperbolic tangent", "squash", "-1 to 1"),
        output_limits="it only gives numbers between -1 and 1",
    ),
    LayerKind(
        name="Softplus",
        family="activation",
        stem="softplus",
        followed_by=_FOLLOWED_BY,
        output_limits="it never gives less than 0",
        summary="A rounded ReLU whose output is always above zero.",
        why="Use it where a number must be positive, such as a width or a rate, and where a sharp corner disturbs. "
        "Between layers ReLU is faster and usually as good.",
        shape=_same("Softplus"),
        looks_ahead=looks_nowhere,
        module=_plain("nn.Softplus", beta=1.0, threshold=20.0),
        detail=lambda p: f"sharpness {_number(p.beta)}",
        parameters=(
            Real(
                name="beta",
                title="Sharpness",
                default=1.0,
                low=0.01,
                high=100.0,
                help="The larger, the closer to the corner of ReLU.",
                logarithmic=True,
            ),
            Real(
                name="threshold",
                title="Straight from",
                default=20.0,
                low=0.0,
                high=1000.0,
                help="Above this (after multiplying by the sharpness) the curve is taken as a straight line, so that "
                "numbers cannot overflow.",
                advanced=True,
            ),
        ),
        keywords=("nonlinearity", "positive", "smooth"),
        torch_class="nn.Softplus",
    ),
    _activation(
        "Hardswish",
        "SiLU drawn with straight lines and a piece of a parabola.",
        "Nearly the same effect as SiLU without computing an exponential: made for phones and other small machines, "
        "where every operation counts.",
        ("swish", "mobile", "fast"),
    ),
    LayerKind(
        name="Softmax",
        family="activation",
        stem="softmax",
        followed_by=_FOLLOWED_BY,
        output_limits="it only gives shares that add up to 1",
        summary="Turns scores into shares that are positive and add up to 1.",
        why="Reads scores as probabilities of classes, or as weights for an average, as in attention. Not needed "
        "before cross-entropy: that loss applies it itself, more exactly, and a second one slows learning down.",
        shape=_along_shape("Softmax"),
        looks_ahead=lambda p, inputs: frozenset((inputs[0].names[chosen_axis(p, inputs[0])],)),
        module=_along("nn.Softmax"),
        gives=OutputActivation.SOFTMAX,
        detail=lambda p: "" if p.axis == "auto" else f"along {p.axis}",
        parameters=(_AXIS,),
        keywords=("probability", "classes", "normalise", "shares", "attention"),
        torch_class="nn.Softmax",
    ),
    LayerKind(
        name="LogSoftmax",
        family="activation",
        stem="logsoftmax",
        followed_by=_FOLLOWED_BY,
        output_limits="it never gives more than 0",
        summary="The logarithm of softmax, computed in one exact step.",
        why="Gives log-probabilities, which add where probabilities multiply and never underflow to zero. Before "
        "cross-entropy it does no harm and no good: the loss would apply it itself.",
        shape=_along_shape("LogSoftmax"),
        looks_ahead=lambda p, inputs: frozenset((inputs[0].names[chosen_axis(p, inputs[0])],)),
        module=_along("nn.LogSoftmax"),
        gives=OutputActivation.LOG_SOFTMAX,
        detail=lambda p: "" if p.axis == "auto" else f"along {p.axis}",
        parameters=(_AXIS,),
        keywords=("log probability", "classes", "likelihood"),
        torch_class="nn.LogSoftmax",
    ),
)
