"""Starter networks: drawings that work at once, each with the dataset and the settings it was made for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.graph.arranging import Layer, chain, layer, place, with_ends
from engine.graph.graph import Graph, wire


@dataclass(frozen=True)
class Template:
    """A starter network. ``recipe`` holds settings by the names ``Recipe.with_setting`` takes, in order."""

    name: str
    title: str
    summary: str
    dataset: str
    recipe: Mapping[str, Any]
    draw: Callable[[], Graph]


def names() -> tuple[str, ...]:
    """The names of all templates, in the order of the menu."""
    return tuple(_TEMPLATES)


def describe(name: str) -> Template:
    """The template called ``name``. Raises KeyError with a sentence."""
    try:
        return _TEMPLATES[name]
    except KeyError:
        raise KeyError(f"There is no template called {name!r}; there are: {', '.join(_TEMPLATES)}.") from None


def build(name: str) -> Graph:
    """The drawing of the template called ``name``. Raises KeyError."""
    return describe(name).draw()


def _digit_mlp() -> Graph:
    return chain(
        [
            layer("Flatten"),
            layer("Linear", units=128),
            layer("ReLU"),
            layer("Dropout", p=0.2),
            layer("Linear", units="answer"),
        ]
    )


def _digit_cnn() -> Graph:
    def stage(filters: int) -> list[Layer]:
        return [layer("Conv2d", filters=filters), layer("BatchNorm2d"), layer("ReLU"), layer("MaxPool2d")]

    decision = [
        layer("Flatten"),
        layer("Linear", units=128),
        layer("ReLU"),
        layer("Dropout", p=0.3),
        layer("Linear", units="answer"),
    ]
    return chain(stage(16), stage(32), decision)


def _small_resnet() -> Graph:
    """Two residual blocks (He et al., 2015, "Deep Residual Learning for Image Recognition").

    The joins stand half a place further right than the layers before them, so that the shortcuts have room to arrive.
    """
    graph = with_ends(rows=5, across=7.5)
    data, goal = (graph.of_kind(kind)[0].id for kind in ("Input", "Output"))

    def row(graph: Graph, before: str, number: int, start: float, *layers: Layer) -> Graph:
        for column, (kind, params) in enumerate(layers):
            graph = graph.add(kind, position=place(start + column, number), **params)
            graph = graph.connect(wire(before, graph.last))
            before = graph.last
        return graph

    def block(graph: Graph, before: str, shortcut: str, number: int, filters: int) -> Graph:
        convolution, normalise = layer("Conv2d", filters=filters, bias=False), layer("BatchNorm2d")
        graph = row(graph, before, number, 0, convolution, normalise, layer("ReLU"), convolution, normalise)
        end = graph.last
        graph = graph.add("Add", position=place(5.5, number))
        join = graph.last
        graph = graph.connect(wire(shortcut, join, "in1")).connect(wire(end, join, "in2"))
        return row(graph, join, number, 6.5, layer("ReLU"))

    stem = layer("Conv2d", filters=16, bias=False)
    graph = row(graph, data, 0, 0, stem, layer("BatchNorm2d"), layer("ReLU"), layer("MaxPool2d"))
    graph = block(graph, graph.last, graph.last, 1, 16)
    graph = row(graph, graph.last, 2, 0, layer("MaxPool2d"))
    halved = graph.last
    graph = row(graph, halved, 2, 4, layer("Conv2d", filters=32, kernel_size=1, bias=False))
    graph = block(graph, halved, graph.last, 3, 32)
    graph = row(graph, graph.last, 4, 5.5, layer("GlobalAvgPool"), layer("Linear", units="answer"))
    return graph.connect(wire(graph.last, goal))


def _points() -> Graph:
    return chain(
        [
            layer("Linear", units=32),
            layer("ReLU"),
            layer("Linear", units=32),
            layer("ReLU"),
            layer("Linear", units="answer"),
        ]
    )


def _one_neuron() -> Graph:
    return chain([layer("Linear", units="answer")])


def _houses() -> Graph:
    return chain(
        [
            layer("Linear", units=64),
            layer("ReLU"),
            layer("Linear", units=32),
            layer("ReLU"),
            layer("Linear", units="answer"),
        ]
    )


def _empty() -> Graph:
    return with_ends(rows=1, across=3)


def _recipe(dataset: str, optimizer: str, learning_rate: float, schedule: str, batch_size: int, epochs: int) -> Any:
    return MappingProxyType(
        {
            "dataset": dataset,
            "optimizer.kind": optimizer,
            "optimizer.learning_rate": learning_rate,
            "schedule.kind": schedule,
            "batch_size": batch_size,
            "epochs": epochs,
        }
    )


_ALL = (
    Template(
        name="digit-cnn",
        title="Digits, convolutional",
        summary="Two convolutions look for strokes and corners, dense layers decide: the usual network for small "
        "pictures, right for about 99 of 100 handwritten digits.",
        dataset="strokes",
        recipe=_recipe("strokes", "AdamW", 0.004, "one-cycle", 128, 6),
        draw=_digit_cnn,
    ),
    Template(
        name="digit-mlp",
        title="Digits, plain",
        summary="Every pixel goes to every unit of one hidden layer: the simplest network that reads digits.",
        dataset="strokes",
        recipe=_recipe("strokes", "AdamW", 0.003, "one-cycle", 128, 8),
        draw=_digit_mlp,
    ),
    Template(
        name="small-resnet",
        title="Small ResNet",
        summary="Blocks with a shortcut around them, so that deep networks learn as easily as shallow ones.",
        dataset="strokes",
        recipe=_recipe("strokes", "AdamW", 0.006, "one-cycle", 128, 8),
        draw=_small_resnet,
    ),
    Template(
        name="points-2d",
        title="Points in the plane",
        summary="Tells classes of points apart and shows how a border is bent: try it on moons, circles and spirals.",
        dataset="moons",
        recipe=_recipe("moons", "AdamW", 0.01, "cosine", 32, 60),
        draw=_points,
    ),
    Template(
        name="line",
        title="A straight line",
        summary="One neuron, one weight, one bias: it finds the 2 and the 1 in y = 2x + 1.",
        dataset="line",
        recipe=_recipe("line", "SGD", 0.05, "cosine", 16, 30),
        draw=_one_neuron,
    ),
    Template(
        name="always-five",
        title="Always five",
        summary="Ten numbers go in and the answer is always 5: one neuron learns to ignore them all.",
        dataset="always-five",
        recipe=_recipe("always-five", "SGD", 0.1, "cosine", 32, 20),
        draw=_one_neuron,
    ),
    Template(
        name="houses",
        title="House prices",
        summary="From area, bedrooms, age and distance to a price: a small network for tables of numbers.",
        dataset="houses",
        recipe=_recipe("houses", "AdamW", 0.01, "cosine", 32, 40),
        draw=_houses,
    ),
    Template(
        name="empty",
        title="Empty drawing",
        summary="Only the data and the goal: draw the network yourself.",
        dataset="strokes",
        recipe=MappingProxyType({"dataset": "strokes"}),
        draw=_empty,
    ),
)
_TEMPLATES = MappingProxyType({template.name: template for template in _ALL})
