"""One line of test data a layer: what it takes, how large its settings are tried, what it refuses beyond torch.

``takes`` are the kinds of data the layer is meant for. There its shape rule must agree with torch in both
directions; on all other data it may refuse what torch, which knows no meanings, would compute.
``most`` are upper bounds for whole numbers and sizes, low enough for tests to be fast and to hit the edges.
``ours`` says which settings and shapes are refused by the meaning of their axes although torch could go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.graph.parameters import Params
from engine.graph.shapes import Shape

NUMBERS = ("features", "picture", "signal", "sequence")
ANYTHING = (*NUMBERS, "tokens", "other")

Refusal = Callable[[Params, Sequence[Shape]], bool]


def _never(_p: Params, _inputs: Sequence[Shape]) -> bool:
    return False


@dataclass(frozen=True)
class Case:
    takes: tuple[str, ...]
    most: Mapping[str, int] = field(default_factory=dict)
    ours: Refusal = _never


def _axis_missing(p: Params, inputs: Sequence[Shape]) -> bool:
    return p.axis != "auto" and p.axis not in inputs[0].names


def _unlike(_p: Params, inputs: Sequence[Shape]) -> bool:
    return len(inputs) < 2 or len({x.rank for x in inputs}) > 1


def _cannot_join(p: Params, inputs: Sequence[Shape]) -> bool:
    different = len({(x.names, x.dtype) for x in inputs}) > 1
    return len(inputs) < 2 or different or _axis_missing(p, inputs)


def _axes_unfit(p: Params, _inputs: Sequence[Shape]) -> bool:
    ranks = {"features": 1, "sequence": 2, "signal": 2, "picture": 3}
    return p.axes != "auto" and len(p.sizes) != ranks[p.axes]


_CONVOLUTION = {"out_channels": 12, "kernel_size": 5, "stride": 3, "padding": 3, "dilation": 3, "groups": 4}
_POOL = {"kernel_size": 5, "stride": 4, "padding": 3, "dilation": 3}
_RECURRENT = {"hidden_size": 5, "num_layers": 3}
_ATTENTION = {"num_heads": 4, "nhead": 4, "dim_feedforward": 8}

CASES: Mapping[str, Case] = {
    "Conv2d": Case(("picture",), _CONVOLUTION),
    "Conv1d": Case(("signal",), _CONVOLUTION),
    "ConvTranspose2d": Case(("picture",), {**_CONVOLUTION, "output_padding": 3, "padding": 5}),
    "MaxPool2d": Case(("picture",), _POOL),
    "MaxPool1d": Case(("signal",), _POOL),
    "AvgPool2d": Case(("picture",), _POOL),
    "AdaptiveAvgPool2d": Case(("picture",), {"output_size": 12}),
    "GlobalAvgPool": Case(("picture", "signal", "sequence")),
    "Upsample": Case(("picture",), {"scale_factor": 3}),
    "PixelShuffle": Case(("picture",), {"upscale_factor": 3}),
    "PixelUnshuffle": Case(("picture",), {"downscale_factor": 3}),
    "Linear": Case(NUMBERS, {"out_features": 9}, lambda p, inputs: inputs[0].rank > 1 and not p.last_axis),
    "RealOrFake": Case(NUMBERS, {}, lambda _p, inputs: len({(x.sizes, x.names) for x in inputs}) > 1),
    "ReLU": Case(NUMBERS),
    "LeakyReLU": Case(NUMBERS),
    "PReLU": Case(NUMBERS, {}, lambda p, inputs: p.slopes == "channels" and inputs[0].names[0] == "time"),
    "ELU": Case(NUMBERS),
    "GELU": Case(NUMBERS),
    "SiLU": Case(NUMBERS),
    "Mish": Case(NUMBERS),
    "Sigmoid": Case(NUMBERS),
    "Tanh": Case(NUMBERS),
    "Softplus": Case(NUMBERS),
    "Hardswish": Case(NUMBERS),
    "KMeans": Case(("features",), {"n_clusters": 9}),
    "Softmax": Case(NUMBERS, {}, _axis_missing),
    "LogSoftmax": Case(NUMBERS, {}, _axis_missing),
    "BatchNorm2d": Case(("picture",)),
    "BatchNorm1d": Case(("features", "signal")),
    "LayerNorm": Case(NUMBERS),
    "GroupNorm": Case(("features", "signal", "picture"), {"num_groups": 4}),
    "RMSNorm": Case(NUMBERS),
    "Dropout": Case(NUMBERS),
    "Dropout2d": Case(("picture",)),
    "GaussianNoise": Case(NUMBERS),
    "Hardmax": Case(("features",), {"size": 9}),
    "Flatten": Case(ANYTHING),
    "Reshape": Case(ANYTHING, {"sizes": 6}, _axes_unfit),
    "Permute": Case(ANYTHING, {"order": 4}),
    "ZeroPad2d": Case(("picture",), {"left": 3, "right": 3, "top": 3, "bottom": 3}),
    "Embedding": Case(("tokens",), {"embedding_dim": 6}),
    "PositionalEmbedding": Case(("sequence",)),
    "RNN": Case(("sequence",), _RECURRENT),
    "LSTM": Case(("sequence",), _RECURRENT),
    "GRU": Case(("sequence",), _RECURRENT),
    "MultiheadAttention": Case(("sequence",), _ATTENTION),
    "TransformerEncoderLayer": Case(("sequence",), _ATTENTION),
    "Add": Case(NUMBERS, {}, _unlike),
    "Multiply": Case(NUMBERS, {}, _unlike),
    "Concatenate": Case(ANYTHING, {}, _cannot_join),
    "Identity": Case(ANYTHING),
}
"""Every layer but the two ends, which do nothing of their own."""
