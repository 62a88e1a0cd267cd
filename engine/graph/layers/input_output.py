"""The two ends of every drawing: the data block where samples enter, and the goal block with the targets."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.columns import ColumnNames, detail
from engine.graph.expressions import Expression, Input, apply, call, item
from engine.graph.layers.kind import INPUT, OUTPUT, LayerKind, one_input, same_shape
from engine.graph.parameters import Flag, Params, Real, TextLine
from engine.graph.shapes import Shape
from engine.text import printable


def _pass(_p: Params, _inputs: Sequence[Shape]) -> Expression:
    return Input(0)


def _shape_of_columns(p: Params, inputs: Sequence[Shape]) -> Shape:
    if p.tokens:
        return Shape.tokens(len(p.tokens), 1 + sum(p.tokens))
    return Shape.features(len(p.columns)) if p.columns else inputs[0]


def _columns(p: Params, _inputs: Sequence[Shape]) -> Expression:
    """The samples, or the chosen columns of them, by their places (``engine.graph.target_settings``)."""
    places: tuple[int, ...] = p.columns
    if not places:
        return Input(0)
    together = range(places[0], places[-1] + 1)
    columns = item(Input(0), None, together if tuple(together) == places else places)
    return apply(columns) if p.tokens else columns


def _tokens(p: Params, _inputs: Sequence[Shape]) -> Expression:
    """What makes tokens of the categories; ``p.tokens`` is how many each column has."""
    return call("modules.CategoryTokens", p.tokens)


KINDS = (
    LayerKind(
        name=INPUT,
        family="data",
        stem="data",
        summary="Where the samples of the dataset come in.",
        why="Every network starts from its data. The shape of this block follows from the dataset you pick, so "
        "that no size has to be typed. A table can come in by several of them, each with columns of its own, so that "
        "some columns go another way through the network than the others.",
        shape=_shape_of_columns,
        forward=_columns,
        detail=lambda p: detail(p.columns),
        module=_tokens,
        parameters=(
            ColumnNames(
                name="columns",
                title="Columns",
                default=(),
                help="The columns of the table that come in here. Without a choice it is all of them.",
            ),
            Flag(
                name="tokens",
                title="As tokens",
                default=False,
                help="Each column of categories as one whole number, which an Embedding turns into numbers it learns, "
                "instead of a 0 or 1 for each category. Token 0 is a category that was not in the data.",
            ),
        ),
        inputs=(),
        keywords=("data", "dataset", "source", "start"),
    ),
    LayerKind(
        name=OUTPUT,
        family="goal",
        stem="goal",
        summary="Where the network's output is compared with the target.",
        why="The goal defines what is learned: the loss measures how wrong the output is, the optimizer changes "
        "the weights so that the loss falls. The number of outputs follows from the dataset. Where several columns are "
        "to be predicted, each has a goal block of its own.",
        shape=same_shape,
        forward=_pass,
        inputs=one_input(),
        has_output=False,
        detail=lambda p: printable(p.goal),
        parameters=(
            TextLine(
                name="goal",
                title="Target",
                default="",
                help="Which of the columns to be predicted is learned here.",
            ),
            TextLine(
                name="loss",
                title="Loss",
                default="auto",
                help="How it is measured how wrong the outputs for this target are; auto is the usual loss of such "
                "targets.",
                longest=60,
                of_training=True,
            ),
            Real(
                name="weight",
                title="Weight",
                default=1.0,
                low=0.0,
                high=1e6,
                logarithmic=True,
                help="How much this target counts: the losses of all targets, each times its weight, are added.",
                of_training=True,
            ),
        ),
        keywords=("loss", "target", "end", "answer"),
    ),
)
