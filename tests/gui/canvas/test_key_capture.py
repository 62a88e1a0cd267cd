"""Fields and buttons that lie over the canvas: what keys mean in them, and their menus."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from engine.graph.graph import Graph
from engine.graph.note_edits import add_note
from tests.gui.canvas.conftest import Hand, small_graph

KEY = Qt.Key
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def noted(make_hand: Callable[[Graph], Hand], qtbot) -> Hand:
    """The small drawing with a note t6, and conv1 selected."""
    hand = make_hand(add_note(small_graph(), text="words", position=(440.0, 200.0)))
    qtbot.waitUntil(hand.canvas.hasFocus)
    hand.document.select({"n3"})
    return hand


def rename(hand: Hand) -> QLineEdit:
    hand.key(KEY.Key_F2)
    return hand.canvas.rename_field


def quick_add(hand: Hand) -> QLineEdit:
    hand.key(KEY.Key_Space)
    return hand.canvas.quick_add.field


def find(hand: Hand) -> QLineEdit:
    hand.key(KEY.Key_F, CONTROL)
    return hand.canvas.find_bar.field


def note(hand: Hand) -> QPlainTextEdit:
    hand.document.select(())
    hand.canvas.notes.select({"t6"})
    hand.key(KEY.Key_Return)
    return hand.canvas.notes.field


def words_in(field: QLineEdit | QPlainTextEdit) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


@pytest.mark.parametrize("open_field", [rename, quick_add, find, note])
def test_the_menu_of_a_field_does_not_close_it(noted: Hand, open_field, qtbot) -> None:
    field = open_field(noted)
    noted.type("nor")
    words, at = words_in(field), QPoint(10, 10)
    QApplication.sendEvent(
        field if isinstance(field, QLineEdit) else field.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, field.mapToGlobal(at)),
    )
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert field.isVisible()
    menu.close()
    qtbot.waitUntil(field.hasFocus)
    assert words_in(field) == words
    noted.type("m")
    assert words_in(field) == f"{words}m"


@pytest.mark.parametrize("open_field", [rename, quick_add])
def test_going_elsewhere_closes_it(noted: Hand, open_field) -> None:
    field = open_field(noted)
    noted.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not field.isVisible()


@pytest.mark.parametrize("open_field", [rename, quick_add, find, note])
def test_shortcuts_of_the_canvas_do_nothing_while_one_types(noted: Hand, open_field) -> None:
    field = open_field(noted)
    noted.type("no")
    before = words_in(field)
    for key in (KEY.Key_D, KEY.Key_B, KEY.Key_G, KEY.Key_L, KEY.Key_T, KEY.Key_R, KEY.Key_0):
        noted.key(key, CONTROL)
    noted.key(KEY.Key_X, CONTROL | SHIFT)
    noted.key(KEY.Key_Delete)
    noted.type("A. b")
    assert words_in(field) == f"{before}A. b"
    assert field.hasFocus()
    assert not noted.document.can_undo


@pytest.mark.parametrize("open_field", [rename, quick_add, find, note])
def test_undo_in_a_field_takes_back_what_was_typed(noted: Hand, open_field) -> None:
    noted.document.edit("Before", noted.graph.rename("n5", "head"))
    field = open_field(noted)
    before = words_in(field)
    noted.type("no")
    noted.key(KEY.Key_Z, CONTROL)
    assert words_in(field) == before
    assert field.isVisible()
    assert noted.document.undo_label == "Before"


@pytest.mark.parametrize("open_field", [rename, find, note])
def test_the_search_opens_from_every_field(noted: Hand, open_field) -> None:
    open_field(noted)
    noted.key(KEY.Key_F, CONTROL)
    assert noted.canvas.find_bar.field.hasFocus()


# Buttons and boxes


@pytest.fixture
def inside(noted: Hand) -> Hand:
    """In one of two copies of a block, with a layer selected that Delete would take away."""
    noted.key(KEY.Key_G, CONTROL)
    noted.key(KEY.Key_Escape)
    noted.key(KEY.Key_D, CONTROL)
    noted.key(KEY.Key_Return)
    noted.document.select({"n3"})
    assert noted.document.copies == 2
    return noted


PRESSES = [KEY.Key_Space, KEY.Key_Return, KEY.Key_Enter]


@pytest.mark.parametrize("key", PRESSES)
def test_the_box_about_copies_is_switched_by_keyboard(inside: Hand, key: Qt.Key) -> None:
    box = inside.canvas.breadcrumbs.copies
    box.setFocus(Qt.FocusReason.TabFocusReason)
    inside.key(key)
    assert not inside.document.change_copies
    assert box.hasFocus()
    inside.key(key)
    assert inside.document.change_copies
    assert not inside.canvas.quick_add.isVisible()


@pytest.mark.parametrize("key", PRESSES)
def test_a_crumb_is_pressed_by_keyboard(inside: Hand, key: Qt.Key) -> None:
    inside.canvas.breadcrumbs.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
    inside.key(key)
    assert inside.document.path == ()
    assert inside.canvas.hasFocus()
    assert not inside.canvas.quick_add.isVisible()
    inside.check()


@pytest.mark.parametrize("key", PRESSES)
def test_the_buttons_of_the_search_are_pressed_by_keyboard(noted: Hand, key: Qt.Key) -> None:
    bar = noted.canvas.find_bar
    find(noted)
    noted.type("1")
    for button, words in ((bar.next, "3 of 4"), (bar.back, "2 of 4"), (bar.back, "1 of 4")):
        button.setFocus(Qt.FocusReason.TabFocusReason)
        noted.key(key)
        assert bar.count.text() == words
        assert button.hasFocus()
    bar.close_button.setFocus(Qt.FocusReason.TabFocusReason)
    noted.key(key)
    assert not bar.isVisible()
    assert noted.canvas.hasFocus()
    assert not noted.canvas.quick_add.isVisible()


def test_plain_keys_on_a_button_are_not_for_the_diagram(inside: Hand) -> None:
    before = inside.document.sketch
    box = inside.canvas.breadcrumbs.copies
    box.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (KEY.Key_Delete, KEY.Key_Backspace, KEY.Key_F2, KEY.Key_Right, "c", "."):
        box.setFocus(Qt.FocusReason.TabFocusReason)
        inside.key(key)
    inside.key(KEY.Key_Delete, SHIFT)
    inside.key(KEY.Key_A, SHIFT)
    assert inside.document.sketch == before
    assert inside.document.path
    assert not inside.canvas.quick_add.isVisible()
    # What no button needs works from there as from anywhere on the diagram, and Esc leads back.
    inside.key(KEY.Key_B, CONTROL)
    assert inside.document.undo_label == "Bypass conv1"
    box.setFocus(Qt.FocusReason.TabFocusReason)
    inside.key(KEY.Key_Up, ALT)
    assert inside.document.path == ()
