"""The same residual network of twenty layers with the mouse alone: dragged from the palette, wired by dragging."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from tests.journeys.conftest import LEFT, PLAIN, Hand

BLOCK = ("Conv2d", "ReLU", "Conv2d", "Add", "ReLU")
KINDS = ("Conv2d", "ReLU", *(3 * BLOCK), "MaxPool2d", "GlobalAvgPool", "Linear")
ACROSS, DOWN, ROW = 184.0, 120.0, 7


def test_a_residual_network_of_twenty_layers_with_the_mouse_alone(hand: Hand) -> None:
    window, document = hand.window, hand.window.document
    canvas, empty = window.canvas, window.document.graph
    _drag_goal_away(hand)
    names: list[str] = []
    for number, kind in enumerate(KINDS):
        hand.drag_layer(kind, _place(number))
        assert document.graph.nodes[document.graph.last].kind == kind
        names.append(document.graph.nodes[document.graph.last].name)
    assert len(names) == 20
    for source, target in pairwise(("data", *names, "goal")):
        if source != "data":  # the first layer was joined to the data as it was put down
            hand.drag_wire(source, target, "in1" if target.startswith("add") else "in")
    starts = [names[1], *(names[6 + 5 * block] for block in range(2))]
    skips = list(zip(starts, [name for name in names if name.startswith("add")], strict=True))
    for start, end in skips:
        hand.drag_wire(start, end, "in2")

    # The last layer gives 128 numbers, but there are ten digits: its repair is a click away.
    assert not document.analysis.ready
    tabs = window.results.tabBar()
    place = window.results.indexOf(window.results.problems)
    QTest.mouseClick(tabs, LEFT, PLAIN, tabs.tabRect(place).center())
    QApplication.processEvents()
    hand.click(window.results.problems.cards[0].buttons[0])

    graph, analysis = document.graph, document.analysis
    assert analysis.ready, [problem.message for problem in analysis.problems]
    assert set(analysis.order) == set(graph.nodes)
    pairs = {(graph.nodes[w.source].name, graph.nodes[w.target].name) for w in graph.wires}
    assert set(skips) <= pairs
    assert set(canvas.projection.wires) == set(graph.wires)

    undo, redo = (_button(hand, name) for name in ("undo", "redo"))
    steps = 0
    while document.can_undo:
        hand.click(undo)
        steps += 1
        assert set(canvas.projection.nodes) == set(document.graph.nodes)
    assert document.graph.nodes == empty.nodes
    assert steps == 1 + 20 + 20 + 3 + 1, "the goal's move, each layer, each wire and the repair is one step"
    while document.can_redo:
        hand.click(redo)
    assert document.graph == graph


def _place(number: int) -> QPointF:
    """Where the layer with that number is dropped: rows from left to right below the data block."""
    return QPointF(ACROSS * (number % ROW), 260.0 + DOWN * (number // ROW))


def _button(hand: Hand, command: str) -> QToolButton:
    action = hand.window.commands[command]
    return next(b for b in hand.window.toolbar.findChildren(QToolButton) if b.defaultAction() is action)


def _wheel(hand: Hand, point: QPointF, notches: int) -> None:
    """Turn the wheel over a point of the viewport: away from one (up) zooms in."""
    view = hand.window.canvas.viewport()
    turned, none = QPoint(0, 120 * notches), Qt.ScrollPhase.NoScrollPhase
    where = QPointF(view.mapToGlobal(point.toPoint()))
    event = QWheelEvent(point, where, QPoint(), turned, Qt.MouseButton.NoButton, PLAIN, none, False)
    QApplication.sendEvent(view, event)


def _drag_goal_away(hand: Hand) -> None:
    """Zoom out by the wheel until there is room, and drag the goal to behind where the rows will end."""
    canvas, document = hand.window.canvas, hand.window.document
    goal = document.graph.of_kind("Output")[0].id
    view = canvas.viewport()
    # What is under the pointer stays there: in the corner, room comes up to the right and below.
    for _turn in range(40):
        seen = canvas.mapToScene(view.rect()).boundingRect()
        if seen.contains(QRectF(-60.0, -60.0, ACROSS * (ROW + 1) + 60.0, 260.0 + DOWN * 4)):
            break
        _wheel(hand, QPointF(4.0, 4.0), -1)
    else:
        raise AssertionError(f"No room after 40 turns of the wheel: {seen}")
    body = canvas.projection.nodes[goal].body
    start, end = hand.place(body.center()), hand.place(QPointF(ACROSS * ROW, 260.0 + DOWN * 2))
    QTest.mousePress(view, LEFT, PLAIN, start)
    QTest.mouseMove(view, start + (end - start) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, PLAIN, end)
    assert document.undo_label.startswith("Move")
