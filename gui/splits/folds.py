"""The folds of cross-validation below the strip of a split: how many, which is being judged, and what was found."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.reports.fold_words import fold_line, headline, ordered, spread_words
from engine.training.fold_figures import FoldFigures
from gui.plain_text import PlainLabel, plain_tip
from gui.splits.bar import Segment, SplitBar
from gui.theme.style import set_role

_OFFERED = (0, 5, 10)
_EXPLAINED = (
    "All but the test split is divided into folds. Each is judged by a network that learned from the others; the mean "
    "and the standard deviation say how well such networks do, and how much that varies."
)
_AFTERWARDS = "Then the network is trained once on the training split above, as without folds."


class FoldStrip(QWidget):
    """``wanted(count)`` tells how many folds are chosen, 0 for none."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.bar = SplitBar(fixed=True, aligned=True)
        self.words = PlainLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "caption")
        label = PlainLabel("Cross-validation")
        label.setBuddy(self.choice)
        for widget in (label, self.choice):
            widget.setToolTip(plain_tip(f"{_EXPLAINED} {_AFTERWARDS}"))
        self.choice.setAccessibleName("Cross-validation")
        self.choice.setAccessibleDescription(f"{_EXPLAINED} {_AFTERWARDS}")
        self.bar.setAccessibleName("Folds")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addStretch(1)
        row.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        self.choice.activated.connect(self._choose)
        self.show_folds(0, 0.0)

    def show_folds(
        self, count: int, test: float, figures: FoldFigures | None = None, judged: int | None = None
    ) -> None:
        """Show ``count`` folds beside the part ``test`` (0 … 1) of all rows.

        ``figures`` is what is known of them, ``judged`` which one (from 0) is under way, None where none is.
        """
        self._offer(count)
        for widget in (self.bar, self.words):
            widget.setVisible(count > 0)
        if not count:
            return
        known = figures if figures is not None and figures.folds == count else None
        done = 0 if known is None else known.done
        segments = []
        for fold in range(count):
            look = "train" if fold < done else ""
            tip = f"Fold {fold + 1} of {count}"
            if fold == judged:
                look, tip = "validation", f"{tip} is being judged: the network learns from the others"
            elif known is not None and fold < done:
                tip = fold_line(fold, count, known.each[fold]).replace("   ", "\n").capitalize()
            segments.append(Segment((1 - test) / count, look, tip))
        segments.append(Segment(test, "test", "Test: in no fold"))
        self.bar.show_segments(segments, (False, False))
        self.words.setText(_words(count, known, judged))
        self.bar.setAccessibleDescription(self.words.text())

    def _offer(self, count: int) -> None:
        counts = sorted({*_OFFERED, count})
        if [self.choice.itemData(at) for at in range(self.choice.count())] != counts:
            self.choice.clear()
            for one in counts:
                self.choice.addItem(f"{one} folds" if one else "Off", one)
        self.choice.setCurrentIndex(self.choice.findData(count))

    @Slot(int)
    def _choose(self, place: int) -> None:
        self.wanted.emit(int(self.choice.itemData(place)))


def _words(count: int, figures: FoldFigures | None, judged: int | None) -> str:
    if judged is not None:
        so_far = headline(figures)
        return f"Fold {judged + 1} of {count} is being judged.{f' {so_far}.' if so_far else ''}"
    if figures is None or not figures.done:
        return f"Train judges {count} folds first. {_AFTERWARDS}"
    found = "\n".join(spread_words(spread) for spread in ordered(figures))
    if not figures.complete:
        return f"Stopped after {figures.done} of {count} folds, mean ± standard deviation:\n{found}"
    return f"Mean ± standard deviation of {count} folds:\n{found}"
