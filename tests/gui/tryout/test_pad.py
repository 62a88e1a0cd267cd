"""The drawing pad under real events: mouse, touch, pen and keys."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.tryout import ink
from gui.tryout.ink import PEN, SIDE, Stroke
from gui.tryout.pad import DrawingPad
from tests.pictures import shot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pad(qapp: QApplication, qtbot) -> DrawingPad:
    theme.apply(qapp, "light")
    made = DrawingPad(frame_milliseconds=0)
    qtbot.addWidget(made)
    made.resize(280, 280)  # one device-independent pixel is one unit of the pad
    made.show()
    qtbot.waitExposed(made)
    return made


def draw(pad: DrawingPad, *points: tuple[int, int], lift: bool = True) -> None:
    QTest.mousePress(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(pad, QPoint(*point))
    if lift:
        QTest.mouseRelease(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(*points[-1]))


def drawn(pad: DrawingPad) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The strokes to a millionth of a point: on a fine screen Qt counts in its pixels and back."""
    return tuple(tuple((round(x, 6), round(y, 6)) for x, y in stroke) for stroke in pad.strokes())


def darkness(pad: DrawingPad, x: int, y: int) -> int:
    return 255 - shot(pad).pixelColor(x, y).lightness()


def test_a_stroke_of_the_mouse_becomes_points_and_ink(pad, qtbot) -> None:
    with qtbot.waitSignals([pad.drawing_changed, pad.stroke_finished]):
        draw(pad, (50, 50), (100, 50), (200, 50))
    assert drawn(pad) == (((50.0, 50.0), (100.0, 50.0), (200.0, 50.0)),)
    assert darkness(pad, 150, 50) > 200
    assert darkness(pad, 150, 120) == 0


def test_the_empty_pad_says_what_to_do_until_the_first_touch(pad) -> None:
    assert "Draw a digit here" in pad.accessibleDescription()
    middle = shot(pad, pad.square().toRect().adjusted(60, 120, -60, -120))
    colours = {middle.pixelColor(x, y).name() for x in range(middle.width()) for y in range(middle.height())}
    assert len(colours) > 1
    draw(pad, (10, 10), (20, 10))
    middle = shot(pad, pad.square().toRect().adjusted(60, 120, -60, -120))
    colours = {middle.pixelColor(x, y).name() for x in range(middle.width()) for y in range(middle.height())}
    assert colours == {theme.LIGHT.panel.lower()}
    assert pad.accessibleDescription() == "one stroke"


def test_the_drawing_is_told_of_while_the_pen_moves_and_at_most_once_a_frame(qapp, qtbot) -> None:
    pad = DrawingPad(frame_milliseconds=100_000)
    qtbot.addWidget(pad)
    pad.resize(280, 280)
    told = []
    pad.drawing_changed.connect(lambda: told.append(len(pad.strokes()[-1])))
    draw(pad, (10, 10), (30, 10), (60, 10), (90, 10), lift=False)
    assert told == []  # the frame is not over
    QTest.mouseRelease(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(90, 10))
    assert told == [4]  # and the end never waits for it


def test_a_frame_tells_of_the_stroke_in_progress(pad, qtbot) -> None:
    with qtbot.waitSignal(pad.drawing_changed):
        draw(pad, (10, 10), (50, 10), lift=False)
    assert pad.is_drawing()
    assert drawn(pad) == (((10.0, 10.0), (50.0, 10.0)),)


def test_leaving_the_pad_keeps_drawing_clipped_to_it(pad) -> None:
    draw(pad, (140, 140), (400, 140), (400, -50), (140, 100))
    assert drawn(pad) == (((140.0, 140.0), (SIDE, 140.0), (SIDE, 0.0), (140.0, 100.0)),)


def test_strokes_are_the_same_whatever_the_size_of_the_pad(pad) -> None:
    pad.resize(560, 560)
    draw(pad, (100, 100), (200, 100), (400, 100))
    assert drawn(pad) == (((50.0, 50.0), (100.0, 50.0), (200.0, 50.0)),)
    pad.resize(280, 280)
    assert darkness(pad, 150, 50) > 200


