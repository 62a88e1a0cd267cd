"""The card of the tour: what to do, how many steps there are, and the buttons to go on or to leave."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.help.card import HelpCard
from gui.keys_in_words import key_of
from gui.plain_text import PlainLabel
from gui.theme.style import set_role

_END = "That is the whole tour"


class TourCard(HelpCard):
    """Lies over ``host``; ``count`` is how many steps there are. ``left``: it held the keyboard as it was put away."""

    left = Signal()

    def __init__(self, host: QWidget, count: int) -> None:
        super().__init__(host)
        self._count = count
        self.setObjectName("tour")
        self.setAccessibleName("Tour")
        self.number, self.title, self.words = PlainLabel(), PlainLabel(), PlainLabel()
        self.next_button, self.leave_button = QPushButton("Next"), QPushButton("Leave the tour")
        set_role(self.number, "section")
        set_role(self.title, "strong")
        self.words.setWordWrap(True)
        self.next_button.setToolTip("Skip this step")
        self.leave_button.setToolTip("End the tour (Esc). Help ▸ Tour starts it again")
        set_role(self.leave_button, "plain")
        for button in (self.next_button, self.leave_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
        foot = QHBoxLayout()
        foot.addWidget(self.leave_button)
        foot.addStretch(1)
        foot.addWidget(self.next_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        for label in (self.number, self.title, self.words):
            column.addWidget(label)
        column.addSpacing(4)
        column.addLayout(foot)
        self._dress()

    def show_step(self, title: str, words: str, *, left: int) -> None:
        """Show a step, of which ``left`` are to come, this one included."""
        self._say(f"Step {self._count - left + 1} of {self._count}", title, words)
        self.next_button.setVisible(True)

    def show_end(self) -> None:
        """Show that all steps are done."""
        self._say("Tour", _END, _what_helps())
        if self.next_button.hasFocus():
            self.leave_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.next_button.setVisible(False)
        self.leave_button.setText("Close")
        self.leave_button.setToolTip("Close (Esc)")

    def _say(self, number: str, title: str, words: str) -> None:
        self.number.setText(number.upper())
        self.title.setText(title)
        self.words.setText(words)
        self.setAccessibleDescription(f"{number}. {title}. {words}")
        self.show()
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def put_away(self) -> None:
        """Close."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.left.emit()
        self.escape.setEnabled(False)
        self.hide()
        self.deleteLater()


def _what_helps() -> str:
    key, manual = key_of("explain"), "the menu Help has a manual of the terms."
    return f"{key} explains whatever the pointer is on, and {manual}" if key else f"T{manual[1:]}"
