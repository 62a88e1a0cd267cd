"""Pooling: each neighbourhood becomes one number, so that later layers see more with less computation."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.expressions import Expression, Input, call, method
from engine.graph.layers.kind import LayerKind
from engine.graph.layers.passing import Passing, PassingKind, resampled
from engine.graph.layers.rules import (
    compact,
    need_numbers,
    need_picture,
    need_signal,
    padding_of,
    times,
    unusual,
    window_count,
    windows,
)
from engine.graph.parameters import Flag, Parameter, Params, Size
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


def _stride(p: Params) -> tuple[int, ...]:
    return tuple(p.kernel_size) if p.stride == "kernel" else tuple(p.stride)


def _pooled(layer: str, axes: Sequence[str], sizes: Sequence[int], p: Params) -> tuple[int, ...]:
    dilation = p.get("dilation", (1,) * len(sizes))
    around = padding_of(p)
    # No window may lie in the padding alone. torch measures by the window, whatever its dilation.
    most = tuple(k // 2 for k in p.kernel_size)
    if any(padding > limit for padding, limit in zip(around, most, strict=True)):
        raise ShapeError(
            f"The padding of {layer} ({times(around)}) must not be more than half of its {times(p.kernel_size)} "
            f"window: {times(most)} at most.",
            ShapeErrorCode.PARAMETER,
            setting="padding",
            fits=tuple(map(min, around, most)),
        )
    counts = windows(layer, axes, sizes, p.kernel_size, _stride(p), around, dilation)
    for axis, values in zip(axes, zip(sizes, p.kernel_size, _stride(p), around, dilation, strict=True), strict=True):
        if _holds_nothing(*values):
            raise ShapeError(
                f"A window of {layer} would lie in the padding alone: its steps of {values[-1]:,} (the dilation) are "
                f"longer than the whole {axis} of {values[0]:,}. Use a smaller dilation, or no padding.",
                ShapeErrorCode.PARAMETER,
                setting="dilation",
                fits=tuple(map(min, dilation, sizes)),
            )
    return counts


def _holds_nothing(size: int, kernel: int, stride: int, padding: int, dilation: int) -> bool:
    """Whether a window holds no number at all. Only one whose steps are longer than the axis can step over it."""
    if dilation <= size:
        return False
    starts = range(-padding, window_count(size, kernel, stride, padding, dilation) * stride - padding, stride)
    reach = range(0, kernel * dilation, dilation)
    return any(not any(0 <= start + step < size for step in reach) for start in starts)


def _pool2d(layer: str, p: Params, x: Shape) -> Shape:
    channels, height, width = need_picture(x, layer)
    rows, columns = _pooled(layer, ("height", "width"), (height, width), p)
    return Shape.picture(channels, rows, columns)


def _max2d_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    return _pool2d("MaxPool2d", p, inputs[0])


def _average2d_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    return _pool2d("AvgPool2d", p, inputs[0])


def _max1d_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, length = need_signal(inputs[0], "MaxPool1d")
    (result,) = _pooled("MaxPool1d", ("length",), (length,), p)
    return Shape.signal(channels, result)


def _left_alone(p: Params, x: Shape) -> list[bool]:
    """Of each axis behind the channels, whether its windows hold one number each, and one for every number."""
    dilation = p.get("dilation", (1,) * (x.rank - 1))
    return list(map(_holds_one, x.sizes[1:], p.kernel_size, _stride(p), padding_of(p), dilation))


def _holds_one(size: int, kernel: int, stride: int, padding: int, dilation: int) -> bool:
    if window_count(size, kernel, stride, padding, dilation) != size:
        return False
    reach = range(0, kernel * dilation, dilation)
    starts = range(-padding, size * stride - padding, stride)
    held = [[start + step for step in reach if 0 <= start + step < size] for start in starts]
    return sorted(held) == [[cell] for cell in range(size)]


def _max_passes(p: Params, inputs: Sequence[Shape]) -> Passing:
    # Windows of a single cell leave cells out, at most: those that are left are what they were.
    single = set(p.kernel_size) == {1}
    return resampled(inputs[0], _left_alone(p, inputs[0]), PassingKind.MEAN if single else PassingKind.WITHIN)


def _average_passes(p: Params, inputs: Sequence[Shape]) -> Passing:
    if p.count_include_pad and any(padding_of(p)):
        return Passing(PassingKind.WITHIN, (None,) * inputs[0].rank)  # zeros around it: shares of no whole
    return resampled(inputs[0], _left_alone(p, inputs[0]), PassingKind.MEAN)


def _module(target: str, p: Params) -> Expression:
    usual = {"stride": compact(p.kernel_size), "padding": 0, "dilation": 1, "count_include_pad": True}
    given = {"stride": compact(_stride(p)), "padding": compact(padding_of(p))}
    given |= {name: compact(p[name]) for name in ("dilation",) if name in p}
    given |= {name: p[name] for name in ("count_include_pad",) if name in p}
    return call(target, compact(p.kernel_size), **unusual(given, usual))


def _max1d(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return _module("nn.MaxPool1d", p)


def _max2d(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return _module("nn.MaxPool2d", p)


def _average2d(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return _module("nn.AvgPool2d", p)


def _adaptive_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, _, _ = need_picture(inputs[0], "AdaptiveAvgPool2d")
    rows, columns = p.output_size
    return Shape.picture(channels, rows, columns)


def _adaptive_passes(p: Params, inputs: Sequence[Shape]) -> Passing:
    alone = [size == wanted for size, wanted in zip(inputs[0].sizes[1:], p.output_size, strict=True)]
    return resampled(inputs[0], alone, PassingKind.MEAN)


def _adaptive(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.AdaptiveAvgPool2d", compact(p.output_size))


def _global_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    need_numbers(x, "GlobalAvgPool")
    if x.form in (ShapeForm.PICTURE, ShapeForm.SIGNAL):
        return Shape.features(x.size("channels"))
    if x.form is ShapeForm.SEQUENCE:
        return Shape.features(x.size("features"))
    raise ShapeError(
        f"GlobalAvgPool averages images, signals or sequences, but {x.words()} arrive: there is nothing to average "
        "over. Remove it.",
        ShapeErrorCode.RANK,
    )


def _global_passes(_p: Params, inputs: Sequence[Shape]) -> Passing:
    (x,) = inputs
    kept = x.names.index("features") if x.form is ShapeForm.SEQUENCE else 0
    return Passing(PassingKind.SAME if x.sizes[kept] == x.count else PassingKind.MEAN, (kept,))


def _global(_p: Params, inputs: Sequence[Shape]) -> Expression:
    axes: dict[ShapeForm | None, Expression] = {ShapeForm.PICTURE: (2, 3), ShapeForm.SIGNAL: 2}
    return method(Input(0), "mean", dim=axes.get(inputs[0].form, 1))


def _detail(p: Params) -> str:
    parts = [times(p.kernel_size) if len(p.kernel_size) > 1 else f"window {p.kernel_size[0]}"]
    if _stride(p) != p.kernel_size:
        parts.append(f"stride {compact(_stride(p)) if len(set(_stride(p))) == 1 else times(_stride(p))}")
    if max(padding := padding_of(p)) > 0:
        parts.append(f"padding {compact(padding) if len(set(padding)) == 1 else times(padding)}")
    return " · ".join(parts)


def _parameters(axes: int) -> tuple[Parameter, ...]:
    cells = "pixels" if axes == 2 else "samples"
    return (
        Size(
            name="kernel_size",
            title="Window",
            default=(2,) * axes,
            axes=axes,
            high=1024,
            unit=cells,
            help="How large a neighbourhood becomes one number. 2 halves the size.",
        ),
        Size(
            name="stride",
            title="Stride",
            default="kernel",
            axes=axes,
            high=1024,
            words=("kernel",),
            unit=cells,
            help='How far the window moves each time. "kernel" is its own size, so that windows do not overlap.',
            advanced=True,
        ),
        Size(
            name="padding",
            title="Padding",
            default=(0,) * axes,
            axes=axes,
            low=0,
            high=512,
            words=("valid",),
            unit=cells,
            help='Empty cells added around the edges; at most half of the window. "valid" is 0: none are added.',
            advanced=True,
        ),
    )


def _dilation(axes: int) -> Size:
    return Size(
        name="dilation",
        title="Dilation",
        default=(1,) * axes,
        axes=axes,
        high=512,
        unit="pixels" if axes == 2 else "samples",
        help="The distance between the points a window looks at: 2 leaves every other one out.",
        advanced=True,
    )


KINDS = (
    LayerKind(
        name="MaxPool2d",
        family="pooling",
        stem="pool",
        followed_by=("Conv2d", "Flatten", "Dropout2d"),
        usual_for={ShapeForm.PICTURE: 3},
        same_for={ShapeForm.SIGNAL: "MaxPool1d"},
        summary="Shrinks an image, keeping the strongest value of every neighbourhood.",
        why="After a convolution has marked where its patterns are, it matters more that one was found than at which "
        "pixel. Keeping the largest of each 2×2 block makes the image four times cheaper, lets later layers see a "
        "larger part of it, and forgives small shifts.",
        shape=_max2d_shape,
        module=_max2d,
        passes=_max_passes,
        detail=_detail,
        parameters=(*_parameters(2), _dilation(2)),
        keywords=("max pooling", "shrink image", "downsample", "subsample", "halve", "image"),
        torch_class="nn.MaxPool2d",
    ),
    LayerKind(
        name="MaxPool1d",
        family="pooling",
        stem="pool",
        usual_for={ShapeForm.SIGNAL: 3},
        same_for={ShapeForm.PICTURE: "MaxPool2d"},
        summary="Shortens a signal, keeping the strongest value of every stretch.",
        why="The same as for images, along one axis: a pattern that was found stays found, the signal becomes "
        "shorter, and it matters less exactly when something happened.",
        shape=_max1d_shape,
        module=_max1d,
        passes=_max_passes,
        detail=_detail,
        parameters=(*_parameters(1), _dilation(1)),
        keywords=("max pooling", "shorten signal", "downsample", "time series", "audio"),
        torch_class="nn.MaxPool1d",
    ),
    LayerKind(
        name="AvgPool2d",
        family="pooling",
        stem="pool",
        followed_by=("Conv2d", "Flatten"),
        same_for={ShapeForm.SIGNAL: "MaxPool1d"},
        summary="Shrinks an image to the average of every neighbourhood.",
        why="Gentler than keeping the maximum: nothing is thrown away, details are blurred. Good where the amount of "
        "something matters more than its strongest trace, and in networks that should be smooth.",
        shape=_average2d_shape,
        module=_average2d,
        passes=_average_passes,
        detail=_detail,
        parameters=(
            *_parameters(2),
            Flag(
                name="count_include_pad",
                title="Padding counts",
                default=True,
                help="Whether the empty cells of the padding count in the averages; if so, edges become darker.",
                advanced=True,
            ),
        ),
        keywords=("average pooling", "mean", "shrink image", "downsample", "blur", "image"),
        torch_class="nn.AvgPool2d",
    ),
    LayerKind(
        name="AdaptiveAvgPool2d",
        family="pooling",
        stem="pool",
        summary="Averages an image of any size down to a fixed size.",
        why="You choose the size that comes out, and the neighbourhoods follow. The layers after it can stay the same "
        "whatever the size of the images; a size larger than the input repeats pixels.",
        shape=_adaptive_shape,
        module=_adaptive,
        passes=_adaptive_passes,
        detail=lambda p: f"to {times(p.output_size)}",
        parameters=(
            Size(
                name="output_size",
                title="Output size",
                default=(1, 1),
                high=4096,
                unit="pixels",
                help="Height and width of the image that comes out.",
            ),
        ),
        keywords=("average pooling", "fixed size", "shrink image", "any size", "image"),
        torch_class="nn.AdaptiveAvgPool2d",
    ),
    LayerKind(
        name="GlobalAvgPool",
        family="pooling",
        stem="pool",
        followed_by=("Linear", "Dropout"),
        usual_for={ShapeForm.PICTURE: 6, ShapeForm.SIGNAL: 5},
        summary="Turns each channel into one number: its average over the whole image, signal or sequence.",
        why="The usual step from images to an output in modern networks: each channel says how much of its pattern "
        "there is, wherever it is. It learns nothing, needs far fewer parameters after it than Flatten, and therefore "
        "overfits less.",
        shape=_global_shape,
        forward=_global,
        passes=_global_passes,
        keywords=("global average pooling", "mean", "flatten", "squeeze", "image to features"),
        torch_class="torch.mean",
    ),
)
