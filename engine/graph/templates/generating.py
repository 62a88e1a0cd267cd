"""Networks that make new samples: a generator that begins with noise, against a critic of what it makes."""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.graph import Graph, wire
from engine.graph.layers.generating import GENERATED, REAL
from engine.graph.layout.arranging import Layer, layer
from engine.graph.layout.tidy import tidy_compactly
from engine.graph.templates.template import GROUPS, Template, begin, behind, data_of


def _drawn(noise: int, generator: tuple[Layer, ...], critic: tuple[Layer, ...]) -> Graph:
    """Noise -> generator -> RealOrFake <- data, RealOrFake -> critic -> goal."""
    graph = begin().add("Noise", size=noise)
    graph = behind(graph, graph.last, *generator)
    made = graph.last
    graph = graph.add("RealOrFake")
    switch = graph.last
    graph = graph.connect(wire(data_of(graph), switch, REAL)).connect(wire(made, switch, GENERATED))
    graph = behind(graph, switch, *critic)
    graph = graph.connect(wire(graph.last, graph.of_kind("Output")[0].id))
    return tidy_compactly(graph)


def _points() -> Graph:
    dense = (layer("Linear", out_features=64), layer("ReLU"))
    judge = (layer("Linear", out_features=64), layer("LeakyReLU"))
    return _drawn(
        4,
        (*2 * dense, layer("Linear", out_features=2)),
        (*3 * judge, layer("Linear", out_features="answer")),
    )


def _digits() -> Graph:
    """The shape of A. Radford, L. Metz, S. Chintala, "Unsupervised Representation Learning with Deep Convolutional
    Generative Adversarial Networks", ICLR 2016, small: 32 to 48 channels.

    Each network has a dense hidden layer besides, as in X. Chen and others, "InfoGAN", NeurIPS 2016: it costs little
    beside the convolutions, and without it some classes of digits are hardly made. A third of the noise is a category,
    as there: with it the generator needs half the steps, and makes all classes about as often.
    """
    larger = {"kernel_size": 4, "stride": 2, "padding": 1}
    leaky = layer("LeakyReLU", negative_slope=0.2)
    return _drawn(
        64,
        (
            layer("Hardmax", size=20, scale=4.5),
            layer("Linear", out_features=256),
            layer("BatchNorm1d"),
            layer("ReLU"),
            layer("Linear", out_features=32 * 7 * 7),
            layer("Reshape", sizes=(32, 7, 7), axes="picture"),
            layer("BatchNorm2d"),
            layer("ReLU"),
            layer("ConvTranspose2d", out_channels=32, **larger),
            layer("BatchNorm2d"),
            layer("ReLU"),
            layer("ConvTranspose2d", out_channels=1, **larger),
            layer("Sigmoid"),
        ),
        (
            layer("Conv2d", out_channels=32, **larger),
            leaky,
            layer("Conv2d", out_channels=48, **larger),
            layer("BatchNorm2d"),
            leaky,
            layer("Flatten"),
            layer("Linear", out_features=128),
            layer("BatchNorm1d"),
            leaky,
            layer("Linear", out_features="answer"),
        ),
    )


TEMPLATES = (
    Template(
        name="gan-points",
        title="New points (GAN)",
        summary="A generator learns to make points like those of two moons, against a critic that tells real from "
        "generated: watch the points move into place.",
        dataset="moons",
        recipe=MappingProxyType(
            {
                "dataset": "moons",
                "dataset_options.samples": 2000,
                "task.kind": "gan",
                "task.loss": "wasserstein",
                "task.generator_rate": 0.001,
                "task.critic_rate": 0.001,
                "task.critic_steps": 2,
                "task.gradient_penalty": 0.5,
                "batch_size": 128,
                "epochs": 300,
            }
        ),
        draw=_points,
        group=GROUPS[0],
        keywords=("generative", "adversarial", "generator", "critic", "noise", "moons"),
    ),
    Template(
        name="gan-digits",
        title="New digits (DCGAN)",
        summary="Learns to make new digits of random numbers: a generator of transposed convolutions against a critic.",
        dataset="strokes",
        recipe=MappingProxyType(
            {
                "dataset": "strokes",
                "task.kind": "gan",
                "task.generator_rate": 0.002,
                "task.critic_rate": 0.0008,
                "task.final_rate": 0.0,
                "task.beta1": 0.0,
                "precision": "auto",
                "preparation": "scale",
                "batch_size": 64,
                "epochs": 20,
            }
        ),
        draw=_digits,
        group=GROUPS[1],
        keywords=("generative", "adversarial", "dcgan", "generator", "critic", "radford", "2016"),
    ),
)
