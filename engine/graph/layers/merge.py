"""Merges: several branches of the drawing become one again."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.expressions import Expression, Fold, Inputs, call
from engine.graph.layers.kind import LayerKind, ModuleRule, ShapeRule, same_shape
from engine.graph.layers.later_steps import looks_nowhere
from engine.graph.layers.passing import Passing, PassingKind, unchanged, whole
from engine.graph.layers.rules import chosen_axis, need_numbers
from engine.graph.parameters import Choice, Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode


def _need_two(layer: str, inputs: Sequence[Shape]) -> None:
    if len(inputs) < 2:
        raise ShapeError(f"{layer} joins at least two inputs, but {len(inputs)} is wired.", ShapeErrorCode.COUNT)


def _elementwise(layer: str, verb: str) -> ShapeRule:
    def shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
        _need_two(layer, inputs)
        for x in inputs:
            need_numbers(x, layer)
        first = inputs[0]
        sizes = list(first.sizes)
        for number, x in enumerate(inputs[1:], 2):
            fits = x.rank == first.rank and all(1 in (a, b) or a == b for a, b in zip(sizes, x.sizes, strict=True))
            if not fits:
                raise ShapeError(
                    f"{layer} {verb} inputs number by number, so they need the same sizes; but input 1 is "
                    f"{first.words()} and input {number} is {x.words()}.",
                    ShapeErrorCode.MISMATCH,
                    inputs=tuple(inputs),
                    input=number - 1,
                )
            # torch repeats an axis of size 1 as often as needed.
            sizes = [max(a, b) for a, b in zip(sizes, x.sizes, strict=True)]
        return Shape(tuple(sizes), first.names)

    return shape


def _fold(operator: str) -> ModuleRule:
    def forward(_p: Params, _inputs: Sequence[Shape]) -> Expression:
        return Fold(operator)

    return forward


def _concatenate_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    _need_two("Concatenate", inputs)
    first = inputs[0]
    if p.axis != "auto" and p.axis not in first.names:
        raise ShapeError(
            f"Concatenate is set to join along the {p.axis}, but {first.words()} arrive. Choose an axis that is there.",
            ShapeErrorCode.PARAMETER,
            setting="axis",
            fits="auto",
        )
    axis = chosen_axis(p, first)
    for number, x in enumerate(inputs[1:], 2):
        if x.dtype != first.dtype:
            raise ShapeError(
                f"Concatenate cannot join numbers and tokens: input 1 is {first.words()}, input {number} is "
                f"{x.words()}. Put an Embedding after the tokens.",
                ShapeErrorCode.DTYPE,
            )
        if (
            x.names != first.names
            or x.sizes[:axis] + x.sizes[axis + 1 :] != first.sizes[:axis] + first.sizes[axis + 1 :]
        ):
            raise ShapeError(
                f"Concatenate joins along the {first.names[axis]}, so everything else must be the same; but input 1 "
                f"is {first.words()} and input {number} is {x.words()}.",
                ShapeErrorCode.MISMATCH,
                inputs=tuple(inputs),
                input=number - 1,
            )
    total = sum(x.sizes[axis] for x in inputs)
    vocabulary = max(x.vocabulary for x in inputs)
    return Shape((*first.sizes[:axis], total, *first.sizes[axis + 1 :]), first.names, first.dtype, vocabulary)


def _concatenate_passes(p: Params, inputs: Sequence[Shape]) -> Passing:
    joined = chosen_axis(p, inputs[0])
    return Passing(PassingKind.SAME, tuple(None if axis == joined else axis for axis in whole(inputs[0])))


def _multiply_passes(_p: Params, inputs: Sequence[Shape]) -> Passing:
    return Passing(PassingKind.WITHIN, whole(inputs[0]))


def _concatenate(p: Params, inputs: Sequence[Shape]) -> Expression:
    return call("torch.cat", Inputs(), dim=chosen_axis(p, inputs[0]) + 1)


def _identity(_p: Params, _inputs: Sequence[Shape]) -> Expression:
    return call("nn.Identity")


KINDS = (
    LayerKind(
        name="Add",
        family="merge",
        stem="add",
        followed_by=("ReLU", "LayerNorm"),
        summary="Adds its inputs number by number.",
        why="Lets data take a shortcut around some layers and joins it with what they made: the layers then only "
        "learn what to change. Such residual connections are what makes very deep networks trainable.",
        shape=_elementwise("Add", "adds"),
        looks_ahead=looks_nowhere,
        forward=_fold("+"),
        variadic=True,
        keywords=("residual", "skip connection", "short cut", "sum", "plus", "resnet"),
        torch_class="torch.add",
    ),
    LayerKind(
        name="Multiply",
        family="merge",
        stem="multiply",
        summary="Multiplies its inputs number by number.",
        why="Lets one branch steer another: a branch that ends in a Sigmoid gives numbers from 0 to 1, a gate that "
        "lets each number of the other branch through or not. An axis of size 1 counts for all places.",
        shape=_elementwise("Multiply", "multiplies"),
        looks_ahead=looks_nowhere,
        forward=_fold("*"),
        passes=_multiply_passes,
        variadic=True,
        keywords=("gate", "product", "times", "squeeze and excitation", "attention"),
        torch_class="torch.mul",
    ),
    LayerKind(
        name="Concatenate",
        short="Concat",
        family="merge",
        stem="concatenate",
        summary="Puts its inputs side by side along one axis.",
        why="Keeps everything that several branches have found and lets the next layer decide what to use: features "
        "of different kinds, or fine and coarse images as in a U-Net.",
        shape=_concatenate_shape,
        looks_ahead=lambda p, inputs: frozenset((inputs[0].names[chosen_axis(p, inputs[0])],)),
        forward=_concatenate,
        passes=_concatenate_passes,
        variadic=True,
        detail=lambda p: "" if p.axis == "auto" else f"along {p.axis}",
        parameters=(
            Choice(
                name="axis",
                title="Axis",
                default="auto",
                options=("auto", "channels", "height", "width", "length", "time", "features"),
                labels=("channels or features", "channels", "height", "width", "length", "time", "features"),
                help="Along which axis the inputs are put side by side; all others must agree.",
            ),
        ),
        keywords=("join", "stack", "side by side", "cat", "u-net", "inception", "branches"),
        torch_class="torch.cat",
    ),
    LayerKind(
        name="Identity",
        family="merge",
        stem="identity",
        summary="Passes its input through unchanged.",
        why="Changes nothing, and is useful for that: a named point that a wire can start from, a shortcut one can "
        "see, or a place kept for a layer to come.",
        shape=same_shape,
        looks_ahead=looks_nowhere,
        module=_identity,
        passes=unchanged,
        keywords=("nothing", "pass", "skip connection", "short cut", "placeholder"),
        torch_class="nn.Identity",
    ),
)
