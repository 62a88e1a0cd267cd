"""How the canvas paints a frame: item by item when zoomed in, in one pass when zoomed out, transient marks above both.

While a large difference is drawn, which takes several frames, it shows what it showed before (``freeze_frame.py``).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from engine.graph.graph import Graph
from gui.canvas import backdrop
from gui.canvas.freeze_frame import Held
from gui.canvas.incremental import Slices
from gui.canvas.navigation import Navigation
from gui.canvas.overview import Afar
from gui.canvas.painting import FULL_DETAIL
from gui.canvas.scene import CanvasScene
from gui.theme.style import current


class Frames(Navigation):
    """The part of the canvas that paints."""

    def __init__(self, projection: CanvasScene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        projection.setParent(self)
        self.projection = projection
        self.setScene(projection)
        self._afar = Afar(projection)
        self._paints_nothing = False
        """Whether Qt is to paint neither ground nor items, while something else is painted."""
        projection.sheet.told = self._looks_changed
        self._held = Held(self.viewport())
        self.bundling = Slices(self)
        """What is painted from afar, put into bundles when a large difference was drawn."""
        projection.begins.connect(self._hold)
        projection.slices.done.connect(self._bundle)
        self.bundling.done.connect(self._show_drawn)
        self._sharpen = QTimer(self)
        self._sharpen.setSingleShot(True)
        self._sharpen.setInterval(0)
        self._sharpen.timeout.connect(self._show_fresh)

    def paint_over(self, painter: QPainter, exposed: QRectF) -> None:
        """Paint what is shown for a while, in canvas coordinates, above everything."""

    def show_graph(self, graph: Graph, *, follow: bool = True) -> None:
        """Show this drawing: at once, or, when it differs much from the one that is shown, within a few frames.

        ``follow``: whether who saw all of the drawing, or a part of it, is to go on seeing it.
        """
        self.projection.slices.finish()  # first: what waits may move the view as well
        keep = self._to_be_kept(graph) if follow else None
        self.projection.show_graph(graph)
        if keep is not None:
            self.projection.then(keep)

    @property
    def frozen(self) -> bool:
        """Whether what was shown before a large difference is still shown, while that is being drawn."""
        return self._held.on

    @Slot()
    def expect_much(self) -> None:
        """Something large may soon be shown: what has to be done before is done now, and not in one frame with it."""
        self._held.take((self.projection.sheet.version, self.viewportTransform(), self.viewport().size(), current()))

    @Slot()
    def _hold(self) -> None:
        self.expect_much()
        self._held.show()

    def _to_be_kept(self, graph: Graph) -> Callable[[], None] | None:
        before = self.projection.graph
        if before.nodes.keys() != graph.nodes.keys():
            return self.fit_unless_seen if self.sees_all() else None
        moved = sum(before.nodes[id] is not node for id, node in graph.nodes.items())
        return self._keep_some_in_view if 2 * moved > len(graph.nodes) and self.sees_some() else None

    def _keep_some_in_view(self) -> None:
        """Layers that were laid elsewhere must not leave one before an empty canvas."""
        if not self.sees_some():
            self.fit_all()

    @Slot()
    def _bundle(self) -> None:
        """A large difference is drawn; to bundle what is painted of it from afar takes some frames as well."""
        if self.scale_now >= FULL_DETAIL:
            self._show_drawn()
        self.bundling.do(self.projection.sheet.plain.catch_up(), much=True)

    @Slot()
    def _show_drawn(self) -> None:
        if not self.projection.slices.pending:
            self._held.release()

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
        if self._held.on:
            self._keep_books()
            painter = QPainter(self.viewport())
            self._held.paint(painter)
            painter.end()
            return
        if self.scale_now >= FULL_DETAIL:
            snapshots = self.projection.sheet.snapshots
            snapshots.begin_frame(self.scale_now)
            super().paintEvent(event)
            if snapshots.owes:
                self._sharpen.start()
            return
        self._keep_books()
        painter = QPainter(self.viewport())
        self._afar.paint(painter, self.viewportTransform(), self.viewport().rect())
        painter.setWorldTransform(self.viewportTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.drawForeground(painter, self.mapToScene(event.rect()).boundingRect())
        painter.end()

    def _keep_books(self) -> None:
        """Let Qt update its own records, as it does at every frame besides painting."""
        self._paints_nothing = True
        super().paintEvent(QPaintEvent(QRegion()))
        self._paints_nothing = False

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if not self._paints_nothing:
            backdrop.paint(painter, QRectF(rect), self.scale_now)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if not self._paints_nothing:
            super().drawForeground(painter, rect)
            self.paint_over(painter, QRectF(rect))
