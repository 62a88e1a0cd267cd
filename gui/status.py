"""The line at the bottom: whether the network is ready, and the last thing that was to be said."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.graph.analysis import Analysis
from gui.elided import TwoLineLabel
from gui.panels.figures import parameter_words, problem_words
from gui.plain import plain_tip
from gui.theme.style import set_role

_SHOW_MS = 12_000


class StatusLine(QWidget):
    """``say`` shows a sentence for a while; serious ones, and those to be kept in mind, stay until another is said."""

    problems_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = QPushButton()
        set_role(self._state, "plain")
        self._state.setToolTip("Show the problems of the drawing")
        self._words = TwoLineLabel()
        self._words.setMinimumWidth(40)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(self._state)
        row.addWidget(self._words, 1)
        # As high as the button: both parts then have their words at the same height.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self._state.clicked.connect(self.problems_clicked)

    @property
    def text(self) -> str:
        """The sentence on show."""
        return self._words.text()

    @Slot(str)
    def say(self, sentence: str, *, serious: bool = False, lasting: bool = False) -> None:
        """Show a sentence."""
        set_role(self._words, "error" if serious else "warning" if lasting else "quiet")
        self._words.setToolTip(plain_tip(sentence))
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        if serious or lasting:
            self._timer.stop()
        else:
            self._timer.start(_SHOW_MS)

    @Slot(str)
    def remind(self, sentence: str) -> None:
        """Show a sentence that stays until another one is said."""
        self.say(sentence, lasting=True)

    @Slot()
    def clear(self) -> None:
        """Say nothing."""
        self._words.setText("")
        self._words.setToolTip("")
        self._words.setAccessibleName("")

    @Slot(object)
    def show_analysis(self, analysis: Analysis) -> None:
        """How many parameters there are and whether the network can be trained."""
        problems, parameters = problem_words(analysis), parameter_words(analysis)
        if any(problem.severity == "error" for problem in analysis.problems):
            words = f"✕  {problems} · {parameters}"
        elif analysis.ready:
            words = f"✓  {parameters} · ready to train" + (f" · {problems}" if problems else "")
        else:
            words = "Choose a dataset" + (f" · {problems}" if problems else "")
        self._state.setText(words)
