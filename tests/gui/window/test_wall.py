"""The wall of all images: what it shows, how one finds and selects some, and that it paints only what is on show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from engine.data.image_contents import UNKNOWN, ImageContents
from engine.data.pictures.layout import GivenPart
from gui.wall import view as view_module
from gui.wall.sieve import ByPrediction, Guesses
from gui.wall.thumbnails import GAP
from gui.wall.window import WallWindow
from tests.pictures import shot

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
COUNT = 1_000


def images(count: int = COUNT) -> ImageContents:
    """Images of one level each, which is their number; the class is their last digit, every tenth is for test."""
    pixels = np.broadcast_to((np.arange(count) % 256).astype(np.uint8)[:, None, None, None], (count, 1, 4, 4))
    numbers = np.arange(count)
    parts = np.where(numbers % 10 == 9, GivenPart.TEST, GivenPart.TRAIN).astype(np.uint8)
    parts[:3] = GivenPart.VALIDATION
    classes = tuple(f"kind {number}" for number in range(10))
    names = tuple(f"{number % 10}/{number:04}.png" for number in numbers)
    return ImageContents((pixels,), np.zeros(count, np.uint8), numbers, classes, numbers % 10, parts, names)


@pytest.fixture
def wall(qtbot: Any) -> WallWindow:
    window = WallWindow()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.show_images("Numbers", images())
    window.view.setFocus()
    QApplication.processEvents()
    return window


def choose(box: Any, value: object) -> None:
    """With the keys of a list of choices."""
    box.setFocus()
    place = box.findData(value)
    while box.currentIndex() != place:
        QTest.keyClick(box, Qt.Key.Key_Up if box.currentIndex() > place else Qt.Key.Key_Down)


def press(wall: WallWindow, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    for key in keys:
        QTest.keyClick(wall.view, key, modifiers)


def test_each_thumbnail_is_the_image_of_its_place(wall: WallWindow) -> None:
    view = wall.view
    ratio = view.devicePixelRatioF()
    for value in (0, 333):
        view.verticalScrollBar().setValue(value)
        picture = shot(view.viewport())
        seen = 0
        for place in range(len(view.shown)):
            rect = view.rect_of(place)
            middle = rect.center()
            if view.viewport().rect().contains(rect) and view.selected.tolist() != [place]:
                colour = picture.pixelColor(round(middle.x() * ratio), round(middle.y() * ratio))
                assert colour.red() == place % 256
                assert view.place_at(middle) == place
                seen += 1
        assert seen > 20


def test_only_what_is_on_show_is_painted(wall: WallWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[int] = []
    real = view_module.strip

    def counting(wall: Any, numbers: Any, *rest: Any) -> Any:
        painted.extend(numbers.tolist())
        return real(wall, numbers, *rest)

    monkeypatch.setattr(view_module, "strip", counting)
    wall.show_images("Many", images(100_000))
    wall.view.viewport().repaint()
    grid = wall.view.grid
    most = grid.columns * (wall.view.viewport().height() // grid.down + 2)
    assert 0 < len(painted) <= most
    painted.clear()
    bar = wall.view.verticalScrollBar()
    bar.setValue(bar.value() + grid.down)
    wall.view.viewport().repaint()
    assert len(painted) <= 2 * grid.columns, "what stays on show is not painted again"
    painted.clear()
    press(wall, Qt.Key.Key_End)
    wall.view.viewport().repaint()
    assert painted[-1] == 99_999
    assert len(painted) <= most


def test_keys_go_through_all_images_and_shift_and_ctrl_select(wall: WallWindow) -> None:
    view, columns = wall.view, wall.view.grid.columns
    press(wall, Qt.Key.Key_Right, Qt.Key.Key_Down)
    assert view.current == 1 + columns
    assert view.selected.tolist() == [1 + columns]
    press(wall, Qt.Key.Key_Right, Qt.Key.Key_Right, modifiers=SHIFT)
    assert view.selected.tolist() == [1 + columns, 2 + columns, 3 + columns]
    press(wall, Qt.Key.Key_End)
    assert view.selected.tolist() == [COUNT - 1]
    assert view.viewport().rect().contains(view.rect_of(COUNT - 1))
    press(wall, Qt.Key.Key_Home)
    assert view.current == 0
    press(wall, Qt.Key.Key_PageDown)
    page = view.current
    assert page % columns == 0
    assert page > columns
    press(wall, Qt.Key.Key_PageUp)
    assert view.current == 0
    press(wall, Qt.Key.Key_Right, modifiers=CONTROL)
    assert (view.current, view.selected.tolist()) == (1, [0])
    press(wall, Qt.Key.Key_Space, modifiers=CONTROL)
    assert view.selected.tolist() == [0, 1]
    press(wall, Qt.Key.Key_A, modifiers=CONTROL)
    assert len(view.selected) == COUNT
    assert wall.status.text() == "1,000 images selected"


def test_the_mouse_selects(wall: WallWindow) -> None:
    view = wall.view

    def click(place: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(view.viewport(), LEFT, modifiers, view.rect_of(place).center())

    click(4)
    assert view.selected.tolist() == [4]
    click(7, SHIFT)
    assert view.selected.tolist() == [4, 5, 6, 7]
    click(5, CONTROL)
    assert view.selected.tolist() == [4, 6, 7]
    between = view.rect_of(4).topRight()
    between.setX(between.x() + GAP // 2 + 1)
    QTest.mouseClick(view.viewport(), LEFT, NONE, between)
    assert view.selected.tolist() == [4, 6, 7]


def test_filters_show_what_is_wanted_and_count_beforehand(wall: WallWindow) -> None:
    filters, view = wall.filters, wall.view
    assert filters.label.itemText(4) == "kind 3 (100)"
    assert [filters.part.itemText(at) for at in range(filters.part.count())] == [
        "All (1,000)",
        "Training (897)",
        "Validation (3)",
        "Test (100)",
    ]
    choose(filters.part, int(GivenPart.TEST))
    assert view.shown.tolist() == list(range(9, COUNT, 10))
    assert filters.label.itemText(4) == "kind 3 (0)"
    assert filters.label.itemText(10) == "kind 9 (100)"
    assert "100 of 1,000 images" in wall.facts.text()
    filters.text.setFocus()
    QTest.keyClicks(filters.text, "9/00")
    assert view.shown.tolist() == [9, 19, 29, 39, 49, 59, 69, 79, 89, 99]
    choose(filters.label, 0)
    assert len(view.shown) == 0
    assert wall.words.isVisible()
    assert "other filters" in wall.words.text()
    filters.text.setFocus()
    QTest.keyClick(filters.text, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(filters.text, Qt.Key.Key_Delete)
    choose(filters.part, None)
    assert view.isVisible()
    assert view.shown.tolist() == list(range(0, COUNT, 10))


def test_what_the_network_says_is_found_by_being_right_wrong_or_unsure(wall: WallWindow) -> None:
    filters = wall.filters
    assert not filters.verdict.isEnabled()
    labels, sure = np.arange(COUNT) % 10, np.full(COUNT, 0.9, dtype=np.float32)
    labels[5:8] = 0
    sure[7:9] = 0.4
    labels[900:] = UNKNOWN
    wall.show_guesses(Guesses(labels, sure), "Predicting: 90 %")
    assert wall.asking.text() == "Predicting: 90 %"
    assert [filters.verdict.itemText(at) for at in range(4)] == [
        "Any prediction (1,000)",
        "Right (897)",
        "Wrong (3)",
        "Unsure (2)",
    ]
    choose(filters.verdict, ByPrediction.WRONG.value)
    assert wall.view.shown.tolist() == [5, 6, 7]
    assert wall.wall is not None
    assert wall.wall.words(5) == "✗ kind 0"
    assert wall.wall.words(8) == "✓ kind 8"
    assert wall.wall.words(950) == "kind 0"
    choose(filters.verdict, ByPrediction.UNSURE.value)
    assert wall.view.shown.tolist() == [7, 8]
    wall.view.setFocus()
    press(wall, Qt.Key.Key_Home)
    assert wall.status.text() == "Image 8 · 7/0007.png · class kind 7 · training · predicted kind 0, 40%"


def test_a_larger_size_leaves_the_current_image_in_sight(wall: WallWindow) -> None:
    view = wall.view
    press(wall, Qt.Key.Key_End)
    wall.filters.slider.setFocus()
    before = view.grid.columns
    for _ in range(4):
        QTest.keyClick(wall.filters.slider, Qt.Key.Key_PageUp)
    assert view.side > 72
    assert view.grid.columns < before
    assert view.viewport().rect().intersects(view.rect_of(COUNT - 1))
    QTest.keyClick(wall.filters.slider, Qt.Key.Key_Home)
    assert not view.grid.has_words


def test_the_menu_of_an_image_edits_it_once(qtbot: Any) -> None:
    window = WallWindow()
    qtbot.addWidget(window)
    window.show()
    window.show_images("Numbers", images(), np.zeros(COUNT, dtype=np.bool_))
    told: list[tuple[str, object]] = []
    bar = window.edits
    bar.labelled.connect(lambda number: told.append(("class", number)))
    bar.put.connect(lambda part: told.append(("split", part)))
    bar.excluded.connect(lambda on: told.append(("excluded", on)))
    bar.restored.connect(lambda: told.append(("restored", True)))

    def chosen(*words: str) -> None:
        """Ask for the menu with its key, and choose in it with keys as well."""
        where = window.view.rect_of(3).center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, window.view.viewport().mapToGlobal(where))
        QApplication.sendEvent(window.view.viewport(), event)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for word in words:
            action = next(one for one in menu.actions() if one.text().partition("\t")[0] == word)
            menu.setActiveAction(action)
            if action.menu() is not None:
                QTest.keyClick(menu, Qt.Key.Key_Right)
                menu = action.menu()
            else:
                QTest.keyClick(menu, Qt.Key.Key_Return)

    chosen("Class", "kind 4")
    chosen("Split", "Test")
    chosen("Exclude")
    chosen("As in the file")
    assert told == [("class", 4), ("split", int(GivenPart.TEST)), ("excluded", True), ("restored", True)]
    assert window.view.selected.tolist() == [3]
