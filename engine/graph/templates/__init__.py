"""Starter networks: drawings that work at once, each with the dataset and the settings it was made for."""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.graph import Graph
from engine.graph.templates import (
    autoencoders,
    basics,
    classics,
    clustering,
    digits,
    generating,
    hourglasses,
    language_models,
    mobile,
    photographs,
    residual,
    sequences,
)
from engine.graph.templates.template import GROUPS, Template

__all__ = ["GROUPS", "Template", "build", "describe", "names"]

_ALL = (
    *digits.TEMPLATES,
    *residual.TEMPLATES[:1],
    *basics.TEMPLATES,
    *classics.TEMPLATES,
    *photographs.TEMPLATES,
    *residual.TEMPLATES[1:],
    *mobile.TEMPLATES,
    *hourglasses.TEMPLATES,
    *autoencoders.TEMPLATES,
    *sequences.TEMPLATES,
    *generating.TEMPLATES,
    *clustering.TEMPLATES,
    *language_models.TEMPLATES,
    *basics.EMPTY,
)
_TEMPLATES = MappingProxyType({template.name: template for template in _ALL})


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
