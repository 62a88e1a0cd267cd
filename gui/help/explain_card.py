"""The card with the explanation of one thing, and the way from there into the manual."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from gui import manual
from gui.help.card import HelpCard
from gui.help.explanation import Explanation
from gui.keys_in_words import key_of
from gui.plain_text import PlainLabel, caption
from gui.theme import icons
from gui.theme.style import set_role


class ExplainCard(HelpCard):
    """Shows an explanation until Esc or the button closes it. ``more`` asks for an entry of the manual, "" for all."""

    more = Signal(str)
    closed = Signal()

    def __init__(self, host: QWidget, explanation: Explanation) -> None:
        super().__init__(host)
        self.explanation = explanation
        self.setObjectName("explanation")
        self._before = QApplication.focusWidget()
        self.title, self.words = PlainLabel(explanation.title), QLabel(explanation.body)
        self.link, self.close_button = QPushButton(), QToolButton()
        self._lay_out()
        self._dress()
        self.setAccessibleName(explanation.title)
        self.setAccessibleDescription(explanation.spoken)
        self.link.clicked.connect(self.open_manual)
        self.close_button.clicked.connect(self.put_away)
        self.escape.activated.connect(self.put_away)

    def _lay_out(self) -> None:
        entry = manual.entries().get(self.explanation.entry)
        set_role(self.title, "strong")
        self.title.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.link.setText(caption(f"Manual: {entry.title}" if entry is not None else "Manual"))
        set_role(self.link, "link")
        self.close_button.setIcon(icons.icon("close"))
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setToolTip("Close (Esc)")
        self.close_button.setAccessibleName("Close the explanation")
        set_role(self.close_button, "plain")
        for button in (self.link, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        again = PlainLabel(_keys())
        set_role(again, "caption")
        foot.addWidget(self.link, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.words, 1)
        column.addLayout(foot)
        column.addWidget(again)

    def appear(self) -> None:
        """Show it beside what it explains."""
        self.ensurePolished()
        self.show()
        self.lie_beside([self.explanation.place])

    @Slot()
    def open_manual(self) -> None:
        """Go on to the manual, and close."""
        entry = self.explanation.entry
        self.put_away()
        self.more.emit(entry)

    @Slot()
    def put_away(self) -> None:
        """Close; the keyboard goes back to where it was, if it is in here."""
        focus = QApplication.focusWidget()
        before = self._before
        if focus is not None and self.isAncestorOf(focus) and before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.escape.setEnabled(False)
        self.closed.emit()
        self.deleteLater()


def _keys() -> str:
    """What the keys do while the card is there."""
    key = key_of("explain")
    return f"{key} again: the manual · Esc: close" if key else "Esc: close"
