"""Every template builds, learns a step on its own dataset, and has as many weights as were published for it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.data import catalogue
from engine.graph import templates
from engine.graph.graph import Graph
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.network.build import Network, build
from engine.tasks.predictor import Predictor
from engine.training.data_loading import kind_chosen, signature_of
from engine.training.recipe import Recipe


def _uses_gradients(name: str) -> bool:
    kind = kind_chosen(Recipe().with_settings(templates.describe(name).recipe))
    return kind is not None and kind.uses("optimizer")


TRAINABLE = [name for name in templates.names() if name != "empty" and _uses_gradients(name)]
CIFAR = Signature(Shape.picture(3, 32, 32), Categories(10, tuple("0123456789")))
LECUN = Signature(Shape.picture(1, 32, 32), Categories(10, tuple("0123456789")))


def weights(network: Network) -> int:
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)


@pytest.mark.parametrize("name", TRAINABLE)
def test_a_template_learns_from_a_step(name: str) -> None:
    """On a batch made up for it: the loss falls, and every weight is moved."""
    signature = signature_of(Recipe().with_settings(templates.describe(name).recipe))
    network = build(templates.build(name), signature, seed=1)
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
        if isinstance(module, torch.nn.MultiheadAttention):
            module.dropout = 0.0
    network.train()
    generator = torch.Generator().manual_seed(2)
    inputs = torch.randn(8, *signature.input.sizes, generator=generator)
    target = signature.target
    if target.kind == "classes":
        wanted = torch.arange(8) % target.size

        def loss() -> torch.Tensor:
            return torch.nn.functional.cross_entropy(network(inputs), wanted)
    elif target.kind == "next-token":
        inputs = torch.arange(8 * signature.input.count).reshape(8, -1) % target.size
        following = (inputs + 1) % target.size

        def loss() -> torch.Tensor:
            return torch.nn.functional.cross_entropy(network(inputs).transpose(1, 2), following)
    else:
        values = torch.randn(network(inputs).shape, generator=generator)

        def loss() -> torch.Tensor:
            return torch.nn.functional.mse_loss(network(inputs), values)

    optimizer = torch.optim.SGD(network.parameters(), lr=0.001)
    first = loss()
    first.backward()
    idle = [name for name, weight in network.named_parameters() if weight.grad is None]
    assert idle == []
    optimizer.step()
    assert loss().item() < first.item()


def test_resnet_18_has_the_weights_published_for_cifar() -> None:
    """He and others, 2015, with the stem for CIFAR: 11,173,962. One channel takes 64×9×2 weights off the stem."""
    assert weights(build(templates.build("resnet-18"), CIFAR)) == 11_173_962
    assert weights(build(templates.build("resnet-18"), catalogue.signature("strokes"))) == 11_173_962 - 64 * 9 * 2


def test_resnet_18_halves_as_the_paper_does() -> None:
    network = build(templates.build("resnet-18"), CIFAR).eval()
    graph = templates.build("resnet-18")
    with torch.no_grad():
        seen = dict(network.run_layers(torch.zeros(1, 3, 32, 32)))
    joins = [tuple(seen[node.id].shape[1:]) for node in graph.of_kind("Add")]
    assert joins == [(c, s, s) for c, s in ((64, 32), (128, 16), (256, 8), (512, 4)) for _ in range(2)]


def test_lenet_5_has_the_weights_published_for_it() -> None:
    """LeCun and others, 1998: 61,706; on 32×32 without padding as printed, on 28×28 with a padding of 2."""
    graph = templates.build("lenet-5")
    assert weights(build(graph, catalogue.signature("mnist"))) == 61_706
    first = graph.of_kind("Conv2d")[0]
    as_printed = graph.set_params(first.id, padding=0)
    assert weights(build(as_printed, LECUN)) == 61_706
    # Both see the same: a picture of 28×28 in a border of 2.
    picture = torch.zeros(1, 1, 32, 32)
    picture[..., 2:30, 2:30] = torch.rand(28, 28, generator=torch.Generator().manual_seed(0))
    small, large = build(graph, catalogue.signature("mnist"), seed=3), build(as_printed, LECUN, seed=3)
    assert torch.allclose(small(picture[..., 2:30, 2:30]), large(picture), atol=1e-6)


def test_the_perceptron_has_the_weights_published_for_it() -> None:
    """Keras's ``mnist_mlp`` example prints 669,706."""
    assert weights(build(templates.build("mlp"), catalogue.signature("mnist"))) == 669_706


def test_the_transformer_is_torch_s_own() -> None:
    """Two encoder layers of torch, the dense layer before them, the places of 28 rows, norm and answer."""
    encoder = torch.nn.TransformerEncoderLayer(64, 4, 128)
    layers = sum(parameter.numel() for parameter in encoder.parameters())
    expected = 2 * layers + (28 * 64 + 64) + 28 * 64 + 2 * 64 + (64 * 10 + 10)
    assert weights(build(templates.build("transformer"), catalogue.signature("mnist"))) == expected


def test_the_mobile_network_sees_each_channel_alone() -> None:
    graph = templates.build("mobilenet-like")
    depthwise = [node for node in graph.of_kind("Conv2d") if node.params["groups"] > 1]
    assert len(depthwise) == 4
    network = build(graph, catalogue.signature("mnist"))
    for node in depthwise:
        weight = getattr(network, node.name).weight
        assert tuple(weight.shape[1:]) == (1, 3, 3)
        assert weight.shape[0] == node.params["groups"] == node.params["out_channels"]


def test_the_hourglasses_open_to_the_picture_they_took() -> None:
    signature = catalogue.signature("mnist")
    graph = templates.build("u-net")
    with torch.no_grad():
        network = build(graph, signature).eval()
        seen = dict(network.run_layers(torch.zeros(1, 1, 28, 28)))
    end = graph.of_kind("GlobalAvgPool")[-1].id
    assert tuple(seen[graph.incoming(end)[0].source].shape[2:]) == (28, 28)
    for name in ("autoencoder", "autoencoder-conv", "denoising-autoencoder"):
        asked = signature_of(Recipe().with_settings(templates.describe(name).recipe))
        with torch.no_grad():
            assert build(templates.build(name), asked).eval()(torch.zeros(2, 1, 28, 28)).shape == (2, 1, 28, 28)


def test_rows_of_a_picture_are_the_steps_of_a_sequence() -> None:
    """What the recurrent network answers depends on the order of the rows, and it reads whole rows."""
    graph = templates.build("lstm")
    signature = catalogue.signature("mnist")
    predictor = Predictor(graph, signature, None, None)
    picture = np.random.default_rng(0).integers(0, 256, (1, 1, 28, 28), dtype=np.uint8)
    assert not np.allclose(predictor.predict(picture), predictor.predict(picture[:, :, ::-1]))
    network = build(graph, signature).eval()
    with torch.no_grad():
        seen = dict(network.run_layers(torch.as_tensor(picture, dtype=torch.float32)))
    rows = seen[graph.of_kind("Reshape")[0].id]
    assert torch.equal(rows, torch.as_tensor(picture[0], dtype=torch.float32))


def test_every_template_is_one_value() -> None:
    """Building twice gives equal drawings: nothing depends on what was built before."""
    for name in templates.names():
        first, second = templates.build(name), templates.build(name)
        assert isinstance(first, Graph)
        assert first == second
