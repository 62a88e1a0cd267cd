"""A problem in a sentence, with its repairs as buttons."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.graph.advice.problems import Problem, Repair, Severity
from engine.graph.errors import GraphError
from engine.graph.graph import Graph
from gui.document import Document
from gui.panels.previewing import Previewer
from gui.plain_text import PlainLabel, caption, plain_tip
from gui.theme import icons, style
from gui.theme.style import set_role
from gui.wrapped_button import WrappedButton

MOST_REPAIRS = 4
ICONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "info"}
TITLES = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.HINT: "Hint"}


LARGE = 100
"""From so many layers on, finding the repairs of a problem takes longer than a frame of the screen."""
WAIT_MS = 200
"""How long nothing must change before repairs are looked for in a large drawing."""


class ProblemCard(QWidget):
    """Shows one problem; a click on a repair applies it as one step of undo.

    ``listed``: one of many, which is told when to look for its repairs. Any other card does so at once, or in a
    large drawing as soon as one has stopped editing.
    """

    filled = Signal()
    reveal = Signal(str)
    """The layer with the problem is to be shown in the diagram."""

    def __init__(self, problem: Problem, document: Document, *, listed: bool = False) -> None:
        super().__init__()
        self._document = document
        self.problem = problem
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        sign = PlainLabel()
        colours = {Severity.ERROR: "error_text", Severity.WARNING: "warning_text", Severity.HINT: "quiet"}
        colour = colours[problem.severity]
        sign.setPixmap(icons.pixmap(ICONS[problem.severity], 16, getattr(style.current(), colour), 2.0))
        sign.setToolTip(TITLES[problem.severity])
        sign.setAccessibleName(TITLES[problem.severity])
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = PlainLabel(problem.message)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(words, 1)
        column.addLayout(row)
        if listed and problem.node in document.graph.nodes:
            node = document.graph.nodes[str(problem.node)]
            button = QPushButton(caption(f"Show {node.name}"))
            set_role(button, "link")
            button.clicked.connect(self._show_node)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.buttons: list[QPushButton] = []
        self._column = column
        self.is_filled = False
        self._receiver: QWidget | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self.fill)
        if not listed:
            self.fill_later(WAIT_MS if len(document.graph.nodes) >= LARGE else 0)

    def fill_later(self, wait_ms: int) -> None:
        """Look for the repairs after a while, if the card is still there then; at once for 0."""
        if wait_ms:
            self._wait.start(wait_ms)
        else:
            self.fill()

    @Slot()
    def fill(self) -> None:
        """Look for the repairs and show them as buttons."""
        if self.is_filled:
            return
        self.is_filled = True
        for repair in self.problem.repairs[:MOST_REPAIRS]:
            button = WrappedButton(caption(repair.label))
            button.setToolTip(plain_tip(self._result(repair)))
            button.setAccessibleDescription(self._result(repair))
            button.clicked.connect(self._apply)
            Previewer(button, self._document, partial(_after, self._document, repair))
            self._column.addWidget(button)
            self.buttons.append(button)
        self._give_keyboard()
        self.filled.emit()

    def put_away(self) -> None:
        """Hide it for good. One that was never shown would look for its repairs all the same."""
        self._wait.stop()
        self._receiver = None
        self.hide()
        self.deleteLater()

    # The keyboard

    @property
    def awaits_keyboard(self) -> bool:
        """Whether it is to have the keyboard as soon as its repairs are found."""
        return self._receiver is not None and not self.is_filled

    def take_keyboard(self, receiver: QWidget) -> None:
        """Put the keyboard on the first repair, now or when it is found, while ``receiver`` has it."""
        self._receiver = receiver
        self._give_keyboard()

    def _give_keyboard(self) -> None:
        if self._receiver is None or not self._receiver.hasFocus():
            return
        for button in self.buttons[:1]:
            for made in (self, button):
                made.show()  # a layout would show what was made a moment ago with the next event only
            button.setFocus(Qt.FocusReason.NoFocusReason)  # so that it shows no ghost

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._wait.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.is_filled and not self._wait.isActive():
            self._wait.start(WAIT_MS)

    def _result(self, repair: Repair) -> str:
        """What reaches the problem's layer after the repair, in words."""
        node = self.problem.node
        try:
            shapes = repair.preview(self._document.graph, self._document.signature)
        except GraphError:
            return ""
        return f"Then it gives {shapes[node].words()}." if node is not None and node in shapes else ""

    def _show_node(self) -> None:
        if self.problem.node is not None:
            self.reveal.emit(self.problem.node)

    @Slot()
    def _apply(self) -> None:
        """Mend the drawing; a repair that no longer fits is told and changes nothing."""
        sender = self.sender()
        for button, repair in zip(self.buttons, self.problem.repairs, strict=False):
            if button is sender:
                self._document.try_edit(repair.label, repair.edit, batch_size=repair.batch_size)
                return


def _after(document: Document, repair: Repair) -> Graph:
    return repair.edit(document.graph)
