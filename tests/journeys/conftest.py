"""A whole window, and a hand that uses it with real mouse and key events."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme
from gui.dialogs import Dialogs
from gui.settings_file import settings
from gui.window import Window
from tests.desktop import PATIENCE_MS, desktop_without_wishes, qtbot

__all__ = ["desktop_without_wishes", "qtbot"]

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


class Answers(Dialogs):
    """Stands in for the system's own dialogs, which no event can reach; everything else is real."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.path: Path | None = None
        self.out: Path | None = None
        self.choice = "discard"
        self.told: list[str] = []
        self.asked: list[str] = []

    def file_to_open(self, folder: Path) -> Path | None:
        return self.path

    def file_to_save(self, suggestion: Path) -> Path | None:
        return self.path

    def file_for_source(self, suggestion: Path) -> Path | None:
        return self.path

    def table_to_predict(self, folder: Path, endings: Sequence[str]) -> Path | None:
        return self.path

    def file_for_predictions(self, suggestion: Path) -> Path | None:
        return self.out

    def unsaved(self, name: str, training: bool) -> str:
        self.asked.append(f"unsaved {name}")
        return self.choice

    def recover(self, name: str) -> bool:
        self.asked.append(f"recover {name}")
        return self.choice == "save"

    def tell(self, title: str, sentence: str) -> None:
        self.told.append(f"{title}: {sentence}")


class Hand:
    """Uses a window as a person would."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.answers = Answers(window)
        window.dialogs = window.files.dialogs = self.answers

    # Waiting

    def until(self, true: Callable[[], bool], what: str, seconds: float = 120.0) -> None:
        """Let the window live until something is so."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                trainer = self.window.studio.trainer
                said = f"{self.window.status.text!r}, the run {trainer.state!r}, {self.window.studio.report}"
                raise AssertionError(f"Waited {seconds:g} s in vain: {what}. The window says {said}")
            QApplication.processEvents()
            time.sleep(0.005)

    # The canvas

    def place(self, point: QPointF) -> QPoint:
        """A point of the canvas in the coordinates of its viewport."""
        return self.window.canvas.viewportTransform().map(point).toPoint()

    def drag_wire(self, source: str, target: str, port: str = "in") -> None:
        """Drag from the output of one node to the input of another, by their names."""
        graph, scene = self.window.document.graph, self.window.canvas.projection
        start = scene.nodes[graph.find(source).id].output_point()
        end = scene.nodes[graph.find(target).id].input_point(port)
        view = self.window.canvas.viewport()
        QTest.mousePress(view, LEFT, PLAIN, self.place(start))
        QTest.mouseMove(view, self.place(start + (end - start) * 0.4))
        QTest.mouseMove(view, self.place(end))
        QTest.mouseRelease(view, LEFT, PLAIN, self.place(end))

    def drag_layer(self, kind: str, point: QPointF) -> None:
        """Drag a layer from the palette and drop it with its middle at a point of the canvas.

        The offscreen platform gives every drag up at once, so what the system would send to the canvas while a
        button is held is sent from here; what begins the drag is a real press and move in the palette.
        """
        palette, view = self.window.palette_panel, self.window.canvas.viewport()
        row, goal = palette.row_of(kind).center(), self.place(point)

        def carry(drag: QDrag, *_actions: Qt.DropAction) -> Qt.DropAction:
            data, copy = drag.mimeData(), Qt.DropAction.CopyAction
            for event in (
                QDragEnterEvent(goal - QPoint(20, 10), copy, data, LEFT, PLAIN),
                QDragMoveEvent(goal, copy, data, LEFT, PLAIN),
                QDropEvent(QPointF(goal), copy, data, LEFT, PLAIN),
            ):
                QApplication.sendEvent(view, event)
                assert event.isAccepted()
            return copy

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("gui.panels.palette.QDrag.exec", carry)
            QTest.mousePress(palette.list.viewport(), LEFT, PLAIN, row)
            QTest.mouseMove(palette.list.viewport(), row + QPoint(40, 10))
            QTest.mouseRelease(palette.list.viewport(), LEFT, PLAIN, row + QPoint(40, 10))

    # Widgets

    def click(self, widget: QWidget, point: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, PLAIN, widget.rect().center() if point is None else point)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key in the window; the offscreen platform forgets to give it back the keyboard after a dialog."""
        if QApplication.activeWindow() is not self.window:
            self.window.activateWindow()
            assert QTest.qWaitForWindowActive(self.window, PATIENCE_MS)
        QTest.keyClick(self.window, key, modifiers)

    def type_into(self, widget: QWidget, words: str) -> None:
        """Replace what stands in a field by typing."""
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(widget, words)
        QTest.keyClick(widget, Qt.Key.Key_Return)

    def draw(self, *strokes: list[tuple[float, float]]) -> None:
        """Draw on the pad; points are 0 … 1 of its width and height."""
        pad = self.window.tryout.pad.pad
        for stroke in strokes:
            points = [QPoint(round(x * pad.width()), round(y * pad.height())) for x, y in stroke]
            QTest.mousePress(pad, LEFT, PLAIN, points[0])
            for point in points[1:]:
                QTest.mouseMove(pad, point)
            QTest.mouseRelease(pad, LEFT, PLAIN, points[-1])

    def names(self) -> list[str]:
        return [node.name for node in self.window.document.graph.nodes.values()]


@pytest.fixture
def hand(qapp: QApplication) -> Iterator[Hand]:
    """A hand at an open window with an empty drawing."""
    settings().clear()  # what an earlier journey has chosen is not remembered
    theme.apply(qapp, "light")
    theme.set_motion("reduced")
    window = Window()
    window.resize(1280, 800)
    user = Hand(window)
    window.show()
    window.session.new("empty")
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window, PATIENCE_MS)
    QApplication.processEvents()
    yield user
    user.answers.choice = "discard"
    window.close()
    window.deleteLater()
    QApplication.processEvents()
