"""Zooming and panning: wheel, touchpad, pinch and keys. A view changes, never a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QGraphicsView, QPinchGesture

from gui.canvas.scene import CanvasScene

LEAST_ZOOM, MOST_ZOOM = 0.05, 4.0
ZOOM_STEP = 1.25
FIT_ACROSS, FIT_DOWN = 56.0, 20.0
"""The free space beside the layers of a drawing that is shown whole, and above and below them."""
FIT_WIRES = 6.0
"""The free space beside its wires, which may reach beyond the layers."""
READABLE, FEW = 11 / 12, 40
"""The zoom from which on all words are 11 pixels high or more, and the most layers that one would read."""
View = tuple[float, int, int]
"""A zoom, and how far the view is scrolled."""


class Navigation(QGraphicsView):
    """The part of the canvas that moves the view over it."""

    projection: CanvasScene
    _whole: View | None = None
    """The view as it was when it showed the whole drawing last; None before that."""

    @property
    def scale_now(self) -> float:
        """The zoom: screen pixels for one canvas unit."""
        return self.transform().m11()

    def zoom_to(self, scale: float, fixed: QPointF | None = None) -> None:
        """Zoom to a scale, keeping the canvas where it is at ``fixed`` (on the viewport; its middle if None)."""
        scale = min(MOST_ZOOM, max(LEAST_ZOOM, scale))
        if fixed is None:
            fixed = QPointF(self.viewport().rect().center())
        inverse, _ok = self.viewportTransform().inverted()
        point = inverse.map(fixed)
        self.setTransform(QTransform.fromScale(scale, scale))
        shown = self.viewportTransform().map(point)
        self.pan_by((fixed - shown).toPoint())

    def zoom_by(self, factor: float, fixed: QPointF | None = None) -> None:
        """Zoom in (a factor above 1) or out, keeping the canvas where it is at ``fixed``, as ``zoom_to`` does."""
        self.zoom_to(self.scale_now * factor, fixed)

    def pan_by(self, step: QPoint) -> None:
        """Move the canvas under the view by screen pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - step.x())
        down.setValue(down.value() - step.y())

    def fit(self, box: QRectF, most: float = 1.0) -> None:
        """Show a rectangle of the canvas, with some space around it, enlarged at most ``most`` times."""
        if box.isEmpty():
            return
        self._show(box.center(), min(most, self._scale_for(box, FIT_ACROSS, FIT_DOWN)))

    def _scale_for(self, box: QRectF, across: float, down: float) -> float:
        """The zoom at which a rectangle fills the view but for this free space, in pixels."""
        room = self.viewport().rect().adjusted(0, 0, -int(across), -int(down))
        return min(max(room.width(), 50) / box.width(), max(room.height(), 50) / box.height())

    def _show(self, middle: QPointF, scale: float) -> None:
        self.setTransform(QTransform.fromScale(*(2 * [min(MOST_ZOOM, max(LEAST_ZOOM, scale))])))
        self.centerOn(middle)

    def fit_all(self) -> None:
        """Show the whole drawing, as soon as all of it is drawn."""
        self.projection.then(self._fit_all)

    def _fit_all(self) -> None:
        content, whole = self.projection.content(), self.projection.whole()
        if not content.isEmpty():
            scale = min(1.0, self._scale_for(content, FIT_ACROSS, FIT_DOWN))
            with_wires = min(scale, self._scale_for(whole, 2 * FIT_WIRES, 2 * FIT_WIRES))
            # What can be read is not made too small to be read for the sake of a bend of a wire.
            self._show(whole.center(), max(with_wires, READABLE) if scale >= READABLE else with_wires)
        self._whole = self.view_now

    def fit_readably(self) -> None:
        """Show the whole drawing; when it is small but long, as much of its beginning as can be read."""
        self.projection.then(self._fit_readably)

    def _fit_readably(self) -> None:
        self._fit_all()
        content = self.projection.content()
        if self.scale_now >= READABLE or len(self.projection.nodes) > FEW:
            return
        self.zoom_to(READABLE)
        room = (self.viewport().width() - FIT_ACROSS) / READABLE
        self.centerOn(QPointF(content.left() + room / 2, content.center().y()))

    @property
    def view_now(self) -> View:
        """What the view shows, to be compared with what it showed."""
        return (self.scale_now, self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def sees_all(self) -> bool:
        """Whether all layers and notes of the drawing are in view."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        return seen.contains(self.projection.content())

    @contextmanager
    def keeping_all_in_view(self) -> Iterator[None]:
        """What is done meanwhile may make blocks larger: who saw it all and has not moved is to go on seeing it."""
        whole = self.view_now == self._whole and (bool(self.projection.slices.pending) or self.sees_all())
        yield
        if whole:
            self.projection.then(self.fit_unless_seen)

    def fit_unless_seen(self) -> None:
        """Show the whole drawing, where a part of it is out of view."""
        if not self.sees_all():
            self.fit_all()

    def sees_some(self) -> bool:
        """Whether any layer is in view."""
        return self.projection.any_within(self.mapToScene(self.viewport().rect()).boundingRect())

    def fit_parts(self, nodes: Iterable[str], notes: Iterable[str] = ()) -> None:
        """Show these nodes, notes and frames, or the whole drawing when there are none."""
        box = self.projection.content(nodes).united(self.projection.notes.content(notes))
        self.fit(self.projection.content() if box.isNull() else box, 1.5)

    def sees(self, ids: Iterable[str]) -> bool:
        """Whether all of these nodes are in view."""
        return self.sees_box(self.projection.content(ids))

    def sees_box(self, box: QRectF) -> bool:
        """Whether all of a rectangle of the canvas is in view."""
        return QRectF(self.viewport().rect()).contains(self.viewportTransform().mapRect(box))

    def room_to_fit(self) -> tuple[float, float]:
        """How large a drawing may be to be seen whole and to be read."""
        wide, high = self.viewport().width() - FIT_ACROSS, self.viewport().height() - FIT_DOWN
        return (max(400.0, wide / READABLE), max(240.0, high / READABLE))

    def place_of(self, id: str) -> QPoint:
        """The middle of a node on the screen, for a menu about it."""
        middle = self.viewportTransform().map(self.projection.nodes[id].body.center())
        return self.viewport().mapToGlobal(middle.toPoint())

    def ensure_seen(self, ids: Iterable[str]) -> None:
        """Pan just far enough for these nodes to be in view."""
        box = self.projection.content(ids)
        if not box.isNull():
            self.ensureVisible(box, 32, 32)

    def wheelEvent(self, event: QWheelEvent) -> None:
        modifiers = event.modifiers()
        touchpad = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        scrolls = touchpad or event.phase() != Qt.ScrollPhase.NoScrollPhase
        if scrolls and not modifiers & Qt.KeyboardModifier.ControlModifier:
            step = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 4
            self.pan_by(step)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(QPoint((event.angleDelta().y() or event.angleDelta().x()) // 2, 0))
        elif event.angleDelta().y():
            # One notch of a wheel is 120; finer wheels give less and zoom less.
            self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / 120 / 1.5), event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1.0 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                centre = self.viewport().mapFromGlobal(pinch.centerPoint().toPoint())
                self.zoom_by(pinch.scaleFactor(), QPointF(centre))
                return True
        return bool(super().viewportEvent(event))

    def resizeEvent(self, event: QResizeEvent) -> None:
        before, now = event.oldSize(), event.size()
        seen = self.mapToScene(QRect(QPoint(), before)).boundingRect()
        drawn = not self.projection.slices.pending
        whole = self.view_now == self._whole and (not drawn or seen.contains(self.projection.content()))
        super().resizeEvent(event)
        if whole:
            self.fit_all()  # who saw it all and has not moved since is to go on seeing it all
        elif before.isValid():
            # What was in the middle stays there.
            self.pan_by(QPoint((now.width() - before.width()) // 2, (now.height() - before.height()) // 2))
