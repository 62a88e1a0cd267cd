"""A button whose words wrap where they are wider than the panel, instead of being cut off at its edge."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QTextLayout
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

_LEAST = 96
"""How wide such a button is at least, in pixels."""


class WrappedButton(QPushButton):
    """As high as its words need at its width."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def lines(self, width: int) -> list[str]:
        """The words as they are painted on a button ``width`` pixels wide."""
        around = super().sizeHint().width() - self._measured(self.text())
        layout = QTextLayout(self.text(), self.font())
        found: list[str] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width - around, 1))
            found.append(self.text()[line.textStart() : line.textStart() + line.textLength()].strip())
        layout.endLayout()
        return found

    def _measured(self, words: str) -> int:
        return self.fontMetrics().size(int(Qt.TextFlag.TextShowMnemonic), words).width()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        more = max(len(self.lines(width)) - 1, 0)
        return super().sizeHint().height() + more * self.fontMetrics().lineSpacing()

    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        return QSize(min(_LEAST, whole.width()), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = "\n".join(self.lines(self.width()))
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()