def test_undo_takes_back_a_stroke_and_a_clearing(pad) -> None:
    draw(pad, (10, 10), (60, 10))
    draw(pad, (10, 90), (60, 90))
    both = pad.strokes()
    pad.clear()
    assert pad.is_empty()
    pad.undo()
    assert pad.strokes() == both
    pad.undo()
    assert pad.strokes() == both[:1]
    assert darkness(pad, 30, 90) == 0
    assert darkness(pad, 30, 10) > 200
    pad.undo()
    assert pad.is_empty()
    assert not pad.can_undo()
    pad.undo()


def test_a_saved_drawing_comes_back_and_can_be_undone(pad, qtbot) -> None:
    saved = (((10.0, 10.0), (100.0, 10.0)), ((50.0, 80.0),))
    with qtbot.waitSignal(pad.drawing_changed):
        pad.set_strokes(saved)
    assert pad.strokes() == saved
    assert darkness(pad, 50, 80) > 200
    pad.undo()
    assert pad.strokes() == saved[:1]


@pytest.mark.parametrize("points", [[(1.0, math.nan)], [(math.inf, 0.0)], [(1.0,)]])
def test_a_damaged_drawing_is_refused_and_the_pad_stays_as_it_was(pad, points) -> None:
    draw(pad, (10, 10), (60, 10))
    before = pad.strokes()
    with pytest.raises(ValueError):
        pad.set_strokes([points])
    assert pad.strokes() == before


def test_escape_drops_the_stroke_in_progress_without_a_trace(pad) -> None:
    draw(pad, (10, 10), (60, 10))
    before = pad.strokes()
    draw(pad, (10, 100), (100, 100), lift=False)
    QTest.keyClick(pad, Qt.Key.Key_Escape)
    assert pad.strokes() == before
    assert darkness(pad, 50, 100) == 0
    # The button is still down: neither moving nor lifting starts or ends anything.
    QTest.mouseMove(pad, QPoint(150, 150))
    QTest.mouseRelease(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(150, 150))
    assert pad.strokes() == before
    pad.undo()
    assert pad.is_empty()


def test_a_click_is_a_dot_and_a_quick_second_one_another(pad) -> None:
    QTest.mouseClick(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(140, 140))
    QTest.mouseDClick(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(140, 80))
    assert darkness(pad, 140, 140) > 200
    assert {stroke[0] for stroke in pad.strokes()} == {(140.0, 140.0), (140.0, 80.0)}


def test_the_right_button_draws_nothing(pad) -> None:
    QTest.mousePress(pad, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, QPoint(50, 50))
    QTest.mouseRelease(pad, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, QPoint(50, 50))
    assert pad.is_empty()


def test_a_pad_that_is_hidden_finishes_its_stroke(pad, qtbot) -> None:
    draw(pad, (10, 10), (60, 10), lift=False)
    with qtbot.waitSignal(pad.stroke_finished):
        pad.hide()
    assert not pad.is_drawing()
    assert len(pad.strokes()) == 1


# -- touch ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def screen() -> QPointingDevice:
    return QTest.createTouchDevice()


def test_a_finger_draws(pad, screen, qtbot) -> None:
    QTest.touchEvent(pad, screen).press(0, QPoint(50, 50), pad).commit()
    QTest.touchEvent(pad, screen).move(0, QPoint(120, 50), pad).commit()
    with qtbot.waitSignal(pad.stroke_finished):
        QTest.touchEvent(pad, screen).release(0, QPoint(120, 50), pad).commit()
    assert drawn(pad) == (((50.0, 50.0), (120.0, 50.0)),)


