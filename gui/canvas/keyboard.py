"""Returning the keyboard focus to the widget that had it before a field over the canvas took it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class KeyboardBefore:
    """Remembers one widget; ``otherwise`` has the keyboard when that is gone."""

    def __init__(self, otherwise: QWidget) -> None:
        self._otherwise = self._widget = otherwise

    def remember(self) -> None:
        """Who has the keyboard now is to have it again."""
        self._widget = QApplication.focusWidget() or self._otherwise

    def give_back(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the keyboard to who had it."""
        gone = not isValid(self._widget) or not self._widget.isVisible()
        (self._otherwise if gone else self._widget).setFocus(reason)
