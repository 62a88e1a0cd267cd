"""The smallest networks: points, lines, tables, and the drawing with nothing in it."""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer, with_ends
from engine.graph.templates.template import Template, recipe


def _points() -> Graph:
    return chain(
        [
            layer("Linear", out_features=32),
            layer("ReLU"),
            layer("Linear", out_features=32),
            layer("ReLU"),
            layer("Linear", out_features="answer"),
        ]
    )


def _one_neuron() -> Graph:
    return chain([layer("Linear", out_features="answer")])


def _houses() -> Graph:
    return chain(
        [
            layer("Linear", out_features=64),
            layer("ReLU"),
            layer("Linear", out_features=32),
            layer("ReLU"),
            layer("Linear", out_features="answer"),
        ]
    )


def _empty() -> Graph:
    return with_ends(rows=1, across=2)


TEMPLATES = (
    Template(
        name="points-2d",
        title="Points in the plane",
        summary="Tells classes of points apart and shows how a decision boundary bends: try it on moons, circles "
        "and spirals.",
        dataset="moons",
        recipe=recipe("moons", "AdamW", 0.01, "cosine", 32, 60),
        draw=_points,
        keywords=("spirals", "circles", "xor"),
    ),
    Template(
        name="line",
        title="A straight line",
        summary="One neuron, one weight, one bias: it finds the 2 and the 1 in y = 2x + 1.",
        dataset="line",
        recipe=recipe("line", "SGD", 0.05, "cosine", 16, 30),
        draw=_one_neuron,
        keywords=("linear regression",),
    ),
    Template(
        name="always-five",
        title="Always five",
        summary="Ten numbers go in and the target is always 5: one neuron learns to ignore them all.",
        dataset="always-five",
        recipe=recipe("always-five", "SGD", 0.1, "cosine", 32, 20),
        draw=_one_neuron,
    ),
    Template(
        name="houses",
        title="House prices",
        summary="From area, bedrooms, age and distance to a price: a small network for tables of numbers.",
        dataset="houses",
        recipe=recipe("houses", "AdamW", 0.01, "cosine", 32, 40),
        draw=_houses,
        keywords=("regression", "table", "tabular"),
    ),
)

EMPTY = (
    Template(
        name="empty",
        title="Empty diagram",
        summary="Only the data and the goal: draw the network yourself.",
        dataset="strokes",
        recipe=MappingProxyType({"dataset": "strokes"}),
        draw=_empty,
        keywords=("blank", "new"),
    ),
)
