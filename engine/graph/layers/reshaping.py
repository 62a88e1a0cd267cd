"""Layers that only arrange the same numbers differently, or put zeros around them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from engine.graph.expressions import Expression, Input, call, method
from engine.graph.layers.kind import LayerKind
from engine.graph.layers.passing import Passing, PassingKind, laid_out, resampled
from engine.graph.layers.rules import need_picture
from engine.graph.parameters import Choice, Integer, Params, Sizes
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm

_BY_RANK = {1: ShapeForm.FEATURES, 2: ShapeForm.SEQUENCE, 3: ShapeForm.PICTURE}
"""What numbers become that are given so many axes and no other name for them."""


def _flatten_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    if x.is_tokens:
        return Shape.tokens(x.count, x.vocabulary)
    return Shape.features(x.count)


def _flatten_passes(p: Params, inputs: Sequence[Shape]) -> Passing:
    return laid_out(inputs[0], _flatten_shape(p, inputs))


def _flatten(_p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.Flatten")


def _reshape_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    sizes: tuple[int, ...] = p.sizes
    if sizes.count(-1) > 1 or 0 in sizes:
        raise ShapeError(
            f"Reshape cannot make {_listed(sizes)}: sizes are 1 or more, and at most one of them may be -1, which "
            "stands for whatever is left.",
            ShapeErrorCode.PARAMETER,
            setting="sizes",
        )
    known = prod(size for size in sizes if size != -1)
    if x.count % known or (-1 not in sizes and known != x.count):
        raise ShapeError(
            f"Reshape cannot arrange {x.count:,} numbers ({x.words()}) as {_listed(sizes)}, which "
            f"{'are a multiple of ' if -1 in sizes else 'would be '}{known:,}.",
            ShapeErrorCode.SIZE,
            setting="sizes",
            count=x.count,
        )
    sizes = tuple(x.count // known if size == -1 else size for size in sizes)
    return _named(sizes, p.axes, x)


def _reshape_passes(p: Params, inputs: Sequence[Shape]) -> Passing:
    return laid_out(inputs[0], _reshape_shape(p, inputs))


def _named(sizes: tuple[int, ...], axes: str, x: Shape) -> Shape:
    if x.is_tokens and len(sizes) == 1 and axes == "auto":
        return Shape.tokens(sizes[0], x.vocabulary)
    form = _BY_RANK.get(len(sizes)) if axes == "auto" else ShapeForm(axes)
    names = tuple(f"axis{number}" for number in range(1, len(sizes) + 1)) if form is None else form.axes
    if len(names) != len(sizes):
        raise ShapeError(
            f"A {axes} has {len(names)} ax{'is' if len(names) == 1 else 'es'} ({' × '.join(names)}), but {len(sizes)} "
            f"size{' is' if len(sizes) == 1 else 's are'} given: {_listed(sizes)}.",
            ShapeErrorCode.PARAMETER,
            setting="axes",
        )
    return Shape(sizes, names, x.dtype, x.vocabulary)


def _listed(sizes: Sequence[int]) -> str:
    return " × ".join(map(str, sizes))


def _reshape(p: Params, inputs: Sequence[Shape]) -> Expression:
    # unflatten, unlike reshape(-1, …), can never take from the batch what is missing in a sample.
    flat: Expression = Input(0) if inputs[0].rank == 1 else method(Input(0), "flatten", 1)
    return method(flat, "unflatten", 1, p.sizes)


def _permute_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    order: tuple[int, ...] = p.order
    if sorted(order) != list(range(1, x.rank + 1)):
        axes = ", ".join(f"{number} ({name})" for number, name in enumerate(x.names, 1))
        raise ShapeError(
            f"Permute is given the order {', '.join(map(str, order))}, but the axes that arrive are {axes}: name each "
            "of them once.",
            ShapeErrorCode.PARAMETER,
            setting="order",
            fits=tuple(range(x.rank, 0, -1)),
        )
    sizes = tuple(x.sizes[k - 1] for k in order)
    names = tuple(x.names[k - 1] for k in order)
    # A sequence on its side is a signal, and the reverse; a mirrored picture is a picture.
    renamed = {
        ("features", "time"): ShapeForm.SIGNAL,
        ("length", "channels"): ShapeForm.SEQUENCE,
        ("channels", "width", "height"): ShapeForm.PICTURE,
    }
    form = renamed.get(names)
    return Shape(sizes, names if form is None else form.axes, x.dtype, x.vocabulary)


def _permute_passes(p: Params, _inputs: Sequence[Shape]) -> Passing:
    return Passing(PassingKind.SAME, tuple(number - 1 for number in p.order))


def _permute(p: Params, _inputs: Sequence[Shape]) -> Expression:
    return method(Input(0), "permute", 0, *p.order)


def _pad_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    channels, height, width = need_picture(inputs[0], "ZeroPad2d")
    return Shape.picture(channels, height + p.top + p.bottom, width + p.left + p.right)


def _pad_passes(p: Params, inputs: Sequence[Shape]) -> Passing:
    # Where there is a border, its zeros are no shares of a whole, but zeros are numbers from 0 to 1.
    return resampled(inputs[0], (p.top == p.bottom == 0, p.left == p.right == 0), PassingKind.WITHIN)


def _pad(p: Params, _inputs: Sequence[Shape]) -> Expression:
    sides = (p.left, p.right, p.top, p.bottom)
    return call("nn.ZeroPad2d", sides[0] if len(set(sides)) == 1 else sides)


def _pad_detail(p: Params) -> str:
    sides = (p.left, p.right, p.top, p.bottom)
    if len(set(sides)) == 1:
        return f"{sides[0]} on every side"
    return " · ".join(f"{name} {p[name]}" for name in ("left", "right", "top", "bottom") if p[name])


KINDS = (
    LayerKind(
        name="Flatten",
        family="shape",
        stem="flatten",
        followed_by=("Linear", "Dropout"),
        usual_for={ShapeForm.PICTURE: 5, ShapeForm.SIGNAL: 6, ShapeForm.SEQUENCE: 5},
        summary="Lays all numbers of a sample out in one row.",
        why="A dense layer takes a plain list of numbers. Flatten stands between it and an image or sequence, and "
        "changes no number. It forgets what was next to what; GlobalAvgPool is the alternative that keeps far fewer "
        "numbers.",
        shape=_flatten_shape,
        module=_flatten,
        passes=_flatten_passes,
        keywords=("image to features", "vector", "row", "unroll"),
        torch_class="nn.Flatten",
    ),
    LayerKind(
        name="Reshape",
        family="shape",
        stem="reshape",
        summary="Arranges the same numbers in other axes.",
        why="Use it when numbers lie in one form and the next layer needs another: a list of 784 pixels as a 1×28×28 "
        "image, or the rows of an image as the steps of a sequence. The count of numbers stays the same.",
        shape=_reshape_shape,
        forward=_reshape,
        passes=_reshape_passes,
        detail=lambda p: " × ".join("…" if size == -1 else str(size) for size in p.sizes),
        parameters=(
            Sizes(
                name="sizes",
                title="Sizes",
                default=(1, 28, 28),
                low=-1,
                longest=6,
                help="The new sizes, without the batch: for example 1, 28, 28. One may be -1: whatever is left.",
            ),
            Choice(
                name="axes",
                title="Meaning",
                default="auto",
                options=("auto", *(form.value for form in ShapeForm if form is not ShapeForm.TOKENS)),
                labels=(
                    "by the number of sizes",
                    "a list of features",
                    "a sequence (time × features)",
                    "a signal (channels × length)",
                    "an image (channels × height × width)",
                ),
                help="What the new axes are, so that the layers after it know. By the number of sizes: one is a list "
                "of features, two a sequence, three an image.",
                advanced=True,
            ),
        ),
        keywords=("view", "unflatten", "features to image", "rearrange"),
        torch_class="torch.reshape",
    ),
    LayerKind(
        name="Permute",
        family="shape",
        stem="permute",
        summary="Changes the order of the axes.",
        why="Some layers want the channels first and others last. Swapping the two axes of a sequence (time × "
        "features) makes it a signal (channels × length) that Conv1d takes, and the reverse.",
        shape=_permute_shape,
        forward=_permute,
        passes=_permute_passes,
        detail=lambda p: ", ".join(map(str, p.order)),
        parameters=(
            Sizes(
                name="order",
                title="Order",
                default=(2, 1),
                low=1,
                high=6,
                longest=6,
                help="The axes in their new order, counted from 1; the batch stays where it is. 2, 1 swaps two axes.",
            ),
        ),
        keywords=("transpose", "swap axes", "channels last", "reorder"),
        torch_class="torch.permute",
    ),
    LayerKind(
        name="ZeroPad2d",
        family="shape",
        stem="pad",
        summary="Puts a border of zeros around an image.",
        why="Makes an image a little larger so that sizes meet: before a merge with a larger image, before layers "
        "that halve it, or to give a convolution room at the edges.",
        shape=_pad_shape,
        module=_pad,
        passes=_pad_passes,
        detail=_pad_detail,
        parameters=tuple(
            Integer(
                name=side,
                title=side.capitalize(),
                default=1,
                low=0,
                high=4096,
                unit="pixels",
                help=f"How many {'columns' if side in ('left', 'right') else 'rows'} of zeros are added {where}.",
            )
            for side, where in (
                ("left", "on the left"),
                ("right", "on the right"),
                ("top", "at the top"),
                ("bottom", "at the bottom"),
            )
        ),
        keywords=("padding", "border", "margin", "enlarge image"),
        torch_class="nn.ZeroPad2d",
    ),
)
