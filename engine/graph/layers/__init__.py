"""The catalogue of layers: one file a family, one declaration a layer."""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.layers import dense, ends
from engine.graph.layers.kind import FAMILIES, INITIALISATION, LayerKind, Port

_FAMILIES: tuple[tuple[LayerKind, ...], ...] = (ends.KINDS, dense.KINDS)
_KINDS = MappingProxyType({kind.name: kind for family in _FAMILIES for kind in family})


def kinds() -> MappingProxyType[str, LayerKind]:
    """Every kind of layer by name, in the order of the palette."""
    return _KINDS


def kind(name: str) -> LayerKind:
    """The declaration called ``name``. Raises KeyError."""
    return _KINDS[name]


__all__ = ["FAMILIES", "INITIALISATION", "LayerKind", "Port", "kind", "kinds"]
