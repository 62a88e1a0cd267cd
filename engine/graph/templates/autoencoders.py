"""Networks that give back their own input through a narrow middle, the code."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.graph.templates.template import GROUPS, Template

_KEYWORDS = ("encoder", "decoder", "bottleneck", "code", "latent", "reconstruction", "compress")


def _dense() -> Graph:
    """The shape of G. Hinton, R. Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science
    313, 2006, much smaller. The code is normalised, so that each of its numbers has about the same range.
    """
    return chain(
        [
            layer("Flatten"),
            layer("Linear", out_features=256),
            layer("ReLU"),
            layer("Linear", out_features=16),
            layer("BatchNorm1d"),
        ],
        [
            layer("Linear", out_features=256),
            layer("ReLU"),
            layer("Linear", out_features="answer"),
            layer("Sigmoid"),
            layer("Reshape", sizes=(1, 28, 28)),
        ],
    )


def _convolutional() -> Graph:
    """Two convolutions halve the image, a third as large as what is left makes the code, and the same way back."""
    halved = {"kernel_size": 2, "stride": 2, "padding": 0}
    return chain(
        [
            layer("Conv2d", out_channels=16, **halved),
            layer("ReLU"),
            layer("Conv2d", out_channels=32, **halved),
            layer("ReLU"),
            layer("Conv2d", out_channels=16, kernel_size=7, padding=0),
            layer("BatchNorm2d"),
        ],
        [
            layer("ConvTranspose2d", out_channels=32, kernel_size=7, stride=1),
            layer("ReLU"),
            layer("ConvTranspose2d", out_channels=16),
            layer("ReLU"),
            layer("ConvTranspose2d", out_channels=1),
            layer("Sigmoid"),
        ],
    )


def _denoising() -> Graph:
    """After P. Vincent and others, "Extracting and Composing Robust Features with Denoising Autoencoders", ICML 2008,
    with convolutions and a code of 8 channels × 7 × 7.
    """
    halved = {"kernel_size": 3, "stride": 2, "padding": 1}
    return chain(
        [
            layer("Conv2d", out_channels=32, **halved),
            layer("ReLU"),
            layer("Conv2d", out_channels=8, **halved),
            layer("ReLU"),
        ],
        [
            layer("ConvTranspose2d", out_channels=32),
            layer("ReLU"),
            layer("ConvTranspose2d", out_channels=1),
            layer("Sigmoid"),
        ],
    )


def _table() -> Graph:
    return chain(
        [layer("Linear", out_features=32), layer("Tanh"), layer("Linear", out_features=2), layer("BatchNorm1d")],
        [layer("Linear", out_features=32), layer("Tanh"), layer("Linear", out_features="answer")],
    )


def _recipe(
    dataset: str, learning_rate: float, batch_size: int, epochs: int, **task: float
) -> MappingProxyType[str, Any]:
    return MappingProxyType(
        {
            "dataset": dataset,
            "task.kind": "autoencoder",
            **{f"task.{name}": value for name, value in task.items()},
            "optimizer.kind": "AdamW",
            "optimizer.learning_rate": learning_rate,
            "schedule.kind": "one-cycle",
            "batch_size": batch_size,
            "epochs": epochs,
        }
    )


TEMPLATES = (
    Template(
        name="autoencoder-table",
        title="Map of a table (autoencoder)",
        summary="Compresses each row of a table to two numbers and gives the row back: a map on which similar rows lie "
        "close together.",
        dataset="breast-cancer",
        recipe=_recipe("breast-cancer", 0.01, 32, 100),
        draw=_table,
        group=GROUPS[0],
        keywords=(*_KEYWORDS, "map", "embedding", "dimensionality", "pca"),
    ),
    Template(
        name="autoencoder",
        title="Autoencoder",
        summary="Compresses an image of a digit to 16 numbers, the code, and gives it back from these.",
        dataset="strokes",
        recipe=_recipe("strokes", 0.004, 64, 8),
        draw=_dense,
        group=GROUPS[1],
        keywords=(*_KEYWORDS, "hinton", "2006"),
    ),
    Template(
        name="autoencoder-conv",
        title="Autoencoder (convolutions)",
        summary="Compresses an image of a digit to 16 numbers with convolutions, and gives it back with "
        "transposed ones.",
        dataset="strokes",
        recipe=_recipe("strokes", 0.006, 64, 6),
        draw=_convolutional,
        group=GROUPS[1],
        keywords=(*_KEYWORDS, "convolution", "transposed"),
    ),
    Template(
        name="denoising-autoencoder",
        title="Denoising autoencoder",
        summary="Is given images of digits with noise all over them and gives them back without it.",
        dataset="strokes",
        recipe=_recipe("strokes", 0.006, 128, 6, noise=0.5),
        draw=_denoising,
        group=GROUPS[1],
        keywords=(*_KEYWORDS, "noise", "denoise", "vincent", "2008"),
    ),
)
