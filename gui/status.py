"""The line at the bottom: whether the network is ready, and the last thing that was to be said."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from engine.graph.analysis import Analysis
from gui.theme.style import set_role

_SHOW_MS = 12_000


class StatusLine(QWidget):
    """``say`` shows a sentence for a while; serious ones stay until something else is said."""

    problems_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = QPushButton()
        set_role(self._state, "plain")
        self._state.setToolTip("Show the problems of the drawing")
        self._words = _ElidedLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setMinimumWidth(40)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 16, 2)
        row.setSpacing(16)
        row.addWidget(self._state)
        row.addWidget(self._words, 1)
        self.setFixedHeight(30)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self._state.clicked.connect(self.problems_clicked)

    @property
    def text(self) -> str:
        """The sentence on show."""
        return self._words.toolTip()

    @Slot(str)
    def say(self, sentence: str, *, serious: bool = False) -> None:
        """Show a sentence."""
        set_role(self._words, "error" if serious else "quiet")
        self._words.setToolTip(sentence)
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        if serious:
            self._timer.stop()
        else:
            self._timer.start(_SHOW_MS)

    @Slot()
    def clear(self) -> None:
        """Say nothing."""
        self._words.setText("")
        self._words.setToolTip("")
        self._words.setAccessibleName("")

    @Slot(object)
    def show_analysis(self, analysis: Analysis) -> None:
        """How many weights there are and whether the network can be trained."""
        errors = sum(problem.severity == "error" for problem in analysis.problems)
        weights = f"{analysis.total_parameters:,} weights"
        if errors:
            words = f"✕  {errors} problem{'' if errors == 1 else 's'} to mend · {weights}"
        elif analysis.ready:
            words = f"✓  {weights} · ready to train"
        else:
            words = f"{weights} · choose a dataset"
        self._state.setText(words)


class _ElidedLabel(QLabel):
    """A label on one line that ends in … where there is no room for all of it; the tooltip has the rest."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        style = self.style()
        style.drawItemText(
            painter, self.rect(), int(self.alignment()), self.palette(), self.isEnabled(), words, self.foregroundRole()
        )
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()), super().sizeHint().height())
