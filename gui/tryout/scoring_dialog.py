"""Shows how far the predictions for a table are, and then what came of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from engine.counting import counted
from engine.export.scored import Scored
from engine.graph.columns import listed
from engine.reports.table_figures import figure_words
from engine.text import printable
from gui.plain_text import PlainLabel
from gui.theme.style import set_role

_WIDTH = 440
_MOST_WARNINGS = 6


class ScoringDialog(QDialog):
    """``stopped`` tells that the work is to be ended; ``closed`` that nobody looks any more."""

    stopped = Signal()
    closed = Signal()

    def __init__(self, source: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = printable(source.name)
        self._running = True
        self.setWindowTitle("Predictions for a file")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.title, self.words, self.figures = PlainLabel(), PlainLabel(), PlainLabel()
        self.warnings = PlainLabel()
        self.bar = QProgressBar()
        self.button = QPushButton("Cancel")
        set_role(self.title, "title")
        set_role(self.words, "quiet")
        set_role(self.warnings, "warning")
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName("Rows that are predicted")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        for label in (self.title, self.words, self.figures, self.warnings):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.insertWidget(2, self.bar)
        column.addStretch(1)
        column.addLayout(row)
        self.setMinimumWidth(_WIDTH)
        self._say(f"{self._name} is being read")
        self.button.clicked.connect(self.reject)

    def show_progress(self, done: int, rows: int) -> None:
        """So many rows of so many are predicted."""
        self.bar.setRange(0, max(1, rows))
        self.bar.setValue(done)
        self._say(f"{self._name} is being predicted", f"{done:,} of {counted(rows, 'row')}")

    def show_done(self, done: Scored, out: Path) -> None:
        """What came of it."""
        rows = counted(done.rows, "row was", "rows were")
        added = listed(done.added)
        words = f"{rows} predicted and saved in {printable(out.name)}, with the new columns {printable(added)}."
        figures = ""
        if done.figures:
            known = counted(done.known, "row", "rows")
            figures = f"Against the actual values, which {known} of the file have: {figure_words(done.figures)}."
        found = list(done.warnings())
        if len(found) > _MOST_WARNINGS:
            found[_MOST_WARNINGS:] = [f"And {len(found) - _MOST_WARNINGS:,} more."]
        self._end("The predictions are saved", words, figures, "\n".join(found))

    def show_problem(self, why: str) -> None:
        """Why there are no predictions."""
        self._end(f"{self._name} could not be predicted", "", "", why)

    def _end(self, title: str, words: str, figures: str, warnings: str) -> None:
        self._running = False
        self.bar.hide()
        self.button.setText("Close")
        self.figures.setText(figures)
        self.warnings.setText(warnings)
        self._say(title, words)
        self.adjustSize()

    def _say(self, title: str, words: str = "") -> None:
        self.title.setText(title)
        self.words.setText(words)
        for label in (self.words, self.figures, self.warnings):
            label.setVisible(bool(label.text()))

    @Slot()
    def reject(self) -> None:
        """Esc, Cancel and Close: end the work, if there is any, and go."""
        if self._running:
            self.stopped.emit()
        super().reject()
        self.closed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._running:
            self.stopped.emit()
        super().closeEvent(event)
        self.closed.emit()
