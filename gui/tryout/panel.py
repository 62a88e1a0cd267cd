"""The "Draw a digit" panel: pad, what the network sees, and what it answers, with every movement of the pen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.data.digit import draw_over, prepare_strokes
from engine.reports.figures import probability
from gui import theme
from gui.name_finder import NameFinder
from gui.plain_text import PlainLabel
from gui.tryout.icon_button import icon_button
from gui.tryout.ink import SIDE
from gui.tryout.own_strip import OwnStrip
from gui.tryout.pad import DrawingPad
from gui.tryout.preview import Preview
from gui.tryout.probabilities import ProbabilityBars

_INVITATION = "Draw with mouse, finger or pen: the bars follow every movement."
_NAMED = "Wrong? Click the right bar to keep what is drawn."
_NAMED_BY_KEY = "Wrong? Click the right bar, or press its key, to keep what is drawn."
_DIGITS = tuple("0123456789")
REST_MS = 400
"""How long a pen rests before its drawing is called unlike everything learned: every drawing is, at its beginning."""
_LOWEST_BARS = (72, 56)
"""Pixels of the bars at least, also beside what one can do with one's own drawings."""
_WAITING = "Loading the network…"
_NOT_A_NUMBER = "The network's output is not finite: its training diverged. Try a lower learning rate."


