"""Keys while a widget over the canvas has the keyboard focus: a field, a button, a box, the overview map.

The canvas's shortcuts work in all that it holds, so that they work wherever one is on the diagram, and so do those of
the outline. What has the keyboard needs some of those keys itself: a field all of them, since Ctrl+D while one types a
name must not duplicate the layer; anything else the plain ones, as Space is for a button.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

_Modifier = Qt.KeyboardModifier
_COMMANDING = _Modifier.ControlModifier | _Modifier.AltModifier | _Modifier.MetaModifier


def borrower(owner: QWidget) -> QWidget | None:
    """What lies over a widget and has the keyboard; None while the widget has it, or something elsewhere."""
    widget = QApplication.focusWidget()
    return widget if widget not in (None, owner) and owner.isAncestorOf(widget) else None


def keeps(owner: QWidget, actions: Iterable[QAction], event: QKeyEvent) -> bool:
    """Whether a key that would be a shortcut of a widget, one of ``actions``, is for what lies over it instead.

    Shortcuts of the window, as that of the search is, go on meaning what they do.
    """
    widget = borrower(owner)
    if widget is None:
        return False
    modifiers = event.modifiers() & ~_Modifier.KeypadModifier
    if modifiers & _COMMANDING and not isinstance(widget, QLineEdit | QPlainTextEdit):
        return False
    pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
    within = Qt.ShortcutContext.WidgetWithChildrenShortcut
    return any(pressed in a.shortcuts() for a in actions if a.shortcutContext() == within)


def key_left(widget: QWidget, event: QKeyEvent) -> bool:
    """Answer a key that what lies over the canvas made nothing of; returns whether it meant anything."""
    if isinstance(widget, QAbstractButton) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        widget.click()
        return True
    return False
