"""Every problem of the drawing in one list, with its repairs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.graph.advice.auto_connect import Mended, auto_connect, can_mend
from engine.graph.advice.problems import Problem, Severity
from engine.graph.graph import Graph
from gui.document import Document
from gui.panels.card_focus import keyboard_kept
from gui.panels.previewing import Previewer
from gui.panels.problem_card import WAIT_MS, ProblemCard
from gui.plain_text import PlainLabel
from gui.theme.style import notifier, set_role

MOST_CARDS = 60
QUICK = 300
"""Up to so many layers times problems, all repairs are found within a few frames of the screen."""
STEP_MS = 60
"""Between looking for the repairs of one problem and of the next."""


class ProblemsPanel(QScrollArea):
    """Follows the document's analysis. ``counted(errors, others)`` tells how many there are."""

    counted = Signal(int, int)
    reveal = Signal(str)
    """A layer is to be shown in the diagram."""
    told = Signal(str)
    """What repairing everything has done, in a sentence."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Problems")
        self._body = QWidget()
        set_role(self._body, "panel")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        self.no_problems = PlainLabel()
        set_role(self.no_problems, "quiet")
        self.no_problems.setWordWrap(True)
        self.repair_all = QPushButton("Repair all")
        self.repair_all.setToolTip(
            "Apply the first repair of every error, in order; one Undo reverts them all"
        )
        self.repair_all.clicked.connect(self._repair_all)
        Previewer(self.repair_all, document, self._all_repaired)
        self._column.addWidget(self.repair_all, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self.no_problems)
        self._column.addStretch(1)
        self._mended: Mended | None = None
        self.cards: list[ProblemCard] = []
        self._wanted: tuple[str | None, str] | None = None
        """The node and the code of the problem whose first repair is to have the keyboard, until it is found."""
        self._stale = True
        """Whether other problems may be there than are listed."""
        self.setWidget(self._body)
        document.analysed.connect(self.refresh)
        notifier().changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self, *_values: object) -> None:
        """List the problems of the drawing as it is now: at once, or when somebody looks at the panel again."""
        problems = self._document.analysis.problems
        errors = sum(problem.severity == Severity.ERROR for problem in problems)
        self.counted.emit(errors, len(problems) - errors)
        self._stale = not self.isVisible()
        if not self._stale:
            with keyboard_kept(self, lambda: self.cards, self.repair_all):
                self._make_cards()

    def _make_cards(self) -> None:
        for card in self.cards:
            self._column.removeWidget(card)
            card.put_away()
        problems = self._document.analysis.problems
        self.cards = [ProblemCard(problem, self._document, listed=True) for problem in problems[:MOST_CARDS]]
        self._mended = None
        self.repair_all.hide()
        for number, card in enumerate(self.cards, start=1):
            card.filled.connect(self._filled)
            card.reveal.connect(self.reveal)
            self._column.insertWidget(number, card)
        more = len(problems) - len(self.cards)
        calm = "No problems: the network can be trained."
        self.no_problems.setText(f"And {more:,} more: they are listed when these are repaired." if more else calm)
        self.no_problems.setVisible(not problems or more > 0)
        self._fill()

    def take_keyboard(self, problem: Problem) -> None:
        """Bring a problem into view and the keyboard to its first repair, as soon as that is found."""
        self._wanted = (problem.node, problem.code)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        for card in self.cards:
            if (card.problem.node, card.problem.code) == self._wanted:
                card.take_keyboard(self)
        self._reveal_wanted()

    @Slot()
    def _reveal_wanted(self) -> None:
        """Scroll to the repair that has the keyboard, or else to the problem that it is asked for."""
        for card in self.cards:
            if (card.problem.node, card.problem.code) == self._wanted:
                self._body.adjustSize()  # what was made a moment ago has no place before the layout is done
                self.ensureWidgetVisible(card)
                for button in card.buttons[:1]:
                    self.ensureWidgetVisible(button)
                if card.is_filled:
                    self._wanted = None
                return

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _fill(self) -> None:
        """Look for repairs: at once where that is quick, else for one problem after another, with pauses."""
        quick = len(self.cards) * len(self._document.graph.nodes) <= QUICK
        for number, card in enumerate(self.cards):
            card.fill_later(0 if quick else WAIT_MS + STEP_MS * number)

    @Slot()
    def _filled(self) -> None:
        self._reveal_wanted()
        errors = [card for card in self.cards if card.problem.severity == Severity.ERROR]
        known = bool(errors) and all(card.is_filled for card in errors)
        whole = len(self.cards) == len(self._document.analysis.problems)
        self.repair_all.setVisible(known and whole and can_mend(self._document.analysis))

    def _mend(self) -> Mended:
        if self._mended is None:
            self._mended = auto_connect(self._document.graph, self._document.signature)
        return self._mended

    def _all_repaired(self) -> Graph:
        return self._mend().graph

    @Slot()
    def _repair_all(self) -> None:
        """Mend every error as one step of undo, and tell what was done."""
        mended = self._mend()
        if mended.steps:
            self._document.edit("Repair all", mended.graph, batch_size=mended.batch_size)
        self.told.emit(mended.sentence)
