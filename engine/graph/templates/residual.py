"""Networks whose layers learn what to add to what they were given."""

from __future__ import annotations

from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, layer
from engine.graph.templates.template import GROUPS, Template, begin, behind, data_of, finished, in_rows, joined, recipe


def _small_resnet() -> Graph:
    """Two residual blocks (He et al., 2015, "Deep Residual Learning for Image Recognition")."""
    convolved = (layer("BatchNorm2d"), layer("ReLU"))
    graph = begin()
    graph = behind(graph, data_of(graph), _convolution(16), *convolved, layer("MaxPool2d"))
    for filters in (16, 32):
        start = shortcut = graph.last
        if filters > 16:
            graph = behind(graph, start, _convolution(filters, kernel_size=1))
            shortcut = graph.last
        graph = behind(graph, start, _convolution(filters), *convolved, _convolution(filters), layer("BatchNorm2d"))
        graph = joined(graph, "Add", shortcut, graph.last)
        graph = behind(graph, graph.last, layer("ReLU"), *([layer("MaxPool2d")] if filters == 16 else []))
    graph = behind(graph, graph.last, layer("GlobalAvgPool"), layer("Linear", out_features="answer"))
    return in_rows(
        finished(graph),
        ("data", "conv1", "pool1"),
        ("conv2", "conv3", "add1", "pool2"),
        ("conv4", "conv5", "conv6", "add2"),
        ("pool3", "linear1", "goal"),
    )


def _resnet_18() -> Graph:
    """ResNet-18 of K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, table 1,
    in the form used for CIFAR: the stem is one 3×3 convolution without stride, and nothing is pooled before the
    average at the end. 11,173,962 weights for pictures of 3×32×32 and ten classes.
    """
    graph = begin()
    graph = behind(graph, data_of(graph), _convolution(64), layer("BatchNorm2d"), layer("ReLU"))
    for filters, stride in ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)):
        graph = _basic_block(graph, filters, stride)
    graph = behind(graph, graph.last, layer("GlobalAvgPool"), layer("Linear", out_features="answer"))
    return finished(graph)


def _convolution(filters: int, kernel_size: int = 3, stride: int = 1) -> Layer:
    if stride == 1:
        return layer("Conv2d", out_channels=filters, kernel_size=kernel_size, bias=False)
    padding = kernel_size // 2
    return layer("Conv2d", out_channels=filters, kernel_size=kernel_size, stride=stride, padding=padding, bias=False)


def _basic_block(graph: Graph, filters: int, stride: int) -> Graph:
    """Two convolutions behind the last layer, with a shortcut around them; one that steps is projected to fit."""
    start = shortcut = graph.last
    first = (_convolution(filters, stride=stride), layer("BatchNorm2d"), layer("ReLU"))
    graph = behind(graph, start, *first, _convolution(filters), layer("BatchNorm2d"))
    end = graph.last
    if stride > 1:
        graph = behind(graph, start, _convolution(filters, kernel_size=1, stride=stride), layer("BatchNorm2d"))
        shortcut = graph.last
    graph = joined(graph, "Add", shortcut, end)
    return behind(graph, graph.last, layer("ReLU"))


TEMPLATES = (
    Template(
        name="small-resnet",
        title="Small ResNet",
        summary="Blocks with a shortcut around them, so that deep networks learn as easily as shallow ones.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.006, "one-cycle", 128, 8),
        draw=_small_resnet,
        keywords=("residual", "skip", "cnn"),
    ),
    Template(
        name="resnet-18",
        title="ResNet-18",
        summary="Eight residual blocks, in the form for small images. Eleven million parameters: slow without a GPU.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.001, "one-cycle", 128, 3),
        draw=_resnet_18,
        group=GROUPS[1],
        keywords=("residual", "he", "2015", "cifar", "skip", "cnn"),
    ),
)
