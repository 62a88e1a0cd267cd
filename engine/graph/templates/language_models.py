"""Language models: networks that read characters and say, after each of them, which may come next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.graph.templates.template import GROUPS, Template, recipe

_TEXT = "python-topics"
_EVERY_STEP = layer("Linear", out_features="answer", last_axis=True)


def char_lstm() -> Graph:
    """A single LSTM that gives something at every step."""
    return chain(
        [
            layer("Embedding", embedding_dim=64),
            layer("LSTM", hidden_size=256, output="sequence"),
            layer("Dropout", p=0.2),
            _EVERY_STEP,
        ]
    )


def _char_gpt() -> Graph:
    """Three transformer layers with a causal mask, normalised before each part, as in GPT-2."""
    blocks = [
        layer(
            "TransformerEncoderLayer",
            nhead=4,
            dim_feedforward=384,
            causal=True,
            activation="gelu",
            norm_first=True,
            dropout=0.1,
        )
    ] * 3
    return chain(
        [
            layer("Embedding", embedding_dim=96),
            layer("PositionalEmbedding"),
            *blocks,
            layer("LayerNorm"),
            _EVERY_STEP,
        ]
    )


def _recipe(learning_rate: float, schedule: str, epochs: int) -> Mapping[str, Any]:
    settings = recipe(_TEXT, "AdamW", learning_rate, schedule, 32, epochs)
    return MappingProxyType({**settings, "dataset_options.window": 96, "gradient_clipping": 1.0, "test": 0.1})


TEMPLATES = (
    Template(
        name="char-lstm",
        title="Text, letter by letter",
        summary="Reads text one character at a time, remembers what matters and says which character comes next: an "
        "LSTM that learns to write.",
        dataset=_TEXT,
        recipe=_recipe(0.004, "cosine", 20),
        draw=char_lstm,
        group=GROUPS[2],
        keywords=("language model", "text", "generate", "rnn", "recurrent", "next token", "karpathy"),
    ),
    Template(
        name="char-gpt",
        title="A small GPT",
        summary="Three transformer layers with a causal mask read what was written so far and say which character "
        "comes next.",
        dataset=_TEXT,
        recipe=_recipe(0.002, "one-cycle", 20),
        draw=_char_gpt,
        group=GROUPS[2],
        keywords=("language model", "text", "generate", "transformer", "attention", "causal", "next token", "llm"),
    ),
)
