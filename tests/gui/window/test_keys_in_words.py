"""Tooltips and sentences name the keys that are in force, not those that the program came with."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from gui.keys_in_words import key_of
from gui.tryout.network_note import network_note


def told(desk) -> dict[str, str]:
    """What names a key, by the name of the action."""
    window = desk.window
    page = window.inspector.layer
    return {
        "explain": window.toolbar.field("optimizer.learning_rate").toolTip(),
        "canvas.rename": page.name_field.toolTip(),
        "canvas.replace": page.replace_button.toolTip(),
        "canvas.bypass": page.bypass_box.toolTip(),
        "canvas.freeze": page.freeze_box.toolTip(),
        "canvas.ungroup": window.inspector.block.unfold.toolTip(),
        "measure": page.figures["time"].toolTip(),
        "train": network_note(window.studio),
    }


@pytest.fixture
def shortcuts(desk):
    """The window's shortcuts, with a layer in the inspector."""
    desk.window.document.select({desk.node("Linear")})
    made = desk.window.menus.shortcuts
    yield made
    made.reset_all()


@pytest.mark.parametrize("name", ["explain", "canvas.rename", "canvas.replace", "canvas.bypass", "canvas.freeze",
                                  "canvas.ungroup", "measure", "train"])  # fmt: skip
def test_another_key_is_told_at_once_and_none_where_there_is_none(desk, shortcuts, name) -> None:
    first = key_of(name)
    assert first
    assert first in told(desk)[name]
    shortcuts.give(name, [QKeySequence("Ctrl+Alt+F9")])
    assert "Ctrl+Alt+F9" in told(desk)[name]
    assert f"({first})" not in told(desk)[name]
    assert f"{first}: more" not in told(desk)[name]
    shortcuts.give(name, [])
    words = told(desk)[name]
    assert words
    assert not any(part in words for part in ("Ctrl+Alt+F9", "()", ": more", first + ")"))
    shortcuts.reset(name)
    assert first in told(desk)[name]


def test_the_cards_of_help_name_the_key_too(desk, shortcuts) -> None:
    window = desk.window
    shortcuts.give("explain", [QKeySequence("Ctrl+Alt+F9")])
    window.toolbar.field("optimizer.learning_rate").setFocus()
    QToolTip.showText(window.mapToGlobal(QPoint(300, 150)), "How large a step", window)
    assert QToolTip.isVisible()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F9, both)
    card = window.help.card
    assert card is not None
    labels = [label.text() for label in card.findChildren(type(card.title))]
    assert any("Ctrl+Alt+F9 again" in words for words in labels)
    desk.until(lambda: not QToolTip.isVisible(), "the tooltip over the card is gone")
    QApplication.processEvents()
