"""What the shape rules of several families share: which axes a layer works on, and the sentences when others arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.graph.expressions import Expression
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


def need_numbers(x: Shape, layer: str) -> None:
    """Refuse tokens where ordinary numbers are worked on."""
    if x.is_tokens:
        raise ShapeError(
            f"{layer} works on numbers, but tokens arrive (whole numbers that stand for words). Put an Embedding "
            "before it.",
            ShapeErrorCode.DTYPE,
        )


def need_picture(x: Shape, layer: str) -> tuple[int, int, int]:
    """Channels, height and width of a picture; refuses anything else."""
    need_numbers(x, layer)
    if x.form is not ShapeForm.PICTURE:
        hint = {
            1: "Put a Reshape before it that says how high and wide the image is.",
            2: "Use the layer for signals or sequences instead, or put a Reshape before it.",
        }.get(x.rank, "Put a Permute before it that brings the channels to the front.")
        raise ShapeError(
            f"{layer} works on images (channels × height × width), but {x.words()} arrive. {hint}",
            ShapeErrorCode.RANK,
        )
    channels, height, width = x.sizes
    return channels, height, width


def need_signal(x: Shape, layer: str) -> tuple[int, int]:
    """Channels and length of a signal; refuses anything else."""
    need_numbers(x, layer)
    if x.form is not ShapeForm.SIGNAL:
        if x.form is ShapeForm.SEQUENCE:
            hint = "Put a Permute before it that swaps the two axes."
        elif x.form is ShapeForm.PICTURE:
            hint = "Images need the layer whose name ends in 2d."
        else:
            hint = "Put a Reshape before it that says how many channels there are and how long they are."
        raise ShapeError(
            f"{layer} works on signals (channels × length), but {x.words()} arrive. {hint}",
            ShapeErrorCode.RANK,
        )
    channels, length = x.sizes
    return channels, length


def need_sequence(x: Shape, layer: str) -> tuple[int, int]:
    """Time and features of a sequence; refuses anything else."""
    need_numbers(x, layer)
    if x.form is not ShapeForm.SEQUENCE:
        if x.form is ShapeForm.SIGNAL:
            hint = "Put a Permute before it that swaps the two axes."
        else:
            hint = "Put a Reshape before it that says how many steps there are and how many numbers each has."
        raise ShapeError(
            f"{layer} works on sequences (time × features), but {x.words()} arrive. {hint}",
            ShapeErrorCode.RANK,
        )
    time, features = x.sizes
    return time, features


def class_axis(x: Shape) -> int:
    """The axis that tells kinds of measurement apart (channels, else features, else the last), counted from 0."""
    for name in ("channels", "features"):
        if name in x.names:
            return x.names.index(name)
    return x.rank - 1


def chosen_axis(p: Params, x: Shape) -> int:
    """The axis that the setting ``axis`` names, counted from 0; that of the classes for "auto"."""
    return class_axis(x) if p.axis == "auto" or p.axis not in x.names else x.names.index(p.axis)


def window_count(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How many places a window of ``kernel`` cells, ``dilation`` apart, has on a padded axis; below 1: too large."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def padding_of(p: Params) -> tuple[int, ...]:
    """The padding at each edge of every axis, in cells; "valid" is another word for none.

    Not for "same", which is no fixed number: ask for that first.
    """
    return (0,) * len(p.kernel_size) if p.padding == "valid" else tuple(p.padding)


def windows(
    layer: str,
    axes: Sequence[str],
    sizes: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
) -> tuple[int, ...]:
    """The output size along each axis of a window that slides. Raises ShapeError when it is larger than its input."""
    results = tuple(map(window_count, sizes, kernel, stride, padding, dilation))
    if min(results) < 1:
        bad = next(k for k, result in enumerate(results) if result < 1)
        reach = dilation[bad] * (kernel[bad] - 1) + 1
        spread = f" (spread over {reach} by its dilation of {dilation[bad]})" if dilation[bad] > 1 else ""
        padded = f", {sizes[bad] + 2 * padding[bad]} with its padding" if padding[bad] else ""
        raise ShapeError(
            f"The {times(kernel)} kernel of {layer}{spread} is larger than its input, whose {axes[bad]} is only "
            f"{sizes[bad]}{padded}. Use a smaller kernel, more padding, or shrink the data less before it.",
            ShapeErrorCode.SIZE,
            axis=axes[bad],
            input=tuple(sizes),
            kernel_size=tuple(kernel),
            fits=tuple(
                max(1, min(k, (s + 2 * p - 1) // d + 1))
                for k, s, p, d in zip(kernel, sizes, padding, dilation, strict=True)
            ),
        )
    return results


def times(sizes: Sequence[int]) -> str:
    """``3×3``; a single size for one axis."""
    return "×".join(map(str, sizes))


def compact(sizes: tuple[int, ...]) -> int | tuple[int, ...]:
    """One number when all are equal, as one writes it in torch: ``3`` for (3, 3)."""
    return sizes[0] if len(set(sizes)) == 1 else sizes


def unusual(given: dict[str, Any], usual: dict[str, Any]) -> dict[str, Expression]:
    """The keywords that differ from torch's own defaults, so that the code shows only what was chosen."""
    return {name: value for name, value in given.items() if value != usual[name]}
