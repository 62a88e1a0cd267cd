"""Normalisation: bringing numbers to a common scale between layers, so that deep networks learn fast and steadily."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

from engine.counting import counted
from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import LayerKind
from engine.graph.layers.later_steps import along_last, looks_everywhere
from engine.graph.layers.rules import need_numbers, need_picture, unusual
from engine.graph.parameters import Choice, Flag, Integer, Params, Real
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


def _batch2d_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    need_picture(inputs[0], "BatchNorm2d")
    return inputs[0]


def _need_channels_first(x: Shape, layer: str, most: int) -> None:
    need_numbers(x, layer)
    if x.rank > most or (x.rank > 1 and x.names[0] != "channels"):
        if x.names[0] == "channels":
            hint = "Use BatchNorm2d for images."
        elif x.form is ShapeForm.SEQUENCE:
            hint = "Use LayerNorm for sequences, or put a Permute before it that swaps the two axes."
        else:
            hint = "Put a Permute before it that brings the channels to the front."
        wanted = "features or signals (channels × length)" if most == 2 else "data whose first axis is its channels"
        message = f"{layer} works on {wanted}, but {x.words()} arrive. {hint}"
        raise ShapeError(message, ShapeErrorCode.RANK)


def _batch1d_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    _need_channels_first(inputs[0], "BatchNorm1d", 2)
    return inputs[0]


def _batch_options(p: Params) -> dict[str, Expression]:
    given = {"eps": p.eps, "momentum": p.momentum, "affine": p.affine}
    return unusual(given, {"eps": 1e-5, "momentum": 0.1, "affine": True})


def _batch1d(p: Params, inputs: Sequence[Shape]) -> Expression:
    return call("nn.BatchNorm1d", inputs[0].sizes[0], **_batch_options(p))


def _batch2d(p: Params, inputs: Sequence[Shape]) -> Expression:
    return call("nn.BatchNorm2d", inputs[0].sizes[0], **_batch_options(p))


def _channel_weights(p: Params, inputs: Sequence[Shape]) -> int:
    return 2 * inputs[0].sizes[0] if p.affine else 0


def _channel_numbers(_p: Params, inputs: Sequence[Shape]) -> int:
    return inputs[0].count // inputs[0].sizes[0]


def _group_numbers(p: Params, inputs: Sequence[Shape]) -> int:
    return inputs[0].count // int(p.num_groups)


def _layer_numbers(p: Params, inputs: Sequence[Shape]) -> int:
    return prod(_normalised(p, inputs[0]))


def _group_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    _need_channels_first(x, "GroupNorm", 8)
    channels = x.sizes[0]
    if channels % p.num_groups:
        fits = max(n for n in range(1, min(p.num_groups, channels) + 1) if channels % n == 0)
        raise ShapeError(
            f"The {p.num_groups} groups of GroupNorm do not divide the {channels} channels that arrive; {fits} would.",
            ShapeErrorCode.SIZE,
            setting="num_groups",
            fits=fits,
        )
    return x


def _group(p: Params, inputs: Sequence[Shape]) -> Expression:
    given = {"eps": p.eps, "affine": p.affine}
    return call("nn.GroupNorm", p.num_groups, inputs[0].sizes[0], **unusual(given, {"eps": 1e-5, "affine": True}))


def _normalised(p: Params, x: Shape) -> tuple[int, ...]:
    """The sizes of the axes that are normalised together: the last, or all of a sample."""
    last = p.over == "last" or (p.over == "auto" and x.form is ShapeForm.SEQUENCE)
    return x.sizes[-1:] if last else x.sizes


def _ahead(p: Params, inputs: Sequence[Shape]) -> frozenset[str]:
    return (along_last if len(_normalised(p, inputs[0])) == 1 else looks_everywhere)(p, inputs)


def _layer_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    need_numbers(inputs[0], "LayerNorm")
    return inputs[0]


def _layer(p: Params, inputs: Sequence[Shape]) -> Expression:
    sizes = _normalised(p, inputs[0])
    given = {"eps": p.eps, "elementwise_affine": p.elementwise_affine, "bias": p.bias}
    # Without weights torch makes no bias either.
    usual = {"eps": 1e-5, "elementwise_affine": True, "bias": True if p.elementwise_affine else p.bias}
    return call("nn.LayerNorm", sizes[0] if len(sizes) == 1 else sizes, **unusual(given, usual))


def _layer_weights(p: Params, inputs: Sequence[Shape]) -> int:
    return prod(_normalised(p, inputs[0])) * (2 if p.bias else 1) if p.elementwise_affine else 0


def _rms_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    need_numbers(inputs[0], "RMSNorm")
    return inputs[0]


def _rms(p: Params, inputs: Sequence[Shape]) -> Expression:
    sizes = _normalised(p, inputs[0])
    keywords = unusual({"elementwise_affine": p.elementwise_affine}, {"elementwise_affine": True})
    return call("nn.RMSNorm", sizes[0] if len(sizes) == 1 else sizes, eps=p.eps, **keywords)


def _rms_weights(p: Params, inputs: Sequence[Shape]) -> int:
    return prod(_normalised(p, inputs[0])) if p.elementwise_affine else 0


def _over(p: Params) -> str:
    return {"auto": "", "last": "along the last axis", "all": "over the whole sample"}[p.over]


def _eps(default: float) -> Real:
    return Real(
        name="eps",
        title="Epsilon",
        default=default,
        low=1e-12,
        high=1.0,
        help="A tiny number added before dividing, so that a standard deviation of zero does no harm.",
        logarithmic=True,
        advanced=True,
    )


_AFFINE = Flag(
    name="affine",
    title="Learned scale",
    default=True,
    help="Lets the layer learn the scale (and shift) that suits best, after everything has been made alike.",
    advanced=True,
)
_ELEMENTWISE_AFFINE = replace(_AFFINE, name="elementwise_affine", was=("affine",))
_MOMENTUM = Real(
    name="momentum",
    title="Momentum",
    default=0.1,
    low=0.0,
    high=1.0,
    help="How fast the running averages, used outside training, follow the batches: 0.1 keeps nine tenths of the "
    "old value at every step.",
    advanced=True,
)
_OVER = Choice(
    name="over",
    title="Over",
    default="auto",
    options=("auto", "last", "all"),
    labels=("each step, or the whole sample", "the last axis", "the whole sample"),
    help="Which numbers are brought to a common scale together. For sequences that is each step by itself, for "
    "everything else the whole sample.",
    advanced=True,
)
_WORDS = ("normalise", "normalization", "standardise", "stable training", "faster training")

KINDS = (
    LayerKind(
        name="BatchNorm2d",
        family="normalisation",
        stem="norm",
        followed_by=("ReLU", "MaxPool2d", "Conv2d"),
        usual_for={ShapeForm.PICTURE: 4},
        same_for={ShapeForm.FEATURES: "BatchNorm1d", ShapeForm.SIGNAL: "BatchNorm1d", ShapeForm.SEQUENCE: "LayerNorm"},
        summary="Brings each channel of the images in a batch to a mean of 0 and a standard deviation of 1.",
        why="Keeps numbers in a range where learning is fast, however deep the network: higher learning rates work, "
        "and the start matters less. Usual right after a convolution, before its activation. While training it "
        "compares the samples of a batch, so batches need more than a few; outside training it uses averages it "
        "remembered.",
        shape=_batch2d_shape,
        module=_batch2d,
        weights=_channel_weights,
        normalises=_channel_numbers,
        over_batch=True,
        parameters=(_MOMENTUM, _eps(1e-5), _AFFINE),
        keywords=(*_WORDS, "batch normalization", "picture", "image"),
        torch_class="nn.BatchNorm2d",
    ),
    LayerKind(
        name="BatchNorm1d",
        family="normalisation",
        stem="norm",
        followed_by=("ReLU", "Linear", "Dropout"),
        usual_for={ShapeForm.SIGNAL: 4, ShapeForm.FEATURES: 4},
        same_for={ShapeForm.PICTURE: "BatchNorm2d", ShapeForm.SEQUENCE: "LayerNorm"},
        summary="Brings each feature, or each channel of a signal, to a mean of 0 and a standard deviation of 1 over "
        "the batch.",
        why="The same help for dense layers and signals: columns of very different size become comparable, and "
        "training is faster and steadier. Dense layers cannot train with it on a batch of a single sample, since one "
        "number has no standard deviation: use LayerNorm there.",
        shape=_batch1d_shape,
        module=_batch1d,
        weights=_channel_weights,
        normalises=_channel_numbers,
        over_batch=True,
        parameters=(_MOMENTUM, _eps(1e-5), _AFFINE),
        keywords=(*_WORDS, "batch normalization", "features", "signal"),
        torch_class="nn.BatchNorm1d",
    ),
    LayerKind(
        name="LayerNorm",
        family="normalisation",
        stem="norm",
        followed_by=("Linear", "MultiheadAttention"),
        summary="Brings the numbers of each sample, or of each step of a sequence, to a mean of 0 and a standard "
        "deviation of 1.",
        why="Looks at one sample at a time, so it works with any batch size and does the same in training and "
        "afterwards. The usual choice in transformers and other networks for sequences.",
        shape=_layer_shape,
        looks_ahead=_ahead,
        module=_layer,
        weights=_layer_weights,
        normalises=_layer_numbers,
        detail=_over,
        parameters=(
            _OVER,
            _eps(1e-5),
            _ELEMENTWISE_AFFINE,
            Flag(
                name="bias",
                title="Learned shift",
                default=True,
                help="Whether a shift is learned along with the scale.",
                advanced=True,
            ),
        ),
        keywords=(*_WORDS, "layer normalization", "transformer", "sequence"),
        torch_class="nn.LayerNorm",
    ),
    LayerKind(
        name="GroupNorm",
        family="normalisation",
        stem="norm",
        same_for={ShapeForm.FEATURES: "LayerNorm"},
        summary="Brings groups of channels of each sample to a mean of 0 and a standard deviation of 1.",
        why="For images and signals when batches are small: it looks at one sample at a time, where BatchNorm "
        "would compare too few. One group is all channels together; as many groups as channels treats each alone.",
        shape=_group_shape,
        module=_group,
        weights=_channel_weights,
        normalises=_group_numbers,
        detail=lambda p: counted(p.num_groups, "group"),
        parameters=(
            Integer(
                name="num_groups",
                was=("groups",),
                title="Groups",
                default=8,
                low=1,
                high=16_384,
                unit="groups",
                help="Into how many groups the channels are divided; it must divide their number.",
            ),
            _eps(1e-5),
            _AFFINE,
        ),
        keywords=(*_WORDS, "group normalization", "small batches", "instance normalization"),
        torch_class="nn.GroupNorm",
    ),
    LayerKind(
        name="RMSNorm",
        family="normalisation",
        stem="norm",
        summary="Divides the numbers of each sample, or of each step of a sequence, by their typical size.",
        why="LayerNorm without moving the mean: a little cheaper, and as good in most transformers, which is why "
        "large language models use it.",
        shape=_rms_shape,
        looks_ahead=_ahead,
        module=_rms,
        weights=_rms_weights,
        detail=_over,
        parameters=(_OVER, _eps(1e-6), _ELEMENTWISE_AFFINE),
        keywords=(*_WORDS, "root mean square", "transformer", "sequence"),
        torch_class="nn.RMSNorm",
    ),
)
