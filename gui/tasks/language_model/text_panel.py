"""Trying a language model: type a beginning, see which characters may come next, and let it go on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.graph.parameters import Integer, Parameter, Real
from engine.reports.figures import probability
from engine.tasks.queries import Generate
from engine.text import printable
from gui.panels.form import FormRow, SettingsForm
from gui.plain_text import PlainLabel
from gui.tasks.language_model.writer import Writer
from gui.theme import fonts
from gui.theme.style import hairline, set_role
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
_SIGNS = {" ": "␣", "\n": "⏎", "\t": "⇥"}
_BARS = 104
LONGEST_SHOWN = 20_000


def sign(character: str) -> str:
    """A character as a name beside a bar."""
    return _SIGNS.get(character) or printable(character)


class TextPanel(OfferedPanel):
    """Asks the network that ``use`` is given; None where there is none, with a note why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trained: Trained | None = None
        self._seed = 0
        self._writing = False
        self.writer = Writer(self)
        self.values = {one.name: one.default for one in SETTINGS}
        self.beginning, self.text = QPlainTextEdit(), QPlainTextEdit()
        self.bars = ProbabilityBars()
        self.note, self.remark, self.answer = PlainLabel(), PlainLabel(), PlainLabel()
        self.form = SettingsForm("More", make=LiveField)
        self.generate, self.stop = QPushButton("Generate"), QPushButton("Stop")
        # One question for a word that is typed in one go, not one for every letter.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.ask)
        self._lay_out()
        self.beginning.textChanged.connect(self._soon.start)
        self.form.edited.connect(self._edit)
        self.generate.clicked.connect(self.begin)
        self.stop.clicked.connect(self.writer.stop)
        self.writer.expected.connect(self._expected)
        self.writer.written.connect(self._written)
        self.writer.ended.connect(self._ended)
        self._refresh()

    def _lay_out(self) -> None:
        title = PlainLabel("Type a beginning")
        title.setFont(fonts.font("strong"))
        self.beginning.setPlaceholderText("Once upon a time")
        self.beginning.setAccessibleName("Beginning of the text")
        self.beginning.setTabChangesFocus(True)
        self.beginning.setFixedHeight(64)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Text that was made")
        self.text.setPlaceholderText("What the network writes appears here.")
        self.text.setMinimumHeight(80)
        self.bars.empty_text = "Which characters may come next appears here."
        self.bars.setFixedHeight(_BARS)
        self.bars.setAccessibleName("Likeliest next characters")
        for label, role in ((self.remark, "warning"), (self.note, "quiet"), (self.answer, "quiet")):
            label.setWordWrap(True)
            set_role(label, role)
        set_role(self.generate, "primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self.generate)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        for widget in (title, self.beginning, self.remark, self.note, self.bars, self.answer, hairline(), self.form):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addWidget(self.text, 1)
        self.form.show_rows([FormRow(one.name, one, self.values[one.name]) for one in SETTINGS])

    # Asking

    def use(self, trained: Trained | None, note: str) -> None:
        """Ask this network from now on, and say ``note`` about it."""
        self._trained = trained
        self.note.setText(note)
        self.ask()

    @Slot()
    def close_down(self) -> None:
        self.writer.close()

    @Slot()
    def ask(self) -> None:
        """Ask again what comes next."""
        if self._trained is None:
            self.bars.set_values(None)
            self.answer.clear()
        else:
            self.writer.ask(self._trained, self.beginning.toPlainText())
        self._refresh()

    @Slot()
    def begin(self) -> None:
        """Make a text that goes on from the beginning; another one each time."""
        if self._trained is None or self._writing or self.form.problems():
            return
        query = Generate(
            prompt=self.beginning.toPlainText(),
            length=self.values["length"],
            temperature=self.values["temperature"],
            seed=self._seed,
        )
        self._seed += 1
        self._writing = True
        self.text.clear()
        self._refresh()
        self.writer.write(self._trained, query)

    @property
    def writing(self) -> bool:
        """Whether a text is being made."""
        return self._writing

    @Slot(object, object)
    def _expected(self, found: Sequence[tuple[str, float]] | None, remarks: Sequence[str]) -> None:
        self.remark.setText(" ".join(remarks))
        self.remark.setVisible(bool(remarks))
        if self._trained is None or found is None or len(found) < 2:
            self.bars.set_values(None)
            self.answer.clear()
            return
        self.bars.set_classes([sign(character) for character, _ in found])
        self.bars.set_values([share for _, share in found])
        self.answer.setText(f"Likeliest next: {sign(found[0][0])}, {probability(found[0][1])}")

    @Slot(str)
    def _written(self, letters: str) -> None:
        room = LONGEST_SHOWN - self.text.document().characterCount()
        if room > 0:
            self.text.moveCursor(QTextCursor.MoveOperation.End)
            self.text.insertPlainText(printable(letters[:room], lines=True))

    @Slot(str)
    def _ended(self, problem: str) -> None:
        self._writing = False
        if problem:
            self.remark.setText(problem)
            self.remark.show()
        self._refresh()

    @Slot(str, object)
    def _edit(self, name: str, value: object) -> None:
        self.values[name] = value

    def _refresh(self) -> None:
        self.generate.setEnabled(self._trained is not None and not self._writing)
        self.stop.setEnabled(self._writing)
        self.note.setVisible(bool(self.note.text()))
        self.remark.setVisible(bool(self.remark.text()))