class AnswerLabel(QWidget):
    """The answer in large type and its percentage; long class names shrink until they fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = PlainLabel(parent=self)
        self._share = PlainLabel(parent=self)
        self._doubtful = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACING.tiny)
        row.addWidget(self._word, 0, Qt.AlignmentFlag.AlignBaseline)
        row.addWidget(self._share, 0, Qt.AlignmentFlag.AlignBaseline)
        row.addStretch(1)
        self.setFixedHeight(48)
        self.setAccessibleName("Prediction")
        theme.notifier().changed.connect(self._dress)
        self._dress()

    def set_answer(self, word: str, share: str, *, doubtful: bool = False) -> None:
        """Show a word and its percentage; two empty strings for none. ``doubtful``: in the colour of warnings."""
        if doubtful != self._doubtful:
            self._doubtful = doubtful
            self._dress()
        self._word.setText(word)
        self._share.setText(share)
        self.setAccessibleDescription(", ".join(filter(None, (word, share))) or "no prediction")
        self._fit()

    def text(self) -> str:
        """The word on show."""
        return self._word.text()

    def share(self) -> str:
        """The percentage on show."""
        return self._share.text()

    @Slot()
    def _dress(self) -> None:
        colours = theme.current()
        # A label's own style sheet wins over the application's, and only here is type this large.
        self._word.setStyleSheet(f"color: {colours.warning_text if self._doubtful else colours.accent};")
        self._share.setStyleSheet(f"color: {colours.quiet};")
        self._share.setFont(theme.font("strong"))
        self._fit()

    def _fit(self) -> None:
        font = theme.font("answer")
        room = max(self.width() - QFontMetrics(self._share.font()).horizontalAdvance(self._share.text()) - 6, 24)
        while font.pixelSize() > 11 and QFontMetrics(font).horizontalAdvance(self._word.text()) > room:
            font.setPixelSize(font.pixelSize() - 1)
        self._word.setFont(font)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


class TryoutPanel(QWidget):
    """Composes pad, preview, answer and bars. It asks for predictions and is told them; it knows no network."""

    prediction_wanted = Signal(object)
    """np.ndarray uint8 28 x 28: the drawing as prepared. Sent with every change of a drawing that is not empty."""
    file_wanted = Signal()
    """A picture is to be read from a file onto the pad."""
    drawing_changed = Signal()
    """Passed on from the pad, also when it was cleared."""
    named = Signal(object, int)
    """What is drawn was given its right answer: the prepared drawing, uint8 28 x 28, and the number of the class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pad = DrawingPad(self)
        self.preview = Preview(self, note="28×28, centred")
        self.answer = AnswerLabel(self)
        self.bars = ProbabilityBars(self)
        self.bars.choosable = True
        self.pad.answers = frozenset(self.bars.names())
        self.own = OwnStrip(self)
        self.title = PlainLabel("Draw a digit", self)
        self.status = PlainLabel(_INVITATION, self)
        self.open_button = icon_button(
            self, "open", "Open an image from a file; one can also be dropped onto the pad", "Open an image from a file"
        )
        self.undo_button = icon_button(self, "undo", "Undo the last stroke (Backspace on the pad)", "Undo stroke")
        self.clear_button = icon_button(self, "clear", "Clear the pad (Delete on the pad)", "Clear the pad")
        self._note = ""
        self._unlike = self._said = ""
        """What is to be said of the drawing as unlike everything learned, and what of it is said by now."""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._say_unlike)
        self._build()
        self.open_button.clicked.connect(self.file_wanted)
        self.undo_button.clicked.connect(self.pad.undo)
        self.clear_button.clicked.connect(self.pad.clear)
        self.pad.drawing_changed.connect(self._drawing_changed)
        self.bars.chosen.connect(self._name)
        self.finder = NameFinder("Find the right class", self)
        self.finder.chosen.connect(self._name)
        self.bars.rest_chosen.connect(self._find_class)
        self.pad.typed.connect(self._name_by_key)
        theme.notifier().changed.connect(self._dress)
        self._dress()
        self._refresh_buttons()

    def _build(self) -> None:
        self.title.setFont(theme.font("strong"))
        theme.set_role(self.title, "strong")
        theme.set_role(self.status, "quiet")
        self.status.setFont(theme.font("small"))
        self.status.setWordWrap(True)
        self.status.setMinimumHeight(32)
        self.status.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.open_button)
        head.addWidget(self.undo_button)
        head.addWidget(self.clear_button)
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.preview)
        side.addSpacing(theme.SPACING.tiny)
        side.addWidget(self.answer)
        side.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(theme.SPACING.medium)
        middle.addWidget(self.pad, 3)
        middle.addLayout(side, 2)
        self.pad.setMinimumHeight(168)
        whole = QVBoxLayout(self)
        margin = theme.SPACING.medium
        whole.setContentsMargins(margin, theme.SPACING.small, margin, theme.SPACING.small)
        whole.setSpacing(theme.SPACING.small)
        whole.addLayout(head)
        whole.addLayout(middle)
        whole.addWidget(self.bars, 1)
        whole.addWidget(self.status)
        whole.addWidget(self.own)

    @Slot()
    def _dress(self) -> None:
        self.open_button.setIcon(theme.icon("open", theme.current().quiet))
        self.undo_button.setIcon(theme.icon("undo", theme.current().quiet))
        self.clear_button.setIcon(theme.icon("clear", theme.current().quiet))

    # -- what the window says -----------------------------------------------------------------------------------

    def set_classes(self, names: Sequence[str], *, title: str = "Draw a digit") -> None:
        """Say what the answers stand for (two or more names) and what the panel is called."""
        self.bars.set_classes(names)
        self.pad.answers = frozenset(name for name in names if len(name) == 1)
        self.title.setText(title)
        self.answer.set_answer("", "")
        self.request_prediction()

    @Slot(object, str)
    def show_prediction(self, probabilities: NDArray[np.floating] | None, note: str = "", *, unlike: str = "") -> None:
        """Show an answer: one probability for each class, or None if there is none, and a sentence about it.

        ``unlike`` says that the drawing is unlike everything learned. It is shown in the place of the answer once the
        pen has rested a moment, and taken back at once; the probabilities stay, as what comes nearest.
        An answer that comes when the pad is empty already is not shown; its note is. Values that are not finite are
        said to be so. ValueError for another number of probabilities than there are classes.
        """
        self._note = note
        if probabilities is not None and not np.isfinite(probabilities).all():
            probabilities, self._note = None, _NOT_A_NUMBER
        if self.pad.is_empty():
            probabilities = None
        self.bars.set_values(probabilities)
        self._unlike = unlike if probabilities is not None else ""
        if not self._unlike:
            self._rest.stop()
            self._said = ""
        elif not self._said and not self._rest.isActive():
            self._rest.start(REST_MS)
        self._show_answer()
        self._say()

    def _show_answer(self) -> None:
        best, values = self.bars.best(), self.bars.values()
        self.bars.set_doubtful(bool(self._said))
        if best is None or values is None:
            self.answer.set_answer("", "")
        elif self._said:
            self.answer.set_answer("no digit" if self.bars.names() == _DIGITS else "unknown", "", doubtful=True)
        else:
            self.answer.set_answer(self.bars.names()[best], probability(float(values[best])))

    @Slot()
    def _say_unlike(self) -> None:
        """The pen has rested: say it, unless there is a line under way."""
        if self._unlike and self.pad.is_drawing():
            self._rest.start(REST_MS)
        elif self._unlike:
            self._said = self._unlike
            self._show_answer()
            self._say()

    @Slot()
    def request_prediction(self) -> None:
        """Ask again for the drawing as it is, for instance because the network has learned since."""
        picture = self.preview.picture()
        if picture is not None:
            self.prediction_wanted.emit(picture.copy())

    @Slot(int)
    def _name(self, index: int) -> None:
        """What is drawn is of this class: it is kept, and the pad is empty for the next one."""
        picture = self.preview.picture()
        if picture is not None and not self.pad.is_drawing():
            self.named.emit(picture.copy(), index)

    @Slot()
    def _find_class(self) -> None:
        """Of hundreds of classes the right one may have no bar."""
        self.finder.open(self.bars.names(), self.bars)

    @Slot(str)
    def _name_by_key(self, letter: str) -> None:
        self._name(self.bars.names().index(letter))

    # -- what the pad says --------------------------------------------------------------------------------------

    @Slot()
    def _drawing_changed(self) -> None:
        self._refresh_buttons()
        if self.pad.is_empty():
            self.preview.set_picture(None)
            self.bars.set_values(None)
            self._unlike = self._said = ""
            self._show_answer()
        else:
            if self._rest.isActive():
                self._rest.start(REST_MS)
            ground, strokes = self.pad.picture(), self.pad.strokes()
            prepared = prepare_strokes(strokes) if ground is None else draw_over(ground, strokes, SIDE)
            self.preview.set_picture(prepared)
            self.request_prediction()
        self._say()
        self.drawing_changed.emit()

    def _refresh_buttons(self) -> None:
        self.undo_button.setEnabled(self.pad.can_undo())
        self.clear_button.setEnabled(not self.pad.is_empty())

    def say_of_own(self, words: str, *, can_teach: bool) -> None:
        """Say how well the drawings are read that were kept, "" for none; ``can_teach``: some are there to teach."""
        self.own.words = words
        self.own.teach_button.setVisible(can_teach)
        self._say()

    def _say(self) -> None:
        self.own.setVisible(bool(self.own.words) and self.pad.is_empty())
        self.bars.setMinimumHeight(_LOWEST_BARS[not self.own.isHidden()])
        role = "warning" if self._said else "quiet"
        if role != self.status.property("role"):
            theme.set_role(self.status, role)
        if self._said:
            words = f"{self._said} The bars show the closest matches. {self._note}".rstrip()
        elif self._note:
            words = self._note
        elif self.pad.is_empty():
            words = self.own.words or _INVITATION
        elif self.bars.values() is None:
            words = _WAITING
        else:
            words = _NAMED_BY_KEY if self.pad.answers else _NAMED
        if words != self.status.text():
            self.status.setText(words)
