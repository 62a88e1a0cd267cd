"""The overview map: when it is there, what it shows, and moving the view with mouse, wheel and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.graph import Graph, empty
from gui.canvas.minimap import EDGE, Minimap
from gui.theme.contrast import mix
from gui.theme.style import current

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def wide_graph() -> Graph:
    graph = empty().move({"n1": (0, 0), "n2": (4400, 0)})
    for k in range(20):
        graph = graph.add("Conv2d" if k % 2 else "ReLU", position=(200.0 + 200 * k, 300.0 * (k % 3)))
    return graph


@pytest.fixture
def far(make_hand):
    """A hand at a drawing of which only a part is in view."""
    hand = make_hand(wide_graph())
    hand.canvas.zoom_to(1.0)
    hand.canvas.centerOn(QPointF(2200, 300))
    return hand


def middle(hand) -> QPointF:
    return hand.canvas.scene_at(QPointF(hand.canvas.viewport().rect().center()))


def wheel(map_: Minimap, turned: int, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    at = QPointF(map_.rect().center())
    event = QWheelEvent(
        at, map_.mapToGlobal(at), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(map_, event)


def test_it_is_there_only_while_something_is_out_of_view(far) -> None:
    map_ = far.canvas.minimap
    assert map_.isVisible()
    assert map_.accessibleName()
    far.canvas.fit_all()
    assert not map_.isVisible()
    far.canvas.zoom_to(1.0)
    assert map_.isVisible()
    far.document.edit("Shrink", far.graph.subgraph(["n1", "n2"]).move({"n2": (200, 0)}))
    far.canvas.fit_all()
    assert not map_.isVisible()
    far.document.undo()
    far.canvas.zoom_to(1.0)
    assert map_.isVisible()


def test_it_lies_in_a_corner_whatever_the_size(far) -> None:
    for width, height in ((1000, 640), (1900, 900), (1280, 400)):
        far.window.resize(width, height)
        QApplication.processEvents()
        map_ = far.canvas.minimap
        assert map_.isVisible()
        assert far.canvas.rect().contains(map_.geometry())
        beside = {map_.x(), far.canvas.width() - map_.geometry().right() - 1}
        above = {map_.y(), far.canvas.height() - map_.geometry().bottom() - 1}
        assert EDGE in beside
        assert EDGE in above


def test_it_can_be_switched_off_and_on_with_a_key(far) -> None:
    far.key(Qt.Key.Key_M, CTRL | SHIFT)
    assert not far.canvas.minimap.isVisible()
    assert not far.canvas.actions_.show_map.isChecked()
    far.canvas.pan_by(QPoint(100, 0))
    assert not far.canvas.minimap.isVisible()
    far.key(Qt.Key.Key_M, CTRL | SHIFT)
    assert far.canvas.minimap.isVisible()


def test_the_frame_is_what_is_seen(far) -> None:
    map_ = far.canvas.minimap
    frame = map_.frame()
    corner = far.canvas.scene_at(QPointF(0, 0))
    assert map_.on_canvas(frame.topLeft()).x() == pytest.approx(corner.x(), abs=1e-6)
    assert map_.on_canvas(frame.center()).x() == pytest.approx(middle(far).x(), abs=40)
    before = frame.width()
    far.canvas.zoom_to(2.0)
    assert map_.frame().width() == pytest.approx(before / 2, rel=0.01)


def test_boxes_are_painted_in_the_colours_of_their_families(far) -> None:
    map_ = far.canvas.minimap
    image = map_.grab().toImage()
    ratio = image.devicePixelRatio()
    theme = current()
    frame = map_.frame()
    seen = 0
    for item in far.canvas.projection.nodes.values():
        at = map_.on_map(item.body.center())
        if frame.adjusted(-3, -3, 3, 3).contains(at):
            continue
        family = item.face.family
        painted = image.pixelColor((at * ratio).toPoint())
        wanted = QColor(mix(theme.panel, theme.family_colour(family), 0.5))
        assert max(abs(painted.red() - wanted.red()), abs(painted.blue() - wanted.blue())) < 12, family
        seen += 1
    assert seen > 8


def test_the_picture_is_painted_anew_only_when_a_box_lies_elsewhere(far, monkeypatch) -> None:
    map_ = far.canvas.minimap
    painted = []
    paint = Minimap._paint
    monkeypatch.setattr(Minimap, "_paint", lambda self, painter: (painted.append(1), paint(self, painter)))
    map_.grab()
    far.canvas.pan_by(QPoint(70, 10))
    far.canvas.zoom_by(1.1)
    far.document.edit("Set", far.graph.set_params("n4", out_channels=7))
    map_.grab()
    assert painted == []
    far.document.edit("Move", far.graph.move({"n4": (900, 900)}))
    map_.grab()
    assert len(painted) == 1
    map_.grab()
    assert len(painted) == 1


def test_a_press_takes_the_view_there(far) -> None:
    map_ = far.canvas.minimap
    target = map_.on_map(QPointF(4000, 300)).toPoint()
    assert not map_.frame().contains(QPointF(target))
    QTest.mouseClick(map_, LEFT, PLAIN, target)
    wanted = map_.on_canvas(QPointF(target))
    assert abs(middle(far).x() - wanted.x()) < 3
    assert not far.document.can_undo


def test_dragging_the_frame_moves_the_view_without_a_jump(far) -> None:
    map_ = far.canvas.minimap
    before = middle(far)
    start = map_.frame().center().toPoint() + QPoint(4, 2)
    QTest.mousePress(map_, LEFT, PLAIN, start)
    assert abs(middle(far).x() - before.x()) < 1
    QTest.mouseMove(map_, start + QPoint(10, 0))
    QTest.mouseMove(map_, start + QPoint(20, 0))
    step = map_.on_canvas(QPointF(20, 0)).x() - map_.on_canvas(QPointF(0, 0)).x()
    assert middle(far).x() - before.x() == pytest.approx(step, abs=3)
    QTest.mouseRelease(map_, LEFT, PLAIN, start + QPoint(20, 0))
    QTest.mouseMove(map_, start)
    assert middle(far).x() - before.x() == pytest.approx(step, abs=3)


def test_it_cannot_be_dragged_away_from_the_drawing(far) -> None:
    map_ = far.canvas.minimap
    start = map_.frame().center().toPoint()
    QTest.mousePress(map_, LEFT, PLAIN, start)
    QTest.mouseMove(map_, QPoint(5000, 5000))
    content = far.canvas.projection.content()
    assert content.adjusted(-2, -2, 2, 2).contains(middle(far))
    QTest.mouseRelease(map_, LEFT, PLAIN, start)


def test_the_wheel_moves_and_zooms(far) -> None:
    map_, before = far.canvas.minimap, middle(far)
    wheel(map_, -120)
    assert middle(far).y() > before.y()
    assert middle(far).x() == pytest.approx(before.x(), abs=1)
    wheel(map_, -120, SHIFT)
    assert middle(far).x() > before.x()
    assert far.canvas.scale_now == 1.0
    wheel(map_, 120, CTRL)
    assert far.canvas.scale_now > 1.0


def test_it_is_used_with_the_keyboard(far) -> None:
    map_, before = far.canvas.minimap, middle(far)
    map_.setFocus()
    far.key(Qt.Key.Key_Right)
    assert middle(far).x() > before.x()
    far.key(Qt.Key.Key_Left)
    far.key(Qt.Key.Key_Down)
    assert middle(far).x() == pytest.approx(before.x(), abs=1)
    assert middle(far).y() > before.y()
    far.key(Qt.Key.Key_Plus)
    assert far.canvas.scale_now > 1.0
    far.key(Qt.Key.Key_Minus)
    assert far.canvas.scale_now == pytest.approx(1.0)
    far.key(Qt.Key.Key_Escape)
    assert far.canvas.hasFocus()
    map_.setFocus()
    far.key(Qt.Key.Key_Home)
    assert not map_.isVisible()
    # What had the focus is gone: the diagram has it.
    assert far.canvas.hasFocus()


def test_tab_leads_to_it_behind_the_last_layer(far) -> None:
    far.document.select({"n2"})
    for _ in range(40):
        far.key(Qt.Key.Key_Tab)
        if far.canvas.minimap.hasFocus():
            break
    assert far.canvas.minimap.hasFocus()
