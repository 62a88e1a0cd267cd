"""The network that is proposed for images of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, chain, layer
from engine.graph.templates.template import GROUPS, Template, recipe


def staged(channels: Sequence[int]) -> Graph:
    """Stages of convolutions of 3×3 with batch normalisation, as many channels each; between two of them height and
    width are halved, and behind the last one the mean of each channel is what the classes are told by.

    After K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015.
    """
    parts: list[Layer] = []
    for number, width in enumerate(channels):
        for _ in range(1 if number == 0 else 2):
            parts += [
                layer("Conv2d", out_channels=width, kernel_size=3, bias=False),
                layer("BatchNorm2d"),
                layer("ReLU"),
            ]
        parts.append(layer("MaxPool2d") if number < len(channels) - 1 else layer("GlobalAvgPool"))
    return chain([*parts, layer("Linear", out_features="answer")])


def _photo_cnn() -> Graph:
    return staged((16, 32, 64))


TEMPLATES = (
    Template(
        name="photo-cnn",
        title="Photographs, convolutional",
        summary="Stages of convolutions that learn from images changed at random: the usual network for a few hundred "
        "to some ten thousand photographs of your own, in colour or grey.",
        dataset="strokes",
        recipe=MappingProxyType(
            {
                **recipe("strokes", "AdamW", 0.005, "one-cycle", 64, 4),
                "augmentation.kind": "affine",
                "augmentation.shear": 0.0,
                "precision": "auto",
            }
        ),
        draw=_photo_cnn,
        group=GROUPS[1],
        keywords=("vgg", "simonyan", "2014", "cifar", "colour", "augmentation", "own images", "cnn"),
    ),
)
