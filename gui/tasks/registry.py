"""Every view of a result by its name: a kind of learning names those that show it, and here they are made.

Imports no kind: what a kind shows stands in its declaration (``TaskKind.results``, ``TaskKind.tryout``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtWidgets import QWidget

from gui.dataset_preview import DatasetPreview
from gui.panels.layers_panel import LayersPanel
from gui.tasks.autoencoder.code_map import CodeView
from gui.tasks.autoencoder.errors import ErrorsView
from gui.tasks.autoencoder.reconstructions import ReconstructionsView
from gui.tasks.gan.samples import SamplesView
from gui.tasks.k_means.groups import GroupsView
from gui.test_page import TestPage
from gui.tryout.space import SpaceView
from gui.workspace import Workspace

CURVES = "curves"
"""The view that every kind has, and beside which one other may stand."""
USUAL = (CURVES, "test", "plane", "layers")
"""The views where it is not known what is to be learned."""


class Map(Protocol):
    """What a view has that stands beside the curves: whether the data fits it, and what is tried out is marked."""

    @property
    def title(self) -> str:
        """What it is called now."""

    @property
    def fits(self) -> bool:
        """Whether it can show this data."""

    @property
    def is_wide(self) -> bool:
        """Whether it needs a tab of its own to show this data, however wide the window."""

    def show_data(self, look: DatasetPreview | None) -> None:
        """Show other data, without what was learned of it yet."""

    def show_tried(self, row: np.ndarray | None) -> None:
        """Mark what is tried out."""


@dataclass(frozen=True)
class ResultsView:
    """A results tab: its ``title``, and how it is made. ``is_map``: it stands beside the curves where there is room.

    Of the signals ``sample_chosen``, ``reveal`` and ``said`` a view has those that it needs.
    """

    title: str
    make: Callable[[Workspace], QWidget]
    is_map: bool = False


RESULTS: Mapping[str, ResultsView] = {
    "test": ResultsView("Test", TestPage),
    "plane": ResultsView("Decision", SpaceView, is_map=True),
    "groups": ResultsView("Groups", GroupsView, is_map=True),
    "samples": ResultsView("Samples", SamplesView, is_map=True),
    "reconstructions": ResultsView("Reconstructions", ReconstructionsView, is_map=True),
    "code": ResultsView("Code", CodeView),
    "errors": ResultsView("Errors", ErrorsView),
    "layers": ResultsView("Layers", lambda studio: LayersPanel(studio.document, studio.measuring)),
}
