"""Layers of the pooling family that make pictures larger, or trade size for channels, without learning anything."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import LayerKind
from engine.graph.layers.passing import Passing, PassingKind, PassRule, resampled, unchanged
from engine.graph.layers.rules import compact, need_picture, times
from engine.graph.parameters import Choice, Integer, Params, Size
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode


def _upsample_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, height, width = need_picture(inputs[0], "Upsample")
    down, across = p.scale_factor
    return Shape.picture(channels, height * down, width * across)


def _upsample_passes(p: Params, inputs: Sequence[Shape]) -> Passing | None:
    alone = [factor == 1 for factor in p.scale_factor]
    # Bicubic blending subtracts what lies farther off: it leaves the range of the pixels.
    return None if p.mode == "bicubic" and not all(alone) else resampled(inputs[0], alone, PassingKind.MEAN)


def _upsample(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.Upsample", scale_factor=compact(p.scale_factor), mode=p.mode)


def _shuffle_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, height, width = need_picture(inputs[0], "PixelShuffle")
    factor: int = p.upscale_factor
    if channels % factor**2:
        raise ShapeError(
            f"PixelShuffle by {factor} makes {factor}×{factor} pixels out of every {factor**2} channels, but "
            f"{channels} channels arrive, which {factor**2} does not divide. Give the layer before it a multiple of "
            f"{factor**2} channels.",
            ShapeErrorCode.SIZE,
            axis="channels",
            fits=-(-channels // factor**2) * factor**2,
        )
    return Shape.picture(channels // factor**2, height * factor, width * factor)


def _shuffled(factor: str) -> PassRule:
    """The rule of a layer that moves numbers about, unless the setting called ``factor`` is 1."""

    def passes(p: Params, inputs: Sequence[Shape]) -> Passing:
        return unchanged(p, inputs) if p[factor] == 1 else Passing(PassingKind.SAME, (None, None, None))

    return passes


def _shuffle(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.PixelShuffle", p.upscale_factor)


def _unshuffle_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, height, width = need_picture(inputs[0], "PixelUnshuffle")
    factor: int = p.downscale_factor
    if height % factor or width % factor:
        raise ShapeError(
            f"PixelUnshuffle by {factor} cuts the image into {factor}×{factor} blocks, but its size of "
            f"{height}×{width} is not a multiple of {factor}. Pad it with ZeroPad2d, or choose another factor.",
            ShapeErrorCode.SIZE,
            axis="height" if height % factor else "width",
            padding=(-width % factor, -height % factor),
        )
    return Shape.picture(channels * factor**2, height // factor, width // factor)


def _unshuffle(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.PixelUnshuffle", p.downscale_factor)


KINDS = (
    LayerKind(
        name="Upsample",
        family="pooling",
        stem="upsample",
        summary="Makes an image larger by repeating or blending its pixels.",
        why="The plain way to a larger image, with nothing to learn. Followed by a convolution it is a calm "
        "alternative to a transposed convolution, free of checkerboard traces.",
        shape=_upsample_shape,
        module=_upsample,
        passes=_upsample_passes,
        detail=lambda p: (
            f"{compact(p.scale_factor) if len(set(p.scale_factor)) == 1 else times(p.scale_factor)} "
            f"times larger · {p.mode}"
        ),
        parameters=(
            Size(
                name="scale_factor",
                title="Factor",
                default=(2, 2),
                high=64,
                unit="times",
                help="How many times as high and as wide the image becomes.",
            ),
            Choice(
                name="mode",
                title="Interpolation",
                default="nearest",
                options=("nearest", "bilinear", "bicubic"),
                labels=("repeat pixels", "blend (bilinear)", "blend smoothly (bicubic)"),
                help="What the new pixels are: copies of the nearest one, or a blend of those around.",
            ),
        ),
        keywords=("enlarge image", "resize", "scale", "interpolate", "nearest", "bilinear", "decoder"),
        torch_class="nn.Upsample",
    ),
    LayerKind(
        name="PixelShuffle",
        family="pooling",
        stem="shuffle",
        summary="Makes an image larger by laying its channels side by side as pixels.",
        why="A convolution makes the channels, PixelShuffle arranges them as a finer image: with a factor of 2, "
        "every four channels become 2×2 pixels. Used to sharpen and enlarge images, since all the work is done "
        "at the small size.",
        shape=_shuffle_shape,
        module=_shuffle,
        passes=_shuffled("upscale_factor"),
        detail=lambda p: f"{p.upscale_factor} times larger",
        parameters=(
            Integer(
                name="upscale_factor",
                was=("factor",),
                title="Factor",
                default=2,
                low=1,
                high=64,
                unit="times",
                help="How many times as high and as wide the image becomes; its square must divide the channels.",
            ),
        ),
        keywords=("super resolution", "enlarge image", "sub-pixel", "depth to space", "upscale"),
        torch_class="nn.PixelShuffle",
    ),
    LayerKind(
        name="PixelUnshuffle",
        family="pooling",
        stem="unshuffle",
        summary="Makes an image smaller by turning blocks of pixels into channels, losing nothing.",
        why="The reverse of PixelShuffle: every 2×2 block becomes four channels of one pixel. It shrinks the image "
        "before costly layers without throwing anything away, as pooling would.",
        shape=_unshuffle_shape,
        module=_unshuffle,
        passes=_shuffled("downscale_factor"),
        detail=lambda p: f"{p.downscale_factor} times smaller",
        parameters=(
            Integer(
                name="downscale_factor",
                was=("factor",),
                title="Factor",
                default=2,
                low=1,
                high=64,
                unit="times",
                help="How many times less high and wide the image becomes; it must divide both.",
            ),
        ),
        keywords=("shrink image", "space to depth", "patches", "downsample"),
        torch_class="nn.PixelUnshuffle",
    ),
)
