"""Networks for things that come one after another. They read a picture of 28×28 row by row, from the top down."""

from __future__ import annotations

from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, chain, layer
from engine.graph.templates.template import GROUPS, Template, recipe

_ROWS = layer("Reshape", sizes=(28, 28), axes="sequence")


def _cnn_1d() -> Graph:
    """Convolutions along one axis: the 28 pixels of a row are the channels, the rows follow one another."""

    def stage(filters: int) -> list[Layer]:
        return [layer("Conv1d", out_channels=filters, kernel_size=5), layer("BatchNorm1d"), layer("ReLU")]

    return chain(
        [_ROWS, layer("Permute", order=(2, 1)), *stage(64), layer("MaxPool1d")],
        [*stage(128), layer("MaxPool1d")],
        [*stage(128), layer("GlobalAvgPool"), layer("Linear", out_features="answer")],
    )


def _lstm() -> Graph:
    """S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997, with forget gates as
    everywhere today; the answer is read off the state after the last row.
    """
    return chain([_ROWS, layer("LSTM", hidden_size=128), layer("Linear", out_features="answer")])


def _transformer() -> Graph:
    """The encoder of A. Vaswani and others, "Attention Is All You Need", NIPS 2017, with two layers of four heads;
    normalisation comes first, which trains without a warm-up.
    """
    encoder = layer("TransformerEncoderLayer", nhead=4, dim_feedforward=128, norm_first=True)
    return chain(
        [_ROWS, layer("Linear", out_features=64, last_axis=True), layer("PositionalEmbedding"), encoder, encoder],
        [layer("LayerNorm"), layer("GlobalAvgPool"), layer("Linear", out_features="answer")],
    )


TEMPLATES = (
    Template(
        name="cnn-1d",
        title="1-D CNN",
        summary="Convolutions that slide along one axis, as for sound or sensor readings; here along the rows of a "
        "image.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.004, "one-cycle", 128, 6),
        draw=_cnn_1d,
        group=GROUPS[2],
        keywords=("conv1d", "signal", "time series", "cnn"),
    ),
    Template(
        name="lstm",
        title="LSTM classifier",
        summary="Reads an image row by row, remembers what matters, and classifies after the last row.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.004, "one-cycle", 128, 6),
        draw=_lstm,
        group=GROUPS[2],
        keywords=("recurrent", "rnn", "memory", "hochreiter", "1997"),
    ),
    Template(
        name="transformer",
        title="Transformer classifier",
        summary="Every row of an image looks at every other row and takes from it what it needs: two encoder layers "
        "of four heads.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.002, "one-cycle", 128, 8),
        draw=_transformer,
        group=GROUPS[2],
        keywords=("attention", "encoder", "vaswani", "2017", "bert", "vit"),
    ),
)
