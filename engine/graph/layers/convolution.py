"""Convolutions: small filters that slide over a picture or a signal and look for the same thing everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from engine.counting import counted
from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import INITIALISATION, LayerKind
from engine.graph.layers.rules import compact, need_picture, need_signal, padding_of, times, unusual, windows
from engine.graph.parameters import Flag, Integer, Parameter, Params, Size
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


def _check_groups(layer: str, channels: int, p: Params) -> None:
    if channels % p.groups or p.out_channels % p.groups:
        what = f"{channels} channels" if channels % p.groups else f"{p.out_channels} filters"
        fits = [n for n in range(1, p.groups + 1) if channels % n == 0 and p.out_channels % n == 0]
        raise ShapeError(
            f"The {p.groups} groups of {layer} do not divide its {what} evenly. Groups must divide both the channels "
            f"that arrive ({channels}) and the filters ({p.out_channels}); {fits[-1]} would.",
            ShapeErrorCode.SIZE,
            setting="groups",
            fits=fits[-1],
        )


def _convolved(layer: str, axes: Sequence[str], sizes: Sequence[int], p: Params) -> tuple[int, ...]:
    if p.padding == "same":
        if max(p.stride) > 1:
            half = tuple(d * (k - 1) // 2 for d, k in zip(p.dilation, p.kernel_size, strict=True))
            raise ShapeError(
                f'{layer} cannot both keep the size (padding "same") and step by {times(p.stride)}. Set the stride '
                f"to 1, or the padding to {times(half)}.",
                ShapeErrorCode.PARAMETER,
                setting="padding",
                fits=half,
            )
        return tuple(sizes)
    return windows(layer, axes, sizes, p.kernel_size, p.stride, padding_of(p), p.dilation)


def _conv2d_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, height, width = need_picture(inputs[0], "Conv2d")
    _check_groups("Conv2d", channels, p)
    rows, columns = _convolved("Conv2d", ("height", "width"), (height, width), p)
    return Shape.picture(p.out_channels, rows, columns)


def _conv1d_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, length = need_signal(inputs[0], "Conv1d")
    _check_groups("Conv1d", channels, p)
    (result,) = _convolved("Conv1d", ("length",), (length,), p)
    return Shape.signal(p.out_channels, result)


def _transpose_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, height, width = need_picture(inputs[0], "ConvTranspose2d")
    _check_groups("ConvTranspose2d", channels, p)
    for extra, stride, dilation in zip(p.output_padding, p.stride, p.dilation, strict=True):
        if extra >= max(stride, dilation):
            raise ShapeError(
                f"The output padding of ConvTranspose2d ({extra}) must be smaller than its stride ({stride}) or its "
                f"dilation ({dilation}).",
                ShapeErrorCode.PARAMETER,
                setting="output_padding",
                fits=tuple(
                    min(e, max(s, d) - 1) for e, s, d in zip(p.output_padding, p.stride, p.dilation, strict=True)
                ),
            )
    results = tuple(
        (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
        for size, stride, padding, dilation, kernel, extra in zip(
            (height, width), p.stride, padding_of(p), p.dilation, p.kernel_size, p.output_padding, strict=True
        )
    )
    if min(results) < 1:
        raise ShapeError(
            f"ConvTranspose2d would give an image of {times(results)}: its padding of {times(padding_of(p))} cuts "
            "away more than there is. Use less padding.",
            ShapeErrorCode.SIZE,
            setting="padding",
            fits=(0, 0),
        )
    rows, columns = results
    return Shape.picture(p.out_channels, rows, columns)


def _options(p: Params) -> dict[str, Expression]:
    given = {
        "stride": compact(p.stride),
        "padding": p.padding if p.padding == "same" else compact(padding_of(p)),
        "dilation": compact(p.dilation),
        "groups": p.groups,
        "bias": p.bias,
    }
    return unusual(given, {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True})


def _conv1d(p: Params, inputs: Sequence[Shape]) -> Expression:
    return call("nn.Conv1d", inputs[0].sizes[0], p.out_channels, compact(p.kernel_size), **_options(p))


def _conv2d(p: Params, inputs: Sequence[Shape]) -> Expression:
    return call("nn.Conv2d", inputs[0].sizes[0], p.out_channels, compact(p.kernel_size), **_options(p))


def _transpose(p: Params, inputs: Sequence[Shape]) -> Expression:
    extra = unusual({"output_padding": compact(p.output_padding)}, {"output_padding": 0})
    options = {**_options(p), **extra}
    return call("nn.ConvTranspose2d", inputs[0].sizes[0], p.out_channels, compact(p.kernel_size), **options)


def _weights(p: Params, inputs: Sequence[Shape]) -> int:
    each = inputs[0].sizes[0] // p.groups * prod(p.kernel_size)
    return int(p.out_channels * (each + (1 if p.bias else 0)))


def _detail(p: Params) -> str:
    parts = [counted(p.out_channels, "filter")]
    parts.append(times(p.kernel_size) if len(p.kernel_size) > 1 else f"kernel {p.kernel_size[0]}")
    if max(p.stride) > 1:
        parts.append(f"stride {compact(p.stride) if len(set(p.stride)) == 1 else times(p.stride)}")
    if p.padding != "same" and max(padding := padding_of(p)) > 0:  # to keep the size is what one expects
        parts.append(f"padding {compact(padding) if len(set(padding)) == 1 else times(padding)}")
    if p.groups > 1:
        parts.append(f"{p.groups} groups")
    return " · ".join(parts)


def _parameters(axes: int, *, transpose: bool = False) -> tuple[Parameter, ...]:
    cells = "pixels" if axes == 2 else "samples"
    whole = "image" if axes == 2 else "signal"
    parameters: list[Parameter] = [
        Integer(
            name="out_channels",
            was=("filters",),
            title="Filters",
            default=32,
            low=1,
            high=16_384,
            unit="filters",
            help="How many different patterns the layer learns to look for; each gives one channel of the output.",
        ),
        Size(
            name="kernel_size",
            title="Kernel size",
            default=(2 if transpose else 3,) * axes,
            axes=axes,
            high=1024,
            unit=cells,
            help=f"How large a piece of the {whole} each filter sees at once. 3 is the usual choice.",
        ),
        Size(
            name="stride",
            title="Stride",
            default=(2 if transpose else 1,) * axes,
            axes=axes,
            high=1024,
            unit=cells,
            help="How far apart the copies of the kernel are written: 2 makes the output twice as large."
            if transpose
            else f"How far the kernel moves each time. 2 halves the size of the {whole}.",
        ),
    ]
    if transpose:
        parameters += [
            Size(
                name="padding",
                title="Padding",
                default=(0, 0),
                low=0,
                high=1024,
                words=("valid",),
                unit=cells,
                help='How much is cut from every edge of the output. "valid" is 0: nothing is cut.',
                advanced=True,
            ),
            Size(
                name="output_padding",
                title="Output padding",
                default=(0, 0),
                low=0,
                high=1024,
                unit=cells,
                help="Extra rows and columns at the bottom and right, to reach a size that the stride misses. "
                "Must be smaller than the stride or the dilation.",
                advanced=True,
            ),
        ]
    else:
        parameters.append(
            Size(
                name="padding",
                title="Padding",
                default="same",
                axes=axes,
                low=0,
                high=1024,
                words=("same", "valid"),
                unit=cells,
                help=f'Zeros added around the edges. "same" keeps the size of the {whole} and needs a stride of 1; '
                f'"valid" is 0: none are added, and the {whole} shrinks by the kernel size less one.',
            )
        )
    return (
        *parameters,
        Size(
            name="dilation",
            title="Dilation",
            default=(1,) * axes,
            axes=axes,
            high=1024,
            unit=cells,
            help="The distance between the points of the kernel: 2 leaves gaps, and sees farther with as few "
            "parameters.",
            advanced=True,
        ),
        Integer(
            name="groups",
            title="Groups",
            default=1,
            low=1,
            high=16_384,
            unit="groups",
            help="Splits the channels into groups that do not see each other. As many groups as channels is a "
            "depthwise convolution, which is cheap.",
            advanced=True,
        ),
        Flag(
            name="bias",
            title="Bias",
            default=True,
            help="Gives each filter a number of its own to add. Needless just before a normalisation.",
            advanced=True,
        ),
        INITIALISATION,
    )


KINDS = (
    LayerKind(
        name="Conv2d",
        family="convolution",
        stem="conv",
        followed_by=("ReLU", "BatchNorm2d", "MaxPool2d"),
        usual_for={ShapeForm.PICTURE: 1},
        same_for={ShapeForm.SIGNAL: "Conv1d"},
        summary="Slides small learned filters over an image and marks where it finds their pattern.",
        why="A pattern such as an edge means the same wherever it appears, so one small filter is used at every "
        "place. That takes far fewer parameters than a dense layer and works for things anywhere in the image. "
        "Stack several: the first find edges, later ones corners, loops and whole shapes.",
        shape=_conv2d_shape,
        module=_conv2d,
        weights=_weights,
        detail=_detail,
        parameters=_parameters(2),
        keywords=("convolution", "filter", "kernel", "picture", "image", "cnn", "depthwise", "find edges"),
        torch_class="nn.Conv2d",
    ),
    LayerKind(
        name="Conv1d",
        family="convolution",
        stem="conv",
        followed_by=("ReLU", "BatchNorm1d", "MaxPool1d"),
        usual_for={ShapeForm.SIGNAL: 1},
        same_for={ShapeForm.PICTURE: "Conv2d"},
        summary="Slides small learned filters along a signal and marks where it finds their pattern.",
        why="The convolution for things that run along one axis: sound, heartbeats, sensor readings. The same short "
        "pattern is looked for at every moment, with few parameters and no matter when it comes.",
        shape=_conv1d_shape,
        module=_conv1d,
        weights=_weights,
        detail=_detail,
        parameters=_parameters(1),
        keywords=("convolution", "filter", "kernel", "signal", "time series", "sound", "audio"),
        torch_class="nn.Conv1d",
    ),
    LayerKind(
        name="ConvTranspose2d",
        family="convolution",
        stem="upconv",
        followed_by=("ReLU", "BatchNorm2d"),
        summary="Makes an image larger by writing learned patterns next to one another.",
        why="The reverse road of a convolution with a stride: each input pixel is spread over several output pixels "
        "by a learned pattern. Used where images are produced: the second half of an autoencoder, a U-Net or a "
        "generator. A kernel that the stride divides (2 and 2, 4 and 2) avoids checkerboard traces.",
        shape=_transpose_shape,
        module=_transpose,
        weights=lambda p, inputs: (
            inputs[0].sizes[0] * (p.out_channels // p.groups) * prod(p.kernel_size) + (p.out_channels if p.bias else 0)
        ),
        detail=_detail,
        parameters=_parameters(2, transpose=True),
        keywords=("deconvolution", "upsample", "enlarge image", "decoder", "generator", "transposed"),
        torch_class="nn.ConvTranspose2d",
    ),
)
