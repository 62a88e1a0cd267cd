"""A network for small machines: every convolution split into one that looks around and one that mixes channels."""

from __future__ import annotations

from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, chain, layer
from engine.graph.templates.template import GROUPS, Template, recipe


def _mobile() -> Graph:
    """In the manner of A. Howard and others, "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
    Applications", arXiv:1704.04861, 2017: depthwise separable convolutions, of which one in two steps by two.
    """
    stem = [layer("Conv2d", out_channels=16, bias=False), layer("BatchNorm2d"), layer("ReLU")]
    end = [layer("GlobalAvgPool"), layer("Linear", out_features="answer")]
    return chain(
        stem,
        _separable(16, 32, 1),
        _separable(32, 64, 2),
        _separable(64, 64, 1),
        [*_separable(64, 128, 2), *end],
    )


def _separable(channels: int, filters: int, stride: int) -> list[Layer]:
    """A filter of its own for each channel, then a mixture of the channels at every pixel."""
    stepping = {} if stride == 1 else {"stride": stride, "padding": 1}
    return [
        layer("Conv2d", out_channels=channels, groups=channels, bias=False, **stepping),
        layer("BatchNorm2d"),
        layer("ReLU"),
        layer("Conv2d", out_channels=filters, kernel_size=1, bias=False),
        layer("BatchNorm2d"),
        layer("ReLU"),
    ]


TEMPLATES = (
    Template(
        name="mobilenet-like",
        title="MobileNet-like",
        summary="Filters that each see one channel, then mixtures of channels: a deep network of few parameters.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.006, "one-cycle", 128, 8),
        draw=_mobile,
        group=GROUPS[1],
        keywords=("mobilenet", "depthwise", "separable", "howard", "2017", "cnn"),
    ),
)
