"""Fields and buttons that lie over the canvas: what keys mean in them, and their menus."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from engine.graph.graph import Graph
from engine.graph.notes import add_note
from tests.gui.canvas.conftest import Hand, small_graph

KEY = Qt.Key
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def noted(make_hand: Callable[[Graph], Hand]) -> Hand:
    """The small drawing with a note t6, and conv1 selected."""
    hand = make_hand(add_note(small_graph(), text="words", position=(440.0, 200.0)))
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
