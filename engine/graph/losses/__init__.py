"""The catalogue of losses: one file a family, one declaration a loss.

``kind`` holds what a declaration is. Training evaluates its expression, export prints it, the drawing's checks read
what it does to the outputs itself, and the window and the command line show its words: none of them names a loss.
"""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.losses import classes, counts, unit_values, values
from engine.graph.losses.kind import LINKS, Link, LossKind
from engine.graph.targets import TargetKind

_FILES = (classes, values, counts, unit_values)
_KINDS = MappingProxyType({kind.name: kind for file in _FILES for kind in file.KINDS})


def kinds() -> MappingProxyType[str, LossKind]:
    """Every loss by name, in the order of the menu."""
    return _KINDS


def kind(name: str) -> LossKind:
    """The declaration called ``name``. Raises KeyError."""
    return _KINDS[name]


def fitting(target: TargetKind) -> tuple[LossKind, ...]:
    """The losses that fit a kind of target; the first is the usual one."""
    return tuple(kind for kind in _KINDS.values() if target in kind.fits)


def usual(target: TargetKind) -> LossKind:
    """The loss where none is chosen."""
    return fitting(target)[0]


__all__ = ["LINKS", "Link", "LossKind", "fitting", "kind", "kinds", "usual"]
