"""The two networks that most people read digits with first."""

from __future__ import annotations

from engine.graph.graph import Graph
from engine.graph.layout.arranging import Layer, chain, layer
from engine.graph.templates.template import Template, recipe


def _digit_mlp() -> Graph:
    return chain(
        [
            layer("Flatten"),
            layer("Linear", out_features=128),
            layer("ReLU"),
            layer("Dropout", p=0.2),
            layer("Linear", out_features="answer"),
        ]
    )


def _digit_cnn() -> Graph:
    def stage(filters: int) -> list[Layer]:
        return [layer("Conv2d", out_channels=filters), layer("BatchNorm2d"), layer("ReLU"), layer("MaxPool2d")]

    decision = [
        layer("Flatten"),
        layer("Linear", out_features=128),
        layer("ReLU"),
        layer("Dropout", p=0.3),
        layer("Linear", out_features="answer"),
    ]
    return chain(stage(16), stage(32), decision)


TEMPLATES = (
    Template(
        name="digit-cnn",
        title="Digits, convolutional",
        summary="Two convolutions look for strokes and corners, dense layers decide: the usual network for small "
        "images, right for about 99 of 100 handwritten digits.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.004, "one-cycle", 128, 6),
        draw=_digit_cnn,
        keywords=("mnist", "pictures", "images", "cnn"),
    ),
    Template(
        name="digit-mlp",
        title="Digits, plain",
        summary="Every pixel goes to every unit of one hidden layer: the simplest network that reads digits.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.003, "one-cycle", 128, 8),
        draw=_digit_mlp,
        keywords=("mnist", "pictures", "images", "dense", "perceptron"),
    ),
)
