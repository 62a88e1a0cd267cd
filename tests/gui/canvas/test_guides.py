"""While a node is moved: guides, equal gaps, the grid, and scrolling at the edge."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from engine.graph.graph import empty
from gui.canvas.guides import Guides
from tests.pictures import shot

ALT = Qt.KeyboardModifier.AltModifier
LEFT = Qt.MouseButton.LeftButton


def level(hand, id: str) -> float:
    return hand.canvas.projection.nodes[id].body.center().y()


@pytest.fixture
def close(letters, hand):
    """A zoom of 100 %, so that a pixel is a unit, and layers that are as wide with any font."""
    hand.canvas.zoom_to(1.0)
    hand.canvas.centerOn(QPointF(400, 150))
    return hand


def test_a_node_snaps_level_with_another_and_a_line_says_so(close) -> None:
    hand = close
    start = hand.body("n5")
    wanted = level(hand, "n3")
    hand.hold(start, QPointF(start.x() + 90, wanted + 4.0))
    assert level(hand, "n5") == wanted
    lines = hand.canvas.gesture.lines
    assert any(line.y1() == line.y2() == wanted for line in lines)
    hand.release(QPointF(start.x() + 90, wanted + 4.0))
    assert level(hand, "n5") == wanted
    hand.check()


def test_the_line_is_painted_in_the_accent(close) -> None:
    hand = close
    start = hand.body("n5")
    wanted = level(hand, "n3")
    hand.hold(start, QPointF(start.x() + 90, wanted + 4.0))
    (line,) = [line for line in hand.canvas.gesture.lines if line.y1() == line.y2()]
    from gui.theme.style import current

    # Left of everything the line connects, where nothing else is painted.
    at = hand.on_screen(QPointF(line.x1() + 4.0, wanted))
    picture = shot(hand.canvas.viewport())
    colours = {picture.pixelColor(at.x(), at.y() + k).name() for k in (-1, 0, 1)}
    assert current().accent.lower() in colours
    hand.canvas.cancel()
    picture = shot(hand.canvas.viewport())
    assert current().accent.lower() not in {picture.pixelColor(at.x(), at.y() + k).name() for k in (-1, 0, 1)}


def test_alt_held_during_the_drag_snaps_to_nothing(close) -> None:
    hand = close
    start = hand.body("n5")
    end = start + QPointF(-37, 91)  # the left edge 3 pixels beside that of another
    hand.press(start)
    hand.move(end)
    assert len(hand.canvas.gesture.lines) == 1
    hand.canvas.lead(QPointF(hand.on_screen(end)), ALT)
    assert hand.canvas.gesture.lines == ()
    hand.release(end, ALT)
    moved = hand.on_screen(end) - hand.on_screen(start)
    assert hand.graph.nodes["n5"].position == (240 + moved.x(), 200 + moved.y())
    hand.check()


def test_esc_leaves_no_line(close) -> None:
    hand = close
    start = hand.body("n5")
    hand.hold(start, QPointF(start.x() + 90, level(hand, "n3") + 4.0))
    gesture = hand.canvas.gesture
    hand.key(Qt.Key.Key_Escape)
    assert gesture.lines == ()
    assert hand.graph.nodes["n5"].position == (240, 200)
    hand.check()


def test_others_that_move_along_keep_their_distance_and_guide_nothing(close) -> None:
    hand = close
    hand.document.select({"n3", "n5"})
    start = hand.body("n5")
    hand.drag(start, start + QPointF(11, 61))
    dx = hand.graph.nodes["n5"].position[0] - 240
    assert hand.graph.nodes["n3"].position[0] - 200 == dx
    assert dx % 8 == 0
    hand.check()


def test_equal_gaps_between_two_neighbours() -> None:
    left, right = QRectF(0, 0, 100, 64), QRectF(500, 0, 130, 64)
    guides = Guides([(left, ()), (right, ())])
    body = QRectF(200, 300, 101, 64)
    found = guides.snapped(body, (), 0.0 + 46, -302.0, 1.0)
    assert body.left() + found.dx == 100 + (400 - 101) / 2
    assert body.top() + found.dy == 0
    assert len(found.lines) >= 7  # two gaps with ticks at their ends, and the level


def test_the_gap_of_the_two_before_is_repeated() -> None:
    guides = Guides([(QRectF(0, 0, 100, 64), ()), (QRectF(173, 0, 100, 64), ())])
    body = QRectF(900, 300, 91, 64)
    found = guides.snapped(body, (), 900 - 900 - 557.0, -298.0, 1.0)
    assert body.left() + found.dx == 273 + 73


def test_far_from_everything_it_lands_on_the_grid() -> None:
    guides = Guides([(QRectF(0, 0, 100, 64), ())])
    found = guides.snapped(QRectF(500, 500, 100, 64), (), 13.0, 21.0, 1.0)
    assert (found.dx, found.dy, found.lines) == (12.0, 20.0, ())


def test_reach_is_in_pixels_of_the_screen() -> None:
    guides = Guides([(QRectF(0, 0, 100, 64), ())])
    body = QRectF(0, 400, 100, 64)
    assert guides.snapped(body, (), 11.0, 0.0, 0.5).dx == 0.0
    assert guides.snapped(body, (), 11.0, 0.0, 2.0).dx == 8.0


def test_a_drag_held_at_the_edge_scrolls_and_carries_the_node_along(close, qtbot) -> None:
    hand = close
    view = hand.canvas.viewport()
    QTest.mousePress(view, LEFT, pos=hand.on_screen(hand.body("n5")))
    edge = QPoint(view.width() - 3, 300)
    QTest.mouseMove(view, QPoint(500, 300))
    QTest.mouseMove(view, edge)
    before = hand.canvas.scene_at(edge).x()
    qtbot.waitUntil(lambda: hand.canvas.scene_at(edge).x() > before + 150)
    body = hand.canvas.projection.nodes["n5"].body
    assert body.adjusted(-12, -12, 12, 12).contains(hand.canvas.scene_at(edge))
    QTest.mouseRelease(view, LEFT, pos=edge)
    there = hand.canvas.scene_at(edge).x()
    assert hand.graph.nodes["n5"].position[0] == pytest.approx(there - body.width() / 2, abs=16)
    assert not hand.canvas.edge_scroll.active
    hand.check()


def test_esc_ends_the_scrolling(close, qtbot) -> None:
    hand = close
    view = hand.canvas.viewport()
    QTest.mousePress(view, LEFT, pos=hand.on_screen(hand.body("n5")))
    QTest.mouseMove(view, QPoint(500, 300))
    QTest.mouseMove(view, QPoint(4, 300))
    assert hand.canvas.edge_scroll.active
    hand.key(Qt.Key.Key_Escape)
    assert not hand.canvas.edge_scroll.active
    hand.check()


def test_a_layer_in_hand_and_an_idle_pointer_scroll_nothing(make_hand) -> None:
    hand = make_hand(empty())
    view = hand.canvas.viewport()
    QTest.mouseMove(view, QPoint(4, 300))
    assert not hand.canvas.edge_scroll.active
    hand.canvas.pick_up("ReLU")
    QTest.mouseMove(view, QPoint(6, 300))
    assert not hand.canvas.edge_scroll.active
    hand.canvas.cancel()
