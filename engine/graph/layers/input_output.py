"""The two ends of every drawing: the data block where samples enter, and the goal block with the targets."""

from __future__ import annotations

from collections.abc import Sequence

from engine.graph.expressions import Expression, Input
from engine.graph.layers.kind import INPUT, OUTPUT, LayerKind, one_input, same_shape
from engine.graph.parameters import Params
from engine.graph.shapes import Shape


def _pass(_p: Params, _inputs: Sequence[Shape]) -> Expression:
    return Input(0)


KINDS = (
    LayerKind(
        name=INPUT,
        family="data",
        stem="data",
        summary="Where the samples of the dataset come in.",
        why="Every network starts from its data. The shape of this block follows from the dataset you pick, so "
        "that no size has to be typed.",
        shape=same_shape,
        forward=_pass,
        inputs=(),
        keywords=("data", "dataset", "source", "start"),
    ),
    LayerKind(
        name=OUTPUT,
        family="goal",
        stem="goal",
        summary="Where the network's output is compared with the target.",
        why="The goal defines what is learned: the loss measures how wrong the output is, the optimizer changes "
        "the weights so that the loss falls. The number of outputs follows from the dataset.",
        shape=same_shape,
        forward=_pass,
        inputs=one_input(),
        has_output=False,
        keywords=("loss", "target", "end", "answer"),
    ),
)
