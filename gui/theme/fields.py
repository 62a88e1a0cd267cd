"""Number fields that sit well in the style sheet and in a scrolled panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

from gui.theme.tokens import SPACING


class IntegerField(QSpinBox):
    """A spin box for whole numbers.

    Qt 6.11 gives the text of a styled spin box no left padding whatever the style sheet says, so it is set here. The
    wheel changes the number only while the field has the focus: otherwise scrolling a panel would change settings.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(SPACING.small - 2, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class RealField(QDoubleSpinBox):
    """A spin box for real numbers; the same two mends as ``IntegerField``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(SPACING.small - 2, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
