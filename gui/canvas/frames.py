"""How the canvas paints a frame: item by item from near, as one picture from afar, what comes and goes above both."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from gui.canvas import backdrop
from gui.canvas.afar import Afar
from gui.canvas.navigation import Navigation
from gui.canvas.painting import FULL_DETAIL
from gui.canvas.scene import CanvasScene


class Frames(Navigation):
    """The part of the canvas that paints."""

    def __init__(self, projection: CanvasScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        projection.setParent(self)
        self.projection = projection
        self.setScene(projection)
        self._afar = Afar(projection)
        self._far = False
        """Whether Qt is painting while the diagram is seen from afar: it paints nothing."""
        projection.sheet.told = self._looks_changed
        self._sharpen = QTimer(self)
        self._sharpen.setSingleShot(True)
        self._sharpen.setInterval(0)
        self._sharpen.timeout.connect(self._show_fresh)

    def paint_over(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint what is shown for a while, in canvas coordinates, above everything."""

    def _looks_changed(self) -> None:
        # Qt repaints an item only where it painted it last, and from afar it paints none.
        if self.scale_now < FULL_DETAIL:
            self.viewport().update()

    @Slot()
    def _show_fresh(self) -> None:
        """Some nodes were shown as they were before: let the next frame paint as many as it may."""
        self.projection.repaint_nodes(self.projection.sheet.snapshots.take_owed())

    def paintEvent(self, event: QPaintEvent) -> None:
        self.projection.sheet.tell_again()
        if self.scale_now >= FULL_DETAIL:
            snapshots = self.projection.sheet.snapshots
            snapshots.begin_frame(self.scale_now)
            super().paintEvent(event)
            if snapshots.owes:
                self._sharpen.start()
            return
        self._far = True
        super().paintEvent(QPaintEvent(QRegion()))  # Qt's own book-keeping, but neither ground nor items
        self._far = False
        painter = QPainter(self.viewport())
        self._afar.paint(painter, self.viewportTransform(), self.viewport().rect())
        painter.setWorldTransform(self.viewportTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.drawForeground(painter, self.mapToScene(event.rect()).boundingRect())
        painter.end()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if not self._far:
            backdrop.paint(painter, QRectF(rect), self.scale_now)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if not self._far:
            super().drawForeground(painter, rect)
            self.paint_over(painter, QRectF(rect))
