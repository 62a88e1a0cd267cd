"""Every gesture that there is, begun by a hand, and what must be left of one that was broken off: nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from engine.graph.graph import Graph, wire
from engine.graph.note_edits import add_note
from gui.canvas.gestures.carry import Carry, Resize
from gui.canvas.gestures.connect import Connect
from tests.gui.canvas.conftest import LEFT, PLAIN, Hand
from tests.gui.canvas.test_gestures import GESTURES
from tests.showing import nothing_is_lit_or_faded

NOTE, FRAME = "t6", "t7"


def with_notes(graph: Graph) -> Graph:
    """The small drawing with a note that stands alone, and a frame around n5."""
    graph = add_note(graph, position=(24, 184), size=(160, 100), text="why?")
    graph = add_note(graph, "frame", position=(216, 152), size=(240, 160), text="alone")
    assert set(graph.notes) == {NOTE, FRAME}
    return graph


def on_note(hand: Hand, id: str) -> QPointF:
    return hand.canvas.projection.notes.items[id].body.topLeft() + QPointF(40, 14)


def _start_carry_note(hand: Hand) -> None:
    hand.hold(on_note(hand, NOTE), on_note(hand, NOTE) + QPointF(64, 80))
    assert isinstance(hand.canvas.gesture, Carry)
    assert hand.canvas.projection.notes.items[NOTE].body.left() == 88


def _start_carry_frame(hand: Hand) -> None:
    hand.hold(on_note(hand, FRAME), on_note(hand, FRAME) + QPointF(64, 80))
    assert hand.canvas.projection.nodes["n5"].x() == 304


def _start_carry_node(hand: Hand) -> None:
    hand.click(on_note(hand, NOTE), Qt.KeyboardModifier.ControlModifier)
    if NOTE not in hand.canvas.notes.selection:
        hand.click(on_note(hand, NOTE), Qt.KeyboardModifier.ControlModifier)
    hand.hold(hand.body("n4"), hand.body("n4") + QPointF(0, 120))
    assert isinstance(hand.canvas.gesture, Carry)
    assert hand.canvas.projection.nodes["n4"].y() == 120


def _start_resize(hand: Hand) -> None:
    at = hand.canvas.projection.notes.items[NOTE].body.bottomRight() - QPointF(4, 4)
    hand.hold(at, at + QPointF(24, 52))
    assert isinstance(hand.canvas.gesture, Resize)
    assert hand.canvas.projection.notes.items[NOTE].body.height() == 152


def _start_reroute_source(hand: Hand) -> None:
    line = hand.canvas.projection.wires[wire("n4", "n2")]
    hand.hold(line.curve.point(0.08), hand.output("n3"))
    assert isinstance(hand.canvas.gesture, Connect)
    assert line.look.leaving


def _start_wire_backwards(hand: Hand) -> None:
    hand.hold(hand.input("n5"), hand.output("n4"))
    assert hand.canvas.gesture.over == ("n4", "out")


EVERY: list[Callable[[Hand], None]] = [
    *GESTURES,
    _start_carry_note,
    _start_carry_frame,
    _start_carry_node,
    _start_resize,
    _start_reroute_source,
    _start_wire_backwards,
]


def begin(hand: Hand, start: Callable[[Hand], None]) -> None:
    """Begin a gesture, whose pointer comes from elsewhere: moving it to where it is already tells a widget nothing."""
    QTest.mouseMove(hand.canvas.viewport(), QPoint(3, 3))
    start(hand)
    assert hand.canvas.gesture is not None


def to_the_edge(hand: Hand) -> bool:
    """Hold the pointer where the view scrolls. Returns whether it does so for this gesture."""
    canvas = hand.canvas
    QTest.mouseMove(canvas.viewport(), QPoint(canvas.viewport().width() - 6, canvas.viewport().height() // 2))
    assert canvas.edge_scroll.active == canvas.gesture.scrolls
    return canvas.gesture.scrolls


def let_go(hand: Hand) -> None:
    """The buttons that may still be held come up."""
    for button in (LEFT, Qt.MouseButton.MiddleButton):
        QTest.mouseRelease(hand.canvas.viewport(), button, PLAIN, hand.on_screen(hand.body("n1")))


def no_trace(hand: Hand) -> None:
    """What is shown is the value, as if no hand had been there."""
    canvas, scene = hand.canvas, hand.canvas.projection
    hand.check()
    assert not canvas.edge_scroll.active
    for widget in (canvas, canvas.viewport()):
        assert widget.cursor().shape() == Qt.CursorShape.ArrowCursor, f"the cursor is {widget.cursor().shape()}"
    assert not canvas.ghost.visible
    assert not canvas.quick_add.isVisible()
    assert not scene.previewed
    nothing_is_lit_or_faded(scene)
    assert hand.document.selection <= hand.graph.nodes.keys()
    assert canvas.notes.selection <= hand.graph.notes.keys()
    assert canvas.selected_wire is None or canvas.selected_wire in hand.graph.wires
