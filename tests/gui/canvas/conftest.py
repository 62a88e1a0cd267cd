"""A canvas on a small drawing, and a hand that uses it through real events."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from engine.graph.graph import Graph, empty, wire
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from gui.canvas.drops import MIME
from gui.canvas.view import Canvas
from gui.document import Document, DocumentState
from tests.showing import boxes_are_those_of_the_drawing

SIGNATURE = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def small_graph() -> Graph:
    """data → conv1 → relu1 → goal, and linear1 that stands alone. Ids n1, n3, n4, n2, n5."""
    graph = empty().move({"n1": (0, 0), "n2": (720, 40)})
    graph = graph.add("Conv2d", position=(200, 0)).add("ReLU", position=(440, 0)).add("Linear", position=(240, 200))
    for a, b in (("n1", "n3"), ("n3", "n4"), ("n4", "n2")):
        graph = graph.connect(wire(a, b))
    return graph


class Hand:
    """Uses a canvas with mouse, keys and drops. Points are canvas coordinates."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.said: list[str] = []
        canvas.document.complain.connect(self.said.append)

    @property
    def document(self) -> Document:
        return self.canvas.document

    @property
    def graph(self) -> Graph:
        return self.canvas.document.graph

    def on_screen(self, point: QPointF) -> QPoint:
        return self.canvas.viewportTransform().map(point).toPoint()

    def press(self, point: QPointF, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.canvas.viewport(), button, modifiers, self.on_screen(point))

    def move(self, point: QPointF) -> None:
        QTest.mouseMove(self.canvas.viewport(), self.on_screen(point))

    def release(self, point: QPointF, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.canvas.viewport(), button, modifiers, self.on_screen(point))

    def click(self, point: QPointF, modifiers: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
        self.press(point, modifiers, button)
        self.release(point, modifiers, button)

    def double_click(self, point: QPointF) -> None:
        QTest.mouseDClick(self.canvas.viewport(), LEFT, PLAIN, self.on_screen(point))

    def hold(self, start: QPointF, end: QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press and drag, without letting go."""
        self.press(start, modifiers)
        self.move(start + (end - start) * 0.3)
        self.move(end)

    def drag(self, start: QPointF, end: QPointF, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        self.hold(start, end, modifiers)
        self.release(end, modifiers)

    def key(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        """Press a key wherever the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.canvas, key, modifiers)

    def type(self, words: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), words)

    # Drops

    def mime(self, kind: str) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, kind.encode())
        return data

    def enter(self, data: QMimeData, point: QPointF) -> bool:
        event = QDragEnterEvent(self.on_screen(point), Qt.DropAction.CopyAction, data, LEFT, PLAIN)
        QApplication.sendEvent(self.canvas.viewport(), event)
        return event.isAccepted()

    def carry(self, data: QMimeData, point: QPointF) -> bool:
        event = QDragMoveEvent(self.on_screen(point), Qt.DropAction.CopyAction, data, LEFT, PLAIN)
        QApplication.sendEvent(self.canvas.viewport(), event)
        return event.isAccepted()

    def let_fall(self, data: QMimeData, point: QPointF) -> bool:
        event = QDropEvent(QPointF(self.on_screen(point)), Qt.DropAction.CopyAction, data, LEFT, PLAIN)
        QApplication.sendEvent(self.canvas.viewport(), event)
        return event.isAccepted()

    def take_away(self) -> None:
        QApplication.sendEvent(self.canvas.viewport(), QDragLeaveEvent())

    def drop(self, kind: str, point: QPointF) -> None:
        data = self.mime(kind)
        assert self.enter(data, point + QPointF(30, 20))
        assert self.carry(data, point)
        assert self.let_fall(data, point)

    # Places

    def body(self, id: str) -> QPointF:
        """A point on a node that is neither port nor badge."""
        return self.canvas.projection.nodes[id].body.center()

    def output(self, id: str) -> QPointF:
        return self.canvas.projection.nodes[id].output_point()

    def input(self, id: str, port: str = "in") -> QPointF:
        return self.canvas.projection.nodes[id].input_point(port)

    def middle(self, source: str, target: str) -> QPointF:
        """The middle of the wire between two nodes."""
        (found,) = [i for w, i in self.canvas.projection.wires.items() if (w.source, w.target) == (source, target)]
        return found.curve.middle

    def pairs(self) -> set[tuple[str, str]]:
        return {(w.source, w.target) for w in self.graph.wires}

    def check(self) -> None:
        """What is shown is the drawing, and nothing else is on the canvas."""
        scene, graph = self.canvas.projection, self.graph
        assert set(scene.nodes) == set(graph.nodes)
        assert set(scene.wires) == set(graph.wires)
        assert set(scene.notes.items) == set(graph.notes)
        assert len(scene.items()) == len(graph.nodes) + len(graph.wires) + len(graph.notes)
        for id, shown in scene.notes.items.items():
            note = graph.notes[id]
            assert shown.note == note
            assert (shown.body.x(), shown.body.y(), shown.body.width(), shown.body.height()) == (
                *note.position,
                *note.size,
            )
            assert shown.selected == (id in self.canvas.notes.selection)
        assert self.canvas.gesture is None
        for id, item in scene.nodes.items():
            assert (item.x(), item.y()) == graph.nodes[id].position
            assert item.look.selected == (id in self.document.selection)
            assert not item.look.marked
        boxes_are_those_of_the_drawing(scene, graph)
        for w, line in scene.wires.items():
            shape = self.document.analysis.shapes.get(w.source)
            assert line.label == ("" if shape is None else shape.label())
            assert not line.look.faded
            assert not line.look.leaving
            assert line.look.selected == (w == self.canvas.selected_wire)
        # The same drawing, projected from nothing, shows the same.
        fresh = type(scene)()
        fresh.blocks = scene.blocks
        fresh.show_graph(graph)
        fresh.show_analysis(self.document.analysis)
        for id, item in scene.nodes.items():
            assert item.face == fresh.nodes[id].face
            assert (item.place, item.tail) == (fresh.nodes[id].place, fresh.nodes[id].tail)
            assert (item.look.problem, item.look.count) == (fresh.nodes[id].look.problem, fresh.nodes[id].look.count)


@pytest.fixture
def make_hand(qtbot) -> Iterator[Callable[[Graph], Hand]]:
    """A hand for a canvas on a given drawing, in a window that is shown."""
    hands = []  # a window that nobody holds is gone in the middle of its next event

    def make(graph: Graph) -> Hand:
        window = QWidget()
        box = QVBoxLayout(window)
        box.setContentsMargins(0, 0, 0, 0)
        document = Document(DocumentState(graph, "recipe"), lambda _recipe: SIGNATURE, window)
        canvas = Canvas(document, window)
        box.addWidget(canvas)
        window.resize(1000, 640)
        window.show()
        window.activateWindow()
        qtbot.addWidget(window)
        canvas.fit_all()
        canvas.setFocus()
        qtbot.waitUntil(canvas.hasFocus)
        hand = Hand(canvas)
        hand.window = window
        hands.append(hand)
        return hand

    yield make
    hands.clear()


@pytest.fixture
def hand(make_hand) -> Hand:
    QGuiApplication.clipboard().clear()
    return make_hand(small_graph())
