"""Networks from the books: a multilayer perceptron, LeNet-5, and one in the manner of VGG."""

from __future__ import annotations

from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, chain, layer
from engine.graph.templates.template import GROUPS, Template, recipe


def _mlp() -> Graph:
    """Two hidden layers of 512 units with dropout, the network of Keras's ``mnist_mlp`` example: 669,706 weights."""
    hidden = [layer("Linear", out_features=512), layer("ReLU"), layer("Dropout", p=0.2)]
    return chain([layer("Flatten"), *hidden], [*hidden, layer("Linear", out_features="answer")])


def _lenet() -> Graph:
    """Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
    Proc. IEEE 86(11), 1998, fig. 2, as it is usually given today: all maps of the first convolution feed each of the
    second, averaging pools learn nothing, and the last layer is dense. 61,706 weights.

    The padding of 2 makes a picture of 28×28 what the paper's 32×32 is without it.
    """
    return chain(
        [
            layer("Conv2d", out_channels=6, kernel_size=5, padding=2),
            layer("Tanh"),
            layer("AvgPool2d"),
            layer("Conv2d", out_channels=16, kernel_size=5, padding=0),
            layer("Tanh"),
            layer("AvgPool2d"),
        ],
        [
            layer("Flatten"),
            layer("Linear", out_features=120),
            layer("Tanh"),
            layer("Linear", out_features=84),
            layer("Tanh"),
            layer("Linear", out_features="answer"),
        ],
    )


def _vgg() -> Graph:
    """In the manner of K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
    Recognition", ICLR 2015: pairs of 3×3 convolutions, twice the filters after each pooling. Smaller than theirs,
    with batch normalisation, for pictures from 8×8 to 32×32.
    """

    def stage(filters: int) -> list[Layer]:
        return [*2 * [layer("Conv2d", out_channels=filters), layer("BatchNorm2d"), layer("ReLU")], layer("MaxPool2d")]

    decision = [
        layer("Flatten"),
        layer("Linear", out_features=256),
        layer("ReLU"),
        layer("Dropout", p=0.5),
        layer("Linear", out_features="answer"),
    ]
    return chain(stage(32), stage(64), stage(128), decision)


TEMPLATES = (
    Template(
        name="mlp",
        title="Multilayer perceptron",
        summary="Two dense layers of 512 units with dropout: the usual baseline for other networks.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.001, "one-cycle", 128, 8),
        draw=_mlp,
        group=GROUPS[1],
        keywords=("mlp", "dense", "fully connected", "keras", "mnist"),
    ),
    Template(
        name="lenet-5",
        title="LeNet-5",
        summary="The network that read bank cheques in the nineties: two convolutions, two poolings, three dense "
        "layers.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.002, "one-cycle", 128, 8),
        draw=_lenet,
        group=GROUPS[1],
        keywords=("lecun", "1998", "cnn", "digits", "mnist"),
    ),
    Template(
        name="vgg-like",
        title="VGG-like",
        summary="Pairs of 3×3 convolutions, twice as many filters after each pooling: plain, deep and strong.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.002, "one-cycle", 128, 5),
        draw=_vgg,
        group=GROUPS[1],
        keywords=("vgg", "simonyan", "2014", "cnn"),
    ),
)
