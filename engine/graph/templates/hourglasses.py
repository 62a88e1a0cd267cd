"""Networks that narrow and widen again: the shapes of the U-Net and of the autoencoder.

Both give a picture as large as the one they took. What is learned here are answers, so each ends by reading the
answer off that picture.
"""

from __future__ import annotations

from engine.graph.arranging import Layer, chain, layer, place, with_ends
from engine.graph.graph import Graph, wire
from engine.graph.templates.template import GROUPS, Template, recipe


def _u_net() -> Graph:
    """The shape of O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional Networks for Biomedical Image
    Segmentation", MICCAI 2015, with two levels and few filters; convolutions keep the size, so that nothing is cropped.
    """
    graph = with_ends(rows=1, across=13.5)
    data, goal = (graph.of_kind(kind)[0].id for kind in ("Input", "Output"))
    narrow, widen = layer("MaxPool2d"), layer("ConvTranspose2d", filters=32)
    graph = _row(graph, data, 0, 0, *_twice(16))
    fine = graph.last
    graph = _row(graph, fine, 1, 0, narrow, *_twice(32))
    coarse = graph.last
    graph = _row(graph, coarse, 2, 0, narrow, *_twice(64), widen)
    graph = _joined(graph, coarse, graph.last, 1)
    graph = _row(graph, graph.last, 1, 7.5, *_twice(32), layer("ConvTranspose2d", filters=16))
    graph = _joined(graph, fine, graph.last, 0)
    graph = _row(graph, graph.last, 0, 7.5, *_twice(16), layer("GlobalAvgPool"), layer("Linear", units="answer"))
    return graph.connect(wire(graph.last, goal))


def _row(graph: Graph, before: str, number: int, start: float, *layers: Layer) -> Graph:
    """Layers one after another in one row, the first of them behind the node ``before``."""
    for column, (kind, params) in enumerate(layers):
        graph = graph.add(kind, position=place(start + column, number), **params)
        graph = graph.connect(wire(before, graph.last))
        before = graph.last
    return graph


def _joined(graph: Graph, across: str, below: str, number: int) -> Graph:
    """What came straight across, and what was widened below, side by side."""
    graph = graph.add("Concatenate", position=place(6.5, number))
    return graph.connect(wire(across, graph.last, "in1")).connect(wire(below, graph.last, "in2"))


def _twice(filters: int) -> tuple[Layer, ...]:
    return 2 * (layer("Conv2d", filters=filters), layer("ReLU"))


def _autoencoder() -> Graph:
    """The shape of G. Hinton, R. Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science
    313, 2006, much smaller: dense layers that narrow to a code of 16 numbers and widen to the picture again.
    """
    return chain(
        [
            layer("Flatten"),
            layer("Linear", units=128),
            layer("ReLU"),
            layer("Linear", units=16),
            layer("ReLU"),
        ],
        [
            layer("Linear", units=128),
            layer("ReLU"),
            layer("Linear", units=784),
            layer("Sigmoid"),
            layer("Reshape", sizes=(1, 28, 28)),
        ],
        [layer("Flatten"), layer("Linear", units="answer")],
    )


TEMPLATES = (
    Template(
        name="u-net",
        title="U-Net (shape)",
        summary="Narrows, widens, and hands fine detail across: made to outline things. Here it ends by naming the "
        "digit.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.003, "one-cycle", 128, 5),
        draw=_u_net,
        group=GROUPS[1],
        keywords=("unet", "segmentation", "concatenate", "ronneberger", "2015", "skip"),
    ),
    Template(
        name="autoencoder",
        title="Autoencoder (shape)",
        summary="Squeezes a picture into 16 numbers and opens it again. Here the answer is read off the opened "
        "picture.",
        dataset="strokes",
        recipe=recipe("strokes", "AdamW", 0.003, "one-cycle", 128, 8),
        draw=_autoencoder,
        group=GROUPS[1],
        keywords=("encoder", "decoder", "bottleneck", "code", "hinton", "2006"),
    ),
)