def test_a_second_finger_or_a_palm_changes_nothing(pad, screen) -> None:
    QTest.touchEvent(pad, screen).press(0, QPoint(50, 50), pad).commit()
    QTest.touchEvent(pad, screen).stationary(0).press(1, QPoint(200, 200), pad).commit()
    QTest.touchEvent(pad, screen).move(0, QPoint(120, 50), pad).move(1, QPoint(210, 220), pad).commit()
    QTest.touchEvent(pad, screen).stationary(0).release(1, QPoint(210, 220), pad).commit()
    assert pad.is_drawing()
    QTest.touchEvent(pad, screen).release(0, QPoint(160, 50), pad).commit()
    assert drawn(pad) == (((50.0, 50.0), (120.0, 50.0), (160.0, 50.0)),)


def test_the_first_finger_lifting_ends_the_stroke_while_another_rests(pad, screen) -> None:
    QTest.touchEvent(pad, screen).press(0, QPoint(50, 50), pad).press(1, QPoint(200, 200), pad).commit()
    QTest.touchEvent(pad, screen).release(0, QPoint(90, 50), pad).stationary(1).commit()
    assert not pad.is_drawing()
    QTest.touchEvent(pad, screen).move(1, QPoint(100, 200), pad).commit()
    QTest.touchEvent(pad, screen).release(1, QPoint(100, 200), pad).commit()
    assert drawn(pad) == (((50.0, 50.0), (90.0, 50.0)),)


def test_a_finger_does_not_draw_a_second_time_as_a_mouse(pad, screen, qapp) -> None:
    QTest.touchEvent(pad, screen).press(0, QPoint(50, 50), pad).commit()
    QTest.touchEvent(pad, screen).release(0, QPoint(50, 50), pad).commit()
    qapp.processEvents()
    assert len(pad.strokes()) == 1


# -- pen --------------------------------------------------------------------------------------------------------


def send_pen(pad, kind, x, y, pressure, *, pointer=QPointingDevice.PointerType.Pen, button=LEFT) -> None:
    device = QPointingDevice(
        "stylus",
        1,
        QInputDevice.DeviceType.Stylus,
        pointer,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        3,
        "",
        QPointingDeviceUniqueId(),
    )
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else button
    where = QPointF(x, y)
    event = QTabletEvent(
        kind,
        device,
        where,
        pad.mapToGlobal(where),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        button if kind != QEvent.Type.TabletMove else Qt.MouseButton.NoButton,
        held,
    )
    QApplication.sendEvent(pad, event)


def pen_stroke(pad, y: int, pressure: float) -> None:
    send_pen(pad, QEvent.Type.TabletPress, 50, y, pressure)
    send_pen(pad, QEvent.Type.TabletMove, 120, y, pressure)
    send_pen(pad, QEvent.Type.TabletMove, 200, y, pressure)
    send_pen(pad, QEvent.Type.TabletRelease, 200, y, 0.0)


def test_a_pen_draws_wider_when_it_is_pressed(pad) -> None:
    pen_stroke(pad, 80, 0.1)
    pen_stroke(pad, 200, 1.0)
    assert [stroke[0] for stroke in drawn(pad)] == [(50.0, 80.0), (50.0, 200.0)]
    image = shot(pad)
    ground = QColor(theme.LIGHT.panel)

    def thickness(centre: int) -> int:
        return sum(image.pixelColor(130, y) != ground for y in range(centre - 30, centre + 30))

    assert thickness(200) > 1.5 * thickness(80)


def test_the_pen_wins_over_a_palm_that_came_first(pad, screen) -> None:
    QTest.touchEvent(pad, screen).press(0, QPoint(250, 250), pad).commit()
    pen_stroke(pad, 80, 0.5)
    QTest.touchEvent(pad, screen).release(0, QPoint(250, 250), pad).commit()
    assert drawn(pad) == (((50.0, 80.0), (120.0, 80.0), (200.0, 80.0)),)


