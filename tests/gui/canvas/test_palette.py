"""The palette: search, click, Enter and drag, together with a canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHoverEvent, QPixmap, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.graph.blocks import ready
from engine.graph.blocks.shelf import SECTIONS
from engine.graph.layers import FAMILIES, kinds
from gui import theme
from gui.canvas.grid import GRID
from gui.canvas.search import offered, search
from gui.panels import palette as module
from gui.panels.palette import BEFORE_NAME, BEHIND_NAME, ROW, Palette, written
from tests.letters import NARROW, ORDINARY, WIDE

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def palette(qtbot) -> Palette:
    made = Palette()
    made.resize(204, 700)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def shown(palette: Palette) -> list[str]:
    return [palette.model.data(palette.model.index(k)) for k in range(palette.model.rowCount())]


def painted(picture: QPixmap) -> QRectF:
    """Where something is to be seen in a picture, in pixels of the window, to the fraction."""
    area, ratio = QRegion(picture.mask()).boundingRect(), picture.devicePixelRatioF()
    return QRectF(area.x() / ratio, area.y() / ratio, area.width() / ratio, area.height() / ratio)


def test_every_layer_is_offered_under_its_family(palette) -> None:
    rows = palette.model.rows
    names = [row.name for row in rows if not isinstance(row, str)]
    assert sorted(names) == sorted(set(kinds()) | set(ready()))
    family = ""
    for row in rows:
        if isinstance(row, str):
            family = row
        else:
            assert row.family == family
    headings = [row for row in rows if isinstance(row, str)]
    assert headings == [f for f in (*FAMILIES, *SECTIONS) if f in headings]


def test_search(palette) -> None:
    QTest.keyClicks(palette.field, "conv")
    assert shown(palette)[0].startswith("Conv")
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.field.text() == ""
    QTest.keyClicks(palette.field, "zzzz")
    assert shown(palette) == []
    assert palette.nothing.isVisible()
    assert "zzzz" in palette.nothing.text()


@pytest.mark.parametrize(
    ("words", "first"),
    [("conv2d", "Conv2d"), ("dense", "Linear"), ("relu", "ReLU"), ("mxp2", "MaxPool2d"), ("lstm", "LSTM")],
)
def test_what_is_found_first(words: str, first: str) -> None:
    assert search(words)[0].name == first


def test_every_layer_is_found_by_its_name() -> None:
    for kind in offered():
        assert search(kind.name)[0] is kind
        assert kind in search(kind.name[:3].lower())


def test_click_picks_up_and_enter_adds(palette, qtbot) -> None:
    box = palette.row_of("Flatten")
    with qtbot.waitSignal(palette.picked) as told:
        QTest.mouseClick(palette.list.viewport(), LEFT, pos=box.center())
    assert told.args == ["Flatten"]
    palette.list.setFocus()
    with qtbot.waitSignal(palette.wanted) as told:
        QTest.keyClick(palette.list, Qt.Key.Key_Return)
    assert told.args == ["Flatten"]
    palette.field.setFocus()
    QTest.keyClicks(palette.field, "maxpool2")
    with qtbot.waitSignal(palette.wanted) as told:
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert told.args == ["MaxPool2d"]


def test_headings_are_not_layers(palette, qtbot) -> None:
    first = palette.list.visualRect(palette.model.index(0))
    with qtbot.assertNotEmitted(palette.picked):
        QTest.mouseClick(palette.list.viewport(), LEFT, pos=first.center())
    assert palette.model.flags(palette.model.index(0)) == Qt.ItemFlag.NoItemFlags


def test_dragging_carries_the_name_of_the_kind(palette, monkeypatch, hand, qtbot) -> None:
    carried = []

    class Carrying(module.QDrag):
        def exec(self, *_actions) -> Qt.DropAction:
            data = self.mimeData()
            carried.append(bytes(data.data(module.MIME).data()).decode())
            assert hand.enter(data, QPointF(560, 240))
            assert hand.let_fall(data, QPointF(560, 240))
            return Qt.DropAction.CopyAction

    monkeypatch.setattr(module, "QDrag", Carrying)
    box = palette.row_of("Conv1d")
    with qtbot.assertNotEmitted(palette.picked):
        QTest.mousePress(palette.list.viewport(), LEFT, pos=box.center())
        QTest.mouseMove(palette.list.viewport(), box.center() + QPoint(4, 4))
        QTest.mouseMove(palette.list.viewport(), box.center() + QPoint(60, 30))
        QTest.mouseRelease(palette.list.viewport(), LEFT, pos=box.center() + QPoint(60, 30))
    assert carried == ["Conv1d"]
    assert hand.graph.nodes[hand.graph.last].kind == "Conv1d"
    hand.check()


def test_behind_a_drag_no_row_stays_lit_and_the_pointer_hides_no_words(
    palette, monkeypatch, hand, qapp, qtbot
) -> None:
    theme.apply(qapp, "light")
    badges, ghosts = [], []

    class Carrying(module.QDrag):
        def exec(self, *_actions) -> Qt.DropAction:
            badges.extend(
                painted(module.drag_picture("Conv1d", ratio)).translated(-QPointF(self.hotSpot()))
                for ratio in (1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 3.0, self.pixmap().devicePixelRatioF())
            )
            assert hand.enter(self.mimeData(), QPointF(560, 240))
            gesture = hand.canvas.gesture
            half = gesture.shape.body.size() / 2
            ghosts.append(QRectF(QPointF(-half.width(), -half.height() - GRID / 2), gesture.shape.body.size()))
            hand.take_away()
            return Qt.DropAction.IgnoreAction

    monkeypatch.setattr(module, "QDrag", Carrying)
    viewport = palette.list.viewport()
    box = palette.row_of("Conv1d")
    rows = box.adjusted(0, -ROW, 0, ROW)
    QTest.mouseMove(palette.field)  # where the last test has left the pointer, a row may be lit
    QTest.qWait(50)
    outside = QPointF(-1, -1)
    QApplication.sendEvent(viewport, QHoverEvent(QEvent.Type.HoverLeave, outside, outside, outside))
    calm = viewport.grab(rows).toImage()
    QTest.mouseMove(viewport, box.center() - QPoint(3, 0))
    QTest.mouseMove(viewport, box.center())
    QTest.mousePress(viewport, LEFT, pos=box.center())
    pressed = viewport.grab(rows).toImage()
    began = box.center() + QPoint(40, 26)
    QTest.mouseMove(viewport, began)
    # On X11 this comes when the drag is over, about where it began.
    at = QPointF(began)
    hover = QHoverEvent(QEvent.Type.HoverMove, at, QPointF(viewport.mapToGlobal(began)), QPointF(box.center()))
    QApplication.sendEvent(viewport, hover)
    assert viewport.grab(rows).toImage() != pressed
    QTest.mouseRelease(viewport, LEFT, pos=QPoint(400, began.y()))
    palette.list.clearSelection()
    assert pressed != calm
    qtbot.waitUntil(lambda: viewport.grab(rows).toImage() == calm)
    (ghost,) = ghosts
    assert all(badge.width() >= 16 for badge in badges)
    assert not any(badge.intersects(ghost) for badge in badges)


@pytest.mark.parametrize("letters", [NARROW, ORDINARY, WIDE], indirect=True)
def test_every_name_can_be_read_where_the_palette_is_as_wide_as_at_first(letters, palette) -> None:
    wide = palette.first_width()
    assert 220 <= wide <= 280, "the canvas keeps its room"
    assert (wide > 220) == (letters == WIDE)
    palette.resize(wide, 700)
    QApplication.processEvents()
    room = palette.list.viewport().width() - BEFORE_NAME - BEHIND_NAME
    assert {written(kind.name, room)[1] for kind in offered()} == {kind.name for kind in offered()}
    assert written("Conv2d", room) == ("text", "Conv2d")
    assert written("Conv2d", 30)[1].endswith("…")


def test_picking_up_in_the_palette_puts_down_on_the_canvas(palette, hand) -> None:
    palette.picked.connect(hand.canvas.pick_up)
    QTest.mouseClick(palette.list.viewport(), LEFT, pos=palette.row_of("Dropout").center())
    hand.click(QPointF(560, 240))
    assert hand.graph.nodes[hand.graph.last].kind == "Dropout"
    hand.check()
