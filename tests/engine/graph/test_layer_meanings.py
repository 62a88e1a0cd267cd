"""What layers compute, where a shape does not tell right from wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import nn

from engine.graph.layers import kind
from engine.graph.parameter_sets import resolve
from engine.graph.shapes import Shape
from engine.network.evaluate import Operation, compile_step, construct


def made(name: str, shapes: Sequence[Shape], **given: Any) -> tuple[nn.Module | None, Operation]:
    layer = kind(name)
    params = resolve(layer.parameters, given, name)
    layer.shape(params, shapes)
    module = construct(layer.module(params, shapes)) if layer.module else None
    return (module.eval() if module else None), compile_step(layer.forward(params, shapes))


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("layers", [1, 2])
def test_the_last_step_both_ways_has_read_everything_both_ways(name: str, layers: int) -> None:
    shape = Shape.sequence(5, 3)
    module, step = made(name, [shape], hidden_size=4, bidirectional=True, num_layers=layers, output="last")
    x = torch.randn(2, 5, 3)
    assert module is not None
    outputs = module(x)[0]
    expected = torch.cat((outputs[:, -1, :4], outputs[:, 0, 4:]), dim=1)
    torch.testing.assert_close(step(module, [x]), expected)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_the_last_step_one_way_is_the_end_of_the_sequence(name: str) -> None:
    shape = Shape.sequence(5, 3)
    module, last = made(name, [shape], hidden_size=4, output="last")
    _, every = made(name, [shape], hidden_size=4, output="sequence")
    x = torch.randn(2, 5, 3)
    torch.testing.assert_close(last(module, [x]), every(module, [x])[:, -1])


@pytest.mark.parametrize("name", ["MultiheadAttention", "TransformerEncoderLayer"])
@pytest.mark.parametrize("causal", [True, False])
def test_only_a_causal_layer_is_blind_to_what_comes_later(name: str, causal: bool) -> None:
    shapes = [Shape.sequence(6, 8)] * len(kind(name).inputs)
    module, step = made(name, shapes, causal=causal)
    x = torch.randn(2, 6, 8)
    changed = x.clone()
    changed[:, 4:] += 1.0
    with torch.no_grad():
        before, after = step(module, [x] * len(shapes)), step(module, [changed] * len(shapes))
    assert torch.allclose(before[:, :4], after[:, :4], atol=1e-6) is causal
    assert not torch.allclose(before[:, 4:], after[:, 4:], atol=1e-3)


def test_attention_looks_where_key_and_value_say() -> None:
    shapes = (Shape.sequence(3, 8), Shape.sequence(5, 6), Shape.sequence(5, 4))
    module, step = made("MultiheadAttention", shapes)
    assert module is not None
    query, key, value = (torch.randn(2, *shape.sizes) for shape in shapes)
    expected = module(query, key, value)[0]
    torch.testing.assert_close(step(module, [query, key, value]), expected)


def test_softmax_shares_add_up_along_the_classes() -> None:
    for shape, axis in ((Shape.picture(4, 3, 2), 1), (Shape.sequence(5, 6), 2), (Shape.features(7), 1)):
        module, step = made("Softmax", [shape])
        shares = step(module, [torch.randn(2, *shape.sizes)])
        torch.testing.assert_close(shares.sum(axis), torch.ones_like(shares.sum(axis)))


def test_a_sequence_on_its_side_is_a_signal() -> None:
    layer = kind("Permute")
    swap = resolve(layer.parameters, {}, "Permute")
    assert layer.shape(swap, [Shape.sequence(5, 16)]) == Shape.signal(16, 5)
    assert layer.shape(swap, [Shape.signal(16, 5)]) == Shape.sequence(5, 16)
    mirrored = layer.shape(swap.replace(order=(1, 3, 2)), [Shape.picture(3, 4, 5)])
    assert mirrored == Shape.picture(3, 5, 4)
    last = layer.shape(swap.replace(order=(2, 3, 1)), [Shape.picture(3, 4, 5)])
    assert last.names == ("height", "width", "channels")
    assert layer.shape(swap.replace(order=(3, 1, 2)), [last]) == Shape.picture(3, 4, 5)


def test_reshape_says_what_the_axes_are() -> None:
    layer = kind("Reshape")

    def shape(x: Shape, **given: Any) -> Shape:
        return layer.shape(resolve(layer.parameters, given, "Reshape"), [x])

    assert shape(Shape.features(784)) == Shape.picture(1, 28, 28)
    assert shape(Shape.picture(1, 28, 28), sizes=(28, -1)) == Shape.sequence(28, 28)
    assert shape(Shape.features(24), sizes=(4, 6), axes="signal") == Shape.signal(4, 6)
    assert shape(Shape.picture(2, 3, 4), sizes=(-1,)) == Shape.features(24)
    assert shape(Shape.tokens(6, 9), sizes=(6,)) == Shape.tokens(6, 9)


def test_tokens_keep_their_vocabulary() -> None:
    joined = kind("Concatenate").shape(
        resolve(kind("Concatenate").parameters, {}, ""), [Shape.tokens(3, 9), Shape.tokens(4, 20)]
    )
    assert joined == Shape.tokens(7, 20)
    assert kind("Embedding").shape(resolve(kind("Embedding").parameters, {}, ""), [joined]) == Shape.sequence(7, 64)


def test_noise_is_for_training_only() -> None:
    module, step = made("GaussianNoise", [Shape.features(50)], std=2.0)
    assert module is not None
    x = torch.zeros(400, 50)
    assert step(module, [x]).equal(x)
    noisy = step(module.train(), [x])
    assert abs(noisy.std().item() - 2.0) < 0.1
    assert abs(noisy.mean().item()) < 0.1


def test_hardmax_draws_each_category_of_normal_noise_as_often() -> None:
    module, step = made("Hardmax", [Shape.features(12)], size=5, scale=2.0)
    assert module is not None
    x = torch.randn(5_000, 12, generator=torch.Generator().manual_seed(0))
    kept, one_hot = step(module, [x]).split([7, 5], dim=1)
    assert kept.equal(x[:, :7])
    assert set(one_hot.unique().tolist()) == {0.0, 2.0}
    assert one_hot.argmax(1).equal(x[:, 7:].argmax(1))
    assert (one_hot.sum(1) == 2.0).all()
    assert (one_hot.mean(0) / 2 - 0.2).abs().max() < 0.03


@pytest.mark.parametrize("features", [1, 5, 8])
def test_waves_tell_every_place_apart_and_are_not_saved(features: int) -> None:
    module, step = made("PositionalEmbedding", [Shape.sequence(9, features)], pattern="sinusoidal")
    assert module is not None
    assert not module.state_dict()
    table = step(module, [torch.zeros(1, 9, features)])[0]
    place = torch.arange(9.0)
    torch.testing.assert_close(table[:, 0], place.sin())
    if features > 1:
        torch.testing.assert_close(table[:, 1], place.cos())
        distances = torch.cdist(table, table) + torch.eye(9)
        assert distances.min() > 0.05


def test_padding_goes_where_it_is_said() -> None:
    module, step = made("ZeroPad2d", [Shape.picture(1, 1, 1)], left=0, right=1, top=2, bottom=0)
    padded = step(module, [torch.ones(1, 1, 1, 1)])
    assert padded[0, 0].tolist() == [[0, 0], [0, 0], [1, 0]]


def test_an_embedding_may_keep_its_padding_at_zero() -> None:
    module, step = made("Embedding", [Shape.tokens(4, 9)], padding=True)
    assert step(module, [torch.tensor([[0, 3, 0, 1]])])[0, [0, 2]].abs().sum().item() == 0