def test_the_eraser_takes_away_the_strokes_it_touches(pad) -> None:
    draw(pad, (50, 50), (100, 50))
    draw(pad, (50, 200), (100, 200))
    eraser = QPointingDevice.PointerType.Eraser
    send_pen(pad, QEvent.Type.TabletPress, 100, 205, 0.5, pointer=eraser)
    assert drawn(pad) == (((50.0, 50.0), (100.0, 50.0)),)
    pad.undo()
    assert len(pad.strokes()) == 2


# -- keys -------------------------------------------------------------------------------------------------------


def test_the_keyboard_can_draw(pad) -> None:
    pad.setFocus()
    QTest.keyClick(pad, Qt.Key.Key_Left)
    QTest.keyClick(pad, Qt.Key.Key_Space)
    QTest.keyClick(pad, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(pad, Qt.Key.Key_Space)
    assert drawn(pad) == (((130.0, 140.0), (130.0, 180.0)),)
    QTest.keyClick(pad, Qt.Key.Key_Backspace)
    assert pad.is_empty()
    draw(pad, (10, 10), (60, 10))
    QTest.keyClick(pad, Qt.Key.Key_Delete)
    assert pad.is_empty()
    QTest.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(pad.strokes()) == 1


def test_the_keyboard_reaches_the_pad(pad) -> None:
    assert pad.focusPolicy() & Qt.FocusPolicy.TabFocus


# -- ink --------------------------------------------------------------------------------------------------------


def test_ink_drawn_piece_by_piece_looks_like_ink_drawn_at_once(pad) -> None:
    points = [(40 + 20 * i, 140 + round(60 * math.sin(i))) for i in range(11)]
    draw(pad, *points)
    live = shot(pad)
    pad.resize(300, 300)
    pad.resize(280, 280)
    again = shot(pad)
    differing = sum(
        abs(live.pixelColor(x, y).lightness() - again.pixelColor(x, y).lightness()) > 8
        for x in range(280)
        for y in range(280)
    )
    assert differing == 0


def test_ink_is_smooth_and_has_no_corners() -> None:
    # The curve turns at the middles of the sides, so the control point of a right angle itself stays unpainted.
    from PySide6.QtGui import QImage, QPainter

    image = QImage(280, 280, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    thin = Stroke(((20.0, 20.0), (220.0, 20.0), (220.0, 220.0)), (4.0, 4.0, 4.0))
    ink.paint_stroke(painter, thin, QColor("#000000"))
    painter.end()
    assert image.pixelColor(220, 20).lightness() == 255
    assert image.pixelColor(195, 45).lightness() < 60
    assert image.pixelColor(60, 20).lightness() < 60


def test_pressure_is_kept_within_reason() -> None:
    assert ink.width_of(0.5) == pytest.approx(PEN)
    assert ink.width_of(-3.0) == ink.width_of(0.0) > 0
    assert ink.width_of(7.0) == ink.width_of(1.0)


def test_ink_follows_the_theme(pad, qapp) -> None:
    draw(pad, (50, 50), (200, 50))
    theme.apply(qapp, "dark")
    assert shot(pad).pixelColor(120, 50).name().upper() == theme.DARK.ink
    theme.apply(qapp, "light")


def test_a_picture_can_be_drawn_on_and_taken_back(pad) -> None:
    picture = np.zeros((28, 28), dtype=np.uint8)
    picture[10:18, 10:18] = 255
    draw(pad, (30, 30), (60, 60))
    before = pad.strokes()
    pad.set_picture(picture)
    assert not pad.is_empty()
    assert pad.strokes() == ()
    middle = pad.square().center().toPoint()
    assert darkness(pad, middle.x(), middle.y()) > 150
    assert "image" in pad.accessibleDescription()
    draw(pad, (30, 30), (60, 60))
    np.testing.assert_array_equal(pad.picture(), picture)
    assert len(pad.strokes()) == 1
    pad.undo()
    assert pad.strokes() == ()
    pad.clear()
    assert pad.is_empty()
    pad.undo()
    np.testing.assert_array_equal(pad.picture(), picture)
    pad.undo()
    assert pad.picture() is None
    assert pad.strokes() == before
