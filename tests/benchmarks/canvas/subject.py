"""What an editor has to offer to be measured, and the hand that uses all of them alike: real mouse events."""

from __future__ import annotations

from abc import ABC, abstractmethod

from drawing import Drawing
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGraphicsView

PLAIN = Qt.KeyboardModifier.NoModifier
SIZE = (1440, 900)


class Subject(ABC):
    """One editor with its own items. ``pan_button`` moves its view when dragged over empty ground."""

    name = ""
    pan_button = Qt.MouseButton.MiddleButton
    view: QGraphicsView

    @abstractmethod
    def open(self) -> None:
        """Show an empty editor of SIZE."""

    def prepare(self, drawing: Drawing) -> None:  # noqa: B027  most need nothing
        """What is to be there before the building begins."""

    @abstractmethod
    def build(self, drawing: Drawing) -> None:
        """Put the drawing on the canvas, with the editor's own nodes and wires."""

    def finish(self) -> None:  # noqa: B027  most need nothing
        """What is to be done once after the building."""

    def close(self) -> None:
        """Put the editor away."""
        self.view.window().close()

    def empty(self) -> bool:
        """Take the drawing away, to open it again; False where the editor cannot do both without an end of its own."""
        return False

    def open_again(self) -> None:
        """Begin to show the drawing, as when its file is opened."""
        raise NotImplementedError

    def is_shown(self) -> bool:
        """Whether all of it is there."""
        return True

    @abstractmethod
    def scale_to(self, scale: float | None, number: int) -> None:
        """Show everything (None), or node ``number`` in the middle at a scale."""

    @abstractmethod
    def place_of(self, number: int) -> QPointF:
        """A point on a node that one can take hold of, in the coordinates of the scene."""

    def undo(self) -> bool:
        """Undo the last step; False where the editor knows no undo."""
        return False

    def redo(self) -> bool:
        return False

    def type(self, number: int, value: int) -> bool:
        """Give a node's setting another value, as a field would; False where nodes have none."""
        return False

    # The hand

    def on_view(self, number: int) -> QPoint:
        return self.view.mapFromScene(self.place_of(number))

    def ground(self) -> QPoint:
        """The point nearest to the middle of the view with nothing on it."""
        area = self.view.viewport().rect()
        middle = area.center()
        points = [QPoint(x, y) for x in range(4, area.width(), 12) for y in range(4, area.height(), 12)]
        points.sort(key=lambda point: (point - middle).manhattanLength())
        return next((point for point in points if not self.view.items(point)), middle)

    def _mouse(self, kind: QMouseEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        port = self.view.viewport()
        event = QMouseEvent(kind, QPointF(at), QPointF(port.mapToGlobal(at)), button, held, PLAIN)
        QApplication.sendEvent(port, event)

    def press(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        self._mouse(QMouseEvent.Type.MouseButtonPress, at, button, button)

    def move(self, at: QPoint, held: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        self._mouse(QMouseEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, held)

    def release(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        self._mouse(QMouseEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)

    def wheel(self, at: QPoint, inward: bool, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        port, turn = self.view.viewport(), QPoint(0, 120 if inward else -120)
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(
            QPointF(at), QPointF(port.mapToGlobal(at)), QPoint(), turn, Qt.MouseButton.NoButton, modifiers, phase, False
        )
        QApplication.sendEvent(port, event)
