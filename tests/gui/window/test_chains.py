"""A chain of layers built with the keyboard alone, from the palette on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

Key, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


@pytest.mark.parametrize("start", ["list", "field"])
def test_shift_enter_in_the_palette_begins_a_chain(desk, start: str) -> None:
    window = desk.window
    said: list[str] = []
    window.canvas.announcer.said.connect(said.append)
    before = set(desk.graph.nodes)
    first = desk.node("Linear")
    window.document.select({first})
    window.palette_panel.field.setFocus()
    QTest.keyClicks(QApplication.focusWidget(), "dropout")
    if start == "list":
        press(Key.Key_Down)
        assert window.palette_panel.list.hasFocus()
    press(Key.Key_Return, SHIFT)
    assert said == ["Dropout picked up"]
    assert window.canvas.hasFocus()
    assert set(desk.graph.nodes) == before
    press(Key.Key_Return, SHIFT)
    press(Key.Key_Return, SHIFT)
    press(Key.Key_Return)
    assert window.canvas.gesture is None
    chain = [first]
    for _layer in range(3):
        (going,) = desk.graph.outgoing(chain[-1])
        chain.append(going.target)
    assert [desk.graph.nodes[id].kind for id in chain[1:]] == ["Dropout"] * 3
    assert len(desk.graph.nodes) == len(before) + 3


def test_enter_in_the_palette_adds_and_stays_there(desk) -> None:
    palette, before = desk.window.palette_panel, len(desk.graph.nodes)
    palette.field.setFocus()
    QTest.keyClicks(palette.field, "dropout")
    press(Key.Key_Return)
    assert len(desk.graph.nodes) == before + 1
    assert desk.window.canvas.gesture is None
    assert palette.field.hasFocus()
