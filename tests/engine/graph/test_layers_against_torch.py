"""Every shape rule against torch itself: the same output, or a refusal exactly where torch refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph.layers import LayerKind, kind, kinds
from engine.graph.parameter_sets import resolve
from engine.graph.parameters import Params
from engine.graph.shapes import Shape, ShapeError
from engine.network.evaluate import construct
from tests.engine.graph.layer_cases import CASES
from tests.engine.graph.strategies import inputs_for, reshaped, settings_for
from tests.engine.graph.torch_side import run

REFUSALS = (RuntimeError, ValueError, AssertionError, TypeError, IndexError, NotImplementedError)
"""What torch raises when a layer cannot be built or cannot take its input."""

CODES = {"rank", "size", "mismatch", "dtype", "count", "parameter"}


def rule(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> Shape | ShapeError:
    """What the shape rule says; any other exception is a fault of the rule."""
    try:
        return layer.shape(params, shapes)
    except ShapeError as error:
        return error


def torch_refuses(layer: LayerKind, params: Params, shapes: Sequence[Shape]) -> bool:
    """Whether torch raises, or computes nothing at all: a picture of no pixels is no answer."""
    try:
        return 0 in run(layer, params, shapes).sizes
    except REFUSALS:
        return True


def test_every_layer_has_its_line_of_test_data() -> None:
    assert set(CASES) == set(kinds()) - {"Input", "Output", "Noise"}


@pytest.mark.parametrize("name", CASES)
def test_the_shape_rule_says_what_torch_does(name: str) -> None:
    case, layer, seen = CASES[name], kind(name), Counter[str]()

    @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data: st.DataObject) -> None:
        families, shapes = data.draw(inputs_for(layer, case.takes))
        params = data.draw(reshaped(data.draw(settings_for(layer, case.most)), shapes[0]))
        found = rule(layer, params, shapes)
        if isinstance(found, ShapeError):
            seen[found.code] += 1
            assert found.code in CODES
            assert str(found).endswith(".")
            if set(families) <= set(case.takes) and not case.ours(params, shapes):
                assert torch_refuses(layer, params, shapes), f"torch takes it, but the rule says: {found}"
            return
        seen["accepted"] += 1
        answer = run(layer, params, shapes)
        assert found.sizes == answer.sizes
        assert found.dtype == answer.dtype
        assert min(found.sizes) >= 1
        assert layer.weights(params, shapes) == answer.weights

    check()
    assert seen["accepted"] >= 3, f"hardly any suitable case was tried: {seen}"


EDGES: list[tuple[str, Shape | tuple[Shape, ...], dict[str, Any], bool]] = [
    ("Conv2d", Shape.picture(3, 4, 4), {"kernel_size": 5}, True),
    ("Conv2d", Shape.picture(3, 4, 4), {"kernel_size": 5, "padding": 0}, False),
    ("Conv2d", Shape.picture(3, 4, 4), {"kernel_size": 4, "padding": 0}, True),
    ("Conv2d", Shape.picture(3, 4, 4), {"kernel_size": 6, "padding": 1, "stride": 7}, True),
    ("Conv2d", Shape.picture(3, 4, 4), {"kernel_size": (2, 3), "padding": 0, "dilation": (3, 2)}, False),
    ("Conv2d", Shape.picture(3, 4, 5), {"kernel_size": (2, 3), "padding": 0, "dilation": (3, 2)}, True),
    ("Conv2d", Shape.picture(3, 4, 4), {"kernel_size": (2, 4), "dilation": 3}, True),
    ("Conv2d", Shape.picture(3, 4, 4), {"stride": 2}, False),
    ("Conv2d", Shape.picture(3, 4, 4), {"stride": (1, 2)}, False),
    ("Conv2d", Shape.picture(3, 4, 4), {"stride": 2, "padding": 1}, True),
    ("Conv2d", Shape.picture(6, 4, 4), {"groups": 6, "out_channels": 12}, True),
    ("Conv2d", Shape.picture(6, 4, 4), {"groups": 6, "out_channels": 9}, False),
    ("Conv2d", Shape.picture(6, 4, 4), {"groups": 4, "out_channels": 12}, False),
    ("Conv2d", Shape.picture(3, 4, 5), {"kernel_size": (2, 3), "padding": "valid", "stride": 2}, True),
    ("Conv2d", Shape.picture(3, 4, 4), {"kernel_size": 5, "padding": "valid"}, False),
    ("Conv1d", Shape.signal(2, 5), {"kernel_size": 4, "padding": "valid"}, True),
    ("ConvTranspose2d", Shape.picture(2, 3, 3), {"kernel_size": 3, "padding": "valid"}, True),
    ("MaxPool2d", Shape.picture(1, 7, 5), {"kernel_size": 3, "padding": "valid"}, True),
    ("MaxPool1d", Shape.signal(1, 2), {"kernel_size": 3, "padding": "valid"}, False),
    ("AvgPool2d", Shape.picture(1, 7, 5), {"kernel_size": 3, "padding": "valid"}, True),
    ("Conv1d", Shape.signal(2, 1), {"kernel_size": 2}, True),
    ("Conv1d", Shape.signal(2, 1), {"kernel_size": 2, "padding": 0}, False),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"output_padding": 2}, False),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"output_padding": 1}, True),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"output_padding": 2, "dilation": 3}, True),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"output_padding": 3, "dilation": 3}, False),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"output_padding": (1, 2), "dilation": (1, 3)}, True),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"kernel_size": 3, "padding": 1}, True),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"kernel_size": 2, "padding": 1}, False),
    ("ConvTranspose2d", Shape.picture(2, 1, 1), {"kernel_size": 2, "padding": 4}, False),
    ("ConvTranspose2d", Shape.picture(6, 3, 3), {"groups": 3, "out_channels": 6}, True),
    ("MaxPool2d", Shape.picture(1, 2, 2), {"kernel_size": 3}, False),
    ("MaxPool2d", Shape.picture(1, 2, 2), {"kernel_size": 3, "padding": 1}, True),
    ("MaxPool2d", Shape.picture(1, 9, 9), {"kernel_size": 3, "padding": 2}, False),
    ("MaxPool2d", Shape.picture(1, 9, 9), {"kernel_size": 3, "padding": 2, "dilation": 3}, False),
    ("MaxPool2d", Shape.picture(1, 9, 9), {"kernel_size": 5, "padding": 2, "dilation": 3}, True),
    ("MaxPool2d", Shape.picture(1, 7, 7), {"stride": 3}, True),
    ("MaxPool1d", Shape.signal(1, 9), {"kernel_size": 3, "padding": 2, "dilation": 2}, False),
    ("MaxPool1d", Shape.signal(1, 9), {"kernel_size": 4, "padding": 2, "dilation": 3}, True),
    ("MaxPool1d", Shape.signal(1, 3), {"kernel_size": 2, "dilation": 3}, False),
    ("AvgPool2d", Shape.picture(1, 9, 9), {"kernel_size": 3, "padding": 2}, False),
    ("AvgPool2d", Shape.picture(1, 9, 9), {"kernel_size": 4, "padding": 2}, True),
    ("AdaptiveAvgPool2d", Shape.picture(1, 2, 3), {"output_size": (7, 5)}, True),
    ("PixelShuffle", Shape.picture(4, 1, 1), {}, True),
    ("PixelShuffle", Shape.picture(6, 1, 1), {}, False),
    ("PixelUnshuffle", Shape.picture(1, 4, 5), {}, False),
    ("PixelUnshuffle", Shape.picture(1, 4, 6), {}, True),
    ("Reshape", Shape.features(12), {"sizes": (-1, 4)}, True),
    ("Reshape", Shape.features(12), {"sizes": (-1, 5)}, False),
    ("Reshape", Shape.features(12), {"sizes": (-1, -1)}, False),
    ("Reshape", Shape.features(12), {"sizes": (0, 4)}, False),
    ("Reshape", Shape.features(12), {"sizes": (24,)}, False),
    ("Reshape", Shape.features(12), {"sizes": (6,)}, False),
    ("Permute", Shape.sequence(3, 4), {"order": (2, 2)}, False),
    ("Permute", Shape.sequence(3, 4), {"order": (1, 3)}, False),
    ("Permute", Shape.sequence(3, 4), {"order": (1, 2, 3)}, False),
    ("BatchNorm1d", Shape.features(1), {}, True),
    ("BatchNorm1d", Shape.signal(3, 1), {}, True),
    ("BatchNorm2d", Shape.picture(3, 1, 1), {}, True),
    ("GroupNorm", Shape.features(4), {"num_groups": 4}, True),
    ("GroupNorm", Shape.features(4), {"num_groups": 8}, False),
    ("GroupNorm", Shape.picture(6, 2, 2), {"num_groups": 4}, False),
    ("Dropout", Shape.features(3), {"p": 1.0}, True),
    ("Embedding", Shape.tokens(3, 1), {"padding": True}, True),
    ("LSTM", Shape.sequence(1, 1), {"num_layers": 2, "dropout": 1.0, "bidirectional": True}, True),
    ("MultiheadAttention", Shape.sequence(3, 6), {"num_heads": 4}, False),
    ("MultiheadAttention", Shape.sequence(1, 6), {"num_heads": 3, "causal": True}, True),
    ("MultiheadAttention", (Shape.sequence(3, 6), Shape.sequence(5, 2), Shape.sequence(5, 7)), {"num_heads": 3}, True),
    ("MultiheadAttention", (Shape.sequence(3, 6), Shape.sequence(5, 2), Shape.sequence(4, 7)), {"num_heads": 3}, False),
    ("TransformerEncoderLayer", Shape.sequence(3, 5), {"nhead": 5, "causal": True}, True),
    ("TransformerEncoderLayer", Shape.sequence(3, 5), {"nhead": 2}, False),
    ("Add", (Shape.picture(3, 4, 4), Shape.picture(3, 1, 1)), {}, True),
    ("Add", (Shape.picture(3, 4, 1), Shape.picture(1, 1, 5)), {}, True),
    ("Add", (Shape.picture(3, 4, 4), Shape.picture(3, 4, 2)), {}, False),
    ("Multiply", (Shape.features(1), Shape.features(5), Shape.features(5)), {}, True),
    ("Multiply", (Shape.features(1), Shape.features(5), Shape.features(4)), {}, False),
    ("Concatenate", (Shape.picture(3, 4, 4), Shape.picture(1, 4, 4)), {}, True),
    ("Concatenate", (Shape.picture(3, 4, 4), Shape.picture(1, 4, 5)), {}, False),
    ("Concatenate", (Shape.picture(3, 4, 4), Shape.picture(3, 4, 5)), {"axis": "width"}, True),
]
"""(layer, what arrives, settings, whether it goes): where torch draws its lines."""


@pytest.mark.parametrize(("name", "arriving", "given", "goes"), EDGES)
def test_the_edges_are_where_torch_has_them(
    name: str, arriving: Shape | tuple[Shape, ...], given: dict[str, Any], goes: bool
) -> None:
    layer = kind(name)
    shapes = arriving if isinstance(arriving, tuple) else (arriving,) * len(layer.inputs)
    params = resolve(layer.parameters, given, name)
    found = rule(layer, params, shapes)
    assert isinstance(found, Shape) is goes, found
    assert torch_refuses(layer, params, shapes) is not goes
    if isinstance(found, Shape):
        assert found.sizes == run(layer, params, shapes).sizes


def test_batch_normalisation_cannot_train_on_one_number_a_channel() -> None:
    """torch's own limit, which no shape tells: the loop must leave out a last batch of one sample."""
    layer = kind("BatchNorm1d")
    shapes = (Shape.features(3),)
    assert layer.module is not None
    module = construct(layer.module(resolve(layer.parameters, {}, "BatchNorm1d"), shapes))
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        module(torch.randn(1, 3))
    assert module.eval()(torch.randn(1, 3)).shape == (1, 3)
