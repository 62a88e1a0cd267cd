"""Nodes gliding to the places they have in the drawing already: only what is shown moves, never a value."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QVariantAnimation, Slot
from PySide6.QtWidgets import QWidget

from gui import theme
from gui.canvas.scene import AT_ONCE, CanvasScene
from gui.document import Document

Point = tuple[float, float]
MOST = AT_ONCE
"""More nodes than this do not glide: a frame of their way would take longer than the eye forgives."""


class Glide(QObject):
    """Shows nodes on their way. ``finish`` puts them where they belong at once, without a trace."""

    def __init__(self, document: Document, projection: CanvasScene, view: QWidget) -> None:
        super().__init__(view)
        self._document, self._projection, self._view = document, projection, view
        self._from: dict[str, Point] = {}
        self._to: dict[str, Point] = {}
        self.animation = QVariantAnimation(self)
        """What leads them there, from 0 to 1."""
        self.animation.setStartValue(0.0)
        self.animation.setEndValue(1.0)
        self.animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.animation.valueChanged.connect(self._show)
        self.animation.finished.connect(self.finish)

    @property
    def going(self) -> bool:
        """Whether nodes are on their way."""
        return bool(self._to)

    def start(self, before: Mapping[str, Point]) -> None:
        """Let nodes glide from where they were to where the drawing has them; not at all when motion is reduced."""
        self.finish()
        milliseconds = theme.duration()
        nodes = self._document.graph.nodes
        moved = {id: nodes[id].position for id, at in before.items() if id in nodes and nodes[id].position != at}
        if not milliseconds or not 0 < len(moved) <= MOST or not self._view.isVisible():
            return
        self._from, self._to = {id: before[id] for id in moved}, moved
        self._projection.preview(self._from)
        self.animation.setDuration(milliseconds)
        self.animation.start()

    @Slot(object)
    def _show(self, share: object) -> None:
        if self._to and isinstance(share, float):
            self._projection.preview(
                {
                    id: (x + (self._to[id][0] - x) * share, y + (self._to[id][1] - y) * share)
                    for id, (x, y) in self._from.items()
                }
            )

    @Slot()
    def finish(self) -> None:
        """Put the nodes at their places at once."""
        if not self._to:
            return
        self._from, self._to = {}, {}
        if self.animation.state() != QAbstractAnimation.State.Stopped:
            self.animation.stop()
        self._projection.settle()
