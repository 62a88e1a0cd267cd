"""A network that narrows and widens again, with shortcuts: the shape of the U-Net.

It gives a picture as large as the one it took. What is learned here are answers, so it ends by reading the answer off
that picture.
"""

from __future__ import annotations

from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, layer
from engine.graph.templates.template import GROUPS, Template, begin, behind, data_of, finished, in_rows, joined, recipe


def _u_net() -> Graph:
    """The shape of O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional Networks for Biomedical Image
    Segmentation", MICCAI 2015, with two levels and few filters; convolutions keep the size, so that nothing is cropped.
    """
    narrow = layer("MaxPool2d")
    graph = begin()
    graph = behind(graph, data_of(graph), *_twice(16))
    fine = graph.last
    graph = behind(graph, fine, narrow, *_twice(32))
    coarse = graph.last
    graph = behind(graph, coarse, narrow, *_twice(64), layer("ConvTranspose2d", out_channels=32))
    graph = joined(graph, "Concatenate", coarse, graph.last)
    graph = behind(graph, graph.last, *_twice(32), layer("ConvTranspose2d", out_channels=16))
    graph = joined(graph, "Concatenate", fine, graph.last)
    graph = behind(graph, graph.last, *_twice(16), layer("GlobalAvgPool"), layer("Linear", out_features="answer"))
    return in_rows(
        finished(graph),
        ("data", "conv1", "conv2", "pool1", "conv3"),
        ("conv4", "pool2", "conv5", "conv6", "upconv1"),
        ("concatenate1", "conv7", "conv8", "upconv2", "concatenate2"),
        ("conv9", "conv10", "pool3", "linear1", "goal"),
    )


def _twice(filters: int) -> tuple[Layer, ...]:
    return 2 * (layer("Conv2d", out_channels=filters), layer("ReLU"))


TEMPLATES = (
    Template(
        name="u-net",
        title="U-Net (shape)",
        summary="Shrinks and enlarges the image again, with skip connections for detail: made for segmentation. Here "
        "it classifies.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.003, "one-cycle", 128, 5),
        draw=_u_net,
        group=GROUPS[1],
        keywords=("unet", "segmentation", "concatenate", "ronneberger", "2015", "skip"),
    ),
)
