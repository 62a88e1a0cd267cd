"""Blocks for sequences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.graph.blocks.declared import BlockBuilder, ReadyBlock, activation
from engine.graph.graph import Graph
from engine.graph.layout.arranging import layer
from engine.graph.parameters import Flag, Integer, Params, Real
from engine.graph.shapes import Shape


def _encoder(p: Params) -> Graph:
    made = BlockBuilder()
    drop = layer("Dropout", p=p.dropout) if p.dropout else None
    attention = [layer("LayerNorm"), layer("MultiheadAttention", num_heads=p.nhead, causal=p.causal), drop]
    attended = made.row(made.start, *attention)
    first = made.join("Add", attended, made.start, column=3.5)
    wide = layer("Linear", out_features=p.dim_feedforward, last_axis=True)
    narrow = layer("Linear", out_features=p.d_model, last_axis=True)
    thought = made.row(first, layer("LayerNorm"), wide, layer(p.activation), narrow, drop, column=4.5)
    return made.end(made.join("Add", thought, first, column=10), 11)


def _features(p: Params, arriving: Shape) -> Mapping[str, Any]:
    if "features" not in arriving.names:
        return {}
    count = arriving.size("features")
    heads = max(number for number in range(1, min(p.nhead, count) + 1) if count % number == 0)
    return {"d_model": count, "nhead": heads}


READY = (
    ReadyBlock(
        title="Transformer encoder",
        summary="Each step of a sequence looks at all the others, then a small dense network works on what it found.",
        why="What language models are built of. The normalisation stands before each half, which makes deep stacks "
        "easier to train (Vaswani et al. 2017, “Attention Is All You Need”; Xiong et al. 2020, “On Layer "
        "Normalization in the Transformer Architecture”).",
        parameters=(
            Integer(
                name="d_model",
                was=("features",),
                title="Features",
                default=64,
                low=1,
                high=8192,
                help="As many as each step of the sequence has.",
            ),
            Integer(
                name="nhead",
                was=("heads",),
                title="Heads",
                default=4,
                low=1,
                high=64,
                help="How many things each step looks for at once. Must divide the features.",
            ),
            Integer(
                name="dim_feedforward",
                was=("feedforward",),
                title="Feedforward units",
                default=256,
                low=1,
                high=65_536,
                help="The units of the dense layer in the second half.",
            ),
            Flag(
                name="causal",
                title="Causal",
                default=False,
                help="A causal mask: each step sees only itself and those before it.",
            ),
            activation("GELU"),
            Real(
                name="dropout",
                title="Dropout",
                default=0.0,
                low=0.0,
                high=0.95,
                help="The share of numbers switched off at random during training; 0 for none.",
            ),
        ),
        draw=_encoder,
        fit=_features,
        sample=Shape.sequence(12, 64),
        keywords=("attention", "bert", "vit", "gpt"),
    ),
)
