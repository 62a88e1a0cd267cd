"""The catalogue of layers: one file a family, one declaration a layer."""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.layers import (
    activation,
    attention,
    clustering,
    convolution,
    dense,
    embedding,
    generating,
    input_output,
    merge,
    normalisation,
    pooling,
    recurrent,
    regularisation,
    reshaping,
    resizing,
)
from engine.graph.layers.kind import FAMILIES, INITIALISATION, LayerKind, Port

_FILES = (
    input_output,
    generating,
    convolution,
    pooling,
    resizing,
    dense,
    activation,
    normalisation,
    regularisation,
    reshaping,
    embedding,
    recurrent,
    attention,
    clustering,
    merge,
)
_ALL = sorted((kind for file in _FILES for kind in file.KINDS), key=lambda kind: list(FAMILIES).index(kind.family))
_KINDS = MappingProxyType({kind.name: kind for kind in _ALL})


def kinds() -> MappingProxyType[str, LayerKind]:
    """Every kind of layer by name, in the order of the palette."""
    return _KINDS


def kind(name: str) -> LayerKind:
    """The declaration called ``name``. Raises KeyError."""
    return _KINDS[name]


__all__ = ["FAMILIES", "INITIALISATION", "LayerKind", "Port", "kind", "kinds"]
