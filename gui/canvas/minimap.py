"""The whole drawing in a corner of the canvas, with a frame around what is seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.arrows import ARROWS
from gui.canvas.diagram_view import DiagramView
from gui.canvas.notes.item import edge as note_colour
from gui.theme.contrast import mix
from gui.theme.style import current, notifier
from gui.theme.tokens import RADII

if TYPE_CHECKING:
    from engine.graph.graph import Graph

EDGE = 14
"""How far it keeps from the corner of the canvas, in pixels."""
PADDING = 8.0
LEAST, MOST = 136, 216
SHARE = 0.15
"""Its width as a part of the canvas's, within LEAST and MOST pixels; the height is three fifths of it."""
LARGE, LATER_MS = 500, 80
"""With more layers than this the map follows an edit after so many milliseconds without another one."""


class Minimap(QWidget):
    """Shown while a part of the drawing is out of view, unless it is switched off, in a corner where no layer is.

    A press or a drag takes the view there, the wheel moves it, Ctrl with the wheel zooms. With the keyboard: arrows
    move the view, + and - zoom, Home shows everything, Esc goes back to the diagram.
    """

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self._view = view
        self.switched_on = True
        self._picture = QPixmap()
        self._drawn: tuple[object, ...] | None = None
        self._drawn_graph: Graph | None = None
        self.content = QRectF()
        """The part of the canvas with all of the drawing, as the map shows it."""
        self._stale = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._look_again)
        self._held: QPointF | None = None
        """Where the frame was taken hold of: the middle of the view seen from the pointer, in canvas units."""
        self.setObjectName("minimap")
        self.setAccessibleName("Overview of the diagram")
        self.setAccessibleDescription("Arrows move the view, plus and minus zoom, Home shows everything.")
        self.setToolTip("The whole diagram. Drag to move the view; Ctrl with the wheel zooms.")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        view.installEventFilter(self)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.follow)
            bar.rangeChanged.connect(self.follow)
        notifier().changed.connect(self.repaint_all)

    # What it shows

    @property
    def up_to_date(self) -> bool:
        """Whether it shows the drawing as it is now; a large one it looks at a little later."""
        return not self._stale and not self._later.isActive()

    @Slot(bool)
    def switch(self, on: bool) -> None:
        """Show it when it is of use, or never."""
        self.switched_on = on
        self.follow()

    def forget(self) -> None:
        """The canvas shows another drawing: look at it again; at a large one a little later, not in an edit's frame."""
        if len(self._view.document.graph.nodes) > LARGE:
            self._later.start()
        else:
            self._look_again()

    @Slot()
    def _look_again(self) -> None:
        self._view.projection.then(self._measure_again)

    def _measure_again(self) -> None:
        self._stale = True
        self.follow()

    @Slot()
    def repaint_all(self) -> None:
        """The colours changed."""
        self._drawn = None
        self.forget()

    @Slot()
    def follow(self, *_values: object) -> None:
        """The view moved: the frame moves with it."""
        if not self.switched_on:
            self.hide()
            return
        if self._stale:
            if self._view.projection.slices.pending:
                return  # it is looked at again as soon as it is drawn
            self._measure()
        seen = self._seen()
        useful = not self.content.isEmpty() and not seen.adjusted(-1, -1, 1, 1).contains(self.content)
        if useful != self.isVisible():
            if not useful and self.hasFocus():
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.setVisible(useful)
        if useful:
            if self._held is None:
                self._find_corner()
            self.update()

    def _measure(self) -> None:
        self._stale = False
        self.content = self._view.projection.content()

    def _seen(self) -> QRectF:
        """The part of the canvas on show."""
        return QRectF(self._view.scene_at(QPoint(0, 0)), self._view.scene_at(self._corner()))

    def _corner(self) -> QPoint:
        return QPoint(self._view.viewport().width(), self._view.viewport().height())

    @property
    def _scale(self) -> float:
        room = QSizeF(self.width() - 2 * PADDING, self.height() - 2 * PADDING)
        wide, high = max(1.0, self.content.width()), max(1.0, self.content.height())
        return min(room.width() / wide, room.height() / high, 0.2)

    def on_map(self, point: QPointF) -> QPointF:
        """A point of the canvas as a point of this widget."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        return middle + (point - self.content.center()) * self._scale

    def on_canvas(self, point: QPointF) -> QPointF:
        """A point of this widget as a point of the canvas."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        return self.content.center() + (point - middle) / self._scale

    def frame(self) -> QRectF:
        """The frame around what is seen, on this widget; cut off at its edges."""
        seen = self._seen()
        shown = QRectF(self.on_map(seen.topLeft()), self.on_map(seen.bottomRight()))
        return shown.intersected(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, picture = current(), self._painted()
        if picture.isNull():
            return  # the diagram has not been drawn yet
        painter = QPainter(self)
        painter.drawPixmap(0, 0, picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.accent)
        ground.setAlphaF(0.07)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(theme.accent), 1.0))
        painter.drawRoundedRect(self.frame(), 2.0, 2.0)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADII.card, RADII.card)
        painter.end()

    def _painted(self) -> QPixmap:
        """The card and the drawing on it; painted anew only when something on it would lie elsewhere."""
        kept = not self._picture.isNull() and self._picture_size() == self._picture.size()
        drawing = self._view.projection.slices.pending
        if drawing or (kept and self._later.isActive()):
            return self._picture if kept else QPixmap()
        ratio = self.devicePixelRatioF()
        graph = self._view.document.graph
        how = (self.size().toTuple(), ratio, current().name)
        if graph is self._drawn_graph and self._drawn is not None and self._drawn[0] == how:
            return self._picture
        self._drawn_graph = graph
        drawn = (
            how,
            [(node.position, node.kind) for node in graph.nodes.values()],
            tuple(graph.notes.values()),
        )
        if drawn == self._drawn:
            return self._picture
        self._drawn = drawn
        self._picture = QPixmap(self._picture_size())
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter)
        painter.end()
        return self._picture

    def _picture_size(self) -> QSize:
        return self.size() * self.devicePixelRatioF()

    def _paint(self, painter: QPainter) -> None:
        theme = current()
        painter.setBrush(QColor(theme.panel))
        painter.setPen(QPen(QColor(theme.hairline), 1.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADII.card, RADII.card)
        boxes: dict[str, list[QRectF]] = {}
        scale, corner = self._scale, self.on_map(QPointF(0.0, 0.0))
        left, top = corner.x(), corner.y()
        for item in self._view.projection.nodes.values():
            if item.host is not None:
                continue
            place, family = item.place, item.face.family if item.face is not None else "shape"
            wide, high = max(2.0, place.width * scale), max(1.5, place.height * scale)
            boxes.setdefault(family, []).append(QRectF(left + item.x() * scale, top + item.y() * scale, wide, high))
        painter.setPen(Qt.PenStyle.NoPen)
        for note in sorted(self._view.projection.notes.items.values(), key=lambda item: item.zValue()):
            body = note.body
            painter.setBrush(QColor(note_colour(note.note.colour)))
            painter.setOpacity(0.35)
            painter.drawRect(
                QRectF(left + body.x() * scale, top + body.y() * scale, body.width() * scale, body.height() * scale)
            )
            painter.setOpacity(1.0)
        # Small boxes need no round corners, and thousands of them no smooth edges.
        small = scale * 64.0 < 5.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not small)
        for family, found in boxes.items():
            painter.setBrush(QColor(mix(theme.panel, theme.family_colour(family), 0.5)))
            if small:
                painter.drawRects(found)
            else:
                for box in found:
                    painter.drawRoundedRect(box, 1.5, 1.5)

    # Using it

    def _go(self, point: QPointF) -> None:
        """Take the view to a point of the canvas, but not away from the drawing."""
        kept = QPointF(
            min(max(point.x(), self.content.left()), self.content.right()),
            min(max(point.y(), self.content.top()), self.content.bottom()),
        )
        self._view.centerOn(kept)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        if not self.frame().contains(at):
            self._go(self.on_canvas(at))
        self._held = self._seen().center() - self.on_canvas(at)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._go(self.on_canvas(event.position()) + self._held)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, modifiers = event.angleDelta(), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._view.zoom_by(1.25 ** (turned.y() / 180))
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._view.pan_by(QPoint((turned.y() or turned.x()) // 2, 0))
        else:
            self._view.pan_by(turned / 2)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            across, down = ARROWS[key]
            view = self._view.viewport()
            self._view.pan_by(QPoint(-across * view.width() // 4, -down * view.height() // 4))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._view.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            self._view.zoom_by(0.8)
        elif key == Qt.Key.Key_Home:
            self._view.fit_all()
        elif key == Qt.Key.Key_Escape:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self._place()
        return bool(super().eventFilter(watched, event))

    def _place(self) -> None:
        view = self._view
        width = int(min(MOST, max(LEAST, view.width() * SHARE)))
        self.resize(width, width * 3 // 5)
        self._find_corner()
        self.follow()

    def _corners(self) -> list[QRect]:
        """Where it may lie, the usual place first."""
        right, below = self._view.width() - self.width() - EDGE, self._view.height() - self.height() - EDGE
        corners = ((right, below), (EDGE, below), (right, EDGE))
        return [QRect(x, y, self.width(), self.height()) for x, y in corners]

    def _find_corner(self) -> None:
        """Lie where it covers no layer; where that cannot be, at least not the goal or what is selected."""
        view = self._view
        corners = self._corners()
        if view.projection.slices.pending:
            return
        goals = {node.id for node in view.document.graph.of_kind("Output")}
        meant = [view.projection.content([id]) for id in goals | view.document.selection]

        def covered(corner: QRect) -> int:
            area = view.mapToScene(corner).boundingRect()
            if not view.projection.any_within(area):
                return 0
            return 2 if any(area.intersects(box) for box in meant) else 1

        here = QRect(self.pos(), self.size())
        if here in corners:  # it does not jump about while the view moves, unless it must
            corners.insert(0, here)
        self.move(min(corners, key=covered).topLeft())
