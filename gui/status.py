"""The line at the bottom: the state of the network, and the last thing that was to be said, as long as it is true."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from engine.graph.advice.analysis import Analysis
from engine.graph.advice.problems import Severity
from engine.training.setting_change import SettingChange
from gui.elided import TwoLineLabel
from gui.panels.figures import parameter_words, problem_words
from gui.plain_text import caption, plain_tip
from gui.theme.style import set_role

_SHOW_MS = 12_000


class StatusLine(QWidget):
    """``say`` shows a sentence for a while; serious ones, and those to be kept in mind, stay longer.

    The number of parameters, which other places tell as well, gives way to a sentence that would be cut otherwise.
    Whatever is said is about how things are: ``outdate`` takes it away once they have changed. What stays true all the
    while is ``stand``: it is in view whenever nothing else is said.
    """

    problems_clicked = Signal()
    change_wanted = Signal(object)
    """The ``SettingChange`` that was offered with what is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.state_label = QPushButton()
        set_role(self.state_label, "plain")
        self.state_label.setToolTip("Show the problems of the diagram")
        self.words_label = TwoLineLabel()
        self.words_label.setMinimumWidth(40)
        self.offer_button = QPushButton()
        self._change: SettingChange | None = None
        self.offer_button.setFixedHeight(24)
        self.offer_button.setStyleSheet("padding: 0 10px;")
        self.offer_button.hide()
        self.offer_button.clicked.connect(self._take)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(self.state_label)
        row.addWidget(self.words_label, 1)
        row.addWidget(self.offer_button)
        # As high as the button: both parts then have their words at the same height.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self._standing = ""
        self._remedy: SettingChange | None = None
        self._analysis: Analysis | None = None
        self._run = ""
        self._states = ("", "")
        """The state in all words, and without what may give way."""
        self._fresh = QTimer(self)
        """Runs as long as the change that a sentence tells of is still being dealt with."""
        self._fresh.setSingleShot(True)
        self.state_label.clicked.connect(self.problems_clicked)

    @property
    def text(self) -> str:
        """The sentence on show."""
        return self.words_label.text()

    @property
    def passes(self) -> bool:
        """Whether the sentence on show goes away by itself."""
        return self._timer.isActive()

    @property
    def state(self) -> str:
        """The state of the network, whether there is room for all of it or not."""
        return self._states[0]

    @Slot(str)
    def say(self, sentence: str, *, serious: bool = False, lasting: bool = False) -> None:
        """Show a sentence."""
        self._show(sentence, "error" if serious else "warning" if lasting else "quiet")
        self._fresh.start(0)
        if serious or lasting:
            self._timer.stop()
        else:
            self._timer.start(_SHOW_MS)

    @Slot(object)
    def offer(self, change: SettingChange | None) -> None:
        """Offer a change with the sentence that was said last, as a button; None for none."""
        self._change = change
        self.offer_button.setVisible(change is not None)
        if change is not None:
            self.offer_button.setText(caption(change.label))
        self._share_room()

    @Slot()
    def _take(self) -> None:
        change = self._change
        self.clear()  # what was said is being dealt with
        if change is not None:
            self.change_wanted.emit(change)

    def _show(self, sentence: str, role: str) -> None:
        self.offer(None)
        set_role(self.words_label, role)
        self.words_label.setToolTip(plain_tip(sentence))
        self.words_label.setText(sentence)
        self.words_label.setAccessibleName(sentence)
        self._share_room()

    @Slot(str)
    def remind(self, sentence: str) -> None:
        """Show a sentence that does not go away by itself."""
        self.say(sentence, lasting=True)

    def stand(self, sentence: str, change: SettingChange | None = None) -> None:
        """What is true until another is given, "" for nothing: in view whenever nothing else is said.

        ``change`` would help, and is offered with it.
        """
        shown = self._standing and self.words_label.text() == self._standing
        self._standing, self._remedy = sentence, change
        if shown or not self.words_label.text():
            self.clear()

    @Slot()
    def outdate(self, *_values: object) -> None:
        """Something has changed: what was said before that may be true no more."""
        if self.words_label.text() and not self._fresh.isActive():
            self.clear()

    @Slot()
    def clear(self) -> None:
        """Say nothing but what stands."""
        self._timer.stop()
        self._show(self._standing, "warning")
        self.offer(self._remedy if self._standing else None)

    @Slot(object)
    def show_analysis(self, analysis: Analysis) -> None:
        """How many parameters there are, and whether the network can be trained."""
        self._analysis = analysis
        self._show_state()

    @Slot(str)
    def show_run(self, words: str) -> None:
        """How far training is, for example "ready to train"."""
        self._run = words
        self._show_state()

    def _show_state(self) -> None:
        analysis = self._analysis
        if analysis is None:
            return
        problems, parameters = problem_words(analysis), parameter_words(analysis)
        more = problems and f" · {problems}"
        if any(problem.severity == Severity.ERROR for problem in analysis.problems):
            self._states = (f"✕  {problems} · {parameters}", f"✕  {problems}")
        elif analysis.obstacle is not None:
            self._states = ("Add the first layer",) * 2
        elif analysis.ready:
            self._states = (f"✓  {parameters} · {self._run}{more}", f"✓  {self._run}{more}")
        else:
            self._states = (f"Choose a dataset{more}",) * 2
        self.state_label.setAccessibleName(self._states[0])
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Show the state in all words, or in fewer where that leaves too little room for the sentence."""
        row, shown = self._row, self.state_label.text()
        written = self.state_label.fontMetrics().horizontalAdvance
        margins = row.contentsMargins()
        taken = margins.left() + margins.right() + row.spacing() + self.state_label.sizeHint().width()
        if not self.offer_button.isHidden():
            taken += row.spacing() + self.offer_button.sizeHint().width()
        room = self.width() - taken + written(shown) - written(self.state)
        words = self._states[0 if self.words_label.whole_within(room) else 1]
        if words != shown:
            self.state_label.setText(words)
