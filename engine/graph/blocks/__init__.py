"""Ready blocks: the ones of well-known networks, each made from a few settings. One file a family."""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.blocks import convolutional, dense, sequence
from engine.graph.blocks.declared import ReadyBlock

_READY = MappingProxyType({ready.title: ready for file in (convolutional, dense, sequence) for ready in file.READY})


def ready() -> MappingProxyType[str, ReadyBlock]:
    """Every ready block by its title, in the order of the palette."""
    return _READY


__all__ = ["ReadyBlock", "ready"]
