"""Trying a language model: type a beginning, see which characters may come next, and let it go on.

Beginning and continuation are one text: what was written can be changed, and is gone on from its end.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.graph.parameters import Integer, Parameter, Real
from engine.reports.figures import probability
from engine.tasks.queries import Answer, Generate, LikelyTokens, NextTokens
from engine.text import printable, sign
from gui.panels.form import FormRow, SettingsForm
from gui.plain_text import PlainLabel
from gui.theme import fonts
from gui.theme.style import hairline, set_role
from gui.training.predictions import Predictions
from gui.training.trained import Trained
from gui.tryout.host import OfferedPanel
from gui.tryout.live_field import LiveField
from gui.tryout.probabilities import ProbabilityBars

SETTINGS: tuple[Parameter, ...] = (
    Real(
        name="temperature",
        title="Temperature",
        default=0.8,
        low=0.0,
        high=2.0,
        help="How daring the text is: 1 takes characters as often as the network expects them, less prefers the "
        "likely ones, 0 always takes the likeliest.",
    ),
    Integer(
        name="length",
        title="Length",
        default=400,
        low=1,
        high=100_000,
        unit="characters",
        help="How many characters to add. The text can be stopped at any time.",
    ),
)
_BARS = 72
_NEXT = "next tokens"
LIKELIEST = 10
LONGEST_SHOWN = 100_000
_NOTHING = ("·",) * LIKELIEST


class TextPanel(OfferedPanel):
    """Asks the newest network, once ``use`` has told of one; without one there is a note why."""

    explained = ("Write", "Type a beginning: what is likely to come next, and a text that the network writes.")

    def __init__(self, predictions: Predictions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predictions = predictions
        self._trained: Trained | None = None
        self._seed = 0
        self._writing = False
        self._given = 0
        """Characters of what is written that stand there already: the beginning."""
        self.values = {one.name: one.default for one in SETTINGS}
        self.text = QPlainTextEdit()
        self.bars = ProbabilityBars()
        self.note, self.remark, self.answer = PlainLabel(), PlainLabel(), PlainLabel()
        self.form = SettingsForm("More", make=LiveField)
        self.generate, self.stop, self.clear = QPushButton("Generate"), QPushButton("Stop"), QPushButton("Clear")
        # One question for a word that is typed in one go, not one for every letter.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.ask)
        self._lay_out()
        self.text.textChanged.connect(self._soon.start)
        self.form.edited.connect(self._edit)
        self.generate.clicked.connect(self.begin)
        self.stop.clicked.connect(predictions.stop)
        self.clear.clicked.connect(self.text.clear)
        predictions.refused.connect(self._refused)
        predictions.answered.connect(self._answered)
        predictions.written.connect(self._written)
        predictions.ended.connect(self._ended)
        self._refresh()

    def _lay_out(self) -> None:
        title = PlainLabel("Type a beginning")
        title.setFont(fonts.font("strong"))
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Text to continue")
        self.text.setPlaceholderText("Type how a text may begin; the network continues it.")
        self.text.setMinimumHeight(64)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.bars.empty_text = "Which characters may come next appears here."
        self.bars.setFixedHeight(_BARS)
        self.bars.setAccessibleName("Likeliest next characters")
        self._show_nothing()
        for label, role in ((self.remark, "warning"), (self.note, "quiet"), (self.answer, "quiet")):
            label.setWordWrap(True)
            set_role(label, role)
        set_role(self.generate, "primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self.generate)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        buttons.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(self.text, 1)
        for widget in (self.remark, self.note, self.bars, self.answer, hairline(), self.form):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.form.show_rows([FormRow(one.name, one, self.values[one.name]) for one in SETTINGS])

    # Asking

    def use(self, trained: Trained | None, note: str) -> None:
        """Ask this network from now on, and say ``note`` about it."""
        self._trained = trained
        self.note.setText(note)
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask again what comes next."""
        if self._trained is None:
            self._show_nothing()
        elif not self._writing:  # else it is asked when the text has come to its end
            self._predictions.ask(_NEXT, NextTokens(self.text.toPlainText(), LIKELIEST))
        self._refresh()

    @Slot()
    def begin(self) -> None:
        """Make a text that goes on from the beginning; another one each time."""
        if self._trained is None or self._writing or self.form.problems():
            return
        query = Generate(
            prompt=self.text.toPlainText(),
            length=self.values["length"],
            temperature=self.values["temperature"],
            seed=self._seed,
        )
        self._seed += 1
        self._writing, self._given = True, len(query.prompt)
        self._refresh()
        self._predictions.write(query)

    @property
    def writing(self) -> bool:
        """Whether a text is being made."""
        return self._writing

    @Slot(str, str)
    def _refused(self, key: str, why: str) -> None:
        if key == _NEXT:
            self._remark(why)
            self._show_nothing()

    @Slot(str, object, object)
    def _answered(self, key: str, answer: Answer | None, _trained: Trained | None) -> None:
        if key != _NEXT or not isinstance(answer, LikelyTokens):
            return
        self._remark(" ".join(answer.remarks))
        found = answer.tokens
        if self._trained is None or len(found) < 2:
            self._show_nothing()
            return
        self.bars.set_classes([sign(character) for character, _ in found])
        self.bars.set_values([share for _, share in found])
        self.answer.setText(f"Likeliest next: {sign(found[0][0])}, {probability(found[0][1])}")

    def _remark(self, words: str) -> None:
        self.remark.setText(words)
        self.remark.setVisible(bool(words))

    @Slot(str)
    def _written(self, letters: str) -> None:
        new = letters[self._given :]
        self._given = max(0, self._given - len(letters))
        if self.text.document().characterCount() > LONGEST_SHOWN:
            self._predictions.stop()
        elif new:
            self.text.moveCursor(QTextCursor.MoveOperation.End)
            self.text.insertPlainText(printable(new, lines=True))

    @Slot(str)
    def _ended(self, problem: str) -> None:
        self._writing = False
        if problem:
            self._remark(problem)
        self.ask()

    def _show_nothing(self) -> None:
        self.bars.set_classes(_NOTHING)
        self.answer.clear()

    @Slot(str, object)
    def _edit(self, name: str, value: object) -> None:
        self.values[name] = value

    def _refresh(self) -> None:
        self.generate.setEnabled(self._trained is not None and not self._writing)
        self.stop.setEnabled(self._writing)
        self.text.setReadOnly(self._writing)
        self.clear.setEnabled(not self._writing and not self.text.document().isEmpty())
        self.note.setVisible(bool(self.note.text()))
        self.remark.setVisible(bool(self.remark.text()))
