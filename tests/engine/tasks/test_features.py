"""What a network has made of its input: what is seen of its layers is what torch gives there."""

from __future__ import annotations

import numpy as np
import torch

from engine.data.novelty import DIRECTIONS, MOST_FEATURES, Seen, compressed
from engine.graph.graph import Graph
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories, YesNo
from engine.network.build import Network, build
from engine.tasks.features import Features
from tests.engine.graph.drawings import row

THREE = Signature(Shape.picture(1, 8, 8), Categories(3, tuple("abc")))
YES_NO = Signature(Shape.picture(1, 8, 8), YesNo(2, ("no", "yes")))


def heard(graph: Graph, signature: Signature = THREE) -> tuple[Network, torch.Tensor, Seen | None]:
    """A network, five pictures, and what is seen of them in two batches."""
    network = build(graph, signature).eval()
    pictures = torch.from_numpy(np.random.default_rng(0).normal(size=(5, *signature.input.sizes)).astype(np.float32))
    features = Features(network, signature.input)
    with torch.inference_mode():
        for part in pictures.split(3):
            assert torch.equal(features.outputs(part), network(part))
    return network, pictures, features.taken()


def test_maps_are_heard_as_means_and_deviations_at_every_depth() -> None:
    graph = row(
        ("Conv2d", {"out_channels": 4}),
        "ReLU",
        ("Conv2d", {"out_channels": 5}),
        ("Conv2d", {"out_channels": 6}),
        "Flatten",
        ("Linear", {"out_features": 3}),
    )
    network, pictures, seen = heard(graph)
    assert seen is not None
    assert seen.numbers == (8, 10, 12, 6 * 64)  # the inputs of the last three layers with weights, and the direction
    with torch.inference_mode():
        maps = torch.relu(network.conv1(pictures))
        assert np.allclose(seen.views[0], torch.cat([maps.mean((2, 3)), maps.std((2, 3), correction=0)], 1), atol=1e-5)
        last = network.conv3(network.conv2(maps)).flatten(1)
        directions = compressed(torch.nn.functional.normalize(last).numpy(), DIRECTIONS)
        assert np.allclose(seen.views[3], directions, atol=1e-5)
        assert np.allclose(seen.energy, -network(pictures).logsumexp(1), atol=1e-5)
    assert [view.shape for view in seen.views] == [(5, 8), (5, 10), (5, 12), (5, DIRECTIONS)]


def test_plain_numbers_are_heard_as_they_are() -> None:
    first, last = ("Linear", {"out_features": 7}), ("Linear", {"out_features": 3})
    network, pictures, seen = heard(row("Flatten", first, "Tanh", last))
    assert seen is not None
    assert seen.numbers == (64, 7, 7)  # the picture itself goes into the first layer: of that every pixel counts
    assert np.allclose(seen.views[0], pictures.flatten(1))
    with torch.inference_mode():
        assert np.allclose(seen.views[1], torch.tanh(network.linear1(pictures.flatten(1))), atol=1e-5)


def test_the_energy_is_read_before_probabilities_and_of_both_answers_of_yes_and_no() -> None:
    network, pictures, seen = heard(row("Flatten", ("Linear", {"out_features": 3}), "Softmax"))
    assert seen is not None
    with torch.inference_mode():
        assert np.allclose(seen.energy, -network.linear1(pictures.flatten(1)).logsumexp(1), atol=1e-5)
        network, pictures, seen = heard(row("Flatten", ("Linear", {"out_features": 1}), "Sigmoid"), YES_NO)
        half = network.linear1(pictures.flatten(1)) / 2
        assert seen is not None
        assert np.allclose(seen.energy, -torch.cat([half, -half], 1).logsumexp(1), atol=1e-5)


def test_nothing_is_seen_of_a_network_that_cannot_be_looked_into() -> None:
    assert heard(row("BatchNorm2d", "GlobalAvgPool"), Signature(Shape.picture(3, 8, 8), THREE.target))[2] is None
    wide = Signature(Shape.picture(1, 257, 256), THREE.target)
    assert MOST_FEATURES < 257 * 256
    assert heard(row("Flatten", ("Linear", {"out_features": 3})), wide)[2] is None
