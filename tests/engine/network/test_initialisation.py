"""The chosen start of the weights reaches every layer that offers the choice, and spoils none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import nn

from engine.graph.layers import INITIALISATION, kind, kinds
from engine.graph.parameter_sets import resolve
from engine.graph.shapes import Shape
from engine.network.evaluate import compile_step, construct
from engine.network.initialisation import initialise_module

OFFERING = [layer.name for layer in kinds().values() if INITIALISATION in layer.parameters]
EXAMPLES = (Shape.picture(4, 6, 6), Shape.features(12), Shape.sequence(5, 8), Shape.signal(4, 9))
TAKES = {"Linear": 1, "Conv2d": 0, "ConvTranspose2d": 0, "Conv1d": 3}


def made(name: str, choice: str) -> tuple[nn.Module, torch.Tensor]:
    """The layer with the chosen start, and what it makes of random data."""
    layer = kind(name)
    shapes: Sequence[Shape] = (EXAMPLES[TAKES.get(name, 2)],) * len(layer.inputs)
    params = resolve(layer.parameters, {"out_features": 8} if name == "Linear" else {}, name)
    assert layer.module is not None
    torch.manual_seed(3)
    module = construct(layer.module(params, shapes))
    initialise_module(module, choice)
    x = torch.randn(4, *shapes[0].sizes)
    with torch.no_grad():
        y = compile_step(layer.forward(params, shapes))(module.eval(), [x] * len(shapes))
    return module, y


@pytest.mark.parametrize("name", OFFERING)
@pytest.mark.parametrize("choice", ["xavier", "kaiming", "orthogonal"])
def test_a_choice_changes_the_weights_and_leaves_a_layer_that_works(name: str, choice: str) -> None:
    module, y = made(name, choice)
    plain, _ = made(name, "default")
    assert any(not torch.equal(a, b) for a, b in zip(module.parameters(), plain.parameters(), strict=True))
    assert torch.isfinite(y).all()
    assert y.std() > 1e-3, "nothing of the input is left"
    for part_name, parameter in module.named_parameters():
        if parameter.dim() < 2:
            assert not parameter.any(), part_name


@pytest.mark.parametrize("name", OFFERING)
def test_zeros_are_zeros(name: str) -> None:
    module, _ = made(name, "zeros")
    assert all(not p.any() for p in module.parameters())


def test_orthogonal_rows_are_orthogonal() -> None:
    module, _ = made("Linear", "orthogonal")
    assert isinstance(module, nn.Linear)
    torch.testing.assert_close(module.weight @ module.weight.T, torch.eye(8), atol=1e-5, rtol=0)
