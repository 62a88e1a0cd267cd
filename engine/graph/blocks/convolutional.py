"""Blocks of convolutional networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.graph.blocks.declared import (
    SHORTCUT,
    STRIDE,
    BlockBuilder,
    ReadyBlock,
    activation,
    filters,
    filters_fit,
    no_fit,
)
from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, layer
from engine.graph.parameters import Choice, Integer, Params, Size
from engine.graph.shapes import Shape

_PICTURE = Shape.picture(32, 16, 16)


def _conv(count: int, kernel: int | tuple[int, ...] = 3, stride: int = 1, groups: int = 1) -> Layer:
    """A convolution that keeps the size of the picture, or divides it by the stride."""
    sizes = (kernel, kernel) if isinstance(kernel, int) else kernel
    # torch takes "same" for a stride of 1 only; for others this much gives the size divided by the stride.
    padding: Any = "same" if stride == 1 else tuple((size - 1) // 2 for size in sizes)
    keeping = {"stride": stride, "padding": padding}
    return layer("Conv2d", out_channels=count, kernel_size=sizes, **keeping, groups=groups, bias=False)


_NORM = layer("BatchNorm2d")


def _conv_norm_activation(p: Params) -> Graph:
    made = BlockBuilder()
    norm = {"batch": _NORM, "group": layer("GroupNorm", num_groups=p.num_groups), "none": None}[p.normalisation]
    kind, params = _conv(p.out_channels, p.kernel_size, p.stride)
    conv = (kind, {**params, "bias": norm is None})
    last = made.row(made.start, conv, norm, layer(p.activation))
    return made.end(last, 3)


def _residual(p: Params) -> Graph:
    made, act = BlockBuilder(), layer(p.activation)
    last = made.row(made.start, _conv(p.out_channels, 3, p.stride), _NORM, act, _conv(p.out_channels), _NORM)
    return _added(made, p, last, p.out_channels, 5)


def _bottleneck(p: Params) -> Graph:
    made, act = BlockBuilder(), layer(p.activation)
    narrow = max(1, p.out_channels // p.reduction)
    layers = [_conv(narrow, 1), _NORM, act, _conv(narrow, 3, p.stride), _NORM, act, _conv(p.out_channels, 1), _NORM]
    last = made.row(made.start, *layers)
    return _added(made, p, last, p.out_channels, 8)


def _added(made: BlockBuilder, p: Params, last: str, count: int, column: int) -> Graph:
    """The shortcut, the sum and the last activation of a residual block."""
    beside = made.start
    if p.shortcut == "projection":
        beside = made.row(made.start, _conv(count, 1, p.stride), _NORM, column=1, row=1)
    joined = made.join("Add", last, beside, column=column + 0.5)
    return made.end(made.row(joined, layer(p.activation), column=column + 1.5), column + 2.5)


def _inverted_residual(p: Params) -> Graph:
    made, act = BlockBuilder(), layer(p.activation)
    wide = p.out_channels * p.expansion
    widened, looked = [_conv(wide, 1), _NORM, act], [_conv(wide, 3, p.stride, groups=wide), _NORM, act]
    last = made.row(made.start, *widened, *looked, _conv(p.out_channels, 1), _NORM)
    if p.shortcut == "none":
        return made.end(last, 8)
    return made.end(made.join("Add", last, made.start, column=8.5), 9.5)


def _inception(p: Params) -> Graph:
    made, act, few = BlockBuilder(), layer(p.activation), max(1, p.out_channels // 2)

    def conv(count: int, kernel: int) -> list[Layer]:
        return [_conv(count, kernel), _NORM, act]

    pool = layer("MaxPool2d", kernel_size=3, stride=1, padding=1)
    branches = [
        made.row(made.start, *conv(p.out_channels, 1), row=-1.5),
        made.row(made.start, *conv(few, 1), *conv(p.out_channels, 3), row=-0.5),
        made.row(made.start, *conv(few, 1), *conv(p.out_channels, 5), row=0.5),
        made.row(made.start, pool, *conv(p.out_channels, 1), row=1.5),
    ]
    return made.end(made.join("Concatenate", *branches, column=6.5), 7.5)


def _squeeze_excite(p: Params) -> Graph:
    made = BlockBuilder()
    few = max(1, p.channels // p.reduction)
    squeeze = layer("AdaptiveAvgPool2d", output_size=1)
    layers = [layer("Conv2d", out_channels=few, kernel_size=1), layer(p.activation)]
    gate = [layer("Conv2d", out_channels=p.channels, kernel_size=1), layer("Sigmoid")]
    weights = made.row(made.start, squeeze, *layers, *gate, row=1)
    return made.end(made.join("Multiply", made.start, weights, column=5.5), 6.5)


def _channels(_p: Params, arriving: Shape) -> Mapping[str, Any]:
    return {"channels": arriving.size("channels")} if "channels" in arriving.names else {}


_REDUCTION = Integer(
    name="reduction",
    title="Reduction",
    default=4,
    low=1,
    high=64,
    help="How many times fewer channels there are in the middle of the block.",
)


READY = (
    ReadyBlock(
        title="Conv-norm-activation",
        summary="A convolution, a normalisation and an activation: what most convolutional networks are made of.",
        why="The three nearly always stand together: the convolution looks for patterns, the normalisation keeps its "
        "numbers in range, the activation decides which count.",
        parameters=(
            filters(),
            Size(
                name="kernel_size",
                title="Kernel size",
                default=(3, 3),
                axes=2,
                low=1,
                high=31,
                help="The height and width of the window that slides over the image.",
            ),
            STRIDE,
            Choice(
                name="normalisation",
                title="Normalisation",
                default="batch",
                options=("batch", "group", "none"),
                help="Over the batch, over groups of channels (which suits small batches), or none.",
            ),
            Integer(
                name="num_groups",
                was=("groups",),
                title="Groups",
                default=8,
                low=1,
                high=1024,
                help="For group normalisation: how many groups the filters fall into. Must divide the filters.",
                advanced=True,
            ),
            activation(),
        ),
        draw=_conv_norm_activation,
        fit=no_fit,
        sample=_PICTURE,
        keywords=("cbr", "conv bn relu", "convolution"),
    ),
    ReadyBlock(
        title="Residual",
        summary="Two convolutions with a shortcut around them: they learn only what to change.",
        why="The shortcut lets the gradient reach the first layers of a very deep network undiminished (He et al. "
        "2015, “Deep Residual Learning for Image Recognition”).",
        parameters=(filters(), STRIDE, SHORTCUT, activation()),
        draw=_residual,
        fit=filters_fit(),
        sample=_PICTURE,
        keywords=("resnet", "skip connection", "basic block"),
    ),
    ReadyBlock(
        title="Bottleneck",
        summary="A residual block whose 3×3 convolution works on few channels, with 1×1 convolutions around it.",
        why="Looking at few channels saves most of the parameters, so that networks of 50 layers and more stay "
        "affordable (He et al. 2015).",
        parameters=(filters(64), _REDUCTION, STRIDE, SHORTCUT, activation()),
        draw=_bottleneck,
        fit=filters_fit(),
        sample=_PICTURE,
        keywords=("resnet", "resnet-50", "skip connection"),
    ),
    ReadyBlock(
        title="Inverted residual",
        summary="Expands the channels, convolves each of them separately, and projects them back.",
        why="A convolution for each channel alone costs a fraction of a full one: the block of networks for phones "
        "(Sandler et al. 2018, “MobileNetV2”).",
        parameters=(
            filters(),
            Integer(
                name="expansion",
                title="Expansion",
                default=4,
                low=1,
                high=16,
                help="How many times wider the middle of the block is than its end.",
            ),
            STRIDE,
            Choice(
                name="shortcut",
                title="Shortcut",
                default="none",
                options=("none", "identity"),
                labels=("none", "unchanged"),
                help="Unchanged adds the input at the end: it needs as many filters as channels come in, and a "
                "stride of 1.",
            ),
            activation(),
        ),
        draw=_inverted_residual,
        fit=filters_fit(),
        sample=_PICTURE,
        keywords=("mobilenet", "depthwise", "separable"),
    ),
    ReadyBlock(
        title="Inception",
        summary="Looks at the image through windows of several sizes at once and puts the results side by side.",
        why="Nobody has to choose one window: small and large patterns are found side by side "
        "(Szegedy et al. 2014, “Going Deeper with Convolutions”).",
        parameters=(
            filters(16, "The filters of each of the four branches: the block gives four times as many channels."),
            activation(),
        ),
        draw=_inception,
        fit=no_fit,
        sample=_PICTURE,
        keywords=("googlenet", "branches", "parallel"),
    ),
    ReadyBlock(
        title="Squeeze-excite",
        summary="Weighs the channels: the whole image decides which of them count.",
        why="A small network looks at the mean of each channel and turns channels up or down; it costs little and "
        "helps almost any convolutional network (Hu et al. 2017, “Squeeze-and-Excitation Networks”).",
        parameters=(
            Integer(
                name="channels",
                title="Channels",
                default=32,
                low=1,
                high=4096,
                help="As many as come in.",
            ),
            _REDUCTION,
            activation(),
        ),
        draw=_squeeze_excite,
        fit=_channels,
        sample=_PICTURE,
        keywords=("senet", "attention", "gate"),
    ),
)
