"""Blocks of dense layers."""

from __future__ import annotations

from engine.graph.blocks.declared import BlockBuilder, ReadyBlock, activation, no_fit
from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, layer
from engine.graph.parameters import Params, Real, Sizes
from engine.graph.shapes import Shape


def _mlp(p: Params) -> Graph:
    made = BlockBuilder()
    layers: list[Layer] = []
    for units in p.hidden_channels:
        layers += [layer("Linear", out_features=units), layer(p.activation)]
        layers += [layer("Dropout", p=p.dropout)] if p.dropout else []
    return made.end(made.row(made.start, *layers), len(layers))


READY = (
    ReadyBlock(
        title="MLP",
        summary="Dense layers, each followed by an activation.",
        why="The plainest network there is: every number counts for every unit. Tables and short lists of features "
        "need no more; other networks end in one.",
        parameters=(
            Sizes(
                name="hidden_channels",
                was=("units",),
                title="Units",
                default=(128, 64),
                low=1,
                high=65_536,
                shortest=1,
                longest=16,
                help="The units of each layer, separated by commas.",
            ),
            activation(),
            Real(
                name="dropout",
                title="Dropout",
                default=0.0,
                low=0.0,
                high=0.95,
                help="The share of the units switched off at random during training; 0 for none.",
            ),
        ),
        draw=_mlp,
        fit=no_fit,
        sample=Shape.features(20),
        keywords=("multilayer perceptron", "dense", "fully connected", "feedforward"),
    ),
)
