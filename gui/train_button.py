"""The button that trains."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPaintEvent
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton

from gui.theme import icons, style

_BUTTON_WORDS = ("Train", "Continue", "Training…", "Stopping…", "Resume")
_ARROW = 20
"""Width of the part of the button that opens its menu."""


class TrainButton(QToolButton):
    """A tool button with its icon and word in the middle: Qt writes them at the left, whatever the width.

    Where there are several ways to train, an arrow at its right opens a menu of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ways = QMenu(self)
        self._ways.setToolTipsVisible(True)
        self.narrow = False

    def offer(self, ways: list[QAction]) -> None:
        """Show these actions in a menu beside the button; none for no menu."""
        if ways == self._ways.actions():
            return
        self._ways.clear()
        self._ways.addActions(ways)
        self.setMenu(self._ways if ways else None)  # type: ignore[arg-type]  # None takes it away
        mode = QToolButton.ToolButtonPopupMode
        self.setPopupMode(mode.MenuButtonPopup if ways else mode.DelayedPopup)
        self.update()

    def sizeHint(self) -> QSize:
        # As wide for every word and with or without the arrow: nothing beside it moves when the state changes.
        letters = self.fontMetrics()
        words = max(map(letters.horizontalAdvance, _BUTTON_WORDS))
        around = 8 if self.narrow else 24
        return QSize(words + self.iconSize().width() + around + _ARROW, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionToolButton()
        self.initStyleOption(option)
        icon, words, size = self.icon(), self.text(), self.iconSize()
        option.icon, option.text = QIcon(), ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        width = self.fontMetrics().horizontalAdvance(words)
        room = self.width() - (_ARROW if self.menu() is not None else 0)
        left = (room - size.width() - 4 - width) // 2
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        icon.paint(painter, QRect(QPoint(left, (self.height() - size.height()) // 2), size), mode=mode)
        theme = style.current()
        painter.setPen(QColor(theme.on_accent if self.isEnabled() else theme.quiet))
        colour = theme.on_accent if self.isEnabled() else theme.quiet
        place = QRect(left + size.width() + 4, 0, width + 4, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        if self.menu() is not None:
            painter.fillRect(QRect(room, 7, 1, self.height() - 14), QColor(colour))
            chevron = icons.icon("chevron-down", colour)
            chevron.paint(painter, QRect(room + 1, 0, _ARROW - 2, self.height()), Qt.AlignmentFlag.AlignCenter)
