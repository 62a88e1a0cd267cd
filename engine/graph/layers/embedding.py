"""Embeddings: from words and places in a sequence to numbers that a network can work with."""

from __future__ import annotations

from collections.abc import Sequence

from engine.counting import counted
from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import LayerKind
from engine.graph.layers.later_steps import looks_nowhere
from engine.graph.layers.rules import need_sequence
from engine.graph.parameters import Choice, Flag, Integer, Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


def _embedding_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    if not x.is_tokens:
        raise ShapeError(
            f"Embedding looks up tokens (whole numbers that stand for words), but ordinary numbers arrive: "
            f"{x.words()}. Remove it, or use Linear.",
            ShapeErrorCode.DTYPE,
        )
    if x.rank != 1:
        raise ShapeError(
            f"Embedding takes one row of tokens, but {x.words()} arrive. Put a Flatten before it.",
            ShapeErrorCode.RANK,
        )
    if x.vocabulary < 1:
        raise ShapeError(
            "Embedding needs to know how many different tokens there are, and the data does not say.",
            ShapeErrorCode.DTYPE,
        )
    return Shape.sequence(x.sizes[0], p.embedding_dim)


def _embedding(p: Params, inputs: Sequence[Shape]) -> Expression:
    keywords: dict[str, Expression] = {"padding_idx": 0} if p.padding else {}
    return call("nn.Embedding", inputs[0].vocabulary, p.embedding_dim, **keywords)


def _position_shape(_p: Params, inputs: Sequence[Shape]) -> Shape:
    need_sequence(inputs[0], "PositionalEmbedding")
    return inputs[0]


def _position(p: Params, inputs: Sequence[Shape]) -> Expression:
    target = "modules.PositionalEmbedding" if p.pattern == "learned" else "modules.SinusoidalEmbedding"
    return call(target, *inputs[0].sizes)


KINDS = (
    LayerKind(
        name="Embedding",
        short="Embed",
        family="sequence",
        stem="embedding",
        followed_by=("PositionalEmbedding", "LSTM", "GRU", "TransformerEncoderLayer"),
        usual_for={ShapeForm.TOKENS: 1},
        summary="Turns each token into a list of numbers that it learns.",
        why="Words are whole numbers that mean nothing as amounts: word 7 is not more than word 3. An embedding keeps "
        "a learned list of numbers for every word, and words that are used alike come to have similar lists. It is "
        "the first layer for text.",
        shape=_embedding_shape,
        looks_ahead=looks_nowhere,
        module=_embedding,
        weights=lambda p, inputs: inputs[0].vocabulary * p.embedding_dim,
        detail=lambda p: f"{counted(p.embedding_dim, 'number')} a token",
        parameters=(
            Integer(
                name="embedding_dim",
                was=("features",),
                title="Embedding size",
                default=64,
                low=1,
                high=16_384,
                unit="features",
                help="How many numbers stand for each token. 32 to 128 is plenty for small texts.",
            ),
            Flag(
                name="padding",
                title="Token 0 is padding",
                default=False,
                help="Keeps the numbers of token 0 at zero, where it only fills short texts up.",
                advanced=True,
            ),
        ),
        keywords=("word", "token", "text", "lookup", "vocabulary", "vector"),
        torch_class="nn.Embedding",
    ),
    LayerKind(
        name="PositionalEmbedding",
        family="sequence",
        stem="position",
        followed_by=("TransformerEncoderLayer", "MultiheadAttention"),
        usual_for={ShapeForm.SEQUENCE: 4},
        summary="Adds to each step of a sequence numbers that tell where it stands.",
        why="Attention treats a sequence as a set: it does not see the order. Adding a pattern for each place tells "
        "it. Learned patterns suit sequences of one fixed length; waves need no learning. Put it right after the "
        "Embedding.",
        shape=_position_shape,
        looks_ahead=looks_nowhere,
        module=_position,
        weights=lambda p, inputs: inputs[0].count if p.pattern == "learned" else 0,
        detail=lambda p: p.pattern,
        parameters=(
            Choice(
                name="pattern",
                title="Pattern",
                default="learned",
                options=("learned", "sinusoidal"),
                labels=("learned", "waves (sinusoidal)"),
                help="Whether the pattern of each place is learned, or made of sines and cosines of many lengths.",
            ),
        ),
        keywords=("position", "order", "transformer", "encoding", "sinusoidal"),
    ),
)
