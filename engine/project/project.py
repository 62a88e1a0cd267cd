"""Everything a project holds, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.data.novelty import Novelty
from engine.data.preparation import Preparation
from engine.graph.graph import Graph, empty
from engine.project.unknown import NOTHING, Unknown
from engine.training.recipe import Recipe
from engine.training.run_end import RunEnd
from engine.training.state import TrainingState

Stroke = tuple[tuple[float, float], ...]
Drawing = tuple[Stroke, ...]
"""A drawing on the pad: pen strokes of points (x, y), y down, in the pad's own units."""


class ProjectError(Exception):
    """A project file cannot be read or written; the message is one or two plain sentences."""


def shortened(text: str, longest: int = 300) -> str:
    """``text`` on one line, cut where it gets too long to be read at a glance."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


@dataclass(frozen=True)
class Project:
    """A drawing, its recipe, and what training has made of them.

    ``weights`` are the network's tensors by name (None before training); ``training`` is where an unfinished run
    stands; ``history`` has one row an epoch and ``test`` the final figures, both plain JSON values; ``trained_on``
    names the dataset that the weights have seen; ``trained_with`` is the recipe of the run that made them, where
    ``recipe`` is another by now; ``ended`` is how that run ended (None: not known); ``novelty`` is by what these
    weights tell pictures unlike those of the dataset; ``preview`` is a PNG picture of the diagram. ``unknown`` is what
    a newer version has put into ``project.json`` and this one does not know, ``unknown_parts`` what it has put beside
    it, by name: both are kept and written back.
    """

    graph: Graph = field(default_factory=empty)
    recipe: Recipe = field(default_factory=Recipe)
    weights: Mapping[str, np.ndarray] | None = None
    training: TrainingState | None = None
    history: tuple[Mapping[str, Any], ...] = ()
    test: Mapping[str, Any] | None = None
    preparation: Preparation | None = None
    novelty: Novelty | None = None
    drawings: tuple[Drawing, ...] = ()
    notes: str = ""
    title: str = ""
    trained_on: str = ""
    trained_with: Recipe | None = None
    ended: RunEnd | None = None
    preview: bytes = b""
    unknown: Unknown = NOTHING
    unknown_parts: Mapping[str, bytes] = field(default_factory=dict)
